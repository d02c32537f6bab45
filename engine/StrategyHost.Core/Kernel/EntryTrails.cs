using StrategyHost.Core.Domain;
using StrategyHost.Core.Orders;
using StrategyHost.Core.Planning;
using StrategyHost.Core.Protection;
using StrategyHost.Core.Signals;

namespace StrategyHost.Core.Kernel;

/// <summary>
/// Entries of type <c>trailing_stop</c> of one account. Each rests on the exchange as a conditional order ahead of the market; its trigger
/// follows the best price that the market has offered since the signal. A buy trails down, as the stop of a short would.
/// 1. A trigger moves toward the market only, and the attached stop that is counted from it goes along in the same request. 2. Where the
/// market has turned already, what rests is taken back, and when that is confirmed the rest enters at market: never both. 3. Before its
/// activation an entry is held here; the exchange knows nothing of it.
/// </summary>
internal sealed class EntryTrails(AccountKernel account, EngineOptions options)
{
    /// <summary>Bybit V5: a rising, a falling trigger that is reached already (read 2026-07-24).</summary>
    private const int RiseReached = 110092;
    private const int FallReached = 110093;

    private readonly List<PlanOrder> _live = [];
    private readonly List<PlanOrder> _entering = [];

    /// <summary>There may be some: asked for every market row.</summary>
    public bool IsAny => _live.Count > 0;

    /// <summary>The trail of an entry from the last price on; null for other types, and where no price is known.</summary>
    public static (StopTrail Trail, StopState State)? Start(Signal signal, PositionSide side, SymbolMarket board)
    {
        if (signal is not { Type: SignalType.TrailingStop, Protection.Trail.IsSaid: true } || board.Last == 0)
        {
            return null;
        }

        var trail = Trail(signal.Protection, side, board.Instrument);
        return (trail, trail.Start(new Price(board.Last)));
    }

    /// <summary>The signal with the trigger of its trail; at market where the market has turned already.</summary>
    public static Signal Placed(Signal signal, (StopTrail Trail, StopState State)? started, SymbolMarket board) => started is not { } own
        ? signal
        : IsPassed(own.Trail, own.State, board.Reference(signal.TriggerBy)) ? AtMarket(signal)
        : signal with { TriggerPrice = ExitTrails.Trigger(own).Value };

    /// <summary>
    /// A delayed entry of the mirror: at main's trail as it is by now; at market where main's has had its turn.
    /// </summary>
    public static EntryTicket Late(EntryTicket ticket, TradePlan leader, SymbolMarket board)
    {
        if (ticket.Trail is null)
        {
            return ticket;
        }

        var main = leader.Entries.Find(e => e.SignalId == ticket.Origin.SignalId
            && e is { Trail: not null, EntersNow: false, Order: { IsFinal: false, Filled.IsZero: true } });
        (StopTrail Trail, StopState State)? now = main is { Trail: { } trail } ? (trail, main.TrailState) : null;
        var signal = now is null ? AtMarket(ticket.Signal) : Placed(ticket.Signal, now, board);
        return ticket with
        {
            Signal = signal,
            Trail = signal.Type == SignalType.TrailingStop ? now : null,
            Reference = signal.TriggerPrice ?? FixedPoint.ToDecimal(board.Last),
        };
    }

    /// <summary>What a modify may not ask of a trailing entry; null: nothing, or it is none.</summary>
    public static Error? Objection(Signal signal, PlanOrder order) => order is not { Role: OrderRole.Entry, Trail: not null } ? null
        : signal.TriggerPrice is not null
            ? Refused("stop_price", "the trigger of a trailing_stop entry follows the market; give trail_percent or trail_amount")
        : signal.Protection.Trail is { IsSaid: true, Value: null }
            ? Refused("trail_percent", "a trailing_stop entry without a trail is none; cancel it instead")
        : null;

    /// <summary>A modify as it is for an order: on a trailing entry the trail is the entry's own, and gives its trigger.</summary>
    public static SignalAct Meant(SignalAct act, PlanOrder order)
    {
        var (signal, board) = (act.Signal, act.Account.Market[order.Plan.Symbol]);
        if (!Retrails(signal, order))
        {
            return act;
        }

        var changed = Changed(signal, order);
        var isPassed = IsPassed(changed.Trail, changed.State, board.Reference(TriggerBy(order)));
        return act with
        {
            Signal = signal with
            {
                Type = SignalType.TrailingStop, // which side of the market its trigger is on is no matter
                TriggerPrice = isPassed ? null : ExitTrails.Trigger(changed).Value,
                Protection = signal.Protection with { Trail = default },
            },
        };
    }

