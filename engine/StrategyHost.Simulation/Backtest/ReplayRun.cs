using StrategyHost.Core.Domain;

namespace StrategyHost.Simulation.Backtest;

/// <summary>Progress, cancelling and observation that both replays share.</summary>
internal sealed class ReplayRun(ResultCollector collector, ReplaySpan span, IProgress<long>? progress, CancellationToken cancelled)
{
    private const long ReportEvery = 65_536;
    private long _reported;

    public IReadOnlyList<SymbolFeed> Feeds => span.Feeds;
    public required bool OneByOne { get; init; }

    /// <summary>Market events that have been played.</summary>
    public long Events { get; private set; }
    public bool WasCancelled { get; private set; }

    public bool GoOn()
    {
        WasCancelled |= cancelled.IsCancellationRequested;
        return !WasCancelled;
    }

    public void Took(int events)
    {
        Events += events;
        if (progress is not null && Events - _reported >= ReportEvery)
        {
            _reported = Events;
            progress.Report(Events);
        }
    }

    public void Observe(long ms) => collector.Observe(new Timestamp(ms));
}
