using StrategyHost.Core.Accounts;
using StrategyHost.Core.Domain;
using StrategyHost.Core.Tests.Protection;

namespace StrategyHost.Core.Tests.Accounts;

/// <summary>Mission 004: what is counted, what is held, and what of open orders a person should look at.</summary>
public sealed class OrderFindingsTests
{
    private static readonly Timestamp Now = new(100_000_000);
    private static readonly Symbol Btc = Markets.Btc.Symbol;

    /// <summary>What an order reserves at leverage 5, by how it stands.</summary>
    public static TheoryData<string, OrderReport, decimal> Reservations => new()
    {
        { "resting entry", Order("a"), 20m },
        { "partly filled entry", Order("a") with { FilledQuantity = Quantity.Of(0.6m) }, 8m },
        { "conditional entry by its trigger", Order("a") with { Price = null, TriggerPrice = Price.Of(110m), Type = OrderType.Market }, 22m },
        { "market entry by the mark", Order("a") with { Price = null, Type = OrderType.Market }, 18m },
        { "target", Order("a") with { ReduceOnly = true }, 0m },
        { "stop of a position", Order("a") with { StopOrderType = StopOrderType.StopLoss }, 0m },
        { "close of a long leg", Order("a") with { PositionIdx = PositionIdx.HedgeLong, Side = Side.Sell }, 0m },
        { "entry of a short leg", Order("a") with { PositionIdx = PositionIdx.HedgeShort, Side = Side.Sell }, 20m },
    };

    [Theory]
    [MemberData(nameof(Reservations), DisableDiscoveryEnumeration = true)]
    public void Order_holds_capital_once_and_only_to_open(string what, OrderReport order, decimal held) =>
        Assert.Equal((what, held), (what, Track(order).Held));

    [Fact]
    public void Statistics_count_types_and_know_the_oldest()
    {
        OpenOrder[] orders =
        [
            Track(Order("a"), 5_000), Track(Order("b") with { ReduceOnly = true }, 9_000),
            Track(Order("c") with { TriggerPrice = Price.Of(90m), Type = OrderType.Market, ReduceOnly = true }, 1_000),
        ];
        var statistics = OrderStatistics.Of(AccountId.Main, orders, Now);

        Assert.Equal((3, 20m, 9_000L), (statistics.Open, statistics.HeldCapital, statistics.OldestAgeMs));
        Assert.Equal(["limit 2", "stop_market 1"], statistics.ByType.Select(t => $"{t.Key} {t.Value}"));
        Assert.Null(OrderStatistics.Of(AccountId.Main, [], Now).OldestAgeMs);
    }

    [Fact]
    public void Order_of_another_account_is_refused() => Assert.Throws<ArgumentException>(
        () => OrderStatistics.Of(AccountId.Mirror, [Track(Order("a"))], Now));

    [Theory]
    [InlineData(59 * 60_000, false, false)]
    [InlineData(60 * 60_000, false, true)]
    [InlineData(600 * 60_000, true, false)]
    public void Entry_is_stale_from_sixty_minutes_on_and_protection_never(long ageMs, bool isClosing, bool isStale) =>
        Assert.Equal(isStale, OrderFindings.Stale([Track(Order("a") with { ReduceOnly = isClosing }, ageMs)], Now).Any());

    [Theory]
    [InlineData(30, 100, false)]
    [InlineData(30.01, 100, true)]
    [InlineData(0, 0, false)]
    [InlineData(1, 0, true)]
    [InlineData(1, -5, true)]
    public void Entries_are_fragmented_above_thirty_percent_of_the_balance(double held, double balance, bool isFragmented) =>
        Assert.Equal(isFragmented, OrderFindings.Fragmentation(AccountId.Main, (decimal)held, (decimal)balance) is not null);

    /// <summary>The instrument takes 0.001 or more, and entries from 5 quote units on.</summary>
    public static TheoryData<string, OrderReport, bool> Rests => new()
    {
        { "rest below the lot's minimum", Order("a", 1m, 0.9995m) with { ReduceOnly = true }, true },
        { "entry below the smallest value", Order("a", 1m, 0.96m), true },
        { "target below the smallest value is taken", Order("a", 1m, 0.96m) with { ReduceOnly = true }, false },
        { "entry of the smallest value", Order("a", 1m, 0.95m), false },
        { "filled order", Order("a", 1m, 1m), false },
    };

    [Theory]
    [MemberData(nameof(Rests), DisableDiscoveryEnumeration = true)]
    public void Rest_that_the_exchange_would_not_take_is_dust(string what, OrderReport order, bool isDust)
    {
        var filters = Markets.Btc with { MinQty = Quantity.Of(0.001m), MinNotional = 5m };
        Assert.Equal((what, isDust), (what, OrderFindings.Leftovers([Track(order, 60_000)], _ => filters, Now).Any()));
        Assert.Empty(OrderFindings.Leftovers([Track(order, 59_999)], _ => filters, Now));
        Assert.Empty(OrderFindings.Leftovers([Track(order, 60_000)], _ => null, Now));
    }

    /// <summary>Beside a long position of 1.</summary>
    public static TheoryData<string, OrderReport, bool, bool> Beside => new()
    {
        { "foreign stop that is reduce-only", Order("a") with { Side = Side.Sell, ReduceOnly = true }, false, false },
        { "foreign stop that is not", Order("a") with { Side = Side.Sell, TriggerPrice = Price.Of(90m) }, false, true },
        { "foreign sell limit", Order("a") with { Side = Side.Sell }, false, true },
        { "foreign buy", Order("a"), false, false },
        { "own sell of a flip", Order("a") with { Side = Side.Sell }, true, false },
        { "on another symbol", Order("a") with { Side = Side.Sell, Symbol = new Symbol("ETHUSDT") }, false, false },
    };

    [Theory]
    [MemberData(nameof(Beside), DisableDiscoveryEnumeration = true)]
    public void Order_that_reserves_beside_the_position_that_it_closes_is_found(string what, OrderReport order, bool isOurs, bool isDoubled)
    {
        var position = new PositionReport
        {
            Account = AccountId.Main,
            At = Now,
            Symbol = Btc,
            Side = PositionSide.Long,
            Size = Quantity.Of(1m),
        };
        var tracked = OpenOrder.Of(order, new OrderSight(Now, isOurs, null, 5m));
        Assert.Equal((what, isDoubled), (what, OrderFindings.Doubled([tracked], [position]).Any()));
        Assert.Empty(OrderFindings.Doubled([tracked], []));
    }

    private static OpenOrder Track(OrderReport order, long ageMs = 0) =>
        OpenOrder.Of(order, new OrderSight(Now.AddMs(-ageMs), false, Price.Of(90m), 5m));

    private static OrderReport Order(string id, decimal quantity = 1m, decimal filled = 0m) => new()
    {
        Account = AccountId.Main,
        At = Now,
        Symbol = Btc,
        OrderId = new ExchangeOrderId(id),
        ClientOrderId = ClientOrderId.None,
        Status = OrderStatus.New,
        Side = Side.Buy,
        Type = OrderType.Limit,
        Price = Price.Of(100m),
        Quantity = Quantity.Of(quantity),
        FilledQuantity = Quantity.Of(filled),
    };
}
