using StrategyHost.Core.Domain;
using StrategyHost.Core.Orders;
using StrategyHost.Core.Planning;

namespace StrategyHost.Core.Kernel;

/// <summary>
/// Gives each execution of an account to the plan that it opens, adds to or closes. 1. An execution counts once. 2. In one-way mode an
/// entry nets with an open plan of the other side before it opens anything.
/// </summary>
internal sealed class FillDesk(AccountKernel account, AccountRecords records)
{
    private readonly Dictionary<ExchangeOrderId, PlanOrder> _foreign = []; // closing orders without an id of ours, until they end

    /// <summary>Executions of orders without an id of ours.</summary>
    public SeenExecutions Executions { get; } = new();

    /// <summary>Closing orders without an id of ours that have not ended.</summary>
    public IReadOnlyCollection<PlanOrder> ForeignOrders => _foreign.Values;

    /// <summary>Takes up such an order of an earlier kernel.</summary>
    public void Know(PlanOrder order) => _foreign.Add(order.ExchangeId, order);

    public void Apply(FillReport fill, EffectList effects)
    {
        var known = account.Find(fill.ClientOrderId);
        if (!(known?.IsNew(fill.ExecutionId) ?? Executions.IsNew(fill.ExecutionId)))
        {
            return;
        }

        if (known is null && account.Audit?.Absorbs(fill) == true)
        {
            Executions.Strayed(fill.ExecutionId);
            return; // its effect was seen before it was told, and is booked
        }

        account.Books.Apply(fill.IsPnlKnown ? fill : AccountMoney.Completed(account, fill, known));
        if (known is { Role: OrderRole.Entry })
        {
            known.Order.Apply(fill);
            ApplyEntry(known, fill, effects);
            Tell(known, fill, effects);
            return;
        }

        if ((known ?? Holding(fill)) is { } order)
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
        var quantity = fill.Quantity;
        var fee = fill.Fee;

        // One-way mode: an entry against open plans nets with them first (both legs of an oco filled, or a flip whose close came later).
        while (!quantity.IsZero && account.Setup.PositionMode == PositionMode.OneWay
            && PlanLookup.Opposite(account.Plans, order.Plan) is { } opposite)
        {
            var netted = Quantity.Min(quantity, opposite.Size);
            var share = fill.Fee * netted.Value / fill.Quantity.Value;
            var closer = new PlanOrder(order.Order, opposite, OrderRole.Exit, order.Number)
            {
                TypeName = order.TypeName,
                ExitReason = ExitReason.Group,
            };
            ApplyExit(closer, opposite, fill, netted, share, effects);
            records.Trade(closer, effects);
            account.Touch(opposite);
            quantity -= netted;
            fee -= share;
        }

        if (!quantity.IsZero)
        {
            Open(order, fill, (quantity, fee), effects);
        }

        OrderLinks.CancelSiblings(account, order, effects);
        if (order.HasLostOco)
        {
            account.Close(order.Plan, quantity, ExitReason.Group, order.Tag, fill.At, effects);
        }
    }

    private void Open(PlanOrder order, FillReport fill, (Quantity Quantity, decimal Fee) part, EffectList effects)
    {
        var plan = order.Plan;
        if (plan.Size.IsZero && PlanLookup.Tranche(account.Plans, plan) is { } open)
        {
            plan.HandOver(order, open);
            account.Touch(plan);
            plan = open;
        }
        else if (plan.Size.IsZero && plan.HasOpened)
        {
            ClosingOrders.CancelAll(account, plan, effects);
            plan.Reopen(order.Spec);
        }

        plan.Leg.Side = plan.Side;
        plan.Leg.IsShared |= plan.Size.IsZero && PlanLookup.Beside(account.Plans, plan) is not null;
        plan.AddEntryFill(fill, part.Quantity, part.Fee);
        if (plan.CloseAfterMs is { } after && (plan.CloseAt is null || plan.OpenedAt.AddMs(after) < plan.CloseAt))
        {
            plan.CloseAt = plan.OpenedAt.AddMs(after);
        }

        ProtectionCycle.Anchor(plan, order, order.Order.Filled == fill.Quantity);
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
        if (plan.Size.IsZero && !plan.KeepEntries && account.OpenPlan(plan.Strategy, plan.Symbol) is null)
        {
            OrderLinks.CancelEntries(account, plan.Strategy, plan.Symbol, effects);
        }

        if (plan.Size.IsZero && plan.Group is not null && !plan.LeavesGroup)
        {
            OrderLinks.CloseGroup(account, plan, fill.At, effects);
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
