using System.Text.RegularExpressions;
using StrategyHost.TestKit;

namespace StrategyHost.Host.Tests.House;

/// <summary>The page that maps the mission to code and tests names nothing that is not there.</summary>
public sealed partial class MissionPageTests
{
    private static readonly string Page = File.ReadAllText(Path.Combine(SharedFolder.Repository, "engine", "docs", "mission.md"));

    [Fact]
    public void Tests_ThatThePageNames_Exist()
    {
        var files = SourceTree.Files("tests").Select(f => Path.GetFileNameWithoutExtension(f)).ToHashSet(StringComparer.Ordinal);
        var named = TestName().Matches(Page).Select(m => m.Groups[1].Value).ToHashSet(StringComparer.Ordinal);

        Assert.True(named.Count > 50, $"only {named.Count} tests were found on the page");
        Assert.Empty(named.Where(n => !files.Contains(n)).Order(StringComparer.Ordinal));
    }

    /// <summary>A capital first letter and a small one inside: a type, and neither a variable of the environment nor a word of a signal.</summary>
    [Fact]
    public void Types_ThatThePageNames_Exist()
    {
        var known = SourceTree.Files("engine", "tests").SelectMany(f => TypeHead().Matches(File.ReadAllText(f))).Select(m => m.Groups[1].Value)
            .ToHashSet(StringComparer.Ordinal);
        var named = TypeName().Matches(Page).Select(m => m.Groups[1].Value).ToHashSet(StringComparer.Ordinal);

        Assert.True(named.Count > 50, $"only {named.Count} types were found on the page");
        Assert.Empty(named.Where(n => !known.Contains(n)).Order(StringComparer.Ordinal));
    }

    [GeneratedRegex("`([A-Z][A-Za-z0-9]*(?:Tests|Laws|Scenarios|Properties|Contract))`")]
    private static partial Regex TestName();

    [GeneratedRegex("`([A-Z][A-Za-z0-9]*[a-z][A-Za-z0-9]*)(?:\\.[A-Z][A-Za-z]*)?`")]
    private static partial Regex TypeName();

    [GeneratedRegex(@"\b(?:class|struct|record|enum|interface)\s+([A-Z]\w*)")]
    private static partial Regex TypeHead();
}