    public void Add(PlanOrder order)
    {
        if (order is { Role: OrderRole.Entry, Trail: not null })
        {
            _live.Add(order);
        }
    }

    /// <summary>Takes up an entry of an earlier kernel.</summary>
    public void Restore(PlanOrder order)
    {
        Add(order);
        if (order is { Role: OrderRole.Entry, Trail: not null, EntersNow: true, Order.IsDone: false })
        {
            _entering.Add(order);
        }
    }

    /// <summary>A trailing entry waits on the symbol: its events come one by one.</summary>
    public bool Any(Symbol symbol) => _live.Exists(e => e.Plan.Symbol == symbol && !e.Order.IsFinal);

    /// <summary>Takes market rows and moves what they make necessary.</summary>
    public void Advance(
        SymbolMarket market, ReadOnlySpan<long> high, ReadOnlySpan<long> low, Timestamp at, EffectList effects)
    {
        _live.RemoveAll(e => e.Order.IsFinal);
        for (var i = 0; i < _live.Count; i++)
        {
            var entry = _live[i];
            if (entry.Plan.Symbol == market.Symbol)
            {
                ExitTrails.Advance(entry, entry.Plan.Side == PositionSide.Long ? low : high);
                Move(entry, market, at, effects);
            }
        }
    }

    /// <summary>Takes over the trail that a modify gave; the rest of it has been amended.</summary>
    public void Retrail(PlanOrder order, SignalAct act)
    {
        if (Retrails(act.Signal, order))
        {
            (order.Trail, order.TrailState) = Changed(act.Signal, order);
            Move(order, account.Market[order.Plan.Symbol], act.At, act.Effects);
        }
    }

    /// <summary>Entries whose orders have ended go on at market.</summary>
    public void Enter(Timestamp at, EffectList effects)
    {
        for (var i = _entering.Count - 1; i >= 0; i--)
        {
            var entry = _entering[i];
            if (entry.Order.IsDone || !entry.EntersNow) // a script's or the host's cancel takes the wish back
            {
                _entering.RemoveAt(i);
                AtMarket(entry, at, effects);
            }
        }
    }

    /// <summary>True when a refusal says that the market has turned: the entry goes on at market.</summary>
    public bool Takes(PlanOrder? order, RefusalReport refusal, EffectList effects)
    {
        // One that is being taken back for good does not go on.
        if (order is not { Role: OrderRole.Entry, Trail: not null } || order is { EntersNow: false, Order.IsCancelling: true }
            || refusal.Code is not (RiseReached or FallReached))
        {
            return false;
        }

        if (refusal.Request == RequestKind.Amend)
        {
            account.Cancel(order, effects);
        }

        Enters(order);
        return true;
    }

    /// <summary>Takes back what is held here and nobody else keeps.</summary>
    public void DropHeld(EffectList effects) => _live.FindAll(e => e.IsHeld).ForEach(e => account.Cancel(e, effects));

    private void Move(PlanOrder entry, SymbolMarket market, Timestamp at, EffectList effects)
    {
        var order = entry.Order;
        if (order.Status is not (OrderStatus.Pending or OrderStatus.Untriggered) || ExitTrails.Wanted(entry) is not { } wanted
            || order.Request.Trigger is not { } trigger
            || !(entry.IsHeld || options.TrailMode == TrailMode.Ideal
                || ProtectionCycle.MayMove(trigger.Price.Units, wanted, entry.TrailMovedAt, at, entry.Plan.Instrument)))
        {
            return;
        }

        var isPassed = entry.Trail!.IsHit(wanted, market.Reference(trigger.By)); // it has one: asked by Wanted
        var price = new Price(isPassed ? market.Last : wanted);
        var stop = Stop(entry, price);
        if (!Fits(entry, price, stop))
        {
            return; // the trigger stays where its stop still protects
        }

        if (entry.IsHeld && !isPassed && account.NotNow(entry.Plan, at) is not null)
        {
            return; // it stays held, and its trail goes on
        }

        if (isPassed)
        {
            EnterNow(entry, at, effects);
            return;
        }

        entry.TrailMovedAt = at;
        entry.ReferencePrice = price.Value;
        account.MoveTrigger(entry, price, stop == order.Request.Protection?.StopLoss ? null : stop, effects);
    }

    private void EnterNow(PlanOrder entry, Timestamp at, EffectList effects)
    {
        account.Cancel(entry, effects);
        Enters(entry);
        Enter(at, effects); // one that was held has ended
    }

    private void Enters(PlanOrder entry)
    {
        entry.EntersNow = true;
        if (!_entering.Contains(entry))
        {
            _entering.Add(entry);
        }
    }

