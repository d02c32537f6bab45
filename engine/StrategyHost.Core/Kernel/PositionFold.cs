using StrategyHost.Core.Domain;
using StrategyHost.Core.Orders;
using StrategyHost.Core.Planning;

namespace StrategyHost.Core.Kernel;

/// <summary>
/// The part of an execution that concerns one plan: all of it, or what nets with a plan of the other side. Fee in quote currency.
/// </summary>
internal readonly record struct FillShare(TradePlan Plan, FillReport Fill, Quantity Quantity, decimal Fee);

/// <summary>
/// Folds executions into the positions of an account's plans: opening, adding, netting and closing, and what each means for linked orders.
/// </summary>
internal static class PositionFold
{
    public static void Enter(AccountKernel account, PlanOrder order, FillReport fill, EffectList effects)
    {
        var quantity = fill.Quantity;
        var fee = fill.Fee;

        // One-way mode: an entry against an open plan nets with it first (both legs of an oco filled, or a flip whose close came later).
        if (account.Setup.PositionMode == PositionMode.OneWay && Opposite(account, order.Plan) is { } opposite)
        {
            var netted = Quantity.Min(quantity, opposite.Size);
            var share = fee * netted.Value / quantity.Value;
            var closer = new PlanOrder(order.Order, opposite, OrderRole.Exit, order.Number)
            {
                TypeName = order.TypeName,
                ExitReason = ExitReason.Group,
            };
            Exit(account, closer, new FillShare(opposite, fill, netted, share), effects);
            account.Records.Trade(closer, effects);
            account.Touch(opposite);
            quantity -= netted;
            fee -= share;
        }

        if (!quantity.IsZero)
        {
            Open(account, order, fill, quantity, fee);
        }

        OrderLinks.CancelSiblings(account, order, effects);
        if (order.HasLostOco)
        {
            account.Close(order.Plan, quantity, ExitReason.Group, order.Tag, fill.At, effects);
        }
    }

    private static void Open(AccountKernel account, PlanOrder order, FillReport fill, Quantity quantity, decimal fee)
    {
        var plan = order.Plan;
        if (plan.Size.IsZero && account.OpenPlan(plan.Strategy, plan.Symbol, plan.Side) is { } open)
        {
            plan.HandOver(order, open);
            account.Touch(plan);
            plan = open;
        }
        else if (plan.Size.IsZero && plan.HasOpened)
        {
            plan.Reopen(order.Spec);
        }

        plan.AddEntryFill(fill, quantity, fee);
        plan.CloseAt ??= plan.CloseAfterMs is { } after ? plan.OpenedAt.AddMs(after) : null;
        ProtectionCycle.Anchor(plan, order, order.Order.Filled == fill.Quantity);
    }

    public static void Exit(AccountKernel account, PlanOrder order, FillShare share, EffectList effects)
    {
        var plan = share.Plan;
        plan.AddExitFill(share.Fill, Quantity.Min(share.Quantity, plan.Size), share.Fee, order.Closed);
        if (order.Role == OrderRole.Target)
        {
            ProtectionCycle.TargetFilled(plan, order, share.Quantity);
        }

        OrderLinks.CancelSiblings(account, order, effects);
        if (plan.Size.IsZero && !plan.KeepEntries)
        {
            OrderLinks.CancelEntries(account, plan.Strategy, plan.Symbol, effects);
        }

        if (plan.Size.IsZero && plan.Group is not null && !plan.LeavesGroup)
        {
            OrderLinks.CloseGroup(account, plan, share.Fill.At, effects);
        }
    }

    private static TradePlan? Opposite(AccountKernel account, TradePlan plan)
    {
        foreach (var other in account.Plans)
        {
            if (other.Symbol == plan.Symbol && other.Side != plan.Side && !other.Size.IsZero)
            {
                return other;
            }
        }

        return null;
    }
}
