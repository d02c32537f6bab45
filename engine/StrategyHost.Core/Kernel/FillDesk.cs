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
    private readonly SeenExecutions _executions = new();

    public void Apply(FillReport fill, EffectList effects)
    {
        var known = account.Find(fill.ClientOrderId);
        if (!(known?.IsNew(fill.ExecutionId) ?? _executions.IsNew(fill.ExecutionId)))
        {
            return;
        }

        if (known is null && account.Audit?.Absorbs(fill) == true)
        {
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

        var rest = Close(known, fill, effects);
        if (!rest.IsZero && known is null)
        {
            var text = $"an execution of {rest} {fill.Symbol} belongs to no plan";
            effects.Add(new Alert(account.Account, fill.At, "foreign_fill", text));
        }
    }

    /// <summary>
    /// Closes what the execution closed: the plan of its order first, then the plans beside it on the position (one order may stand for
    /// several tranches, and the exchange's own closes them all). What no plan takes is given back.
    /// </summary>
    private Quantity Close(PlanOrder? known, FillReport fill, EffectList effects)
    {
        var rest = fill.Quantity;
        known?.Order.Apply(fill);
        for (var order = known ?? Holding(fill); order is not null && !rest.IsZero; order = Beside(order, fill))
        {
            var isLast = known is not null && PlanLookup.Beside(account.Plans, order.Plan) is null;
            var part = isLast ? rest : Quantity.Min(rest, order.Plan.Size);
            var share = part == fill.Quantity ? fill : fill with { Quantity = part, Fee = fill.Fee * part.Value / fill.Quantity.Value };
            if (order != known)
            {
                order.Order.Apply(share);
            }

            ApplyExit(order, order.Plan, share, part, share.Fee, effects);
            Tell(order, share, effects);
            rest -= part;
        }

        return rest;
    }

    private void Tell(PlanOrder order, FillReport fill, EffectList effects)
    {
        account.News.Add((order, fill));
        account.Touch(order.Plan);
        account.Record(order, effects);
    }

    /// <summary>What closes the next plan of the position by the same order; null: no plan is left.</summary>
    private PlanOrder? Beside(PlanOrder order, FillReport fill)
    {
        if (PlanLookup.Beside(account.Plans, order.Plan) is not { } next)
        {
            return null;
        }

        return next.StopOrder is { } open && open.ExchangeId == fill.OrderId
            ? open : next.StopOrder = AccountRecords.StopOrder(next, fill, account.NextOrderNumber());
    }

    private void ApplyEntry(PlanOrder order, FillReport fill, EffectList effects)
    {
        var quantity = fill.Quantity;
        var fee = fill.Fee;

        // One-way mode: an entry against an open plan nets with it first (both legs of an oco filled, or a flip whose close came later).
        if (account.Setup.PositionMode == PositionMode.OneWay && PlanLookup.Opposite(account.Plans, order.Plan) is { } opposite)
        {
            var netted = Quantity.Min(quantity, opposite.Size);
            var share = fee * netted.Value / quantity.Value;
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
            Open(order, fill, quantity, fee);
        }

        OrderLinks.CancelSiblings(account, order, effects);
        if (order.HasLostOco)
        {
            account.Close(order.Plan, quantity, ExitReason.Group, order.Tag, fill.At, effects);
        }
    }

    private void Open(PlanOrder order, FillReport fill, Quantity quantity, decimal fee)
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
            plan.Reopen(order.Spec);
        }

        plan.Leg.Side = plan.Side;
        plan.Leg.IsShared |= plan.Size.IsZero && PlanLookup.Beside(account.Plans, plan) is not null;
        plan.AddEntryFill(fill, quantity, fee);
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
    private PlanOrder? Holding(FillReport fill) =>
        PlanLookup.Holder(account.Plans, fill.Symbol, fill.PositionIdx) is not { } plan || fill.Side != plan.Side.ClosingSide() ? null
        : plan.StopOrder is { } known && known.ExchangeId == fill.OrderId ? known
        : plan.StopOrder = AccountRecords.StopOrder(plan, fill, account.NextOrderNumber());
}
