using StrategyHost.Bybit.Tests.Loopback;
using StrategyHost.Core.Domain;
using StrategyHost.Core.Kernel;
using StrategyHost.Core.Ports;
using Xunit;

namespace StrategyHost.Bybit.Tests.Contract;

/// <summary>An account under contract, with a hand on its market.</summary>
internal interface IExchangeBench : IAsyncDisposable
{
    IExchangeAccount Account { get; }
    ReportLog Heard { get; }

    /// <summary>The market trades there, past everything between.</summary>
    Task SetPriceAsync(decimal price);

    /// <summary>What the exchange itself knows.</summary>
    Task<ExchangeTruth> TruthAsync();
}

/// <summary>Signed size of the position, client ids of the open orders, and ids of all executions where the exchange keeps them.</summary>
internal sealed record ExchangeTruth(decimal Size, IReadOnlyList<string> OpenOrders, IReadOnlyList<string>? Executions);

/// <summary>
/// What every <see cref="IExchangeAccount"/> does. One market, BTCUSDT, which stands at 60000 when a test begins; tick 0.1, step 0.001; the
/// account is in one-way mode, has 100000 and nothing else.
/// </summary>
public abstract class ExchangeContract : IAsyncLifetime
{
    private static readonly Symbol Symbol = new("BTCUSDT");
    private IExchangeBench? _bench;
    private int _ids;

    internal static Instrument Instrument => new()
    {
        Symbol = Symbol,
        TickSize = Price.Of(0.1m),
        QtyStep = Quantity.Of(0.001m),
        MinQty = Quantity.Of(0.001m),
        MaxLimitQty = Quantity.Of(1190),
        MaxMarketQty = Quantity.Of(119.5m),
        MinNotional = 5,
    };

    private IExchangeBench Bench => _bench ?? throw new InvalidOperationException("not opened");

    private AccountId Account => Bench.Account.Account;

    public async Task InitializeAsync() => _bench = await OpenAsync();

    public async Task DisposeAsync() => await Bench.DisposeAsync();

    [Fact]
    public async Task Limit_order_rests_is_amended_and_cancelled()
    {
        var id = Place(Limit(Side.Buy, 0.1m, 59_000));
        await Order(id, o => o is { Status: OrderStatus.New, Price.Value: 59_000m, Quantity.Value: 0.1m });

        Bench.Account.Send(new AmendOrder(Account, new OrderAmendment
        {
            Symbol = Symbol,
            ClientOrderId = id,
            Price = Price.Of(59_100),
            Quantity = Quantity.Of(0.2m),
        }));
        await Order(id, o => o is { Price.Value: 59_100m, Quantity.Value: 0.2m });

        Cancel(id);
        await Order(id, o => o.Status == OrderStatus.Cancelled);
        Assert.Empty((await Bench.TruthAsync()).OpenOrders);
        Assert.Empty(Bench.Heard.All<RefusalReport>());
    }

    [Fact]
    public async Task Requests_on_one_order_take_effect_in_the_order_given()
    {
        var id = Place(Limit(Side.Buy, 0.1m, 59_000));
        Amend(id, 58_000);
        Cancel(id);

        // Whether it was ever sent is the account's choice.
        await Order(id, o => o.Status == OrderStatus.Cancelled);
        await SnapshotAsync();
        Assert.Equal(OrderStatus.Cancelled, Bench.Heard.All<OrderReport>().Last(o => o.ClientOrderId == id).Status);
        Assert.Empty((await Bench.TruthAsync()).OpenOrders);
        Assert.Empty(Bench.Heard.All<RefusalReport>());
    }

    [Fact]
    public async Task Newest_amendment_of_an_order_stands_in_the_end()
    {
        var id = Place(Limit(Side.Buy, 0.1m, 59_000));
        Amend(id, 58_100);
        Amend(id, 58_200, 0.3m);
        Amend(id, 58_300);

        await Order(id, o => o is { Status: OrderStatus.New, Price.Value: 58_300m, Quantity.Value: 0.3m });
        Assert.Equal(58_300m, Assert.Single((await SnapshotAsync()).OpenOrders).Price?.Value);
        Assert.Empty(Bench.Heard.All<RefusalReport>());
    }

    [Fact]
    public async Task Entries_on_a_symbol_arrive_in_the_order_given()
    {
        var ids = Enumerable.Range(0, 12).Select(i => Place(Limit(Side.Buy, 0.1m, 59_000 - i))).ToList();
        foreach (var id in ids)
        {
            await Order(id, o => o.Status == OrderStatus.New);
        }

        Assert.Equal(ids, Bench.Heard.All<OrderReport>().Where(o => o.Status == OrderStatus.New).Select(o => o.ClientOrderId).Distinct());
    }

