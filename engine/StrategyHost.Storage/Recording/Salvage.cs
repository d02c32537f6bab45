using StrategyHost.Core.Domain;
using StrategyHost.Core.MarketData;
using StrategyHost.Storage.Ticks;

namespace StrategyHost.Storage.Recording;

/// <summary>
/// Finishes what a dead recorder left: the good blocks of an unfinished segment stay where they are, the torn rest is cut off, a gap mark
/// <c>host down</c> from the last row to now is added, and the segment gets its name. May die itself and be repeated.
/// </summary>
internal static class Salvage
{
    /// <summary>All of a folder. The caller holds the folder, so nobody is writing them.</summary>
    public static List<RecordedSegment> All(string folder, Timestamp now)
    {
        var saved = new List<RecordedSegment>();
        foreach (var part in Directory.EnumerateFiles(folder, "*" + SegmentFormat.Extension + SegmentNames.Unfinished)
            .Order(StringComparer.Ordinal).ToList())
        {
            if (One(part, now) is { } segment)
            {
                saved.Add(segment);
            }
        }

        return saved;
    }

    /// <summary>What a segment holds, by its blocks.</summary>
    public static RecordedSegment? Describe(string path) => Look(path)?.At(path);

    private static RecordedSegment? One(string part, Timestamp now)
    {
        if (Look(part) is not { } found)
        {
            File.Delete(part); // not one whole block: nothing can be read of it
            return null;
        }

        var path = SegmentNames.Finished(part);
        var from = Math.Max(found.ToMs, found.GapsToMs);
        var file = new FileStream(part, FileMode.Open, FileAccess.Write, FileShare.None, bufferSize: 0);
        var writer = new TickSegmentWriter(path, file, bookDepth: 0);
        try
        {
            writer.ContinueAfter(found.Blocks, found.End);
            writer.Add([new GapMark(from, Math.Max(from, now.Ms), GapReason.HostDown)]);
            writer.Complete();
        }
        catch (IOException)
        {
            writer.Abandon(); // it is tried again next time
            throw;
        }

        return found.At(path) with
        {
            Gaps = found.Gaps + 1,
            Bytes = writer.Length,
            IsSalvaged = true,
        };
    }

    private static Found? Look(string part)
    {
        var opened = TickSegment.Open(part);
        if (!opened.IsOk)
        {
            return null;
        }

        using var segment = opened.Value;
        var (blocks, end) = segment.Intact();
        var rows = blocks.Where(b => b.Kind != BlockKind.Gaps).ToList();
        if (rows.Count == 0)
        {
            return null;
        }

        var gaps = segment.ReadGaps();
        return new Found(segment.Symbol, blocks.Count, end)
        {
            FromMs = rows.Min(b => b.FirstMs),
            ToMs = rows.Max(b => b.LastMs),
            Rows = rows.Sum(b => (long)b.Count),
            Gaps = gaps.Count,
            GapsToMs = gaps.Select(g => g.ToMs).DefaultIfEmpty(long.MinValue).Max(),
        };
    }

    private sealed record Found(Symbol Symbol, int Blocks, long End)
    {
        public required long FromMs { get; init; }
        public required long ToMs { get; init; }
        public required long Rows { get; init; }
        public required int Gaps { get; init; }
        public required long GapsToMs { get; init; }

        public RecordedSegment At(string path) => new(path, Symbol, new Timestamp(FromMs), new Timestamp(ToMs))
        {
            Rows = Rows,
            Gaps = Gaps,
            Bytes = End + SegmentFormat.HeaderBytes,
        };
    }
}
