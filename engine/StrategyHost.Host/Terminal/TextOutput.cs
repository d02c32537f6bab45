using Spectre.Console;

namespace StrategyHost.Host.Terminal;

/// <summary>A column of a table; numbers stand right.</summary>
internal readonly record struct TableColumn(string Title, bool IsNumber = false);

/// <summary>One block: a title, columns, rows of texts. Accounts get a block each and are never put into one.</summary>
internal sealed record TableBlock(string Title, IReadOnlyList<TableColumn> Columns, IReadOnlyList<IReadOnlyList<string>> Rows);

/// <summary>
/// Results for people. Tables are never wider than 80 columns (<see cref="TableLayout"/>). A line of text is broken between words on a
/// terminal and left whole elsewhere, where programs and files take it. Texts are taken as they are, no markup. Where the output is no
/// terminal, or NO_COLOR is set, it is plain text.
/// </summary>
internal sealed class TextOutput(IAnsiConsole console, TextWriter plain, bool isTerminal)
{
    public const int WidthMax = 80;

    /// <summary>A value wider than this is text, and stands left.</summary>
    private const int NumberWidthMax = 24;

    private int Width => Math.Min(WidthMax, console.Profile.Width);

    public void Line(string text = "")
    {
        foreach (var line in isTerminal ? text.Split('\n').SelectMany(l => TableLayout.Wrap(l, Width)) : [text])
        {
            plain.WriteLine(line);
        }
    }

    public void Title(string text)
    {
        console.Write(new Text(text, new Style(decoration: Decoration.Bold)));
        console.WriteLine();
    }

    /// <summary>A paragraph whose lines all begin so far to the right.</summary>
    public void Indented(int columns, string text)
    {
        foreach (var line in text.Length > 0 ? TableLayout.Wrap(text, Width - columns) : [])
        {
            plain.WriteLine(new string(' ', columns) + line);
        }
    }

    /// <summary>Title, head and rows, and an empty line behind them; without rows the title has said all.</summary>
    public void Table(TableBlock block)
    {
        Title(block.Title);
        if (block.Rows.Count == 0)
        {
            return;
        }

        foreach (var line in TableLayout.Lines(block, Width))
        {
            plain.WriteLine(line);
        }

        plain.WriteLine();
    }

    /// <summary>Names and values, one pair a row.</summary>
    public void Pairs(string title, IReadOnlyList<KeyValuePair<string, string>> pairs) => Table(new TableBlock(
        title, [new TableColumn(""), new TableColumn("", IsNumber: pairs.All(p => p.Value.Length <= NumberWidthMax))],
        [.. pairs.Select(p => new[] { p.Key, p.Value })]));
}
