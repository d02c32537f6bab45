using StrategyHost.Core.Accounts;
using StrategyHost.Core.Domain;
using StrategyHost.Core.Planning;
using StrategyHost.Core.Protection;
using StrategyHost.Core.Signals;
using StrategyHost.Core.Strategies;

namespace StrategyHost.Core.Kernel;

/// <summary>
/// Decides what a signal means (contracts §2.1) and carries it out on the leading account, then on the mirror. Every signal, refused ones
/// too, leaves one <see cref="SignalDecided"/>; refused ones also reach the script's <c>on_order</c>.
/// </summary>
internal sealed class SignalDesk(EngineOptions options, MarketBoard market, AccountKernel main, AccountKernel? mirror)
{
    private readonly EntryDesk _entries = new(options, market);
    private readonly List<DelayedEntry> _delayed = [];

    public Timestamp NextDue => _delayed.Count == 0 ? Timestamp.MaxValue : _delayed.Min(d => d.Due);

    /// <summary>All signals of one answer, in their order.</summary>
    public void Decide(StrategyLane lane, ScriptValue value, Symbol symbol, Timestamp at, EffectList effects)
    {
        foreach (var parsed in SignalParser.Parse(value, new SignalContext(symbol, lane.Setup.Symbols)))
        {
            var id = lane.NextSignalId();
            var error = parsed.Signal is { } signal ? Carry(lane, signal, id, at, effects) : parsed.Errors[0];
            Report(lane, parsed, id, symbol, error, at, effects);
        }
    }

    /// <summary>Mirror entries whose delay is over.</summary>
    public void PassTime(Timestamp at, EffectList effects)
    {
        foreach (var delayed in _delayed.Where(d => d.Due <= at).ToArray())
        {
            _delayed.Remove(delayed);
            var last = FixedPoint.ToDecimal(market[delayed.Ticket.Instrument.Symbol].Last);
            var filled = delayed.Leader.AverageEntry;
            var deviation = filled == 0 ? 0 : Math.Abs(last - filled) / filled * 100m;
            if (deviation > options.MirrorSettings.MaxDeviationPercent || (delayed.Leader.HasOpened && delayed.Leader.Size.IsZero))
            {
                Skipped(delayed.Ticket, deviation > 0 ? "max_deviation" : "leader_closed", at, effects);
                continue;
            }

            delayed.Leader.Follower = EntryDesk.Open(mirror!, delayed.Ticket, at, effects); // delayed entries exist with a mirror only
        }
    }

    private Error? Carry(StrategyLane lane, Signal signal, string id, Timestamp at, EffectList effects)
    {
        if (!lane.Trades(signal.Symbol))
        {
            return Refused("unknown_symbol", $"{signal.Symbol} is not one of the strategy's symbols", "symbol");
        }

        var plan = lane.Leading.OpenPlan(lane.Setup.Strategy, signal.Symbol);
        return signal.Action switch
        {
            SignalAction.Buy or SignalAction.Sell => Trade(lane, signal, plan, id, at, effects),
            SignalAction.Close => plan is null ? NothingOpen(signal) : Reduce(lane, signal, plan, at, effects),
            SignalAction.Hold => Hold(lane, signal, plan, at, effects),
            SignalAction.Cancel => CancelOrders(lane, signal, effects),
            SignalAction.Modify => Modify(lane, signal, plan, at, effects),
        };
    }

    private Error? Trade(StrategyLane lane, Signal signal, TradePlan? plan, string id, Timestamp at, EffectList effects)
    {
        var side = signal.Action == SignalAction.Buy ? PositionSide.Long : PositionSide.Short;
        if (plan is not null && plan.Side != side)
        {
            if (signal.Type is SignalType.TrailingStop or SignalType.StopMarket or SignalType.StopLimit)
            {
                return ConditionalExit(lane, signal, plan, at, effects);
            }

            var error = Reduce(lane, signal with { Share = signal.Flip ? null : signal.Share, Size = signal.Flip ? null : signal.Size }, plan, at, effects);
            return error is null && signal.Flip ? Enter(lane, signal, id, at, effects) : error;
        }

        if (signal.ReduceOnly)
        {
            return NothingOpen(signal);
        }

        return signal.Type == SignalType.TrailingStop
            ? Refused("trailing_entry_not_supported", "a trailing_stop entry is not supported yet; use stop_market", "type")
            : Enter(lane, signal, id, at, effects);
    }

