using FsCheck;
using FsCheck.Fluent;
using StrategyHost.Host.Terminal;
using TableColumn = StrategyHost.Host.Terminal.TableColumn;

namespace StrategyHost.Host.Tests.Terminal;

/// <summary>Tables of 80 columns: what does not fit is moved, and no word is broken.</summary>
public sealed class TableLayoutTests
{
    private const int Width = 80;
    private const string Id = "S1MNCK7-000-0000001-T0010";

    [Fact]
    public void Table_that_fits_has_its_head_a_rule_and_numbers_on_the_right() => Assert.Equal(
    [
        "  symbol     size",
        "───────────────────",
        "  BTCUSDT   0.047",
        "  XRP          10",
    ], TableLayout.Lines(new TableBlock("", [new("symbol"), new("size", IsNumber: true)], [["BTCUSDT", "0.047"], ["XRP", "10"]]), Width));

    [Fact]
    public void Last_column_that_does_not_fit_stands_below_its_row()
    {
        string[] row = ["cancel", "BTCUSDT", "sell", "0.047", "67592.4", "67592.4", Id, "it closes what will be closed; it goes when that is done"];
        TableColumn[] columns = [new("step"), new("symbol"), new("side"), new("quantity", true), new("price", true), new("trigger", true),
            new("id"), new("why")];

        var lines = TableLayout.Lines(new TableBlock("", columns, [row]), Width);

        Assert.Equal("  step    symbol   side  quantity    price  trigger  id", lines[0]);
        Assert.Equal("  cancel  BTCUSDT  sell     0.047  67592.4  67592.4  " + Id, lines[2]);
        Assert.Equal("      it closes what will be closed; it goes when that is done", lines[3]);
    }

    [Fact]
    public void Column_of_sentences_becomes_narrower_where_the_rest_fits()
    {
        var sentence = string.Join(' ', Enumerable.Repeat("word", 30));

        var lines = TableLayout.Lines(new TableBlock("", [new("name"), new("note")], [["main", sentence]]), Width);

        Assert.Equal("  main  " + string.Join(' ', Enumerable.Repeat("word", 14)), lines[2]);
        Assert.StartsWith("        word word", lines[3], StringComparison.Ordinal);
    }

    [Fact]
    public void Every_table_fits_and_every_word_of_it_is_whole()
    {
        var word = Gen.Choose(1, 30).Select(n => new string('x', n));
        var cell = Gen.Choose(0, 8).SelectMany(n => word.ArrayOf(n)).Select(words => string.Join(' ', words));
        var table =
            from columns in Gen.Choose(1, 10)
            from rows in Gen.Choose(1, 3)
            from titles in word.ArrayOf(columns)
            from numbers in Gen.Elements(true, false).ArrayOf(columns)
            from cells in cell.ArrayOf(columns).ArrayOf(rows)
            select new TableBlock("", [.. titles.Zip(numbers, (t, n) => new TableColumn(t, n))], cells);

        Prop.ForAll(table.ToArbitrary(), block =>
        {
            var lines = TableLayout.Lines(block, Width);
            var words = lines.SelectMany(l => l.Split(' ')).GroupBy(w => w).ToDictionary(g => g.Key, g => g.Count());
            var given = block.Rows.SelectMany(r => r).SelectMany(c => c.Split(' ')).Where(w => w.Length > 0).GroupBy(w => w);
            return lines.All(l => l.Length <= Width) && given.All(g => words.GetValueOrDefault(g.Key) >= g.Count());
        }).QuickCheckThrowOnFailure();
    }

    [Theory]
    [InlineData("one two three", 7, "one two|three")]
    [InlineData("12345678", 4, "1234|5678")]
    [InlineData("", 4, "")]
    [InlineData("  indented text", 10, "  indented|text")]
    public void Text_is_broken_between_words(string text, int width, string lines) =>
        Assert.Equal(lines.Split('|'), TableLayout.Wrap(text, width));
}
