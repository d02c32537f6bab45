namespace StrategyHost.Host.Terminal;

/// <summary>
/// Lays a table out in lines of a given width. Words, numbers and ids are never broken, so that they can be read and copied: where columns
/// do not fit, a column of sentences is made narrower, and last columns that still do not fit stand below their row, on lines of their own.
/// </summary>
internal static class TableLayout
{
    private const int Indent = 2;
    private const int BelowIndent = 6;

    /// <summary>A column of sentences that would be narrower is unreadable: it goes below.</summary>
    private const int SentenceWidthMin = 24;

    /// <summary>The lines of head and rows, without the title; nothing stands behind the last character of a line.</summary>
    public static IReadOnlyList<string> Lines(TableBlock block, int width)
    {
        var columns = block.Columns.Select((c, i) => Column.Of(c, [.. block.Rows.Select(r => r[i])])).ToArray();
        var (shown, gap) = Fit(columns, width);
        var lines = new List<string>();
        if (columns[..shown].Any(c => c.Title.Length > 0))
        {
            lines.AddRange(Row(columns[..shown], c => c.Title, gap));
            lines.Add(new string('─', Math.Min(width, columns[..shown].Sum(c => c.Width) + (gap * (shown - 1)) + (2 * Indent))));
        }

        for (var row = 0; row < block.Rows.Count; row++)
        {
            lines.AddRange(Row(columns[..shown], c => c.Cells[row], gap));
            foreach (var below in columns[shown..].Where(c => c.Cells[row].Length > 0))
            {
                lines.AddRange(Wrap(below.Cells[row], width - BelowIndent).Select(l => new string(' ', BelowIndent) + l));
            }
        }

        return lines;
    }

    /// <summary>Text in lines of the width, broken between words; a word that is wider is broken where it must be.</summary>
    public static IReadOnlyList<string> Wrap(string text, int width)
    {
        if (text.Length <= width)
        {
            return [text];
        }

        var lines = new List<string>();
        var rest = text;
        while (rest.Length > width)
        {
            var blank = rest.LastIndexOf(' ', width);
            var (end, next) = blank > 0 && !string.IsNullOrWhiteSpace(rest[..blank]) ? (blank, blank + 1) : (width, width);
            lines.Add(rest[..end].TrimEnd());
            rest = rest[next..];
        }

        lines.Add(rest);
        return lines;
    }

    /// <summary>How many columns stand side by side, and the blanks between them; makes columns of sentences narrower.</summary>
    private static (int Shown, int Gap) Fit(Column[] columns, int width)
    {
        for (var shown = columns.Length; shown > 1; shown--)
        {
            foreach (var gap in (int[])[3, 2])
            {
                var room = width - Indent - (gap * (shown - 1));
                if (columns[..shown].Sum(c => c.Natural) <= room)
                {
                    return (shown, gap);
                }
            }

            if (Narrowed(columns[..shown], width - Indent - (2 * (shown - 1))))
            {
                return (shown, 2);
            }
        }

        columns[0].Width = Math.Min(columns[0].Natural, width - Indent);
        return (1, 2);
    }

    /// <summary>Takes from the widest column of sentences, one character after the other, until all fit; false where they cannot.</summary>
    private static bool Narrowed(Column[] columns, int room)
    {
        var excess = columns.Sum(c => c.Natural) - room;
        var widths = columns.Select(c => c.Natural).ToArray();
        for (; excess > 0; excess--)
        {
            var widest = -1;
            for (var i = 0; i < columns.Length; i++)
            {
                if (columns[i].HasSentences && widths[i] > columns[i].Least && (widest < 0 || widths[i] > widths[widest]))
                {
                    widest = i;
                }
            }

            if (widest < 0)
            {
                return false;
            }

            widths[widest]--;
        }

        foreach (var (column, made) in columns.Zip(widths))
        {
            column.Width = made;
        }

        return true;
    }

    private static IEnumerable<string> Row(Column[] columns, Func<Column, string> text, int gap)
    {
        var cells = columns.Select(c => Wrap(text(c), c.Width)).ToArray();
        for (var line = 0; line < cells.Max(c => c.Count); line++)
        {
            var parts = columns.Select((c, i) => c.Place(line < cells[i].Count ? cells[i][line] : ""));
            yield return (new string(' ', Indent) + string.Join(new string(' ', gap), parts)).TrimEnd();
        }
    }

    private sealed class Column
    {
        public required string Title { get; init; }
        public required string[] Cells { get; init; }
        public required bool IsRight { get; init; }

        /// <summary>Of the widest cell.</summary>
        public required int Natural { get; init; }

        /// <summary>Some cell has several words, which may stand below each other.</summary>
        public required bool HasSentences { get; init; }

        /// <summary>So wide it must be: no word is broken, and sentences stay readable.</summary>
        public required int Least { get; init; }

        public int Width { get; set; }

        public static Column Of(TableColumn column, string[] cells)
        {
            string[] all = [column.Title, .. cells];
            var natural = all.Max(c => c.Length);
            var word = all.SelectMany(c => c.Split(' ')).Max(w => w.Length);
            return new Column
            {
                Title = column.Title,
                Cells = cells,
                IsRight = column.IsNumber,
                Natural = natural,
                HasSentences = natural > SentenceWidthMin && all.Any(c => c.Contains(' ', StringComparison.Ordinal)),
                Least = Math.Max(word, SentenceWidthMin),
                Width = natural,
            };
        }

        public string Place(string text) => IsRight ? text.PadLeft(Width) : text.PadRight(Width);
    }
}
