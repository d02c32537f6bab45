using Spectre.Console;

namespace StrategyHost.Host.Terminal;

/// <summary>A column of a table; numbers stand right.</summary>
internal readonly record struct TableColumn(string Title, bool IsNumber = false);

/// <summary>One block: a title, columns, rows of texts. Accounts get a block each and are never put into one.</summary>
internal sealed record TableBlock(string Title, IReadOnlyList<TableColumn> Columns, IReadOnlyList<IReadOnlyList<string>> Rows);

/// <summary>
/// Results for people, never wider than 80 columns: long cells wrap. Texts are taken as they are, no markup. Where the output is no
/// terminal, or NO_COLOR is set, it is plain text.
/// </summary>
internal sealed class TextOutput(IAnsiConsole console)
{
    public const int WidthMax = 80;

    /// <summary>A number wider than this is text that happens to stand right, and may wrap.</summary>
    private const int NumberWidthMax = 24;

    public void Line(string text = "") => console.WriteLine(text);

    public void Title(string text)
    {
        console.Write(new Text(text, new Style(decoration: Decoration.Bold)));
        console.WriteLine();
    }

    /// <summary>A paragraph whose lines all begin so far to the right.</summary>
    public void Indented(int columns, string text)
    {
        if (text.Length > 0)
        {
            console.Write(new Padder(new Text(text), new Padding(columns, 0, 0, 0)));
        }
    }

    public void Table(TableBlock block)
    {
        var table = new Table { Border = TableBorder.Simple, ShowHeaders = block.Columns.Any(c => c.Title.Length > 0) };
        for (var i = 0; i < block.Columns.Count; i++)
        {
            var column = block.Columns[i];
            table.AddColumn(new Spectre.Console.TableColumn(new Text(column.Title))
            {
                Alignment = column.IsNumber ? Justify.Right : Justify.Left,
                NoWrap = column.IsNumber && block.Rows.All(r => r[i].Length <= NumberWidthMax),
            });
        }

        foreach (var row in block.Rows)
        {
            table.AddRow(row.Select(cell => new Text(cell)));
        }

        Title(block.Title);
        if (block.Rows.Count > 0)
        {
            console.Write(table); // a head without rows says nothing that the title has not said
        }
    }

    /// <summary>Names and values, one pair a row.</summary>
    public void Pairs(string title, IReadOnlyList<KeyValuePair<string, string>> pairs) =>
        Table(new TableBlock(title, [new TableColumn(""), new TableColumn("", IsNumber: true)],
            [.. pairs.Select(p => new[] { p.Key, p.Value })]));
}
