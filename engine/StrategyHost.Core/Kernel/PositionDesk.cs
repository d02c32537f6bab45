using StrategyHost.Core.Accounts;
using StrategyHost.Core.Domain;
using StrategyHost.Core.Planning;
using StrategyHost.Core.Protection;
using StrategyHost.Core.Signals;

namespace StrategyHost.Core.Kernel;

/// <summary>
/// Signals against an open position: exits of every type, and holds. An exit is reduce-only for life, belongs to the position's plan, and
/// is gone when that is flat (contracts §2.1 rules 1, 2, 6). The mirror does the same for its fraction.
/// </summary>
internal sealed class PositionDesk(EngineOptions options, MarketBoard market, AccountKernel? mirror)
{
    /// <summary>Closes a part or all of a plan's position: at market, at a limit, or behind a trigger.</summary>
    public Verdict Reduce(SignalAct act, TradePlan plan)
    {
        var signal = act.Signal;
        if (!options.ManagesPositions && Unmanaged.Objection(signal) is { } unmanaged)
        {
            return unmanaged;
        }

        var open = plan.Size - plan.Exiting;
        var wanted = Wanted(act, plan, open);
        if (signal.Type == SignalType.TrailingStop && wanted >= open)
        {
            return Hold(act, plan); // all of the position: its own trail
        }

        if (open.IsZero)
        {
            return Verdict.Refused(
                "already_closing", $"the {plan.Side.Text()} position of {plan.Symbol} is already being closed", "action");
        }

        var closed = Quantity.Min(wanted, open);
        if (closed.IsZero)
        {
            return Verdict.Refused(
                "below_min_qty", $"the part of the position to close is below a lot of {plan.Instrument.QtyStep}", "quantity");
        }

        var exit = Exit(act, plan, closed, p => p);
        if (exit.Trigger is not null && TrancheStops.Full(act.Account, plan.Symbol) is { } full)
        {
            return new Verdict(full);
        }

        plan.KeepEntries |= signal.KeepEntries;
        act.Account.Exit(plan, exit, act.At, act.Effects);
        if (act.IsForBoth && closed == open && signal.Type == SignalType.Market)
        {
            Leave(act, plan);
        }

        if (act.IsFollowed && plan.Follower is { Size.IsZero: false } follower)
        {
            follower.KeepEntries |= signal.KeepEntries;
            var part = MirrorPolicy.Reduction(follower.Size - follower.Exiting, closed, open, follower.Instrument);
            var average = plan.AverageEntry;
            decimal Price(decimal price) => follower.Side == plan.Side ? price : follower.AverageEntry * (2 - (price / average));
            mirror!.Exit(follower, Exit(act, follower, part, Price), act.At, act.Effects); // it is followed, so there is one
        }

        var dropped = wanted - closed;
        return dropped.Units > 0 && signal.Size is not null && !signal.ReduceOnly
            ? new Verdict(null, $"remainder_dropped: {dropped} of {wanted} would have opened the other side; set flip to do so")
            : Verdict.Accepted;
    }

    /// <summary>All of a plan is closed at market. Main notes that of itself, whether or not there is a mirror (I-12).</summary>
    private void Leave(SignalAct act, TradePlan plan)
    {
        plan.LeftBy = act.SignalId;
        if (mirror is not null)
        {
            plan.Follower?.LeftBy = act.SignalId;
            MirrorEntries.Leave(act.Account, mirror, plan, act.Effects);
        }
    }

    /// <summary>Changes the protection of an open position; tightens only.</summary>
    public Verdict Hold(SignalAct act, TradePlan? plan)
    {
        var change = act.Signal.Protection;
        if (plan is null || !change.SaysAnything)
        {
            return Verdict.Accepted; // without a protective field, or when flat, hold does nothing (rule 6)
        }

        if (Objection(act, plan) is { } objection)
        {
            return objection;
        }

        Protect(act.Account, plan, change, act);
        if (act.IsFollowed && plan.Follower is { Size.IsZero: false } follower)
        {
            Protect(mirror!, follower, follower.Side == plan.Side ? change : MirrorPolicy.Reverse(change, plan.AverageEntry), act);
        }

        return Verdict.Accepted;
    }

    /// <summary>What speaks against a change of protection; null: nothing.</summary>
    public Error? Objection(SignalAct act, TradePlan plan) => !act.Signal.Protection.SaysAnything ? null
        : (options.ManagesPositions ? null : Unmanaged.Objection(act.Signal.Protection))
            ?? HoldRules.Check(plan, act.Signal.Protection, market[plan.Symbol]);

