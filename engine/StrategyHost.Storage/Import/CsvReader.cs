using StrategyHost.Core.Domain;

namespace StrategyHost.Storage.Import;

/// <summary>
/// The loop that the numeric CSV readers share: header, column count, one call per row, the first problem ends it. Rows before are kept.
/// </summary>
internal abstract class CsvReader<T>(string path, IProgress<ImportProgress>? progress)
    where T : class
{
    private const int ProgressRows = 1 << 16;

    protected string FilePath => path;
    protected List<string> Notes { get; } = [];
    protected long Line { get; private set; }

    public FileRead<T> Read()
    {
        var opened = SourceFile.Open(path);
        if (!opened.IsOk)
        {
            return new FileRead<T>(path, null, new ReadStats(), opened.Errors[0]);
        }

        using var source = opened.Value;
        var lines = new LineReader(source);
        var error = ReadRows(lines);
        progress?.Report(new ImportProgress(path, lines.Rows, source.Position, source.Length));
        var (data, stats, problem) = Build();
        return new FileRead<T>(path, data, stats with { Notes = Notes }, error ?? problem);
    }

    /// <summary>Finds the columns; an error when one is missing.</summary>
    protected abstract Error? TakeHeader(string[] columns);

    /// <summary>Takes one row of the right column count; an error ends the file.</summary>
    protected abstract Error? TakeRow(ReadOnlySpan<byte> line, ReadOnlySpan<Range> fields);

    protected abstract (T? Data, ReadStats Stats, Error? Error) Build();

    protected Error Bad(string field, ReadOnlySpan<byte> value, (string Rule, string Message) problem) =>
        ImportErrors.Field(path, Line, field, value, problem);

    /// <summary>An error when the row's time does not go on in the file's direction.</summary>
    protected Error? Order(ref TimeOrder order, long time, string field, ReadOnlySpan<byte> text) => order.Accepts(time, Line, text)
        ? null
        : ImportErrors.Field(path, order.Culprit.Line, field, System.Text.Encoding.UTF8.GetBytes(order.Culprit.Text), TimeOrder.Problem);

    /// <summary>A price above zero in units of 1e-9, or the error.</summary>
    protected Error? Positive(string field, ReadOnlySpan<byte> text, out long units) =>
        !Csv.TryUnits(text, out units) ? Bad(field, text, NumberProblem(text))
        : units <= 0 ? Bad(field, text, Csv.NotPositive)
        : null;

    protected static (string Rule, string Message) NumberProblem(ReadOnlySpan<byte> text) =>
        Csv.TryRounded(text, out _, out var isRounded) && isRounded
            ? ("too_many_decimals", "at most 9 decimals can be kept exactly")
            : Csv.NotANumber;

    private Error? ReadRows(LineReader lines)
    {
        if (!lines.TryRead(out var header))
        {
            return lines.Error ?? ImportErrors.Empty(path);
        }

        Line = lines.Line;
        var columns = Csv.Header(header);
        if (columns.Length > Csv.ColumnsMax)
        {
            return ImportErrors.ColumnCount(path, 1, Csv.ColumnsMax, columns.Length);
        }

        if (TakeHeader(columns) is { } missing)
        {
            return missing;
        }

        Span<Range> fields = stackalloc Range[columns.Length];
        while (lines.TryRead(out var line))
        {
            Line = lines.Line;
            var count = Csv.Split(line, fields);
            if (count != columns.Length)
            {
                return ImportErrors.ColumnCount(path, Line, columns.Length, count);
            }

            if (TakeRow(line, fields) is { } bad)
            {
                return bad;
            }

            if (++lines.Rows % ProgressRows == 0)
            {
                progress?.Report(new ImportProgress(path, lines.Rows, lines.Source.Position, lines.Source.Length));
            }
        }

        return lines.Error ?? (lines.Rows == 0 ? ImportErrors.HeaderOnly(path) : null);
    }
}
