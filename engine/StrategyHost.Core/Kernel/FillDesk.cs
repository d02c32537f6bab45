using StrategyHost.Core.Domain;
using StrategyHost.Core.Kernel.Saved;
using StrategyHost.Core.Orders;
using StrategyHost.Core.Planning;

namespace StrategyHost.Core.Kernel;

/// <summary>
/// Gives each execution of an account to the plan that it opens, adds to or closes. 1. An execution counts once. 2. In one-way mode what
/// an entry closed by the exchange's word nets with open plans of the other side; only the rest opens anything, and not beside them.
/// </summary>
internal sealed class FillDesk(AccountKernel account, AccountRecords records)
{
    private readonly Dictionary<ExchangeOrderId, PlanOrder> _foreign = []; // closing orders without an id of ours, until they end
    private Timestamp _heardAt; // the engine's time of what is being applied: orders are made by it

    /// <summary>Executions of orders without an id of ours.</summary>
    public SeenExecutions Executions { get; } = new();

    /// <summary>Executions that were told before others that belong in front of them.</summary>
    public LateFills Late { get; } = new(account);

    /// <summary>Closing orders without an id of ours that have not ended.</summary>
    public IReadOnlyCollection<PlanOrder> ForeignOrders => _foreign.Values;

    /// <summary>Takes up such an order of an earlier kernel.</summary>
    public void Know(PlanOrder order) => _foreign.Add(order.ExchangeId, order);

    public void Apply(FillReport fill, Timestamp heardAt, EffectList effects)
    {
        _heardAt = heardAt;
        var known = account.Find(fill.ClientOrderId);
        if (!(known?.IsNew(fill.ExecutionId) ?? Executions.IsNew(fill.ExecutionId)))
        {
            return;
        }

        if (known is not { Role: OrderRole.Entry } && account.Audit?.Absorbs(fill) == true)
        {
            Absorbed(known, fill, effects);
            return;
        }

        account.Books.Apply(fill.IsPnlKnown ? fill : AccountMoney.Completed(account, fill, known));
        Take(known, fill, effects);
        if (Late.Openings.Count > 0)
        {
            GoOn(effects);
        }
    }

    /// <summary>Its effect was seen before it was told, and is booked; an order of ours has filled all the same.</summary>
    private void Absorbed(PlanOrder? known, FillReport fill, EffectList effects)
    {
        if (known is null)
        {
            Executions.Strayed(fill.ExecutionId);
            return;
        }

        known.Order.Apply(fill);
        account.News.Add((known, null));
        account.Touch(known.Plan);
        account.Record(known, effects);
    }

    private void Take(PlanOrder? known, FillReport fill, EffectList effects)
    {
        if (known is { Role: OrderRole.Entry })
        {
            known.Order.Apply(fill);
            ApplyEntry(known, fill, effects);
            Tell(known, fill, effects);
        }
        else if ((known ?? Holding(fill)) is { } order)
        {
            if (known is null)
            {
                (order.Plan.Executions ??= []).Add(fill.ExecutionId);
            }

            Close(order, fill, effects);
        }
        else
        {
            Executions.Strayed(fill.ExecutionId);
            Late.Closed(fill, Quantity.Min(fill.Quantity, fill.ClosedQuantity));
            var text = $"an execution of {fill.Quantity} {fill.Symbol} belongs to no plan";
            effects.Add(new Alert(account.Account, fill.At, "foreign_fill", text));
        }
    }

    /// <summary>
    /// Closes what the execution closed: the order's own plan first, then the plans beside it on the position (one order may stand for
    /// several tranches, and the exchange's own close them all).
    /// </summary>
    private void Close(PlanOrder order, FillReport fill, EffectList effects)
    {
        order.Order.Apply(fill);
        var rest = fill.Quantity;
        for (var plan = First(order); !rest.IsZero; plan = PlanLookup.Beside(account.Plans, plan)!) // the last one takes the rest
        {
            var isLast = PlanLookup.Beside(account.Plans, plan) is null;
            var part = isLast ? rest : Quantity.Min(rest, plan.Size);
            Late.Closed(fill, part > plan.Size ? Quantity.Min(part - plan.Size, fill.ClosedQuantity) : Quantity.Zero);
            var share = part == fill.Quantity ? fill : fill with { Quantity = part, Fee = fill.Fee * part.Value / fill.Quantity.Value };
            var own = plan == order.Plan ? order : Other(order, plan);
            ApplyExit(own, plan, share, part, share.Fee, effects);
            account.News.Add((own, share));
            account.Touch(plan);
            rest -= part;
        }

        account.Touch(order.Plan);
        account.Record(order, effects);
        Forget(order);
    }

    /// <summary>Forgets an order without an id of ours when nothing more can come of it.</summary>
    public void Forget(PlanOrder order)
    {
        if (order is { IsRecorded: true, IsToldEnded: true, Order.Id.IsNone: true })
        {
            _foreign.Remove(order.ExchangeId);
        }
    }

