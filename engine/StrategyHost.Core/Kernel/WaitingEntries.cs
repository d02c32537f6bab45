using StrategyHost.Core.Domain;
using StrategyHost.Core.Kernel.Saved;
using StrategyHost.Core.Signals;

namespace StrategyHost.Core.Kernel;

/// <summary>
/// Entries that wait until the orders which they replace have ended. 1. They are saved with the account that leads their strategy. 2. Over
/// a restart they are not made: the event behind them is old by then. The next run tells them as refused when it starts.
/// </summary>
internal sealed class WaitingEntries
{
    private readonly List<WaitingSignal> _waiting = [];
    private readonly List<SavedWaiting> _missed = [];

    public void Add(WaitingSignal waiting) => _waiting.Add(waiting);

    /// <summary>Gives those whose cancels have been confirmed by now, in the order in which they came.</summary>
    public void Resume(Action<Decision> decide)
    {
        for (var i = 0; i < _waiting.Count; i++)
        {
            var (decision, replaced) = _waiting[i];
            if (replaced.All(o => o.Order.IsDone))
            {
                _waiting.RemoveAt(i--);
                decide(decision);
            }
        }
    }

    /// <summary>Those of strategies that an account leads; null: none.</summary>
    public IReadOnlyList<SavedWaiting>? Of(AccountKernel account, StrategyLane[] lanes)
    {
        if (_waiting.Count + _missed.Count == 0)
        {
            return null;
        }

        SavedWaiting[] saved =
        [
            .. _missed.Where(m => LaneOf(m, lanes)?.Leading == account),
            .. _waiting.Where(w => w.Decision.Lane.Leading == account).Select(Of),
        ];
        return saved.Length > 0 ? saved : null;
    }

    /// <summary>Takes up those of a run before; gives those whose strategy is not in this one.</summary>
    public IEnumerable<SavedWaiting> Restore(SavedAccount saved, StrategyLane[] lanes)
    {
        var known = saved.Waiting?.ToLookup(w => LaneOf(w, lanes) is not null);
        _missed.AddRange(known?[true] ?? []);
        return known?[false] ?? [];
    }

    /// <summary>Those of the run before, which are told once.</summary>
    public IReadOnlyList<(StrategyLane Lane, SavedWaiting Entry)> TakeMissed(StrategyLane[] lanes)
    {
        (StrategyLane, SavedWaiting)[] missed = [.. _missed.Select(m => (LaneOf(m, lanes)!, m))]; // it was asked when they were taken up
        _missed.Clear();
        return missed;
    }

    private static StrategyLane? LaneOf(SavedWaiting waiting, StrategyLane[] lanes) =>
        Array.Find(lanes, l => l.Setup.Strategy == waiting.Strategy);

    private static SavedWaiting Of(WaitingSignal waiting)
    {
        var (decision, signal) = (waiting.Decision, waiting.Decision.Parsed.Signal!); // only an entry that was read waits
        return new SavedWaiting(
            decision.Lane.Setup.Strategy, decision.Id, signal.Symbol, decision.Parsed.Action, decision.Parsed.Tag, signal.Reason)
        {
            Side = signal.Action == SignalAction.Sell ? Side.Sell : Side.Buy,
            Type = EntryDesk.TypeName(signal.Type),
            For = [.. waiting.For.Select(o => o.Id)],
        };
    }
}
