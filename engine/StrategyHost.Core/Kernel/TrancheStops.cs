using StrategyHost.Core.Domain;
using StrategyHost.Core.Orders;
using StrategyHost.Core.Planning;
using StrategyHost.Core.Protection;

namespace StrategyHost.Core.Kernel;

/// <summary>
/// The stops of a position that several plans hold: the loosest is the position's Full stop, tighter ones are conditional orders of their
/// own (<see cref="StopAllocation"/>). What is missing is placed and what differs amended first; the Full stop is loosened, and a surplus
/// order taken back, only when the exchange has shown all the rest: no step leaves a tranche less covered than it was.
/// </summary>
internal sealed class TrancheStops(AccountKernel account, ProtectionCycle cycle)
{
    /// <summary>Conditional orders of a symbol that may be in use; the tenth is for replacing one (reliability §5.7).</summary>
    public const int BudgetMax = CoverageVerifier.ConditionalMax - 1;

    /// <summary>With fewer free ones there are no tranche stops at all.</summary>
    private const int FreeMin = 2;

    /// <summary>So often a stop order of a position may end unasked.</summary>
    private const int DroppedMax = 3;

    /// <summary>Bybit V5: too many conditional orders, of the symbol and of its TP/SL (read 2026-07-24).</summary>
    private const int TooManyConditional = 110009;
    private const int TooManyStops = 110061;

    /// <summary>Puts the stops of the plan's position right.</summary>
    public void Run(TradePlan plan, Timestamp at, EffectList effects)
    {
        var leg = plan.Leg;
        var open = Open(plan);
        if (open.Count == 0)
        {
            return;
        }

        TrancheMerge.Try(account, open, at, effects);
        open = Open(plan);
        var wanted = StopAllocation.Of(plan.Side, [.. open.Select(p => new StopNeed(p.Stop.Stop, p.Size))], Slots(plan));
        Say(leg, plan, wanted.IsConsolidated, at, effects);
        var bearers = new List<TradePlan>();
        var isSettled = true;
        foreach (var tranche in wanted.Tranches)
        {
            var bearer = tranche.Members.Select(i => open[i])
                .OrderBy(p => p.HasOwnStop ? 0 : p.MustClose is null ? 1 : 2).ThenBy(p => p.Number).First();
            bearers.Add(bearer);
            isSettled &= Place(bearer, tranche, [.. tranche.Members.Select(i => open[i])], at, effects);
        }

        open.ForEach(p => p.IsStopForced = false);
        Share(wanted, open, bearers);
        cycle.AskForFull(plan, leg.FullStop == 0 && !isSettled ? Safe(plan, wanted) : wanted.Full, isSettled, at, effects);
        if (isSettled && leg.FullStop == wanted.Full && LeftStops.Stands(account, plan))
        {
            foreach (var surplus in open.Where(p => p.HasOwnStop && !bearers.Contains(p)))
            {
                account.Cancel(surplus.OwnStop!, effects); // it has one
            }

            foreach (var old in open.SelectMany(p => p.OldStops))
            {
                account.Cancel(old, effects);
            }

            leg.IsShared = open.Count > 1 || open[0].HasOwnStop || open[0].OldStops.Exists(s => !s.Order.IsFinal);
        }
    }

    /// <summary>
    /// The Full stop to ask for while it is not known what stands and not every tranche has its own: the tightest that the market has not
    /// passed. It is loosened when the others are seen to stand.
    /// </summary>
    private long Safe(TradePlan plan, StopAllocation wanted)
    {
        var reference = cycle.Reference(plan);
        for (var i = wanted.Tranches.Count - 1; i >= 0; i--)
        {
            if (!plan.Trail!.IsHit(wanted.Tranches[i].Stop, reference)) // an open position was anchored
            {
                return wanted.Tranches[i].Stop;
            }
        }

        return wanted.Full;
    }

    private static void Share(StopAllocation wanted, List<TradePlan> open, List<TradePlan> bearers)
    {
        open.ForEach(p => p.NeighboursStop = null);
        for (var i = 0; i < wanted.Tranches.Count; i++)
        {
            foreach (var member in wanted.Tranches[i].Members)
            {
                open[member].NeighboursStop = open[member] == bearers[i] ? null : bearers[i].OwnStop;
            }
        }
    }

