using StrategyHost.Core.Domain;
using StrategyHost.Core.Planning;
using StrategyHost.Core.Protection;
using StrategyHost.Core.Signals;

namespace StrategyHost.Core.Kernel;

/// <summary>An accepted entry for one account, with everything resolved but its ids.</summary>
internal sealed record EntryTicket
{
    public required StrategyLane Lane { get; init; }
    public required Signal Signal { get; init; }
    public required Instrument Instrument { get; init; }
    public required PositionSide Side { get; init; }
    public required Quantity Quantity { get; init; }

    /// <summary>Limit price, trigger, or last price: what protection counts from before the first fill.</summary>
    public required decimal Reference { get; init; }
    public required ProtectionSpec Spec { get; init; }

    /// <summary>The protection before an approach filled in what was left open: the mirror may have an approach of its own.</summary>
    public required ProtectionSpec Resolved { get; init; }

    /// <summary>Limit prices of the equal parts of the entry; one null: a single order as the signal says.</summary>
    public IReadOnlyList<decimal?> Prices { get; init; } = [null];
    public required decimal Atr { get; init; }

    /// <summary>Where the trail of a trailing_stop entry stands; null for other types.</summary>
    public (StopTrail Trail, StopState State)? Trail { get; init; }
    public required PlanOrigin Origin { get; init; }
    public Timestamp? ExpiresAt { get; init; }

    /// <summary>What is to be said of an accepted entry; empty: nothing.</summary>
    public string Note { get; init; } = "";

    private (ProtectionSpec? Spec, decimal Reference, Price? Stop) _counted;

    /// <summary>
    /// The attached stop before the first fill; null where there is none. Asked several times on the way to an order and counted once: a
    /// copy with another protection or reference (a reversed one has both) counts again.
    /// </summary>
    public Price? Stop
    {
        get
        {
            if (!ReferenceEquals(_counted.Spec, Spec) || _counted.Reference != Reference)
            {
                _counted = (Spec, Reference, new StopLevels(Spec, Side, Instrument, Atr).Before(Reference));
            }

            return _counted.Stop;
        }
    }
}

/// <summary>
/// An entry of the mirror that waits for its delay, or for the mirror to be ready; wanted is what main wanted when it was decided.
/// </summary>
internal sealed record DelayedEntry(Timestamp Due, EntryTicket Ticket, TradePlan LeaderThen, Quantity Wanted)
{
    /// <summary>From then on it is too late where main has filled something of it.</summary>
    public required Timestamp Until { get; init; }

    /// <summary>Main's plan: the one that took the entry over, where one did.</summary>
    public TradePlan Leader => LeaderThen.Heir ?? LeaderThen;
}
