using StrategyHost.Bybit.Tests.Loopback;
using StrategyHost.Core.Domain;
using Xunit;

namespace StrategyHost.Bybit.Tests.Accounts;

/// <summary>The lanes in the account's adapter, against a server that answers when the test says.</summary>
public sealed class LaneTests
{
    private const string Create = "/v5/order/create";
    private const string TradingStop = "/v5/position/trading-stop";
    private readonly TaskCompletionSource _first = new();

    [Fact]
    public async Task Stop_waits_for_no_entry_and_unsent_stops_of_a_position_join()
    {
        await using var f = new AccountFixture();
        await f.UpAsync();
        var (entry, stop) = (new TaskCompletionSource(), new TaskCompletionSource());
        f.Route(Create, _ => Reply.Error(110007, "no") with { After = entry.Task });
        f.Route(TradingStop, _ => Reply.Ok("{}", f.Time) with { After = stop.Task });
        f.Place("entry");
        await f.Time.PassUntilAsync(() => f.Count(Create) == 1);

        f.Account.Send(Wish.Stop(0.9m));
        await f.Time.PassUntilAsync(() => f.Count(TradingStop) == 1);
        f.Account.Send(Wish.Stop(0.91m));
        f.Account.Send(Wish.Stop(0.92m));
        stop.SetResult();
        await f.Time.PassUntilAsync(() => f.Count(TradingStop) == 2);

        Assert.Contains("\"0.92\"", f.Server.Requests.Last(r => r.Path == TradingStop).Body, StringComparison.Ordinal);
        Assert.Empty(f.Log.All<RefusalReport>());
        entry.SetResult();
    }

    [Fact]
    public async Task Close_is_sent_while_entries_are_rate_limited()
    {
        await using var f = new AccountFixture();
        await f.UpAsync();
        f.Route(Create, r => r.Body.Contains("reduceOnly", StringComparison.Ordinal)
            ? Reply.Ok("""{"orderId":"o-x"}""", f.Time) : Reply.Error(10006, "limit"));
        f.Place("entry");
        await f.Time.PassUntilAsync(() => f.Count(Create) == 1);

        f.Account.Send(Wish.Close("x"));

        await f.Time.PassUntilAsync(() => f.Server.Requests.Any(r => r.Body.Contains("\"x\"", StringComparison.Ordinal)));
        Assert.Empty(f.Log.All<RefusalReport>());
    }

    [Fact]
    public async Task Entry_that_is_cancelled_before_it_left_is_told_cancelled_and_never_sent()
    {
        await using var f = new AccountFixture();
        await f.UpAsync();
        var answer = new TaskCompletionSource();
        f.Route(Create, _ => Reply.Error(110007, "no") with { After = answer.Task });
        f.Place("first");
        await f.Time.PassUntilAsync(() => f.Count(Create) == 1);

        f.Place("second");
        f.Account.Send(Wish.Cancel("second"));
        var told = await f.Log.WaitAsync<OrderReport>(o => o.ClientOrderId.Value == "second");

        Assert.Equal((OrderStatus.Cancelled, "not_sent"), (told.Status, told.Reason));
        answer.SetResult();
        await f.Log.WaitAsync<RefusalReport>(r => r.ClientOrderId.Value == "first");
        Assert.Equal(1, f.Count(Create));
        Assert.Equal(0, f.Count("/v5/order/cancel"));
    }

    [Fact]
    public async Task Entry_that_could_not_leave_within_its_time_is_refused_with_the_reason()
    {
        await using var f = new AccountFixture(o => o with { Batches = false });
        await f.UpAsync();
        var answer = new TaskCompletionSource();
        f.Route(Create, _ => Reply.Error(110007, "no") with { After = answer.Task });
        f.Place("first");
        await f.Time.PassUntilAsync(() => f.Count(Create) == 1);
        var givenAt = f.NowMs;

        f.Place("second");
        await f.Time.PassUntilAsync(() => f.Log.Has<RefusalReport>(_ => true));

        var refusal = Assert.Single(f.Log.All<RefusalReport>());
        Assert.Equal((RequestKind.Place, "second"), (refusal.Request, refusal.ClientOrderId.Value));
        Assert.Contains("30 s", refusal.Text, StringComparison.Ordinal);
        Assert.True(f.NowMs >= givenAt + 30_000);
        Assert.Equal(1, f.Count(Create));
        answer.SetResult();
    }

