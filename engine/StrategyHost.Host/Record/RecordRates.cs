using System.Globalization;
using StrategyHost.Core.Domain;
using StrategyHost.Core.Ports;
using StrategyHost.Storage.Recording;

namespace StrategyHost.Host.Record;

/// <summary>What a recording says about itself while it runs: a line each 10 s, and what happens to its connection.</summary>
internal sealed class RecordRates(SegmentRecorder recorder, Timestamp start, Action<string> say)
{
    private const long PeriodMs = 10_000;
    private IReadOnlyList<RecordedCounts> _before = recorder.Counts;
    private Timestamp _last = start;

    public void PassTime(Timestamp now)
    {
        if (now.Ms - _last.Ms < PeriodMs)
        {
            return;
        }

        var counts = recorder.Counts;
        var seconds = (now.Ms - _last.Ms) / 1000.0;
        var rates = counts.Zip(_before, (c, b) => string.Create(CultureInfo.InvariantCulture,
            $"{c.Symbol} {(c.Trades - b.Trades) / seconds:0.0} trades/s {(c.BookUpdates - b.BookUpdates) / seconds:0.0} books/s "
            + $"{(c.Tickers - b.Tickers) / seconds:0.0} tickers/s {Bytes(c.Bytes)}{(c.Gaps > 0 ? $" {c.Gaps} gaps" : "")}"));
        say($"recording {UtcTimeOf(now)}: {string.Join("; ", rates)}");
        (_before, _last) = (counts, now);
    }

    public void Say(LinkNews link) => say($"stream {link.State.ToString().ToLowerInvariant()}: {link.Why}");

    public void SayLost() => say("warning: the disk is too slow for the market; news were dropped and are marked as a gap");

    public static string Bytes(long bytes) => bytes switch
    {
        >= 1 << 20 => (bytes / (double)(1 << 20)).ToString("0.0", CultureInfo.InvariantCulture) + " MiB",
        _ => (bytes / 1024.0).ToString("0.0", CultureInfo.InvariantCulture) + " KiB",
    };

    private static string UtcTimeOf(Timestamp at) => at.ToString()[11..19];
}
