using StrategyHost.TestKit;

namespace StrategyHost.Core.Tests.Signals;

/// <summary>
/// A file of the repository that is generated from the field tables. With STRATEGYHOST_WRITE_GENERATED=1 a test run rewrites it; without,
/// the test fails where the file is not current.
/// </summary>
internal static class GeneratedFile
{
    public const string Variable = "STRATEGYHOST_WRITE_GENERATED";

    public static void ShouldBe(string expected, params string[] path)
    {
        var file = Path.Combine([SharedFolder.Repository, .. path]);
        if (Environment.GetEnvironmentVariable(Variable) == "1")
        {
            File.WriteAllText(file, expected);
        }

        var actual = File.Exists(file) ? File.ReadAllText(file) : "";
        Assert.True(expected == actual.ReplaceLineEndings("\n"),
            $"{string.Join('/', path)} is not current: run this test once with {Variable}=1 and commit the result.");
    }
}