    [Fact]
    public async Task Entry_does_not_overtake_the_close_that_was_given_before_it()
    {
        await OpenAsync(0.1m);

        var close = Place(Market(Side.Sell, 0.1m) with { ReduceOnly = true });
        var entry = Place(Market(Side.Sell, 0.2m));

        await Order(entry, o => o.Status == OrderStatus.Filled);
        await Order(close, o => o.Status == OrderStatus.Filled);
        Assert.Equal(-0.2m, (await Bench.TruthAsync()).Size);
        Assert.Empty(Bench.Heard.All<RefusalReport>());
    }

    [Fact]
    public async Task Newest_stop_of_a_position_stands_in_the_end()
    {
        await OpenAsync(0.1m);

        foreach (var stop in new[] { 58_000m, 58_100m, 58_200m })
        {
            Place(Limit(Side.Buy, 0.1m, 55_000));
            Stop(new TradingStop
            {
                Symbol = Symbol,
                StopLoss = Price.Of(stop),
            });
        }

        await Bench.Heard.WaitAsync<PositionReport>(p => p.StopLoss?.Value == 58_200m);
        Assert.Equal(58_200m, Assert.Single((await SnapshotAsync()).Positions).StopLoss?.Value);
        Assert.Empty(Bench.Heard.All<RefusalReport>());
    }

    [Fact]
    public async Task Market_order_fills_and_its_attached_stop_becomes_the_positions()
    {
        var id = Place(Market(Side.Buy, 0.1m) with { Protection = new AttachedProtection { StopLoss = Price.Of(58_000) } });

        await Order(id, o => o.Status == OrderStatus.Filled);
        await Bench.Heard.WaitAsync<PositionReport>(p => p is { Size.Value: 0.1m, Side: PositionSide.Long, StopLoss.Value: 58_000m });
        Assert.Equal(0.1m, Fills(id).Sum(f => f.Quantity.Value));
        Assert.All(Fills(id), f => Assert.True(f is { Side: Side.Buy, IsMaker: false } && f.Fee > 0));
        var snapshot = await SnapshotAsync();
        Assert.Equal(58_000m, Assert.Single(snapshot.Positions).StopLoss?.Value);
        Assert.Contains(snapshot.OpenOrders, o => o is { StopOrderType: StopOrderType.StopLoss, TriggerPrice.Value: 58_000m, Side: Side.Sell });
    }

    [Fact]
    public async Task Resting_order_fills_as_maker_when_the_market_passes_it()
    {
        var id = Place(Limit(Side.Buy, 0.1m, 59_000));
        await Order(id, o => o.Status == OrderStatus.New);

        await Bench.SetPriceAsync(58_900);

        await Order(id, o => o.Status == OrderStatus.Filled);
        Assert.All(Fills(id), f => Assert.True(f is { IsMaker: true, Price.Value: 59_000m }));
    }

    [Fact]
    public async Task Stop_closes_the_position_when_the_market_reaches_it()
    {
        var entry = Market(Side.Buy, 0.1m) with { Protection = new AttachedProtection { StopLoss = Price.Of(58_000) } };
        await Order(Place(entry), o => o.Status == OrderStatus.Filled);
        await Bench.Heard.WaitAsync<PositionReport>(p => p.StopLoss?.Value == 58_000m);

        await Bench.SetPriceAsync(57_900);

        await Bench.Heard.WaitAsync<FillReport>(f => f is { StopOrderType: StopOrderType.StopLoss, Side: Side.Sell, ClosedQuantity.Units: > 0 });
        await Bench.Heard.WaitAsync<PositionReport>(p => p.Size.IsZero);
        Assert.Equal(0m, (await Bench.TruthAsync()).Size);
    }

    [Fact]
    public async Task Reduce_only_order_never_opens_the_other_side()
    {
        await OpenAsync(0.1m);

        var close = Place(Market(Side.Sell, 0.3m) with { ReduceOnly = true });

        await Bench.Heard.WaitAsync<PositionReport>(p => p.Size.IsZero);
        Assert.Equal(0.1m, Fills(close).Sum(f => f.Quantity.Value));
        Assert.Equal(0m, (await Bench.TruthAsync()).Size);
    }

