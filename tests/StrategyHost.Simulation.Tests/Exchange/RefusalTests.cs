using StrategyHost.Core.Domain;
using StrategyHost.Simulation.Exchange;
using Xunit;

namespace StrategyHost.Simulation.Tests.Exchange;

/// <summary>Each refusal with its Bybit code (bybit-v5 §1.5, §1.6, §2.2), at a last price of 40,000.</summary>
public sealed class RefusalTests
{
    public static TheoryData<string, int, string> Orders => new()
    {
        { "quantity zero", 10001, "Qty invalid" },
        { "quantity off the step", 10001, "Qty invalid" },
        { "quantity below the minimum", 10001, "minimum limit" },
        { "market quantity above the maximum", 10001, "maximum limit" },
        { "limit quantity above the market maximum", 0, "" },
        { "limit without price", 10001, "price is required" },
        { "price off the tick", 10001, "price invalid" },
        { "value below the minimum", 110094, "minimum order value" },
        { "hedge index in one-way mode", 10001, "position idx not match position mode" },
        { "rise at the last price", 110092, "expect Rising, but trigger_price[4000000000000] <= current[4000000000000]??LastPrice" },
        { "fall above the last price", 110093, "expect Falling" },
        { "stop of a buy above", 10001, "StopLoss:4000100000000 set for Buy position should lower than base_price:4000000000000" },
        { "target of a buy below", 10001, "TakeProfit:3999900000000 set for Buy position should higher" },
        { "stop of a limit buy above its price", 10001, "StopLoss" },
        { "stop of a sell below", 10001, "set for Sell position should higher" },
        { "limit stop in Full mode", 10001, "must be Market" },
        { "reduce-only without a position", 110017, "current position is zero" },
        { "stops on a reduce-only order", 10001, "cannot be attached" },
        { "id with a blank", 10001, "orderLinkId invalid" },
        { "id too long", 10001, "longer than 36" },
        { "more than the wallet can carry", 110007, "ab not enough" },
    };

    [Theory]
    [MemberData(nameof(Orders))]
    public void Order_is_refused_with_the_code(string name, int code, string text)
    {
        var f = new Fixture(instrument: Fixture.Btcusdt with { MinQty = Fixture.Q(0.002m) });
        f.Flat(40_000m);
        f.Exchange.Place(Fixture.A, Request(name), f.Now);
        var refusal = f.Refusals.SingleOrDefault();
        Assert.Equal(code, refusal?.Code ?? 0);
        Assert.Contains(text, refusal?.Text ?? "", StringComparison.Ordinal);
        Assert.Equal(code != 0, f.Orders.Count == 0);
    }

    [Fact]
    public void Unknown_symbol_is_refused()
    {
        var f = new Fixture();
        f.Exchange.Place(Fixture.A, Request("plain") with { Symbol = new Symbol("NOPEUSDT") }, f.Now);
        Assert.Equal(10029, f.Refusals.Single().Code);
    }

    [Fact]
    public void Order_before_any_price_is_refused()
    {
        var f = new Fixture();
        f.Buy(0.1m);
        Assert.Equal(110118, f.Refusals.Single().Code);
    }

    [Theory]
    [InlineData(true, 110072)]
    [InlineData(false, 0)]
    public void Used_id_is_refused_for_ever_or_until_its_order_is_final(bool forEver, int code)
    {
        var f = new Fixture(new ExchangeOptions { Switches = new ExchangeSwitches { LinkIdsAreUniqueForEver = forEver } });
        f.Flat(40_000m);
        var id = f.Buy(0.1m, r => r.Limit(39_000m));
        f.Buy(0.1m, r => r.Limit(39_000m) with { ClientOrderId = id });
        Assert.Equal(110072, f.Refusals.Single().Code);
        f.Cancel(id);
        f.Reports.Clear();
        f.Buy(0.1m, r => r.Limit(39_000m) with { ClientOrderId = id });
        Assert.Equal(code, f.Refusals.SingleOrDefault()?.Code ?? 0);
    }

    [Fact]
    public void Refused_order_leaves_its_id_free()
    {
        var f = new Fixture();
        f.Flat(40_000m);
        f.Exchange.Place(Fixture.A, Request("more than the wallet can carry"), f.Now);
        f.Exchange.Place(Fixture.A, Request("plain"), f.Now);
        Assert.Equal(110007, f.Refusals.Single().Code);
        Assert.Single(f.Orders);
    }

    [Fact]
    public void Eleventh_conditional_order_is_refused()
    {
        var f = new Fixture();
        f.Flat(40_000m);
        for (var i = 0; i < 11; i++)
        {
            f.Buy(0.1m, r => r.OnRise(41_000m));
        }

        Assert.Equal(110009, f.Refusals.Single().Code);
        Assert.Equal(10, f.Orders.Count);
    }

    [Fact]
    public void Active_orders_have_a_limit()
    {
        var f = new Fixture(new ExchangeOptions { Switches = new ExchangeSwitches { ActiveLimit = 3 } });
        f.Flat(40_000m);
        for (var i = 0; i < 4; i++)
        {
            f.Buy(0.001m, r => r.Limit(39_000m));
        }

        Assert.Equal(110020, f.Refusals.Single().Code);
    }

