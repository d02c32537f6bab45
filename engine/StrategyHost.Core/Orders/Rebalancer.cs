using StrategyHost.Core.Domain;

namespace StrategyHost.Core.Orders;

/// <summary>
/// Desired protection − observed orders, as a list of actions for a person to read and for the host to carry out. Pure.
/// 1. Carried out in its order, no step leaves a position less covered than before: stops are set first and only ever tightened, and an
/// own stop that is not wanted goes last, and only where the whole position has one. 2. After it there is nothing more to do. 3. Only
/// orders with an id of this account's are changed or cancelled, or such as a plan took over. 4. It never fills the exchange's last
/// conditional slot of a symbol: that one is for replacing a stop.
/// </summary>
public static class Rebalancer
{
    /// <summary>Conditional orders of a symbol, whoever made them, that may stand when we are done.</summary>
    public const int ConditionalMax = CoverageVerifier.ConditionalMax - 1;

    public static IReadOnlyList<OrderAction> Plan(AccountPicture picture, IReadOnlyList<DesiredLeg> desired)
    {
        var actions = new List<OrderAction>();
        foreach (var position in picture.Positions)
        {
            if (desired.FirstOrDefault(d => (d.Symbol, d.Leg, d.Side) == (position.Symbol, position.PositionIdx, position.Side)) is { } leg)
            {
                Plan(picture, position, leg, desired, actions);
            }
        }

        foreach (var order in picture.Orders.Where(o => IsOrphan(picture, o)))
        {
            actions.Add(new CancelResting(order, "it can only close, and nothing is open there"));
        }

        return actions;
    }

    /// <summary>An id of ours, of this account and for closing; from any run.</summary>
    public static bool IsOwnExit(AccountId account, OrderReport order) => order.ReduceOnly
        && OrderTag.TryRead(order.ClientOrderId.Value ?? "", out var tag) && tag.Account == account && tag.Role != OrderRole.Entry;

    private static void Plan(
        AccountPicture picture, PositionReport position, DesiredLeg leg, IReadOnlyList<DesiredLeg> all, List<OrderAction> actions)
    {
        if (leg.Stop is { } stop && (position.StopLoss is not { } present || IsLooser(leg.Side, present, stop)))
        {
            var why = position.StopLoss is { } looser ? $"its stop stands at {looser}, looser than wanted" : "the position has no stop";
            actions.Add(new SetStop(leg.Symbol, leg.Leg, stop, leg.StopBy, why));
        }

        var changes = new List<(AmendProtection Action, bool IsLess)>();
        var missing = new List<DesiredOrder>();
        foreach (var wanted in leg.Orders)
        {
            if (picture.Orders.FirstOrDefault(o => !wanted.Id.IsNone && o.ClientOrderId == wanted.Id) is not { } order)
            {
                missing.Add(wanted);
            }
            else if (Difference(leg.Side, order, wanted) is { } why)
            {
                changes.Add((new AmendProtection(order, wanted, why), wanted.Trigger is null && wanted.Quantity < order.Quantity));
            }
        }

        var whole = leg.Stop is not null || position.StopLoss is not null;
        OrderReport[] surplus =
        [
            .. picture.Orders.Where(o => o.Symbol == leg.Symbol && o.PositionIdx == leg.Leg && IsOwnExit(picture.Account, o)
                && !all.SelectMany(l => l.Orders).Any(w => w.Id == o.ClientOrderId) && (whole || !CoverageVerifier.IsConditional(o))),
        ];
        actions.AddRange(changes.Where(c => c.IsLess).Select(c => c.Action)); // targets: room first, then who takes it
        actions.AddRange(surplus.Where(o => !CoverageVerifier.IsConditional(o)).Select(Surplus));
        actions.AddRange(changes.Where(c => !c.IsLess && c.Action.Wanted.Trigger is null).Select(c => c.Action));
        actions.AddRange(missing.Where(w => w.Trigger is null).Select(w => Place(leg, w)));
        missing.RemoveAll(w => w.Trigger is null);
        AddConditional(picture, leg, missing, [.. surplus.Where(CoverageVerifier.IsConditional)], actions);
        var stops = changes.Select(c => c.Action).Where(a => a.Wanted.Trigger is not null);
        actions.AddRange(stops.OrderByDescending(Grows));
    }

    /// <summary>
    /// New stops for parts, as far as slots allow, each before the old one that it stands for goes. What does not fit is under the stop of
    /// the whole position.
    /// </summary>
    private static void AddConditional(
        AccountPicture picture, DesiredLeg leg, List<DesiredOrder> missing, List<OrderReport> surplus, List<OrderAction> actions)
    {
        var used = picture.Orders.Count(o => o.Symbol == leg.Symbol && CoverageVerifier.IsConditional(o));
        var free = ConditionalMax - (used - surplus.Count);
        foreach (var wanted in leg.Stop is null ? [] : missing.Take(Math.Max(0, free)))
        {
            while (used > ConditionalMax && surplus.Count > 0) // more may stand than one: the limit is not the same everywhere
            {
                actions.Add(Surplus(surplus[0]));
                surplus.RemoveAt(0);
                used--;
            }

            if (used > ConditionalMax)
            {
                break;
            }

            actions.Add(Place(leg, wanted));
            used++;
        }

        actions.AddRange(surplus.Select(Surplus));
    }

    private static PlaceProtection Place(DesiredLeg leg, DesiredOrder wanted) =>
        new(leg.Symbol, leg.Leg, wanted, $"{Name(wanted.Role)} of the plan is missing");

    private static string Name(OrderRole role) => role switch
    {
        OrderRole.Target => "a target",
        OrderRole.Stop => "a stop",
        OrderRole.Exit => "an exit",
        OrderRole.Entry => "an entry",
    };

    private static CancelResting Surplus(OrderReport order) => new(order, "its id is ours and no plan wants it");

    private static bool Grows(AmendProtection change) => change.Wanted.Quantity > change.Present.Quantity;

    /// <summary>What is wrong with an order that stands; null: nothing. A tighter trigger is not wrong.</summary>
    private static string? Difference(PositionSide side, OrderReport order, DesiredOrder wanted)
    {
        if (order.Quantity != wanted.Quantity)
        {
            return $"it is for {order.Quantity} and should be for {wanted.Quantity}";
        }

        if (wanted.Price != order.Price && wanted.Price is not null)
        {
            return $"its price is {order.Price} and should be {wanted.Price}";
        }

        return wanted.Trigger is { } trigger && order.TriggerPrice is { } present && IsLooser(side, present, trigger.Price)
            ? $"its trigger is {present}, looser than {trigger.Price}" : null;
    }

    private static bool IsLooser(PositionSide side, Price present, Price wanted) => (wanted.Units - present.Units) * side.Sign() > 0;

    private static bool IsOrphan(AccountPicture picture, OrderReport order) => IsOwnExit(picture.Account, order)
        && !picture.Positions.Any(p => p.Symbol == order.Symbol
            && (p.PositionIdx == order.PositionIdx || order.PositionIdx == PositionIdx.OneWay));
}