    private static void Protect(AccountKernel account, TradePlan plan, ProtectionSpec change, SignalAct act)
    {
        if (HoldRules.Apply(plan, change))
        {
            account.Version++;
            account.Settle(plan, act.At, act.Effects);
        }
    }

    /// <summary>What a signal with a size wants to close of a whole position.</summary>
    public Quantity Wanted(SignalAct act, IReadOnlyList<TradePlan> tranches) =>
        Wanted(act, tranches[0], tranches.Aggregate(Quantity.Zero, (sum, t) => sum + t.Size - t.Exiting));

    private Quantity Wanted(SignalAct act, TradePlan plan, Quantity open)
    {
        var signal = act.Signal;
        if (signal.Share is { } share)
        {
            return share >= 100m ? open : plan.Instrument.FloorQuantity(open.Value * share / 100m);
        }

        if (signal.Size is not { } size || size.Kind == SizeKind.RiskPercent)
        {
            return open; // a risk is measured by the stop of an entry; an exit has none
        }

        var price = signal.Price ?? signal.TriggerPrice ?? FixedPoint.ToDecimal(market[plan.Symbol].Last);
        return plan.Instrument.FloorQuantity(PositionSizer.Raw(size, act.Account.Equity, price));
    }

    private ExitWish Exit(SignalAct act, TradePlan plan, Quantity quantity, Func<decimal, decimal> price)
    {
        var signal = act.Signal;
        var instrument = plan.Instrument;
        var side = plan.Side.ClosingSide();
        if (signal.Type == SignalType.TrailingStop)
        {
            return Trailing(act, plan, quantity, price);
        }

        var isLimit = signal.Type is SignalType.Limit or SignalType.StopLimit;
        var isTriggered = signal.Type is SignalType.StopMarket or SignalType.StopLimit;
        var trigger = isTriggered ? Trigger(signal, plan, price(signal.TriggerPrice!.Value)) : (Trigger?)null; // the parser demands it
        return new ExitWish(quantity, trigger is { } set ? Reason(plan, set) : ExitReason.Signal, signal.Tag)
        {
            TypeName = EntryDesk.TypeName(signal.Type),
            Price = isLimit ? instrument.LimitPrice(side, price(signal.Price!.Value)) : null, // the parser demands it
            TimeInForce = isLimit ? signal.TimeInForce : TimeInForce.Gtc,
            Trigger = trigger,
            Oco = signal.Oco,
            ExpiresAt = EntryDesk.Expiry(act.Lane, signal, act.At),
            SignalId = act.SignalId,
        };
    }

    /// <summary>An exit that trails a part; at market where its trail is passed already (rule 6).</summary>
    private ExitWish Trailing(SignalAct act, TradePlan plan, Quantity quantity, Func<decimal, decimal> price)
    {
        var spec = act.Signal.Protection.Trail.Value!; // the parser demands it
        spec = spec.ActivationPrice is { } activation ? spec with { ActivationPrice = price(activation) } : spec;
        var trail = ExitTrails.Start(plan, spec);
        var by = act.Signal.TriggerBy;
        var wish = new ExitWish(quantity, ExitReason.TrailingStop, act.Signal.Tag)
        {
            Oco = act.Signal.Oco,
            ExpiresAt = EntryDesk.Expiry(act.Lane, act.Signal, act.At),
            SignalId = act.SignalId,
        };
        var direction = plan.Side == PositionSide.Long ? TriggerDirection.Fall : TriggerDirection.Rise;
        return trail.Trail.IsHit(trail.State.Stop, market[plan.Symbol].Reference(by)) ? wish : wish with
        {
            TypeName = EntryDesk.TypeName(SignalType.TrailingStop),
            Trigger = new Trigger(ExitTrails.Trigger(trail), direction, by),
            Trail = trail,
        };
    }

    private Trigger Trigger(Signal signal, TradePlan plan, decimal price)
    {
        var board = market[plan.Symbol];
        var rounded = plan.Instrument.StopPrice(plan.Side, price);
        var reference = board.Reference(signal.TriggerBy);
        return new Trigger(rounded, rounded.Units > reference ? TriggerDirection.Rise : TriggerDirection.Fall, signal.TriggerBy);
    }

    private static ExitReason Reason(TradePlan plan, Trigger trigger) =>
        trigger.Direction == TriggerDirection.Fall == (plan.Side == PositionSide.Long) ? ExitReason.StopLoss : ExitReason.TakeProfit;
}
