using System.Collections.Frozen;
using StrategyHost.Bybit.Rest;
using StrategyHost.Bybit.Tests.Accounts;
using StrategyHost.Core.Domain;
using StrategyHost.Core.Kernel;
using Xunit;

namespace StrategyHost.Bybit.Tests.Contract;

/// <summary>What holds for single requests holds for each row of a batch (bybit-v5 §3.8), through the emulator.</summary>
public sealed class BatchFaultTests
{
    private const string Batch = "/v5/order/create-batch";
    private const string Symbol = "BTCUSDT";

    public static TheoryData<string, string> Faults => new()
    {
        { "reply lost, all taken", """{"match":{"path":"/v5/order/create-batch"},"action":"drop_reply"}""" },
        { "request lost", """{"match":{"path":"/v5/order/create-batch"},"action":"drop_request"}""" },
        { "gateway page", """{"match":{"path":"/v5/order/create-batch"},"action":"status","status":502,"body":"<html>"}""" },
        { "half an answer", """{"match":{"path":"/v5/order/create-batch"},"action":"truncate","bytes":60}""" },
        { "rate limit of the whole", """{"match":{"path":"/v5/order/create-batch","count":2},"action":"ret_code","retCode":10006,"accept":false}""" },
        { "server error, all taken", """{"match":{"path":"/v5/order/create-batch"},"action":"ret_code","retCode":10016,"accept":true}""" },
        { "answer without rows, all taken", """{"match":{"path":"/v5/order/create-batch"},"action":"ret_code","retCode":0,"accept":true}""" },
        { "batches not offered", """{"match":{"path":"/v5/order/create-batch","count":-1},"action":"ret_code","retCode":10032,"accept":false}""" },
        { "reply of a cancel batch lost", """{"match":{"path":"/v5/order/cancel-batch"},"action":"drop_reply"}""" },
        { "cancel batch lost", """{"match":{"path":"/v5/order/cancel-batch"},"action":"drop_request"}""" },
        { "amend batch lost", """{"match":{"path":"/v5/order/amend-batch"},"action":"drop_request"}""" },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task Every_row_is_answered_and_told_equals_truth(string what, string fault)
    {
        await using var bench = await EmulatedBench.OpenAsync(isHurried: true);
        await bench.FaultAsync(fault);
        var ids = Enumerable.Range(0, 6).Select(i => "e" + i).ToList();

        // While the first one is under way the others gather.
        ids.ForEach(id => bench.Account.Send(Entry(id)));
        await AnsweredAsync(bench, ids, RequestKind.Place);
        var open = ids.Where(id => !bench.Heard.Has<RefusalReport>(r => r.ClientOrderId.Value == id)).ToList();
        open.ForEach(id => bench.Account.Send(Wish.Amend(id, Symbol, price: 58_000)));
        foreach (var id in open)
        {
            await bench.Heard.WaitAsync<ExchangeReport>(r => r is OrderReport { Price.Value: 58_000m } o && o.ClientOrderId.Value == id
                || r is RefusalReport { Request: RequestKind.Amend } f && f.ClientOrderId.Value == id);
        }

        open.Take(3).ToList().ForEach(id => bench.Account.Send(Wish.Cancel(id, Symbol)));
        foreach (var id in open.Take(3))
        {
            await bench.Heard.WaitAsync<OrderReport>(o => o.Status == OrderStatus.Cancelled && o.ClientOrderId.Value == id);
        }

        var snapshot = await bench.SnapshotAsync();
        var truth = (await bench.TruthAsync()).OpenOrders.Order(StringComparer.Ordinal);
        Assert.Equal(open.Skip(3), truth);
        Assert.Equal(truth, snapshot.OpenOrders.Select(o => o.ClientOrderId.Value).Order(StringComparer.Ordinal));
        Assert.True(await bench.FaultHitsAsync() > 0, $"{what}: the fault never struck");
        Assert.All(ids, id => Assert.InRange(bench.Heard.All<RefusalReport>().Count(r => r.Request == RequestKind.Place && r.ClientOrderId.Value == id), 0, 1));
    }

    [Fact]
    public async Task One_refused_row_is_told_with_its_code_and_its_neighbours_are_taken()
    {
        await using var bench = await EmulatedBench.OpenAsync();
        bench.Account.Send(Entry("first"));
        bench.Account.Send(Entry("good"));
        bench.Account.Send(new PlaceOrder(AccountId.Main, Entry("bad").Request with { Quantity = Quantity.Of(0.0105m) }));
        bench.Account.Send(Entry("too"));

        await AnsweredAsync(bench, ["first", "good", "bad", "too"], RequestKind.Place);

        var refusal = Assert.Single(bench.Heard.All<RefusalReport>());
        Assert.Equal(("bad", 10001), (refusal.ClientOrderId.Value, refusal.Code));
        Assert.Equal(["first", "good", "too"], (await bench.TruthAsync()).OpenOrders.Order(StringComparer.Ordinal));
        Assert.Contains(Batch, await bench.WritesAsync());
    }

    [Fact]
    public async Task Rows_beyond_the_quota_are_sent_again()
    {
        // Another host with the same key has taken what this one believes to have.
        var believed = RequestLimits.Default with { PerSecond = RequestLimits.Default.PerSecond.ToDictionary(e => e.Key, e => 12).ToFrozenDictionary() };
        await using var bench = await EmulatedBench.OpenAsync(new BenchOptions { Limits = true, OwnLimits = believed });
        var ids = Enumerable.Range(0, 25).Select(i => "e" + i).ToList();

        ids.ForEach(id => bench.Account.Send(Entry(id)));
        await AnsweredAsync(bench, ids, RequestKind.Place);

        Assert.Empty(bench.Heard.All<RefusalReport>());
        Assert.Equal(ids.Order(StringComparer.Ordinal), (await bench.TruthAsync()).OpenOrders.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Batches_that_are_switched_off_are_not_used()
    {
        await using var bench = await EmulatedBench.OpenAsync(batches: false);
        string[] ids = ["a", "b", "c"];
        ids.ToList().ForEach(id => bench.Account.Send(Entry(id)));

        await AnsweredAsync(bench, ids, RequestKind.Place);

        Assert.Equal(["/v5/order/create", "/v5/order/create", "/v5/order/create"], await bench.WritesAsync());
    }

    private static PlaceOrder Entry(string id) =>
        new(AccountId.Main, Wish.Enter(id, Symbol, 59_000).Request with { Quantity = Quantity.Of(0.1m) });

    private static async Task AnsweredAsync(EmulatedBench bench, IReadOnlyList<string> ids, RequestKind kind)
    {
        foreach (var id in ids)
        {
            await bench.Heard.WaitAsync<ExchangeReport>(r => r is OrderReport { Status: OrderStatus.New } o && o.ClientOrderId.Value == id
                || r is RefusalReport f && f.Request == kind && f.ClientOrderId.Value == id);
        }
    }
}