    [Theory]
    [InlineData(true, 110009)]
    [InlineData(false, 0)]
    public void Position_stops_count_as_conditional_orders_by_switch(bool count, int code)
    {
        var switches = new ExchangeSwitches { CountTpslInConditionalLimit = count, ConditionalLimit = 2 };
        var f = new Fixture(new ExchangeOptions { Switches = switches });
        f.Flat(40_000m);
        f.Buy(0.1m, r => r.Stopped(39_000m, 41_000m));
        f.Flat(40_000m);
        f.Sell(0.1m, r => r.OnFall(39_500m).Reduce());
        Assert.Equal(code, f.Refusals.SingleOrDefault()?.Code ?? 0);
    }

    [Fact]
    public void Reduce_only_on_the_side_of_the_position_is_refused()
    {
        var f = new Fixture();
        f.Flat(40_000m);
        f.Buy(0.1m);
        f.Flat(40_000m);
        f.Buy(0.1m, r => r.Reduce());
        Assert.Equal((110017, "Reduce-only rule not satisfied"), (f.Refusals.Single().Code, f.Refusals.Single().Text));
    }

    [Theory]
    [InlineData("unknown", 110001)]
    [InlineData("not above filled", 110064)]
    [InlineData("the same", 10001)]
    [InlineData("off the tick", 10001)]
    [InlineData("stop after a fill", 110059)]
    [InlineData("trigger of a plain order", 110001)]
    public void Amendment_is_refused_with_the_code(string name, int code)
    {
        var f = Fixture.OnTicks(FillModel.Cross);
        f.Trade(40_000m);
        f.Book([(39_980m, 1m)], [(40_001m, 1m)]);
        var id = f.Buy(1m, r => r.Limit(39_990m));
        f.Trade(39_990m, 0.4m, -1);
        var change = new OrderAmendment { Symbol = Fixture.Btc, ClientOrderId = id };
        f.Exchange.Amend(
            Fixture.A,
            name switch
            {
                "unknown" => change with { ClientOrderId = new ClientOrderId("other"), Price = Fixture.P(39_000m) },
                "not above filled" => change with { Quantity = Fixture.Q(0.4m) },
                "the same" => change with { Quantity = Fixture.Q(1m), Price = Fixture.P(39_990m) },
                "stop after a fill" => change with { StopLoss = Fixture.P(39_000m) },
                "off the tick" => change with { Price = Fixture.P(39_990.05m) },
                _ => change with { TriggerPrice = Fixture.P(39_000m) },
            },
            f.Now);
        Assert.Equal((code, RequestKind.Amend), (f.Refusals.Single().Code, f.Refusals.Single().Request));
    }

    [Fact]
    public void Cancel_of_an_order_that_is_not_open_is_refused()
    {
        var f = new Fixture();
        f.Cancel(new ClientOrderId("other"));
        Assert.Equal((110001, RequestKind.Cancel), (f.Refusals.Single().Code, f.Refusals.Single().Request));
    }

    private static OrderRequest Request(string name)
    {
        var buy = new OrderRequest
        {
            ClientOrderId = new ClientOrderId("id-1"),
            Symbol = Fixture.Btc,
            Side = Side.Buy,
            Type = OrderType.Market,
            Quantity = Fixture.Q(0.1m),
        };
        return name switch
        {
            "plain" => buy,
            "quantity zero" => buy with { Quantity = Quantity.Zero },
            "quantity off the step" => buy with { Quantity = Fixture.Q(0.1005m) },
            "quantity below the minimum" => buy with { Quantity = Fixture.Q(0.001m) },
            "market quantity above the maximum" => buy with { Quantity = Fixture.Q(100.001m) },
            "limit quantity above the market maximum" => buy.Limit(10m) with { Quantity = Fixture.Q(100.001m) },
            "limit without price" => buy with { Type = OrderType.Limit },
            "price off the tick" => buy.Limit(39_000.05m),
            "value below the minimum" => buy.Limit(100m) with { Quantity = Fixture.Q(0.049m) },
            "hedge index in one-way mode" => buy.Idx(PositionIdx.HedgeLong),
            "rise at the last price" => buy.OnRise(40_000m),
            "fall above the last price" => buy.OnFall(40_001m),
            "stop of a buy above" => buy.Stopped(40_001m),
            "target of a buy below" => buy.Stopped(null, 39_999m),
            "stop of a limit buy above its price" => buy.Limit(39_000m).Stopped(39_500m),
            "stop of a sell below" => buy.Stopped(39_999m) with { Side = Side.Sell },
            "limit stop in Full mode" => buy with
            {
                Protection = new AttachedProtection { StopLoss = Fixture.P(39_000m), StopLossLimit = Fixture.P(38_900m) },
            },
            "reduce-only without a position" => buy.Reduce(),
            "stops on a reduce-only order" => buy.Reduce().Stopped(39_000m),
            "id with a blank" => buy with { ClientOrderId = new ClientOrderId("a b") },
            "id too long" => buy with { ClientOrderId = new ClientOrderId(new string('x', 37)) },
            "more than the wallet can carry" => buy with { Quantity = Fixture.Q(12.5m) },
            _ => throw new ArgumentOutOfRangeException(nameof(name), name, "no such case"),
        };
    }
}
