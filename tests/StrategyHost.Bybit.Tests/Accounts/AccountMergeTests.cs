using StrategyHost.Bybit.Tests.Loopback;
using StrategyHost.Core.Domain;
using StrategyHost.Core.Kernel;
using StrategyHost.Core.Ports;
using Xunit;

namespace StrategyHost.Bybit.Tests.Accounts;

/// <summary>The private stream, its repetitions and its gaps (bybit-v5 §6.3 and §6.6).</summary>
public sealed class AccountMergeTests
{
    [Fact]
    public async Task Same_rows_twice_are_told_once_and_states_never_go_back()
    {
        await using var f = new AccountFixture();
        var stream = await f.UpAsync();
        string[] messages =
        [
            AccountFixture.Message("order", f.Order("a", "PartiallyFilled", 4, at: 20)),
            AccountFixture.Message("order", f.Order("a", "New", at: 10)),
            AccountFixture.Message("order", f.Order("a", "PartiallyFilled", 4, at: 20)),
            AccountFixture.Message("execution", f.Execution("a", "e1", 4), f.Execution("a", "e1", 4)),
            AccountFixture.Message("execution", f.Execution("a", "e1", 4), f.Execution("a", "e2", 6)),
            AccountFixture.Message("order", f.Order("a", "Filled", 10, at: 30)),
            AccountFixture.Message("order", f.Order("a", "Cancelled", 10, at: 40)),
            AccountFixture.Message("position", f.Position(10)),
            AccountFixture.Message("position", f.Position(10)),
            AccountFixture.Message("position", f.Position(4, at: -50)),
            AccountFixture.Message("order", f.Order("end", "New")),
        ];

        foreach (var message in messages)
        {
            await stream.SendAsync(message);
        }

        await f.Log.WaitAsync<OrderReport>(o => o.ClientOrderId.Value == "end");
        Assert.Equal(
            [OrderStatus.PartiallyFilled, OrderStatus.Filled],
            f.Log.All<OrderReport>().Where(o => o.ClientOrderId.Value == "a").Select(o => o.Status));
        Assert.Equal(["e1", "e2"], f.Log.All<FillReport>().Select(r => r.ExecutionId.Value));
        Assert.Equal([10m], f.Log.All<PositionReport>().Select(p => p.Size.Value));
    }

    [Fact]
    public async Task What_was_missed_while_down_is_told_after_the_reconnect_before_the_link_is_up()
    {
        await using var f = new AccountFixture();
        var stream = await f.UpAsync();
        await stream.SendAsync(AccountFixture.Message("order", f.Order("a", "New"), f.Order("b", "New")));
        await stream.SendAsync(AccountFixture.Message("execution", f.Execution("a", "e1", 4)));
        await f.Log.WaitAsync<FillReport>(_ => true);

        f.Route("/v5/order/realtime", r =>
            r.Query.Contains("orderLinkId=a", StringComparison.Ordinal) ? Reply.List(f.Time, f.Order("a", "Filled", 10, at: 5))
            : r.Query.Contains("orderFilter=Order", StringComparison.Ordinal) ? Reply.List(f.Time, f.Order("b", "New")) : Reply.List(f.Time));
        f.Route("/v5/execution/list", _ => Reply.List(f.Time, f.Execution("a", "e2", 6), f.Execution("a", "e1", 4)));
        f.Route("/v5/position/list", _ => Reply.List(f.Time, f.Position(10)));
        f.Time.Advance(1000);
        await stream.CloseAsync();
        var next = f.Server.NextStreamAsync();
        await f.Time.PassUntilAsync(() => next.IsCompleted);
        await (await next).AcknowledgeAsync();
        await (await next).AcknowledgeAsync();
        await f.Time.PassUntilAsync(() => f.Log.All<LinkNews>().Count(l => l.Link == Link.Private) == 3);

        Assert.Equal(["e1", "e2"], f.Log.All<FillReport>().Select(r => r.ExecutionId.Value));
        Assert.Equal(OrderStatus.Filled, f.Log.All<OrderReport>().Last(o => o.ClientOrderId.Value == "a").Status);
        var heard = f.Log.All<object>().ToList();
        var told = heard.FindIndex(h => h is FillReport { ExecutionId.Value: "e2" });
        Assert.True(told < heard.FindLastIndex(h => h is LinkNews { State: LinkState.Up, Link: Link.Private }));
        Assert.Equal(
            [LinkState.Up, LinkState.Down, LinkState.Up], f.Log.All<LinkNews>().Where(l => l.Link == Link.Private).Select(l => l.State));
    }

