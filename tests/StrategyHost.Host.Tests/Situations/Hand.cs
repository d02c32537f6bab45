using StrategyHost.Core.Domain;
using StrategyHost.Core.Kernel;

namespace StrategyHost.Host.Tests.Situations;

/// <summary>What a person asks the exchange for (<see cref="Situation"/> lists it), as requests.</summary>
internal static class Hand
{
    public static IEnumerable<AccountEffect> Requests(string line, AccountId account, string[] act, AccountTruth truth) => act switch
    {
        ["buys", var size] => [Market(account, Side.Buy, size, isClose: false)],
        ["sells", var size] => [Market(account, Side.Sell, size, isClose: false)],
        ["closes", var size] => [Market(account, truth.Side.ClosingSide(), size, isClose: true)],
        ["rests", var side, var size, "at", var price, .. var more] =>
            [new PlaceOrder(account, Named(side, size, more) with { Type = OrderType.Limit, Price = PriceOf(price) })],
        ["waits", "to", var side, var size, "at", var trigger, .. var more] =>
            [new PlaceOrder(account, Named(side, size, more) with { Trigger = Waits(side, PriceOf(trigger)) })],
        ["cancels", .. var which] => [.. Chosen(which, truth).Select(o => new CancelOrder(account, SituationMarket.Btc, new ClientOrderId(o.Id)))],
        ["resizes", .. var which, "to", var size] => [.. Chosen(which, truth).Select(o => new AmendOrder(account, new OrderAmendment
        {
            Symbol = SituationMarket.Btc,
            ClientOrderId = new ClientOrderId(o.Id),
            Quantity = Quantity.Of(Expectation.Decimal(size)),
        }))],
        ["sets", "the", "stop", "to", var price] => [Stop(account, PriceOf(price))],
        ["takes", "the", "stop", "away"] => [Stop(account, default(Price))],
        _ => throw new FormatException($"nobody can do '{line}'"),
    };

    private static IEnumerable<TrueOrder> Chosen(string[] which, AccountTruth truth)
    {
        var chosen = which switch
        {
            ["targets"] => truth.Targets,
            ["stop", "orders"] => truth.StopOrders,
            [var id] => truth.Orders.Where(o => o.Id == id),
            _ => throw new FormatException($"no orders '{string.Join(' ', which)}'"),
        };
        Assert.True(chosen.Any(), $"there are no {string.Join(' ', which)}: {truth}");
        return [.. chosen];
    }

    private static PlaceOrder Market(AccountId account, Side side, string size, bool isClose) =>
        new(account, Order(side, size) with { ReduceOnly = isClose });

    private static OrderRequest Named(string side, string size, string[] more) => more switch
    {
        ["only", "to", "close", "as", var id] => Named(side, size, ["as", id]) with { ReduceOnly = true },
        ["as", var id] => Order(side == "buy" ? Side.Buy : Side.Sell, size) with { ClientOrderId = new ClientOrderId(id) },
        _ => throw new FormatException($"an order needs a name, not '{string.Join(' ', more)}'"),
    };

    private static OrderRequest Order(Side side, string size) => new()
    {
        ClientOrderId = ClientOrderId.None,
        Symbol = SituationMarket.Btc,
        Side = side,
        Type = OrderType.Market,
        Quantity = Quantity.Of(Expectation.Decimal(size)),
    };

    /// <summary>A person's stop waits where the market would hurt: below for a sale, above for a purchase.</summary>
    private static Trigger Waits(string side, Price at) =>
        new(at, side == "buy" ? TriggerDirection.Rise : TriggerDirection.Fall, TriggerBy.Last);

    private static SetTradingStop Stop(AccountId account, Price price) => new(account, new TradingStop
    {
        Symbol = SituationMarket.Btc,
        StopLoss = price,
    });

    private static Price PriceOf(string text) => Price.Of(Expectation.Decimal(text));
}
