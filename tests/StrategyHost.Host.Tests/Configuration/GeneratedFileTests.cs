using StrategyHost.TestKit;

namespace StrategyHost.Host.Tests.Configuration;

/// <summary>Files that follow from the option table. With STRATEGYHOST_UPDATE_DOCS=1 they are written instead of compared.</summary>
public sealed class GeneratedFileTests
{
    [Fact]
    public void Schema_IsCurrent() => Compare(ConfigurationSchema.Text(), "config", "schema.json");

    [Fact]
    public void ConfigurationPage_IsCurrent() => Compare(ConfigurationPage.Text(), "engine", "docs", "configuration.md");

    private static void Compare(string expected, params string[] path)
    {
        var file = Path.Combine([SharedFolder.Repository, .. path]);
        if (Environment.GetEnvironmentVariable("STRATEGYHOST_UPDATE_DOCS") == "1")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.WriteAllText(file, expected);
        }

        Assert.Equal(expected, File.ReadAllText(file));
    }
}
