using StrategyHost.Core.Domain;
using StrategyHost.Storage.Ticks;

namespace StrategyHost.Storage.Recording;

/// <summary>
/// How far the series of one symbol go that are already in a folder, in ms: what is recorded later must not overlap them. Candles count
/// with their start.
/// </summary>
internal sealed class LastRows
{
    /// <summary>Two days of hourly segments: no series is silent for longer and then goes back in time.</summary>
    private const int FilesMax = 48;

    private readonly Dictionary<(BlockKind Kind, int Detail), long> _last = [];

    public long Trades => Of(BlockKind.Trades);
    public long Book => Of(BlockKind.Book);
    public long Tickers => Of(BlockKind.Tickers);
    public long Funding => Of(BlockKind.Funding);

    /// <summary>Up to here the recording is known to be whole, or marked as missing; null where there is none.</summary>
    public long? KnownToMs { get; private set; }

    public long Klines(int minutes) => Of(BlockKind.Klines, minutes);

    public static LastRows Of(string folder, Symbol symbol)
    {
        var last = new LastRows();
        var files = Directory.EnumerateFiles(folder, $"{symbol}-*{SegmentFormat.Extension}").OrderDescending(StringComparer.Ordinal);
        foreach (var file in files.Take(FilesMax))
        {
            var opened = TickSegment.Open(file);
            if (opened.IsOk)
            {
                using var segment = opened.Value;
                last.Add(segment.Blocks.Select(b => b.Header));
                last.Know(segment.ReadGaps().Select(g => g.ToMs));
            }
        }

        return last;
    }

    private void Add(IEnumerable<BlockHeader> blocks)
    {
        foreach (var block in blocks.Where(b => b.Kind != BlockKind.Gaps))
        {
            var key = (block.Kind, block.Kind == BlockKind.Klines ? block.Detail : 0);
            _last[key] = Math.Max(Of(key.Kind, key.Item2), block.LastMs);
            // An open candle's end lies ahead of everything that is known of it.
            Know([block.LastMs]);
        }
    }

    private void Know(IEnumerable<long> times)
    {
        foreach (var time in times)
        {
            KnownToMs = Math.Max(KnownToMs ?? time, time);
        }
    }

    private long Of(BlockKind kind, int detail = 0) => _last.GetValueOrDefault((kind, detail), long.MinValue);
}