    private Error? Enter(StrategyLane lane, Signal signal, string id, Timestamp at, EffectList effects)
    {
        var ticket = _entries.Ticket(lane, signal, id, at);
        if (!ticket.IsOk)
        {
            return ticket.Errors[0];
        }

        var plan = EntryDesk.Open(lane.Leading, ticket.Value, at, effects);
        Follow(lane, ticket.Value, plan, at, effects);
        return null;
    }

    private void Follow(StrategyLane lane, EntryTicket ticket, TradePlan leader, Timestamp at, EffectList effects)
    {
        var scope = ticket.Signal.Accounts ?? lane.Setup.Settings.Accounts;
        if (mirror is null || lane.Leading != main || scope == AccountScope.Main)
        {
            return;
        }

        var (follower, skipped) = _entries.Mirror(ticket, main, mirror);
        if (follower is null)
        {
            Skipped(ticket, skipped!, at, effects); // a reason comes with every skip
            return;
        }

        var delay = ticket.Signal.Mirror?.DelayMs ?? options.MirrorSettings.DelayMs;
        if (delay > 0)
        {
            _delayed.Add(new DelayedEntry(at.AddMs(delay), follower, leader));
            return;
        }

        leader.Follower = EntryDesk.Open(mirror, follower, at, effects);
    }

    private Error? Reduce(StrategyLane lane, Signal signal, TradePlan plan, Timestamp at, EffectList effects)
    {
        var before = plan.Size - plan.Exiting;
        var wanted = Wanted(signal, plan, before);
        var closed = lane.Leading.Close(plan, wanted, ExitReason.Signal, signal.Tag, at, effects);
        if (closed.IsZero)
        {
            return Refused("already_closing", $"the {plan.Side.Text()} position of {plan.Symbol} is already being closed", "action");
        }

        if (plan.Follower is { } follower && !follower.Size.IsZero && mirror is not null)
        {
            var part = MirrorPolicy.Reduction(follower.Size - follower.Exiting, closed, before, follower.Instrument);
            mirror.Close(follower, part, ExitReason.Signal, signal.Tag, at, effects);
        }

        return null;
    }

    private static Quantity Wanted(Signal signal, TradePlan plan, Quantity open)
    {
        if (signal.Share is { } share)
        {
            return share >= 100m ? open : plan.Instrument.FloorQuantity(open.Value * share / 100m);
        }

        return signal.Size is { Kind: SizeKind.Quantity } size ? Quantity.Min(open, plan.Instrument.FloorQuantity(size.Value)) : open;
    }

    /// <summary>A stop order against the own position: it tightens the plan's stop; as reduce-only exit it never opens (rule 2).</summary>
    private Error? ConditionalExit(StrategyLane lane, Signal signal, TradePlan plan, Timestamp at, EffectList effects)
    {
        var spec = signal.Type == SignalType.TrailingStop
            ? signal.Protection
            : new ProtectionSpec { Stop = Said<Level>.Of(new Level(LevelKind.Price, signal.TriggerPrice!.Value)) }; // the parser demands it
        return Hold(lane, signal with { Protection = spec }, plan, at, effects);
    }

    private Error? Hold(StrategyLane lane, Signal signal, TradePlan? plan, Timestamp at, EffectList effects)
    {
        if (plan is null || !signal.Protection.SaysAnything)
        {
            return null; // without a protective field, or when flat, hold does nothing (rule 6)
        }

        if (HoldRules.Check(plan, signal.Protection, market[plan.Symbol]) is { } error)
        {
            return error;
        }

        Protect(lane.Leading, plan, signal.Protection, at, effects);
        if (plan.Follower is { Size.IsZero: false } follower && mirror is not null)
        {
            var spec = follower.Side == plan.Side ? signal.Protection : MirrorPolicy.Reverse(signal.Protection, plan.AverageEntry);
            Protect(mirror, follower, spec, at, effects);
        }

        return null;
    }