    private TradePlan First(PlanOrder order) =>
        order.Plan.Size.IsZero && PlanLookup.Beside(account.Plans, order.Plan) is { } beside ? beside : order.Plan;

    /// <summary>The order as another plan that it closes sees it.</summary>
    private static PlanOrder Other(PlanOrder order, TradePlan plan)
    {
        if (order.Others.FirstOrDefault(o => o.Plan == plan) is { } other)
        {
            return other;
        }

        other = new PlanOrder(order.Order, plan, order.Role, order.Number)
        {
            ExchangeId = order.ExchangeId,
            TypeName = order.TypeName,
            Tag = plan.Origin.Tag,
            ExitReason = order.Role == OrderRole.Stop && order.ExitReason is not (ExitReason.Liquidation or ExitReason.Manual)
                ? AccountRecords.StopReason(plan.Stop.Source) : order.ExitReason,
        };
        order.Add(other);
        return other;
    }

    private void Tell(PlanOrder order, FillReport fill, EffectList effects)
    {
        account.News.Add((order, fill));
        account.Touch(order.Plan);
        account.Record(order, effects);
    }

    private void ApplyEntry(PlanOrder order, FillReport fill, EffectList effects)
    {
        var opened = account.Setup.PositionMode == PositionMode.OneWay ? fill.Quantity - Net(order, fill, effects) : fill.Quantity;
        var opposite = account.Setup.PositionMode == PositionMode.OneWay ? PlanLookup.Opposite(account.Plans, order.Plan) : null;
        if (!opened.IsZero && opposite is not null)
        {
            GiveUp(Late.Hold(fill, opened, opposite.OpenedAt));
        }
        else if (!opened.IsZero)
        {
            opened -= Pass((order, fill, opened), isHeld: false, effects);
            Open(order, fill, opened, effects);
        }

        OrderLinks.CancelSiblings(account, order, effects);
    }

    /// <summary>What waited for too long to be the position of its plan ends that plan, and who follows it is told.</summary>
    private void GiveUp(SavedLate? opening)
    {
        if (opening is not null && account.Find(opening.Fill.ClientOrderId) is { } order)
        {
            account.News.Add((order, null));
            account.Touch(order.Plan);
        }
    }

    /// <summary>
    /// One-way mode: what an entry closed goes off the open plans of the other side (both legs of an oco filled, a flip). What no plan
    /// holds was opened by an execution that was not told yet, or by somebody else. Gives what it closed.
    /// </summary>
    private Quantity Net(PlanOrder order, FillReport fill, EffectList effects)
    {
        var closed = Quantity.Min(fill.ClosedQuantity, fill.Quantity);
        var rest = closed;
        while (!rest.IsZero && PlanLookup.Opposite(account.Plans, order.Plan) is { } opposite)
        {
            var netted = Quantity.Min(rest, opposite.Size);
            var closer = new PlanOrder(order.Order, opposite, OrderRole.Exit, order.Number)
            {
                TypeName = order.TypeName,
                ExitReason = ExitReason.Group,
            };
            ApplyExit(closer, opposite, fill, netted, Share(fill, netted), effects);
            account.Losses.Closes(records.Trade(closer, effects));
            account.Touch(opposite);
            rest -= netted;
        }

        Late.Closed(fill, rest);
        return closed;
    }

    private static decimal Share(FillReport fill, Quantity part) => fill.Fee * part.Value / fill.Quantity.Value;

    /// <summary>
    /// What waited for the end of a position of the other side: it was closed meanwhile, or is the position now. One that is older than the
    /// position that was in its way has gone, whatever closed it.
    /// </summary>
    private void GoOn(EffectList effects)
    {
        foreach (var late in Late.Openings.OrderBy(o => o.Fill.At.Ms).ToArray())
        {
            if (account.Find(late.Fill.ClientOrderId) is not { } order)
            {
                Late.Release(late, late.Rest);
                continue;
            }

            var rest = late.Rest - Pass((order, late.Fill, late.Rest), isHeld: true, effects);
            var isFree = PlanLookup.Opposite(account.Plans, order.Plan) is null;
            Late.Release(late, isFree ? late.Rest : late.Rest - rest);
            if (isFree && !late.IsPast)
            {
                Open(order, late.Fill, rest, effects);
                account.Touch(order.Plan);
            }
        }
    }

