using System.Text.RegularExpressions;
using StrategyHost.TestKit;

namespace StrategyHost.Host.Tests.House;

/// <summary>The limits of the house rules on form, for engine and tests alike. Each test lists every place that breaks its rule.</summary>
public sealed partial class TidyTests
{
    private const int ColumnsMax = 140;

    /// <summary>Rows of tables and scripts in texts read best in one piece.</summary>
    private const int TestColumnsMax = 160;
    private const int FileLinesMax = 500;
    private const int MethodLinesMax = 70;

    /// <summary>Five, and one for the list that a step's effects are added to.</summary>
    private const int ParametersMax = 6;

    /// <summary>The columns of one batch of candles: each parameter is a column (a struct of arrays has no smaller form).</summary>
    private static readonly string[] WideConstructors = ["KlineBlock"];

    private static IEnumerable<string> All => SourceTree.Files("engine", "tests");

    [Fact]
    public void Lines_AreAtMost140Columns() => ExpectNone(
        from file in All
        from line in File.ReadLines(file).Select((text, i) => (Text: text, Number: i + 1))
        where line.Text.Length > (IsTest(file) ? TestColumnsMax : ColumnsMax) && !(IsTest(file) && line.Text.Contains('"', StringComparison.Ordinal))
        select $"{SourceTree.Relative(file)}:{line.Number} has {line.Text.Length} columns");

    [Fact]
    public void Files_AreAtMost500Lines() => ExpectNone(
        from file in All
        let lines = File.ReadLines(file).Count()
        where lines > FileLinesMax
        select $"{SourceTree.Relative(file)} has {lines} lines");

    [Fact]
    public void Methods_AreAtMost70Lines() => ExpectNone(
        from file in All
        from member in CodeMembers.Of(File.ReadAllText(file))
        where member.IsMethod && member.Lines > MethodLinesMax
        select $"{SourceTree.Relative(file)}:{member.Line} has {member.Lines} lines: {member.Head}");

    [Fact]
    public void Methods_HaveFewParameters_RecordsAndTablesOfTestsExempt() => ExpectNone(
        from file in SourceTree.Files("engine")
        from member in CodeMembers.Of(File.ReadAllText(file))
        where member.Parameters > ParametersMax && !RecordHead().IsMatch(member.Head) && !NativeHead().IsMatch(member.Head)
        where !WideConstructors.Any(name => member.Head.Contains($"class {name}(", StringComparison.Ordinal))
        select $"{SourceTree.Relative(file)}:{member.Line} has {member.Parameters} parameters: {member.Head}");

    [Fact]
    public void StaticFields_AreReadonly() => ExpectNone(
        from file in All
        from member in CodeMembers.Of(File.ReadAllText(file))
        where !member.IsMethod && MutableStatic().IsMatch(member.Head) && IsField(file, member)
        select $"{SourceTree.Relative(file)}:{member.Line}: {member.Head}");

    [Fact]
    public void Regions_AreNotUsed() => ExpectNone(
        from file in All
        from line in File.ReadLines(file).Select((text, i) => (Text: text, Number: i + 1))
        where line.Text.TrimStart().StartsWith("#region", StringComparison.Ordinal)
        select $"{SourceTree.Relative(file)}:{line.Number}");

    [Fact]
    public void Core_HasNoAsyncCode() => ExpectNone(
        from file in SourceTree.Files("engine/StrategyHost.Core")
        where AsyncWord().IsMatch(CodeText.Blank(File.ReadAllText(file)))
        select SourceTree.Relative(file));

    [Fact]
    public void Todos_NameAnIssue() => ExpectNone(
        from file in All
        where Path.GetFileName(file) != "TidyTests.cs"
        from line in File.ReadLines(file).Select((text, i) => (Text: text, Number: i + 1))
        where TodoWord().IsMatch(line.Text) && !line.Text.Contains('#', StringComparison.Ordinal)
        select $"{SourceTree.Relative(file)}:{line.Number}");

    [Fact]
    public void DecisionRecords_AreAllListed()
    {
        var folder = Path.Combine(SharedFolder.Repository, "engine", "docs", "adr");
        var list = File.ReadAllText(Path.Combine(folder, "README.md"));

        ExpectNone(
            from file in Directory.EnumerateFiles(folder, "*.md")
            let name = Path.GetFileName(file)
            where name != "README.md" && !list.Contains($"({name})", StringComparison.Ordinal)
            select $"engine/docs/adr/README.md does not link {name}");
    }

    private static bool IsTest(string file) => SourceTree.Relative(file).StartsWith("tests/", StringComparison.Ordinal);

    /// <summary>A property has braces or an arrow behind its name; a field ends or gets a value.</summary>
    private static bool IsField(string file, CodeMember member)
    {
        var code = CodeText.Blank(File.ReadAllText(file));
        var at = code.IndexOf(member.Head, StringComparison.Ordinal) + member.Head.Length;
        var rest = code.AsSpan(at).TrimStart();
        return !rest.StartsWith("{") && !rest.StartsWith("=>");
    }

    private static void ExpectNone(IEnumerable<string> places)
    {
        var list = places.ToList();
        Assert.True(list.Count == 0, string.Join('\n', list));
    }

    [GeneratedRegex(@"\brecord\b")]
    private static partial Regex RecordHead();

    /// <summary>A foreign function's parameters are its own.</summary>
    [GeneratedRegex(@"\b(extern|delegate)\b|\bstatic partial\b|\bnint\* exception\b")]
    private static partial Regex NativeHead();

    [GeneratedRegex(@"^(?!.*\b(readonly|const|event|partial|class|struct|record|operator|delegate)\b).*\bstatic\b")]
    private static partial Regex MutableStatic();

    [GeneratedRegex(@"\b(async|await)\b")]
    private static partial Regex AsyncWord();

    [GeneratedRegex(@"\b(TODO|FIXME|HACK)\b")]
    private static partial Regex TodoWord();
}
