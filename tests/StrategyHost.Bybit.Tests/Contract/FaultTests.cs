using StrategyHost.Core.Domain;
using StrategyHost.Core.Kernel;
using StrategyHost.Core.Ports;
using Xunit;

namespace StrategyHost.Bybit.Tests.Contract;

/// <summary>
/// Whatever goes wrong on the way, what the host was told adds up to what the exchange knows (reliability §3A): one fault each, while
/// orders are placed, cancelled and filled.
/// </summary>
public sealed class FaultTests
{
    public static TheoryData<string, string> Faults => new()
    {
        { "reply of a new order lost", """{"match":{"path":"/v5/order/create","after":1},"action":"drop_reply"}""" },
        { "new order lost", """{"match":{"path":"/v5/order/create","after":1},"action":"drop_request"}""" },
        { "gateway page, order taken or not", """{"match":{"path":"/v5/order/create","after":1},"action":"status","status":502,"body":"<html>"}""" },
        { "server error, order taken", """{"match":{"path":"/v5/order/create"},"action":"ret_code","retCode":10016,"retMsg":"x","accept":true}""" },
        { "server timeout, order not taken", """{"match":{"path":"/v5/order/create"},"action":"ret_code","retCode":10000,"retMsg":"x","accept":false}""" },
        { "half an answer", """{"match":{"path":"/v5/order/create"},"action":"truncate","bytes":20}""" },
        { "rate limit", """{"match":{"path":"/v5/order/create","count":2},"action":"ret_code","retCode":10006,"retMsg":"x","accept":false}""" },
        { "reply of a cancel lost", """{"match":{"path":"/v5/order/cancel"},"action":"drop_reply"}""" },
        { "cancel lost", """{"match":{"path":"/v5/order/cancel"},"action":"drop_request"}""" },
        { "trading stop lost", """{"match":{"path":"/v5/position/trading-stop"},"action":"drop_request"}""" },
        { "reply of a trading stop lost", """{"match":{"path":"/v5/position/trading-stop"},"action":"drop_reply"}""" },
        { "reads fail for a while", """{"match":{"path":"/v5/position/list","count":5},"action":"status","status":503}""" },
        { "stream closed", """{"match":{"stream":"private"},"action":"close_stream"}""" },
        { "stream half-open", """{"match":{"stream":"private"},"action":"half_open"}""" },
        { "execution not told", """{"match":{"topic":"execution"},"action":"drop_message"}""" },
        { "orders not told", """{"match":{"topic":"order","count":3},"action":"drop_message"}""" },
        { "everything told twice", """{"match":{"stream":"private","count":-1},"action":"duplicate"}""" },
        { "told out of order", """{"match":{"stream":"private","count":-1},"action":"reorder","window":4}""" },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task Told_equals_truth_after_the_fault(string what, string fault)
    {
        await using var bench = await EmulatedBench.OpenAsync(isHurried: true, batches: false);
        await bench.FaultAsync(fault);

        await TradeAsync(bench);

        // A cancel that was lost is sent again a little later.
        var snapshot = await bench.SnapshotAsync();
        var truth = await bench.TruthAsync();
        for (var i = 0; i < 200 && !ShowsOrders(snapshot, truth); i++)
        {
            snapshot = await bench.SnapshotAsync();
            truth = await bench.TruthAsync();
        }

        Assert.True(ShowsOrders(snapshot, truth), what + ": open orders");
        var told = bench.Heard.All<FillReport>().Select(f => f.ExecutionId.Value).ToList();
        Assert.True(truth.Executions!.Order(StringComparer.Ordinal).SequenceEqual(told.Order(StringComparer.Ordinal)), what + ": executions");
        Assert.Equal(truth.Size, snapshot.Positions.Sum(p => p.Size.Value * p.Side.Sign()));
        Assert.True(await bench.FaultHitsAsync() > 0, "the fault never struck");
        Assert.Equal(truth.Size, bench.Heard.All<FillReport>().Sum(f => f.Quantity.Value * (f.Side == Side.Buy ? 1 : -1)));
    }

    private static bool ShowsOrders(AccountSnapshot snapshot, ExchangeTruth truth) =>
        snapshot.OpenOrders.Where(o => !o.ClientOrderId.IsNone).Select(o => o.ClientOrderId.Value).Order(StringComparer.Ordinal)
            .SequenceEqual(truth.OpenOrders.Order(StringComparer.Ordinal));

    // Every request is answered: by what it did, or by its refusal.
    private static async Task TradeAsync(EmulatedBench bench)
    {
        foreach (var (id, quantity, price) in new[] { ("a", 0.1m, 0m), ("b", 0.2m, 59_000m), ("c", 0.3m, 58_000m), ("d", 0.05m, 0m) })
        {
            bench.Account.Send(new PlaceOrder(AccountId.Main, new OrderRequest
            {
                ClientOrderId = new ClientOrderId(id),
                Symbol = ExchangeContract.Instrument.Symbol,
                Side = Side.Buy,
                Type = price == 0 ? OrderType.Market : OrderType.Limit,
                Quantity = Quantity.Of(quantity),
                Price = price == 0 ? null : Price.Of(price),
            }));
        }

        // A stop goes before entries that wait, and an entry that waits is not sent when it is cancelled.
        await AnsweredAsync(bench, "a");
        await AnsweredAsync(bench, "c");
        bench.Account.Send(new SetTradingStop(AccountId.Main, new TradingStop
        {
            Symbol = ExchangeContract.Instrument.Symbol,
            StopLoss = Price.Of(50_000),
        }));
        bench.Account.Send(new CancelOrder(AccountId.Main, ExchangeContract.Instrument.Symbol, new ClientOrderId("c")));
        foreach (var id in new[] { "a", "c", "d" })
        {
            await bench.Heard.WaitAsync<ExchangeReport>(r => r is OrderReport o && o.ClientOrderId.Value == id && o.Status.IsFinal()
                || r is RefusalReport f && f.ClientOrderId.Value == id && f.Request == RequestKind.Place);
        }

        await AnsweredAsync(bench, "b");
        await bench.Heard.WaitAsync<ExchangeReport>(r => r is PositionReport { StopLoss.Value: 50_000m } or RefusalReport { Request: RequestKind.TradingStop });
        await bench.SetPriceAsync(58_900);
        await bench.Heard.WaitAsync<ExchangeReport>(r => r is OrderReport o && o.ClientOrderId.Value == "b" && o.Status is OrderStatus.Filled
            || r is RefusalReport f && f.ClientOrderId.Value == "b");
    }

    private static Task<ExchangeReport> AnsweredAsync(EmulatedBench bench, string id) => bench.Heard.WaitAsync<ExchangeReport>(
        r => r is OrderReport { Status: not (OrderStatus.Pending or OrderStatus.Unknown) } o && o.ClientOrderId.Value == id
            || r is RefusalReport f && f.ClientOrderId.Value == id);
}
