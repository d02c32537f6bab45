using StrategyHost.Core.Domain;
using StrategyHost.Core.Kernel;

namespace StrategyHost.Simulation.Backtest;

/// <summary>Progress, cancelling and observation that both replays share.</summary>
internal sealed class ReplayRun(ResultCollector collector, ReplaySpan span, IProgress<long>? progress, CancellationToken cancelled)
{
    private const long ReportEvery = 256;
    private const int CurvePoints = 2000;
    private const int StretchMin = 32;

    /// <summary>2, 4, 8 … 4,096 rows.</summary>
    private const int PowersOfTwo = 12;
    private readonly long _sampleEveryMs = Math.Max(1000, (span.To.Ms - span.From.Ms) / CurvePoints);
    private long _nextSampleMs;
    private long _reported;

    public IReadOnlyList<SymbolFeed> Feeds => span.Feeds;
    public required bool OneByOne { get; init; }

    /// <summary>Chooses the rows to offer instead; for runs that show that it makes no difference.</summary>
    public Prng? Grouping { get; init; }

    /// <summary>
    /// Rows to offer a script at once: twice what it last took, so that what is scanned and copied stays in proportion to what is used.
    /// </summary>
    public int Stretch { get; private set; } = StretchMin;

    /// <summary>Market events that have been played.</summary>
    public long Events { get; private set; }
    public bool WasCancelled { get; private set; }

    public void Offered(int taken) => Stretch = Grouping is null
        ? Math.Clamp(taken * 2, StretchMin, QuietScan.Longest)
        : 2 << Grouping.Below(PowersOfTwo);

    public bool GoOn()
    {
        WasCancelled |= cancelled.IsCancellationRequested;
        return !WasCancelled;
    }

    /// <summary>Market events up to this time have been played.</summary>
    public void Took(int events, long ms)
    {
        Events += events;
        if (ms >= _nextSampleMs)
        {
            _nextSampleMs = ms + _sampleEveryMs;
            collector.Sample(new Timestamp(ms));
        }

        if (progress is not null && Events - _reported >= ReportEvery)
        {
            _reported = Events;
            progress.Report(Events);
        }
    }

    public void Observe(long ms) => collector.Observe(new Timestamp(ms));
}
