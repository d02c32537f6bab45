using System.Globalization;
using StrategyHost.Core.Domain;
using StrategyHost.Storage.Ticks;

namespace StrategyHost.Storage.Recording;

/// <summary>
/// Names of recorded segments: <c>SYMBOL-all-START.ticks</c> as the importer gives them, with <c>-2</c> and so on where that name is taken;
/// while it is written, with <see cref="Unfinished"/> behind. An import's unfinished files end otherwise and are none of the recorder's.
/// </summary>
internal static class SegmentNames
{
    public const string Unfinished = ".recording.part";

    public static string Free(string folder, Symbol symbol, long startMs)
    {
        var time = DateTimeOffset.FromUnixTimeMilliseconds(startMs).UtcDateTime;
        var start = time.ToString("yyyyMMdd'T'HHmmss", CultureInfo.InvariantCulture);
        return Free(Path.Combine(folder, $"{symbol}-all-{start}"), isTaken: f => File.Exists(f) || File.Exists(f + Unfinished));
    }

    /// <summary>The name under which an unfinished segment is put in place.</summary>
    public static string Finished(string part) =>
        Free(part[..^(SegmentFormat.Extension.Length + Unfinished.Length)], isTaken: File.Exists);

    private static string Free(string stem, Predicate<string> isTaken)
    {
        var path = stem + SegmentFormat.Extension;
        for (var number = 2; isTaken(path); number++)
        {
            path = string.Create(CultureInfo.InvariantCulture, $"{stem}-{number}{SegmentFormat.Extension}");
        }

        return path;
    }
}
