using StrategyHost.Core.Accounts;
using StrategyHost.Core.Domain;
using StrategyHost.Core.Orders;
using StrategyHost.Core.Planning;

namespace StrategyHost.Core.Kernel;

/// <summary>
/// The open orders of one account: ours from the moment of their sending, other people's as the exchange shows them. No order is there
/// twice.
/// </summary>
internal static class TrackedOrders
{
    public static IEnumerable<OpenOrder> Of(AccountKernel account) => Own(account).Concat(Others(account));

    /// <summary>Margin that entries hold, ours and other people's.</summary>
    public static decimal HeldByEntries(AccountKernel account)
    {
        var value = 0m;
        foreach (var plan in account.Plans)
        {
            value += AccountMoney.Entering(plan);
        }

        return (value / account.Setup.Leverage) + HeldByOthers(account);
    }

    /// <summary>Margin that orders of no plan hold; 0 where the account is not observed.</summary>
    public static decimal HeldByOthers(AccountKernel account)
    {
        var held = 0m;
        if (account.Observed is { } observed)
        {
            foreach (var order in observed.AnyOrders)
            {
                held += order.ReduceOnly || IsOurs(account, order) ? 0m
                    : OpenOrder.HeldBy(order, Mark(account, order.Symbol), account.Setup.Leverage);
            }
        }

        return held;
    }

    private static IEnumerable<OpenOrder> Own(AccountKernel account) =>
        from plan in account.Plans
        from order in account.LiveOrders(plan)
        select Track(account, order);

    private static IEnumerable<OpenOrder> Others(AccountKernel account) =>
        from order in account.Observed?.Orders ?? []
        where !IsOurs(account, order)
        select OpenOrder.Of(order, Sight(account, order));

    private static OpenOrder Track(AccountKernel account, PlanOrder order)
    {
        var (request, isEntry) = (order.Order.Request, order.Role == OrderRole.Entry);
        return new OpenOrder
        {
            Account = account.Account,
            Id = order.Id,
            Symbol = request.Symbol,
            PositionIdx = request.PositionIdx,
            Side = request.Side,
            Type = OpenOrder.TypeOf(request.Type, request.Trigger is not null),
            Price = isEntry ? order.ReferencePrice : (request.Price ?? request.Trigger?.Price)?.Value,
            Remaining = order.Order.Remaining,
            Since = order.Order.CreatedAt,
            IsOurs = true,
            IsClosing = !isEntry,
            Held = isEntry ? order.Order.Remaining.Value * order.ReferencePrice / account.Setup.Leverage : 0m,
        };
    }

    private static bool IsOurs(AccountKernel account, OrderReport order) => account.Find(order.ClientOrderId) is not null;

    private static OrderSight Sight(AccountKernel account, OrderReport order) => new(
        account.Observed!.Since(order), // it is there: the order was shown by it
        IsOurs: false,
        Mark(account, order.Symbol),
        account.Setup.Leverage);

    private static Price? Mark(AccountKernel account, Symbol symbol) =>
        account.Market.Knows(symbol) && account.Market[symbol].Mark is > 0 and var mark ? new Price(mark) : null;
}
