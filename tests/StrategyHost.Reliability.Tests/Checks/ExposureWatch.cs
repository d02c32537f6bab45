using StrategyHost.Core.Domain;
using StrategyHost.Core.Kernel;
using StrategyHost.Core.Orders;
using StrategyHost.Reliability.Tests.World;

namespace StrategyHost.Reliability.Tests.Checks;

/// <summary>
/// I-16: when an entry leaves, the positions and open entries of the exchange, all entries whose fate nobody knows counted as filled, and
/// the entry itself are worth no more than the limit. At the host's prices: quantities are what it may be wrong about.
/// </summary>
internal sealed class ExposureWatch(Truth truth, decimal maxLeverage)
{
    /// <summary>Prices and equity go on between the decision and the request.</summary>
    private const decimal Tolerance = 1.02m;

    private readonly Dictionary<ClientOrderId, (AccountId Account, OrderRequest Request)> _leaving = [];

    public void Sent(PlaceOrder place, AccountKernel account)
    {
        if (place.Request.ReduceOnly || !OrderTag.TryRead(place.Request.ClientOrderId.Value ?? "", out var tag) || tag.Role != OrderRole.Entry)
        {
            return;
        }

        _leaving[place.Request.ClientOrderId] = (place.Account, place.Request);
        var value = Positions(place, account) + Open(account)
            + _leaving.Values.Where(l => l.Account == place.Account && IsInDoubt(account, l.Request)).Sum(l => Value(account, l.Request));
        if (value > account.Equity * maxLeverage * Tolerance)
        {
            throw new InvariantBroken("I-16", $"{place.Account} {place.Request.ClientOrderId} enters: {value:F2} at an equity of {account.Equity:F2}");
        }
    }

    /// <summary>It has arrived: from now on the exchange knows.</summary>
    public void Happened(AccountEffect? request)
    {
        if (request is PlaceOrder { Request.ClientOrderId: var id })
        {
            _leaving.Remove(id);
        }
    }

    /// <summary>A position of the other side is netted, or closed for it.</summary>
    private decimal Positions(PlaceOrder place, AccountKernel account) => truth.Exchange.Positions(place.Account)
        .Where(p => p.Symbol != place.Request.Symbol || p.Side.OpeningSide() == place.Request.Side)
        .Sum(p => p.Size.Value * Price(account, p.Symbol));

    private decimal Open(AccountKernel account) => truth.Exchange.OpenOrders(account.Account)
        .Where(o => OrderTag.TryRead(o.ClientOrderId.Value ?? "", out var tag) && tag.Role == OrderRole.Entry)
        .Sum(o => (o.Quantity - o.FilledQuantity).Value * (o.Price?.Value ?? o.Trigger?.Price.Value ?? Price(account, o.Symbol)));

    private static bool IsInDoubt(AccountKernel account, OrderRequest request) => account.Find(request.ClientOrderId) is { Order.IsFinal: false };

    private static decimal Value(AccountKernel account, OrderRequest request) =>
        request.Quantity.Value * (request.Price?.Value ?? request.Trigger?.Price.Value ?? Price(account, request.Symbol));

    private static decimal Price(AccountKernel account, Symbol symbol) => FixedPoint.ToDecimal(account.Market[symbol].Mark);
}
