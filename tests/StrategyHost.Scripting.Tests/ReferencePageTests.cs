using StrategyHost.TestKit;
using Xunit;

namespace StrategyHost.Scripting.Tests;

/// <summary>With STRATEGYHOST_WRITE_GENERATED=1 the pages are written instead of compared.</summary>
public sealed class ReferencePageTests
{
    [Fact]
    public void Context_page_is_current() => Compare(ReferencePages.Context(), "ctx.md");

    [Fact]
    public void Events_page_is_current() => Compare(ReferencePages.Events(), "events.md");

    [Fact]
    public void Indicators_page_is_current() => Compare(ReferencePages.Indicators(), "ta.md");

    [Fact]
    public void Pages_know_every_member()
    {
        foreach (var name in TypingsText.ReadBack)
        {
            var all = ReferencePages.Context() + ReferencePages.Events() + ReferencePages.Indicators();
            Assert.All(TypingsText.Read().Interface(name), m => Assert.Matches($@"\| `(ctx\.|ctx\.ta\.)?{m.Name}[(`]", all));
        }
    }

    private static void Compare(string expected, string page)
    {
        var file = Path.Combine(SharedFolder.Repository, "engine", "docs", "reference", page);
        if (Environment.GetEnvironmentVariable("STRATEGYHOST_WRITE_GENERATED") == "1")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.WriteAllText(file, expected);
        }

        Assert.True(
            File.Exists(file) && expected == File.ReadAllText(file).ReplaceLineEndings("\n"),
            $"engine/docs/reference/{page} is not current: run this test once with STRATEGYHOST_WRITE_GENERATED=1 and commit the result.");
    }
}