    [Fact]
    public async Task Rows_of_a_batch_end_each_in_their_own_way()
    {
        await using var f = new AccountFixture();
        var stream = await f.UpAsync();
        await GatherAsync(f, "a", "b", "c", "d");
        f.Route(Create + "-batch", _ => BatchReply(f, ("a", 0, "OK"), ("b", 110007, "ab not enough"), ("c", 10006, "limit"), ("d", 10000, "timeout")));
        f.Route("/v5/order/realtime", r => r.Query.Contains("=d", StringComparison.Ordinal) ? Reply.List(f.Time, f.Order("d", "New")) : Reply.List(f.Time));
        _first.SetResult();

        await f.Time.PassUntilAsync(() => f.Log.Has<OrderReport>(o => o is { ClientOrderId.Value: "d", Status: OrderStatus.New }));
        await f.Time.PassUntilAsync(() => f.Server.Requests.Any(r => r.Path == Create && r.Body.Contains("\"c\"", StringComparison.Ordinal)));
        await stream.SendAsync(AccountFixture.Message("order", f.Order("a", "New"), f.Order("c", "New")));
        await f.Log.WaitAsync<OrderReport>(o => o.ClientOrderId.Value == "c");

        var refusal = Assert.Single(f.Log.All<RefusalReport>(), r => r.ClientOrderId.Value != "first");
        Assert.Equal(("b", 110007, "ab not enough"), (refusal.ClientOrderId.Value, refusal.Code, refusal.Text));
        Assert.Equal("d", Assert.Single(f.Log.All<OrderReport>(), o => o.Status == OrderStatus.Unknown).ClientOrderId.Value);
        Assert.Equal(1, f.Count(Create + "-batch"));
    }

    [Fact]
    public async Task Rows_under_other_names_than_were_sent_leave_all_in_doubt()
    {
        await using var f = new AccountFixture();
        await f.UpAsync();
        f.Route(Create + "-batch", _ => BatchReply(f, ("b", 0, "OK"), ("a", 110007, "ab not enough")));

        await GatherAsync(f, "a", "b");
        _first.SetResult();

        await f.Time.PassUntilAsync(() => f.Log.All<OrderReport>().Count(o => o.Status == OrderStatus.Unknown) == 2);
        Assert.Equal("first", Assert.Single(f.Log.All<RefusalReport>()).ClientOrderId.Value);
    }

    [Fact]
    public async Task Account_ends_while_requests_wait_and_hang()
    {
        var f = new AccountFixture();
        await f.UpAsync();
        var answer = new TaskCompletionSource();
        f.Route(Create, _ => Reply.Error(110007, "no") with { After = answer.Task });
        f.Place("first");
        await f.Time.PassUntilAsync(() => f.Count(Create) == 1);
        f.Place("second");
        f.Account.Send(Wish.Stop(0.9m));

        await f.DisposeAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(60));
        answer.SetResult();
    }

    // Behind an order of their symbol that is not answered they wait for each other.
    private async Task GatherAsync(AccountFixture f, params string[] ids)
    {
        f.Route(Create, r => r.Body.Contains("first", StringComparison.Ordinal)
            ? Reply.Error(110007, "no") with { After = _first.Task }
            : Reply.Ok("""{"orderId":"o"}""", f.Time));
        f.Account.Send(Wish.Target("first"));
        await f.Time.PassUntilAsync(() => f.Count(Create) == 1);
        ids.ToList().ForEach(id => f.Account.Send(Wish.Target(id)));
    }

    private static Answer BatchReply(AccountFixture f, params (string Id, int Code, string Text)[] rows)
    {
        var list = string.Join(',', rows.Select(r => $$"""{"category":"linear","symbol":"XYZUSDT","orderId":"o-{{r.Id}}","orderLinkId":"{{r.Id}}"}"""));
        var codes = string.Join(',', rows.Select(r => $$"""{"code":{{r.Code}},"msg":"{{r.Text}}"}"""));
        return new Answer($$"""
            {"retCode":0,"retMsg":"OK","result":{"list":[{{list}}]},"retExtInfo":{"list":[{{codes}}]},"time":{{f.NowMs}} }
            """);
    }
}