    [Theory]
    [InlineData("quantity", 10001)]
    [InlineData("no position to reduce", 110017)]
    [InlineData("stop on the wrong side", 10001)]
    public async Task New_order_that_breaks_a_rule_is_refused(string rule, int code)
    {
        var id = Place(rule switch
        {
            "quantity" => Limit(Side.Buy, 0.0105m, 59_000),
            "no position to reduce" => Market(Side.Sell, 0.1m) with { ReduceOnly = true },
            _ => Market(Side.Buy, 0.1m) with { Protection = new AttachedProtection { StopLoss = Price.Of(61_000) } },
        });

        var refusal = await Bench.Heard.WaitAsync<RefusalReport>(_ => true);

        Assert.Equal((RequestKind.Place, code, id), (refusal.Request, refusal.Code, refusal.ClientOrderId));
        Assert.Empty((await Bench.TruthAsync()).OpenOrders);
    }

    [Fact]
    public async Task Unknown_order_can_be_neither_amended_nor_cancelled()
    {
        var id = new ClientOrderId("nobody");
        Bench.Account.Send(new AmendOrder(Account, new OrderAmendment
        {
            Symbol = Symbol,
            ClientOrderId = id,
            Price = Price.Of(59_100),
        }));
        Cancel(id);

        await Bench.Heard.WaitAsync<RefusalReport>(r => r is { Request: RequestKind.Amend, Code: 110001 } && r.ClientOrderId == id);
        await Bench.Heard.WaitAsync<RefusalReport>(r => r is { Request: RequestKind.Cancel, Code: 110001 } && r.ClientOrderId == id);
    }

    [Fact]
    public async Task Client_id_may_be_used_once()
    {
        var request = Limit(Side.Buy, 0.1m, 59_000);
        await Order(Place(request), o => o.Status == OrderStatus.New);

        Place(request);

        var refusal = await Bench.Heard.WaitAsync<RefusalReport>(_ => true);
        Assert.Equal((RequestKind.Place, 110072), (refusal.Request, refusal.Code));
        Assert.Single((await Bench.TruthAsync()).OpenOrders);
    }

    [Fact]
    public async Task Trading_stop_is_set_moved_and_cleared()
    {
        await OpenAsync(0.1m);

        Stop(new TradingStop
        {
            Symbol = Symbol,
            StopLoss = Price.Of(58_000),
            TakeProfit = Price.Of(63_000),
        });
        await Bench.Heard.WaitAsync<PositionReport>(p => p is { StopLoss.Value: 58_000m, TakeProfit.Value: 63_000m });
        Stop(new TradingStop
        {
            Symbol = Symbol,
            StopLoss = Price.Of(58_500),
        });
        await Bench.Heard.WaitAsync<PositionReport>(p => p is { StopLoss.Value: 58_500m, TakeProfit.Value: 63_000m });
        Stop(new TradingStop
        {
            Symbol = Symbol,
            StopLoss = default(Price),
            TakeProfit = default(Price),
        });

        await Bench.Heard.WaitAsync<PositionReport>(p => p is { Size.Value: 0.1m, StopLoss: null, TakeProfit: null } && HasHeard(58_500));
        var position = Assert.Single((await SnapshotAsync()).Positions);
        Assert.Null(position.StopLoss);
        Assert.Empty(Bench.Heard.All<RefusalReport>());
    }

    [Fact]
    public async Task Trading_stop_without_a_position_is_refused()
    {
        Stop(new TradingStop
        {
            Symbol = Symbol,
            StopLoss = Price.Of(58_000),
        });

        var refusal = await Bench.Heard.WaitAsync<RefusalReport>(_ => true);
        Assert.Equal((RequestKind.TradingStop, 10001, Symbol), (refusal.Request, refusal.Code, refusal.Symbol));
    }

    [Fact]
    public async Task Snapshot_equals_the_reports_folded_and_the_truth()
    {
        await OpenAsync(0.1m);
        Stop(new TradingStop
        {
            Symbol = Symbol,
            StopLoss = Price.Of(58_000),
        });
        await Bench.Heard.WaitAsync<PositionReport>(p => p.StopLoss?.Value == 58_000m);
        var resting = Place(Limit(Side.Buy, 0.2m, 59_000));
        var cancelled = Place(Limit(Side.Buy, 0.2m, 58_900));
        Cancel(cancelled);
        await Order(cancelled, o => o.Status == OrderStatus.Cancelled);
        await Order(resting, o => o.Status == OrderStatus.New);

        var snapshot = await SnapshotAsync();

        // The stops of a position are told by the position; whether they are also told as orders is the exchange's choice.
        var orders = Bench.Heard.All<OrderReport>().Where(o => !o.ClientOrderId.IsNone).GroupBy(o => o.OrderId).Select(g => g.Last());
        Assert.Equal(
            orders.Where(o => !o.Status.IsFinal()).Select(Key).Order(),
            snapshot.OpenOrders.Where(o => !o.ClientOrderId.IsNone).Select(Key).Order());
        var position = Bench.Heard.All<PositionReport>()[^1];
        var shown = Assert.Single(snapshot.Positions);
        Assert.Equal((position.Size, position.Side, position.StopLoss), (shown.Size, shown.Side, shown.StopLoss));
        var truth = await Bench.TruthAsync();
        Assert.Equal(truth.Size, shown.Size.Value * shown.Side.Sign());
        Assert.Equal([resting.Value], truth.OpenOrders);
        Assert.InRange(snapshot.WalletBalance, 99_900m, 99_999.99m);
    }

