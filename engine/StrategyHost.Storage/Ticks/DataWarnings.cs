using StrategyHost.Core.MarketData;
using StrategyHost.Storage.Import;

namespace StrategyHost.Storage.Ticks;

/// <summary>What a user should know about a file that could be read.</summary>
internal static class DataWarnings
{
    public static string BookGaps(string path, long gaps) =>
        $"{Path.GetFileName(path)}: {gaps} jumps of the update id; the book is empty until the next snapshot";

    public static IEnumerable<string> Of(FileRead<FileContent> read)
    {
        var (file, stats) = (Path.GetFileName(read.File), read.Stats);
        foreach (var note in stats.Notes)
        {
            yield return $"{file}: {note}";
        }

        if (stats.MissingCandles > 0)
        {
            yield return $"{file}: {stats.MissingCandles} candles are missing in {stats.Gaps} gaps";
        }
        else if (stats.Gaps > 0)
        {
            yield return read.Data?.Kind switch
            {
                DataKind.Trades => $"{file}: {stats.Gaps} silences of more than {TradeCsv.GapMs / 60_000} minutes",
                DataKind.Book => BookGaps(read.File, stats.Gaps),
                _ => $"{file}: {stats.Gaps} gaps",
            };
        }

        if (stats.Disorder > 0 && stats.Notes.Count == 0)
        {
            yield return $"{file}: {stats.Disorder} rows are older than their predecessor";
        }

        // The same unless milliseconds are expected: whoever sees dates of 1970 can tell why.
        if (stats.TimeFormat is { } format && read.Data?.Kind == DataKind.Klines && format != TimeFormat.Milliseconds)
        {
            yield return $"{file}: times are read as {(format == TimeFormat.Iso ? "ISO-8601, UTC" : "seconds")}";
        }
    }
}