    /// <summary>
    /// A flat plan's stop order goes to a plan that it stands for as well, so that this one is not without it for a moment. False: to none.
    /// </summary>
    public bool HandOver(TradePlan flat)
    {
        if (flat.OwnStop is not { Order: { IsFinal: false, IsCancelling: false, Request.Trigger: { } trigger } } stop
            || Open(flat).Find(p => !p.HasOwnStop && p.Stop.Stop != 0
                && (p.Stop.Stop == trigger.Price.Units || (flat.Leg.IsConsolidated && IsAsTight(stop, p.Stop.Stop)))) is not { } heir)
        {
            return false;
        }

        heir.OwnStop = stop;
        stop.Plan = heir;
        flat.OwnStop = null;
        return true;
    }

    /// <summary>
    /// A refused stop order: passed already, and its plan is closed; one too many, and neighbours are merged; anything else, and the
    /// position's own stop stands at the tightest for all.
    /// </summary>
    public void Refused(PlanOrder order, RefusalReport refusal, EffectList effects)
    {
        var (plan, leg) = (order.Plan, order.Plan.Leg);
        if (StopLadder.IsPassed(refusal))
        {
            account.Emergency(plan, AccountRecords.StopReason(plan.Stop.Source), refusal.At, effects);
            return;
        }

        var standing = Open(plan).Count(p => p.HasOwnStop);
        effects.Add(new Alert(account.Account, refusal.At, "stop_refused",
            $"{plan.Symbol}: a stop for {order.Order.Request.Quantity}: {refusal.Code} {refusal.Text}; the position's stop covers it"));
        leg.TrancheStopsMax = refusal.Code is TooManyConditional or TooManyStops ? Fewer(Slots(plan), standing) : 0;
    }

    /// <summary>
    /// A stop order that was taken and then ended unasked. It is placed again, but not for ever: each end causes the next order at once.
    /// </summary>
    public void Dropped(PlanOrder order, Timestamp at, EffectList effects)
    {
        var leg = order.Plan.Leg;
        leg.DroppedStops++;
        if (order.Order.Status == OrderStatus.Rejected || leg.DroppedStops >= DroppedMax)
        {
            leg.TrancheStopsMax = 0;
            effects.Add(new Alert(account.Account, at, "stop_refused",
                $"{order.Plan.Symbol}: a stop for {order.Order.Request.Quantity} was {order.Order.Status}; the position's stop covers it"));
        }
    }

    /// <summary>Why no signal may have one conditional order more on a symbol; null: it may.</summary>
    public static Error? Full(AccountKernel account, Symbol symbol) => Used(account, symbol, hasTranches: true) < BudgetMax
        ? null
        : new Error
        {
            Rule = "conditional_limit",
            Message = $"{BudgetMax} conditional orders of {symbol} are in use; the last one is kept for a stop",
        };

    /// <summary>Conditional orders of the account on a symbol: ours for other ends than tranche stops, and other people's.</summary>
    public static int Used(AccountKernel account, Symbol symbol, bool hasTranches)
    {
        var used = 0;
        foreach (var plan in account.Plans)
        {
            if (plan.Symbol == symbol)
            {
                used += plan.Entries.Count(IsConditional) + plan.Exits.Count(IsConditional) + (hasTranches && plan.HasOwnStop ? 1 : 0);
            }
        }

        return used + (account.Observed?.Orders.Count(o => o.Symbol == symbol && CoverageVerifier.IsConditional(o)
            && account.Find(o.ClientOrderId) is null) ?? 0);
    }

    private static bool IsConditional(PlanOrder order) => order is { Order: { IsFinal: false, Request.Trigger: not null } }
        && order.Order.Status is not (OrderStatus.New or OrderStatus.PartiallyFilled or OrderStatus.Triggered);

    /// <summary>
    /// As many as stand; where as many as may stand do, and one more was asked for, one fewer. Those that are too many stand until all that
    /// is wanted is seen, so that asking for the same again would never end.
    /// </summary>
    private static int Fewer(int slots, int standing) => standing < slots ? standing : Math.Max(0, slots - 1);

    private int Slots(TradePlan plan)
    {
        var free = BudgetMax - Used(account, plan.Symbol, hasTranches: false);
        return free < FreeMin ? 0 : Math.Min(free, plan.Leg.TrancheStopsMax);
    }

