using StrategyHost.Core.Domain;
using StrategyHost.Core.MarketData;
using StrategyHost.Storage.Import;

namespace StrategyHost.Storage.Ticks;

/// <summary>What <c>data info</c> tells about one file. With an error the counts are those of the good rows before it.</summary>
public sealed record DataInfo
{
    public required string File { get; init; }
    public DataKind? Kind { get; init; }
    public IReadOnlyList<SeriesInfo> Series { get; init; } = [];
    public long Rows { get; init; }
    public long Gaps { get; init; }
    public long MissingCandles { get; init; }
    public long Duplicates { get; init; }
    public long Disorder { get; init; }

    /// <summary>Moments at which the recorded book was crossed; 0 in sound data.</summary>
    public long CrossedBooks { get; init; }
    public TimeFormat? TimeFormat { get; init; }

    /// <summary>Of the file's bytes as stored; null where it could not be read.</summary>
    public string? Sha256 { get; init; }
    public bool IsSynthetic { get; init; }
    public IReadOnlyList<string> Notes { get; init; } = [];
    public Error? Error { get; init; }
}

/// <summary>One series in a file: its symbol, interval (candles only), rows and span.</summary>
public sealed record SeriesInfo(Symbol Symbol, string What, Interval? Interval, long Rows, Timestamp From, Timestamp To);

/// <summary>Looks into data files without changing anything.</summary>
public static class DataInspector
{
    /// <summary>One entry a file; problems of a file are in its entry, a path that does not exist is an error.</summary>
    public static Result<IReadOnlyList<DataInfo>> Inspect(
        IReadOnlyList<string> paths, Symbol? symbol = null, IProgress<ImportProgress>? progress = null)
    {
        var files = DataFolder.Expand(paths);
        return files.IsOk
            ? Result<IReadOnlyList<DataInfo>>.Ok([.. files.Value.Select(f => InspectFile(f.Path, symbol, progress))])
            : Result<IReadOnlyList<DataInfo>>.Failed(files.Errors);
    }

    private static DataInfo InspectFile(string path, Symbol? symbol, IProgress<ImportProgress>? progress)
    {
        var read = DataFile.Read(path, symbol, progress);
        var stats = read.Stats;
        return new DataInfo
        {
            File = path,
            Kind = read.Data?.Kind,
            Series = [.. (read.Data?.Symbols ?? []).SelectMany(Series)],
            Rows = stats.Rows,
            Gaps = stats.Gaps,
            MissingCandles = stats.MissingCandles,
            Duplicates = stats.Duplicates,
            Disorder = stats.Disorder,
            CrossedBooks = (read.Data?.Symbols ?? []).Sum(Crossed),
            TimeFormat = stats.TimeFormat,
            Sha256 = Hash(path),
            IsSynthetic = read.Data?.IsSynthetic ?? false,
            Notes = stats.Notes,
            Error = read.Error,
        };
    }

    private static string? Hash(string path)
    {
        try
        {
            using var hash = new FileHash();
            return hash.Add(path);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static IEnumerable<SeriesInfo> Series(SymbolTape tape)
    {
        SeriesInfo Of(string what, long rows, long from, long to, Interval? interval = null) =>
            new(tape.Symbol, what, interval, rows, new Timestamp(from), new Timestamp(to));

        if (tape.Trades is { Count: > 0 } trades)
        {
            yield return Of("trades", trades.Count, trades.Time[0], trades.Time[^1]);
        }

        foreach (var klines in tape.Klines.Where(k => k.Count > 0))
        {
            yield return Of("klines", klines.Count, klines.Start[0], klines.Start[^1] + klines.Interval.Ms, klines.Interval);
        }

        if (tape.Book.Count > 0)
        {
            yield return Of("book", tape.Book.Count, tape.Book[0].Time.Ms, tape.Book[^1].Time.Ms);
        }

        if (tape.Tickers is { Count: > 0 } tickers)
        {
            yield return Of("tickers", tickers.Count, tickers.Time[0], tickers.Time[^1]);
        }

        if (tape.Funding.Length > 0)
        {
            yield return Of("funding", tape.Funding.Length, tape.Funding[0].Time, tape.Funding[^1].Time);
        }
    }

    private static long Crossed(SymbolTape tape)
    {
        var book = new OrderBook(tape.Symbol, 1000);
        return tape.Book.Count(update => book.Apply(update).Outcome == BookOutcome.Crossed);
    }
}