    [Fact]
    public async Task Each_execution_is_told_once()
    {
        var orders = Enumerable.Range(0, 6).Select(i => Place(Market(i % 2 == 0 ? Side.Buy : Side.Sell, 0.05m))).ToList();
        foreach (var id in orders)
        {
            await Order(id, o => o.Status == OrderStatus.Filled);
        }

        await SnapshotAsync();

        var told = Bench.Heard.All<FillReport>().Select(f => f.ExecutionId.Value).ToList();
        Assert.Equal(told.Distinct(), told);
        Assert.All(orders, id => Assert.Equal(0.05m, Fills(id).Sum(f => f.Quantity.Value)));
        if ((await Bench.TruthAsync()).Executions is { } truth)
        {
            Assert.Equal(truth.Order(StringComparer.Ordinal), told.Order(StringComparer.Ordinal));
        }
    }

    internal abstract Task<IExchangeBench> OpenAsync();

    private async Task OpenAsync(decimal quantity)
    {
        await Order(Place(Market(Side.Buy, quantity)), o => o.Status == OrderStatus.Filled);
        await Bench.Heard.WaitAsync<PositionReport>(p => p.Size.Value == quantity);
    }

    private async Task<AccountSnapshot> SnapshotAsync()
    {
        var before = Bench.Heard.All<AccountSnapshot>().Count;
        Bench.Account.AskSnapshot();
        await Bench.Heard.WaitAsync<AccountSnapshot>(_ => Bench.Heard.All<AccountSnapshot>().Count > before);
        return Bench.Heard.All<AccountSnapshot>()[^1];
    }

    private ClientOrderId Place(OrderRequest request)
    {
        Bench.Account.Send(new PlaceOrder(Account, request));
        return request.ClientOrderId;
    }

    private void Cancel(ClientOrderId id) => Bench.Account.Send(new CancelOrder(Account, Symbol, id));

    private void Amend(ClientOrderId id, decimal price, decimal? quantity = null) => Bench.Account.Send(new AmendOrder(Account, new OrderAmendment
    {
        Symbol = Symbol,
        ClientOrderId = id,
        Price = Price.Of(price),
        Quantity = quantity is { } q ? Quantity.Of(q) : null,
    }));

    private void Stop(TradingStop stop) => Bench.Account.Send(new SetTradingStop(Account, stop));

    private Task<OrderReport> Order(ClientOrderId id, Func<OrderReport, bool> holds) =>
        Bench.Heard.WaitAsync<OrderReport>(o => o.ClientOrderId == id && holds(o));

    private IEnumerable<FillReport> Fills(ClientOrderId id) => Bench.Heard.All<FillReport>().Where(f => f.ClientOrderId == id);

    private bool HasHeard(decimal stop) =>
        Bench.Heard.All<PositionReport>().Select((p, i) => (p, i)).Any(x => x.p.StopLoss?.Value == stop
            && Bench.Heard.All<PositionReport>().Skip(x.i).Any(p => p.StopLoss is null));

    private static string Key(OrderReport o) => $"{o.OrderId} {o.ClientOrderId} {o.Status} {o.Quantity} {o.FilledQuantity} {o.Price} {o.TriggerPrice}";

    private OrderRequest Limit(Side side, decimal quantity, decimal price) => Market(side, quantity) with
    {
        Type = OrderType.Limit,
        Price = Price.Of(price),
    };

    private OrderRequest Market(Side side, decimal quantity) => new()
    {
        ClientOrderId = new ClientOrderId($"c-{++_ids}"),
        Symbol = Symbol,
        Side = side,
        Type = OrderType.Market,
        Quantity = Quantity.Of(quantity),
    };
}
