using StrategyHost.Core.Domain;
using StrategyHost.Core.Planning;
using StrategyHost.Core.Signals;

namespace StrategyHost.Core.Kernel;

/// <summary>A signal about to be carried out: on which account, and whether the mirror follows.</summary>
internal readonly record struct SignalAct(StrategyLane Lane, AccountKernel Account, Signal Signal, Timestamp At, EffectList Effects)
{
    /// <summary>The signal's id; orders of main and the mirror that come of it carry it.</summary>
    public string SignalId { get; init; } = "";

    /// <summary>Main trades, and a mirror is to do the same: there may be none.</summary>
    public bool IsForBoth { get; init; }

    /// <summary>Main trades and there is a mirror that does the same.</summary>
    public bool IsFollowed { get; init; }

    /// <summary>Why the mirror leaves this one out although it follows; null: it does not.</summary>
    public string? MirrorSkips { get; init; }

    /// <summary>
    /// The strategy's open plan on the symbol; in hedge mode of the side that the signal names, else the larger one, as ctx.position.
    /// </summary>
    public TradePlan? OpenPlan => Account.OpenPlan(Lane.Setup.Strategy, Signal.Symbol, Signal.PositionSide);

    /// <summary>The open plans of a side that the signal means, the oldest first: all tranches, or the one that it names.</summary>
    public IReadOnlyList<TradePlan> Tranches(PositionSide side) => Tranches(side, Signal.Tranche);

    public IReadOnlyList<TradePlan> AllTranches(PositionSide side) => Tranches(side, null);

    private List<TradePlan> Tranches(PositionSide side, string? named)
    {
        var found = new List<TradePlan>(1);
        foreach (var plan in Account.Plans)
        {
            if (plan.Strategy == Lane.Setup.Strategy && plan.Symbol == Signal.Symbol && plan.Side == side && !plan.Size.IsZero
                && (named is null || plan.Origin.Tranche == named))
            {
                found.Add(plan);
            }
        }

        return found;
    }
}

/// <summary>One signal with its id, and the symbol of the event that it answers.</summary>
internal sealed record Decision(StrategyLane Lane, ParsedSignal Parsed, string Id, Symbol Symbol)
{
    /// <summary>The version that gave the signal, which may not trade any more when it is decided.</summary>
    public StrategySetup Setup { get; } = Lane.Setup;
}

/// <summary>An entry that waits until the orders that it replaces have ended (contracts §2.1 rule 8).</summary>
internal sealed record WaitingSignal(Decision Decision, IReadOnlyList<PlanOrder> For);

/// <summary>What became of a signal: refused with an error, or accepted with what there is to say about it.</summary>
internal readonly record struct Verdict(Error? Error, string Note = "")
{
    public static readonly Verdict Accepted = new(null);
    public static implicit operator Verdict(Error? error) => new(error);
    public static Verdict Refused(string rule, string message, string? field = null) =>
        new(new Error { Rule = rule, Message = message, Field = field });
}