    private static void Protect(AccountKernel account, TradePlan plan, ProtectionSpec change, Timestamp at, EffectList effects)
    {
        if (HoldRules.Apply(plan, change))
        {
            account.Version++;
            account.Settle(plan, at, effects);
        }
    }

    private Error? CancelOrders(StrategyLane lane, Signal signal, EffectList effects)
    {
        var any = false;
        foreach (var plan in lane.Leading.Plans.Where(p => p.Strategy == lane.Setup.Strategy))
        {
            foreach (var entry in plan.Entries.Where(e => !e.Order.IsFinal && Names(signal, e)))
            {
                any = true;
                lane.Leading.Cancel(entry, effects);
                plan.Follower?.Entries.ForEach(e => mirror?.Cancel(e, effects));
            }
        }

        return any ? null : Refused("no_such_order", $"no open order matches {signal.Order}", "order");
    }

    private static bool Names(Signal signal, PlanOrder order) => signal.Order is "all" or "entries"
        ? order.Plan.Symbol == signal.Symbol
        : order.Order.Id.Value == signal.Order || (order.Tag.Length > 0 && order.Tag == signal.Order);

    private Error? Modify(StrategyLane lane, Signal signal, TradePlan? open, Timestamp at, EffectList effects)
    {
        var entry = lane.Leading.Plans.Where(p => p.Strategy == lane.Setup.Strategy).SelectMany(p => p.Entries)
            .FirstOrDefault(e => !e.Order.IsFinal && Names(signal, e));
        if (entry is null)
        {
            return open is not null && signal.Protection.SaysAnything
                ? Hold(lane, signal, open, at, effects)
                : Refused("no_such_order", $"no open order matches {signal.Order}", "order");
        }

        var instrument = entry.Plan.Instrument;
        var side = entry.Order.Request.Side;
        lane.Leading.Amend(entry, new OrderAmendment
        {
            Symbol = entry.Plan.Symbol,
            ClientOrderId = entry.Order.Id,
            Price = signal.Price is { } price ? instrument.LimitPrice(side, price) : null,
            TriggerPrice = signal.TriggerPrice is { } trigger ? instrument.TickDown(trigger) : null,
            Quantity = signal.Size is { Kind: SizeKind.Quantity } size ? instrument.FloorQuantity(size.Value) : null,
        }, effects);
        return null;
    }

    private static void Report(
        StrategyLane lane, ParsedSignal parsed, string id, Symbol symbol, Error? error, Timestamp at, EffectList effects)
    {
        var named = parsed.Signal?.Symbol ?? symbol;
        effects.Add(new SignalDecided(
            id, at, lane.Setup.Strategy, named, parsed.Action, error?.Rule ?? "accepted", error?.Message ?? "", parsed.Tag, parsed.Signal?.Reason ?? "")
        {
            Error = error,
        });
        if (error is not null && lane.Has(ScriptCallbacks.Order))
        {
            var refused = new ScriptOrder
            {
                Id = id,
                Tag = parsed.Tag,
                Symbol = named,
                Role = "signal",
                Side = parsed.Signal?.Action == SignalAction.Sell ? Side.Sell : Side.Buy,
                Type = EntryDesk.TypeName(parsed.Signal?.Type ?? SignalType.Market),
                Status = "refused",
                CreatedAt = at,
            };
            lane.Call(new OrderCall(refused, error.Rule, error.Message) { At = at }, effects);
        }
    }

    private static void Skipped(EntryTicket ticket, string reason, Timestamp at, EffectList effects) =>
        effects.Add(new Alert(AccountId.Mirror, at, "mirror_skipped", $"{ticket.Origin.SignalId} {ticket.Instrument.Symbol}: {reason}"));

    private static Error NothingOpen(Signal signal) => Refused("nothing_open", $"there is no {signal.Symbol} position of this strategy to close", "action");

    private static Error Refused(string rule, string message, string? field = null) => new() { Rule = rule, Message = message, Field = field };
}