    [Fact]
    public async Task Snapshot_holds_every_page_and_what_the_stream_told_meanwhile()
    {
        await using var f = new AccountFixture();
        var stream = await f.UpAsync();
        await stream.SendAsync(AccountFixture.Message("order", f.Order("s", "New", at: 60_000)));
        await f.Log.WaitAsync<OrderReport>(o => o.ClientOrderId.Value == "s");
        f.Route("/v5/order/realtime", r => !r.Query.Contains("orderFilter=Order", StringComparison.Ordinal) ? Reply.List(f.Time)
            : r.Query.Contains("cursor=p%3A2", StringComparison.Ordinal) ? Reply.List(f.Time, f.Order("b", "New"))
            : Reply.Ok($$"""{"list":[{{f.Order("a", "New")}}],"nextPageCursor":"p%3A2"}""", f.Time));
        f.Route("/v5/position/list", _ => Reply.List(f.Time, f.Position(10, ",\"stopLoss\":\"0.9\"")));
        f.Route("/v5/account/wallet-balance", _ => Reply.List(
            f.Time, """{"totalAvailableBalance":"900","coin":[{"coin":"USDT","walletBalance":"1000","equity":"1001"}]}"""));

        f.Account.AskSnapshot();
        var snapshot = await f.Log.WaitAsync<AccountSnapshot>(_ => true);

        Assert.Equal(["a", "b", "s"], snapshot.OpenOrders.Select(o => o.ClientOrderId.Value).Order(StringComparer.Ordinal));
        Assert.Equal((10m, 0.9m), (snapshot.Positions[0].Size.Value, snapshot.Positions[0].StopLoss!.Value.Value));
        Assert.Equal((1000m, 1001m, 900m), (snapshot.WalletBalance, snapshot.Equity, snapshot.Available));
    }

    [Fact]
    public async Task Snapshot_waits_until_the_exchange_answers()
    {
        await using var f = new AccountFixture();
        await f.UpAsync();
        f.Route("/v5/position/list", _ => f.Count("/v5/position/list") < 6 ? new Answer("", 503) : Reply.List(f.Time));

        f.Account.AskSnapshot();
        await f.Time.PassUntilAsync(() => f.Log.Has<AccountSnapshot>(_ => true));
    }

    [Fact]
    public async Task Row_that_cannot_be_read_makes_the_account_read_again()
    {
        await using var f = new AccountFixture();
        var stream = await f.UpAsync();
        var before = f.Count("/v5/position/list");

        await stream.SendAsync(AccountFixture.Message("execution", """{"symbol":"XYZUSDT","execId":"x","execType":"MovePosition"}"""));

        await f.Time.PassUntilAsync(() => f.Count("/v5/position/list") >= before + 2);
    }

    [Fact]
    public async Task Refused_authentication_is_told_and_tried_again()
    {
        await using var f = new AccountFixture();
        f.Account.Start();
        var stream = await f.Server.NextStreamAsync();
        await stream.AcknowledgeAsync(success: false);

        var down = await f.Log.WaitAsync<LinkNews>(l => l.State == LinkState.Down);
        Assert.Contains("auth", down.Why, StringComparison.Ordinal);
        var next = f.Server.NextStreamAsync();
        await f.Time.PassUntilAsync(() => next.IsCompleted);
    }

    [Fact]
    public async Task Silent_connection_is_replaced()
    {
        await using var f = new AccountFixture();
        await f.UpAsync();

        var next = f.Server.NextStreamAsync();
        await f.Time.PassUntilAsync(() => next.IsCompleted);

        Assert.Contains(f.Log.All<LinkNews>(), l => l is { Link: Link.Private, State: LinkState.Down, Why: "silent" });
    }