    /// <summary>
    /// Books what was opened and closed before either was told in its order: no position comes of it, and the leg is another's by now.
    /// Gives how much.
    /// </summary>
    private Quantity Pass((PlanOrder Order, FillReport Fill, Quantity Quantity) opening, bool isHeld, EffectList effects)
    {
        var (order, fill, rest) = opening;
        while (!rest.IsZero && Late.Closing(fill, rest, isHeld) is { } late)
        {
            var part = Quantity.Min(rest, late.Rest);
            Late.Take(late, part);
            var known = account.Find(late.Fill.ClientOrderId);
            var closer = known is null
                ? AccountRecords.StopOrder(order.Plan, part, late.Fill, account.NextOrderNumber())
                : new PlanOrder(known.Order, order.Plan, OrderRole.Exit, known.Number)
                {
                    TypeName = known.TypeName,
                    ExitReason = known.ExitReason ?? ExitReason.Group,
                };
            order.Plan.AddEntryFill(fill, part, Share(fill, part));
            order.Plan.AddExitFill(late.Fill, part, Share(late.Fill, part), closer.Closed);
            account.Losses.Closes(records.Trade(closer, effects));
            account.Touch(order.Plan);
            Ended(order.Plan, effects);
            rest -= part;
        }

        return opening.Quantity - rest;
    }

    private void Open(PlanOrder order, FillReport fill, Quantity quantity, EffectList effects)
    {
        if (quantity.IsZero)
        {
            return;
        }

        var plan = order.Plan;
        if (plan.Size.IsZero && PlanLookup.Tranche(account.Plans, plan) is { } open)
        {
            plan.HandOver(order, open);
            account.Touch(plan);
            plan = open;
        }
        else if (plan.Size.IsZero && plan.HasOpened && !plan.GoesOnWith(fill))
        {
            ClosingOrders.CancelAll(account, plan, effects);
            plan.Reopen(order.Spec);
        }

        plan.Leg.Side = plan.Side;
        plan.Leg.IsShared |= plan.Size.IsZero && PlanLookup.Beside(account.Plans, plan) is not null;
        plan.AddEntryFill(fill, quantity, Share(fill, quantity));
        if (plan.CloseAfterMs is { } after && (plan.CloseAt is null || plan.OpenedAt.AddMs(after) < plan.CloseAt))
        {
            plan.CloseAt = plan.OpenedAt.AddMs(after);
        }

        ProtectionCycle.Anchor(plan, order, order.Order.Filled == fill.Quantity);
        ShownBefore.Take(account, plan, fill);
        if (order.IsUnwanted)
        {
            CloseUnwanted(order, plan, quantity, effects);
        }
        else
        {
            ForcedCloses.Added(plan);
        }
    }

    /// <summary>What filled too late is closed at once; where nothing else stays of its plan, until that is flat.</summary>
    private void CloseUnwanted(PlanOrder order, TradePlan plan, Quantity quantity, EffectList effects)
    {
        var reason = order.Oco is null ? ExitReason.Signal : ExitReason.Group;
        account.Close(plan, quantity, reason, order.Tag, _heardAt, effects);
        if (plan.Exiting == plan.Size)
        {
            ForcedCloses.Insist(account, plan, reason, _heardAt);
        }
    }

    private void ApplyExit(PlanOrder order, TradePlan plan, FillReport fill, Quantity quantity, decimal fee, EffectList effects)
    {
        var closed = Quantity.Min(quantity, plan.Size);
        account.Carry(plan, closed);
        plan.AddExitFill(fill, closed, fee, order.Closed);
        if (order.Role == OrderRole.Target)
        {
            ProtectionCycle.TargetFilled(plan, order, quantity);
        }

        if (plan.Size.IsZero && PlanLookup.Beside(account.Plans, plan) is null)
        {
            plan.Leg.Reset();
        }

        OrderLinks.CancelSiblings(account, order, effects);
        Ended(plan, effects);
    }

    /// <summary>What else goes when a plan is flat.</summary>
    private void Ended(TradePlan plan, EffectList effects)
    {
        if (plan.Size.IsZero && !plan.KeepEntries && account.OpenPlan(plan.Strategy, plan.Symbol) is null)
        {
            OrderLinks.CancelEntries(account, plan.Strategy, plan.Symbol, effects);
        }

        if (plan.Size.IsZero && plan.Group is not null && !plan.LeavesGroup)
        {
            OrderLinks.CloseGroup(account, plan, _heardAt, effects);
        }
    }

    /// <summary>
    /// The order that closes a position and was not sent by us: the exchange's own, a person's, an earlier run's. What opens is not meant.
    /// </summary>
    private PlanOrder? Holding(FillReport fill)
    {
        if (_foreign.TryGetValue(fill.OrderId, out var known))
        {
            return known;
        }

        if (PlanLookup.Holder(account.Plans, fill.Symbol, fill.PositionIdx) is not { } plan || fill.Side != plan.Side.ClosingSide())
        {
            return null;
        }

        var order = AccountRecords.StopOrder(plan, AccountMoney.Position(account.Plans, plan).Size, fill, account.NextOrderNumber());
        _foreign.Add(fill.OrderId, order);
        return order;
    }

    /// <summary>An order without an id of ours that is closing a position; null: it has not filled, or it has ended.</summary>
    public PlanOrder? Foreign(ExchangeOrderId id) => _foreign.GetValueOrDefault(id);
}