    private void AtMarket(PlanOrder entry, Timestamp at, EffectList effects)
    {
        var (plan, request) = (entry.Plan, entry.Order.Request);
        var rest = request.Quantity - entry.Order.Filled;
        if (!entry.EntersNow || rest.Units <= 0 || rest < plan.Instrument.MinQty)
        {
            return;
        }

        var price = new Price(account.Market[plan.Symbol].Last);
        if (Missed(entry, price, at) is { } why)
        {
            effects.Add(new Alert(account.Account, at, "entry_missed", $"{entry.Id} was to enter {plan.Symbol} at market now: {why}"));
            return;
        }

        var stop = Stop(entry, price);
        if (entry.Order.Filled.IsZero)
        {
            plan.Entries.Remove(entry); // the market order is the entry now, and the only one that anchors
        }

        plan.Entries.Add(account.Send(plan, new OrderWish(OrderRole.Entry, request with
        {
            ClientOrderId = ClientOrderId.None,
            Quantity = rest,
            Trigger = null,
            Protection = stop is null ? null : (request.Protection ?? new AttachedProtection()) with { StopLoss = stop },
        }, EntryDesk.TypeName(SignalType.Market))
        {
            Tag = entry.Tag,
            ReferencePrice = price.Value,
            ExpiresAt = entry.ExpiresAt,
            Oco = entry.Oco,
            SignalId = entry.SignalId,
            Spec = entry.Spec,
        }, at, effects));
    }

    /// <summary>
    /// Why an entry whose turn has come is not made; null: it is. After a restart there is no stop without a price and no entry before
    /// recovery (I-18). One that has rested on the exchange would have filled there by now: no window stops it.
    /// </summary>
    private string? Missed(PlanOrder entry, Price price, Timestamp at) => price.Units == 0 ? "no price is known"
        : account.IsHeldBack ? "the account is not ready"
        : entry.IsHeld ? account.NotNow(entry.Plan, at)
        : null;

    /// <summary>The attached stop of an entry that would fill at a price: its own, or that of the position that it adds to.</summary>
    private Price? Stop(PlanOrder entry, Price price)
    {
        var plan = entry.Plan;
        var own = new StopLevels(entry.Spec, plan.Side, plan.Instrument, plan.Atr).Before(price.Value);
        var present = account.OpenPlan(plan.Strategy, plan.Symbol, plan.Side, plan.Origin.Tranche) ?? plan;
        return EntryStops.Attached(account, new EntryStop(present, own, price.Value, entry));
    }

    /// <summary>
    /// The stop is on its side of the price; one that does not go along with the trigger, also as far away as any entry's has to be.
    /// </summary>
    private bool Fits(PlanOrder entry, Price price, Price? stop)
    {
        if (stop is not { } level)
        {
            return true;
        }

        var distance = (price.Units - level.Units) * entry.Plan.Side.Sign();
        var least = level == entry.Order.Request.Protection?.StopLoss ? options.RiskOf(account.Account).MinStopPercent : 0m;
        return distance > 0 && distance * 100m >= least * price.Units;
    }

    private static bool Retrails(Signal signal, PlanOrder order) =>
        order is { Role: OrderRole.Entry, Trail: not null } && signal.Protection.Trail.Value is not null;

    /// <summary>Another distance from the same best price; a trail that has started does not wait again.</summary>
    private static (StopTrail Trail, StopState State) Changed(Signal signal, PlanOrder order)
    {
        var trail = Trail(signal.Protection, order.Plan.Side, order.Plan.Instrument);
        trail = order.TrailState.Activated ? trail with { Activation = null } : trail;
        return (trail, trail.Start(new Price(order.TrailState.Extreme)));
    }

    private static StopTrail Trail(ProtectionSpec wanted, PositionSide side, Instrument instrument) =>
        ProtectionPlanner.Stop(new ProtectionSpec { Trail = wanted.Trail }, side.Opposite(), 0, 0, instrument);

    private static bool IsPassed(StopTrail trail, StopState state, long reference) => state.Activated && trail.IsHit(state.Stop, reference);

    private static TriggerBy TriggerBy(PlanOrder order) => order.Order.Request.Trigger?.By ?? Domain.TriggerBy.Last;

    private static Signal AtMarket(Signal signal) => signal with
    {
        Type = SignalType.Market,
        TriggerPrice = null,
        Protection = signal.Protection with { Trail = default },
    };

    private static Error Refused(string field, string message) =>
        new() { Rule = SignalRules.NotWithType, Field = field, Message = message };
}