    [Fact]
    public async Task Half_open_stream_is_found_by_the_regular_read()
    {
        await using var f = new AccountFixture(o => o with { ReconcileMs = 8000 });
        var stream = await f.UpAsync();
        var pongs = Task.Run(async () =>
        {
            while (await stream.ReceiveAsync() is not null)
            {
                await stream.SendAsync("""{"op":"pong","req_id":"p1"}""");
            }
        });
        f.Time.Advance(100);
        var row = f.Execution("a", "e1", 4);
        f.Route("/v5/execution/list", _ => Reply.List(f.Time, row));

        await f.Time.PassUntilAsync(() => f.Log.Has<LinkNews>(l => l.State == LinkState.Stale));

        Assert.Single(f.Log.All<FillReport>());
        await pongs;
    }

    [Fact]
    public async Task Trading_stop_that_is_so_already_is_answered_with_the_position()
    {
        await using var f = new AccountFixture();
        f.Route("/v5/position/list", _ => Reply.List(f.Time, f.Position(10, ",\"stopLoss\":\"0.9\"")));
        await f.UpAsync();
        f.Route("/v5/position/trading-stop", _ => Reply.Error(34040, "not modified"));
        var before = f.Log.All<PositionReport>().Count;

        f.Account.Send(Stop(0.9m));

        await f.Time.PassUntilAsync(() => f.Log.All<PositionReport>().Count > before);
        Assert.Empty(f.Log.All<RefusalReport>());
    }

    [Fact]
    public async Task Cancel_of_an_ended_order_tells_its_end_and_the_refusal()
    {
        await using var f = new AccountFixture();
        await f.UpAsync();
        f.Route("/v5/order/cancel", _ => Reply.Error(110001, "order not exists or too late to cancel"));
        f.Route("/v5/order/history", _ => Reply.List(f.Time, f.Order("a", "Filled", 10)));
        f.Route("/v5/execution/list", _ => Reply.List(f.Time, f.Execution("a", "e1", 10)));

        f.Account.Send(new CancelOrder(AccountId.Main, AccountFixture.Symbol, new ClientOrderId("a")));
        var refusal = await f.Log.WaitAsync<RefusalReport>(_ => true);

        Assert.Equal((RequestKind.Cancel, 110001), (refusal.Request, refusal.Code));
        Assert.Single(f.Log.All<FillReport>());
        Assert.Equal(OrderStatus.Filled, Assert.Single(f.Log.All<OrderReport>()).Status);
    }

    [Fact]
    public async Task Trading_stop_in_doubt_that_arrives_after_a_newer_one_is_put_right()
    {
        await using var f = new AccountFixture();
        f.Route("/v5/position/list", _ => Reply.List(f.Time, f.Position(10, ",\"stopLoss\":\"0.9\"")));
        var stream = await f.UpAsync();
        f.Route("/v5/position/trading-stop", _ =>
            f.Count("/v5/position/trading-stop") == 1 ? new Answer("", 503) : Reply.Ok("{}", f.Time));

        f.Account.Send(Stop(0.91m));
        await f.Time.PassUntilAsync(() => f.Count("/v5/position/trading-stop") == 2);
        f.Account.Send(Stop(0.92m));
        f.Time.Advance(1);
        await stream.SendAsync(AccountFixture.Message("position", f.Position(10, ",\"stopLoss\":\"0.92\"")));
        await f.Log.WaitAsync<PositionReport>(p => p.StopLoss?.Value == 0.92m);
        f.Time.Advance(1);
        await stream.SendAsync(AccountFixture.Message("position", f.Position(10, ",\"stopLoss\":\"0.91\"")));
        var before = f.Count("/v5/position/trading-stop");
        f.Route("/v5/position/list", _ => Reply.List(f.Time, f.Position(10, ",\"stopLoss\":\"0.91\"")));

        await f.Time.PassUntilAsync(() => f.Count("/v5/position/trading-stop") > before);

        Assert.Contains("0.92", f.Server.Requests.Last(r => r.Path == "/v5/position/trading-stop").Body, StringComparison.Ordinal);
    }

    private static SetTradingStop Stop(decimal price) => new(AccountId.Main, new TradingStop
    {
        Symbol = AccountFixture.Symbol,
        StopLoss = Price.Of(price),
    });
}