    private List<TradePlan> Open(TradePlan plan) =>
        [.. account.Plans.Where(p => p.Leg == plan.Leg && p.Side == plan.Side && !p.Size.IsZero)];

    private static bool IsAsTight(PlanOrder order, long stop) => order.Order.Request.Trigger is { } trigger
        && (trigger.Price.Units - stop) * order.Plan.Side.Sign() >= 0;

    /// <summary>Places or amends one stop order; true when the exchange has shown it as wanted.</summary>
    private bool Place(TradePlan bearer, TrancheStop wanted, TradePlan[] members, Timestamp at, EffectList effects)
    {
        if (bearer.OwnStop is { Order: { IsFinal: true, IsDone: false } })
        {
            return false; // it has filled, and that has not been told yet: another close would take a neighbour's part
        }

        if (bearer.Trail!.IsHit(wanted.Stop, cycle.Reference(bearer)) && (!bearer.HasOwnStop || !IsAsTight(bearer.OwnStop!, wanted.Stop)))
        {
            foreach (var passed in members.Where(m => m.Trail!.IsHit(m.Stop.Stop, cycle.Reference(m)))) // open ones are anchored
            {
                account.Emergency(passed, AccountRecords.StopReason(passed.Stop.Source), at, effects);
            }

            return false;
        }

        if (bearer.MustClose is not null)
        {
            return false; // it is on its way out
        }

        if (bearer.OwnStop is not { Order.IsFinal: false } order)
        {
            bearer.OwnStop = account.Send(bearer, Wish(bearer, wanted), at, effects);
            bearer.OwnStop.TrailMovedAt = at;
            return false;
        }

        if (order.Order.IsCancelling)
        {
            return false;
        }

        var request = order.Order.Request;
        var sent = request.Trigger!.Value.Price.Units; // every one of them has a trigger
        var mayMove = sent == wanted.Stop || Array.Exists(members, m => m.IsStopForced)
            || cycle.MayMove(sent, wanted.Stop, order.TrailMovedAt, at, bearer);
        var (stop, size) = (mayMove ? wanted.Stop : sent, wanted.Size + order.Order.Filled);
        if (size < request.Quantity && bearer.Leg.ShownStop == 0)
        {
            size = request.Quantity; // what it would no longer cover has no stop of the position's yet
        }

        if (stop != sent || size != request.Quantity)
        {
            order.TrailMovedAt = stop != sent ? at : order.TrailMovedAt;
            account.Amend(order, new OrderAmendment
            {
                Symbol = bearer.Symbol,
                ClientOrderId = order.Order.Id,
                TriggerPrice = stop == sent ? null : new Price(stop),
                Quantity = size == request.Quantity ? null : size,
            }, effects);
        }

        return order.Order.Status == OrderStatus.Untriggered && order.Shown.Trigger?.Units == wanted.Stop && order.Shown.Quantity == size
            && size == wanted.Size + order.Order.Filled;
    }

    private static OrderWish Wish(TradePlan plan, TrancheStop wanted)
    {
        var direction = plan.Side == PositionSide.Long ? TriggerDirection.Fall : TriggerDirection.Rise;
        var request = new OrderRequest
        {
            ClientOrderId = ClientOrderId.None,
            Symbol = plan.Symbol,
            Side = plan.Side.ClosingSide(),
            Type = OrderType.Market,
            Quantity = wanted.Size,
            PositionIdx = plan.PositionIdx,
            Trigger = new Trigger(new Price(wanted.Stop), direction, plan.Spec.TriggerBy),
            ReduceOnly = true,
            CloseOnTrigger = true,
        };
        return new OrderWish(OrderRole.Stop, request, "stop_market")
        {
            ExitReason = AccountRecords.StopReason(plan.Stop.Source),
            Tag = plan.Origin.Tag,
        };
    }

    private void Say(PositionLeg leg, TradePlan plan, bool isConsolidated, Timestamp at, EffectList effects)
    {
        if (isConsolidated && !leg.IsConsolidated)
        {
            effects.Add(new Alert(account.Account, at, "consolidated",
                $"{plan.Symbol}: too few conditional orders are free for the stop of each tranche: some stand tighter than asked for"));
        }

        leg.IsConsolidated = isConsolidated;
    }
}
