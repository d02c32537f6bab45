using StrategyHost.Bybit.Tests.Loopback;
using StrategyHost.Core.Domain;
using StrategyHost.Core.Kernel;
using StrategyHost.Core.Ports;
using Xunit;

namespace StrategyHost.Bybit.Tests.Accounts;

/// <summary>What becomes of a new order whose outcome is not known (reliability §5.3).</summary>
public sealed class DoubtfulOrderTests
{
    private const string Create = "/v5/order/create";

    [Fact]
    public async Task Order_whose_reply_was_lost_is_unknown_then_found_with_its_fills()
    {
        await using var f = new AccountFixture();
        await f.UpAsync();
        f.Route(Create, _ =>
        {
            f.Route("/v5/order/realtime", r => IsById(r) ? Reply.List(f.Time, f.Order("a", "PartiallyFilled", 4)) : Reply.List(f.Time));
            f.Route("/v5/execution/list", _ => Reply.List(f.Time, f.Execution("a", "e1", 4)));
            return new Answer("<html>504</html>", 504, "text/html");
        });

        f.Place("a");
        await f.Time.PassUntilAsync(() => f.Log.Has<FillReport>(r => r.ExecutionId.Value == "e1"));

        Assert.Equal([OrderStatus.Unknown, OrderStatus.PartiallyFilled], f.Log.All<OrderReport>().Select(o => o.Status));
        Assert.Equal(1, f.Count(Create));
        Assert.Empty(f.Log.All<RefusalReport>());
    }

    [Fact]
    public async Task Order_whose_executions_show_before_it_is_looked_for_until_its_end_is_known()
    {
        await using var f = new AccountFixture();
        await f.UpAsync();
        f.Route(Create, _ =>
        {
            f.Route("/v5/execution/list", _ => Reply.List(f.Time, f.Execution("a", "e1", 10)));
            f.Route("/v5/order/history", _ => f.Count("/v5/order/history") > 2 ? Reply.List(f.Time, f.Order("a", "Filled", 10)) : Reply.List(f.Time));
            return new Answer("", 503);
        });

        f.Place("a");
        await f.Time.PassUntilAsync(() => f.Log.Has<OrderReport>(o => o.Status == OrderStatus.Filled));

        Assert.Single(f.Log.All<FillReport>());
    }

    [Fact]
    public async Task Cancel_in_doubt_of_an_order_that_had_ended_is_answered_by_its_end()
    {
        await using var f = new AccountFixture();
        var stream = await f.UpAsync();
        f.Route("/v5/order/cancel", _ => Reply.Error(10016, "busy"));
        await stream.SendAsync(AccountFixture.Message("order", f.Order("a", "Filled", 10)));
        await f.Log.WaitAsync<OrderReport>(o => o.Status == OrderStatus.Filled);
        f.Time.Advance(1000);

        f.Account.Send(new CancelOrder(AccountId.Main, AccountFixture.Symbol, new ClientOrderId("a")));
        await f.Time.PassUntilAsync(() => f.Log.All<OrderReport>().Count == 2);

        Assert.Equal(f.Log.All<OrderReport>()[0], f.Log.All<OrderReport>()[1]);
    }

    [Fact]
    public async Task Order_that_never_arrived_is_refused_only_after_its_receive_window()
    {
        await using var f = new AccountFixture();
        await f.UpAsync();
        f.Route(Create, _ => new Answer("", 503));
        var sentAt = f.NowMs;

        f.Place("a");
        await f.Time.PassUntilAsync(() => f.Log.Has<RefusalReport>(_ => true));

        var refusal = Assert.Single(f.Log.All<RefusalReport>());
        Assert.Equal((RequestKind.Place, "a", 503), (refusal.Request, refusal.ClientOrderId.Value, refusal.Code));
        Assert.True(f.NowMs >= sentAt + 3000 + 10_000);
        Assert.Equal(1, f.Count(Create));
    }

    [Fact]
    public async Task Requests_are_reachable_again_when_reads_are_answered_though_nothing_is_sent()
    {
        await using var f = new AccountFixture(o => o with { ReconcileMs = 30_000 });
        await f.UpAsync();
        f.Route(Create, _ => new Answer("{}") { CutAt = 0 });
        f.Place("a");
        await f.Time.PassUntilAsync(() => f.Log.Has<LinkNews>(l => l is { Link: Link.Requests, State: LinkState.Down }));
        await f.Time.PassUntilAsync(() => f.Log.Has<LinkNews>(l => l is { Link: Link.Requests, State: LinkState.Up }));
    }

    [Fact]
    public async Task Failed_read_is_no_evidence_of_absence()
    {
        await using var f = new AccountFixture();
        await f.UpAsync();
        f.Route(Create, _ => new Answer("", 503));
        f.Route("/v5/order/history", _ => new Answer("", 503));

        f.Place("a");
        await f.Time.PassUntilAsync(() => f.NowMs > 1_700_000_060_000);

        Assert.Empty(f.Log.All<RefusalReport>());
        f.Server.Routes.TryRemove("/v5/order/history", out _);
        await f.Time.PassUntilAsync(() => f.Log.Has<RefusalReport>(_ => true));
    }

    [Fact]
    public async Task Stream_that_tells_the_order_ends_the_asking()
    {
        await using var f = new AccountFixture();
        var stream = await f.UpAsync();
        f.Route(Create, _ => new Answer("", 503));
        f.Place("a");
        await f.Log.WaitAsync<OrderReport>(o => o.Status == OrderStatus.Unknown);

        await stream.SendAsync(AccountFixture.Message("order", f.Order("a", "New")));
        await f.Log.WaitAsync<OrderReport>(o => o.Status == OrderStatus.New);
        await f.Time.PassUntilAsync(() => f.NowMs > 1_700_000_030_000);

        Assert.Empty(f.Log.All<RefusalReport>());
    }

    [Fact]
    public async Task Cancel_of_an_order_in_doubt_waits_until_it_is_found_and_others_do_not()
    {
        await using var f = new AccountFixture();
        var stream = await f.UpAsync();
        f.Route(Create, r => r.Body.Contains("\"a\"", StringComparison.Ordinal) ? new Answer("", 503) : Reply.Ok("""{"orderId":"o-b"}""", f.Time));
        f.Place("a");
        await f.Log.WaitAsync<OrderReport>(o => o.Status == OrderStatus.Unknown);

        f.Account.Send(new CancelOrder(AccountId.Main, AccountFixture.Symbol, new ClientOrderId("a")));
        f.Place("b");
        await f.Time.PassUntilAsync(() => f.Count(Create) == 2);
        Assert.Equal(0, f.Count("/v5/order/cancel"));

        await stream.SendAsync(AccountFixture.Message("order", f.Order("a", "New")));
        await f.Time.PassUntilAsync(() => f.Count("/v5/order/cancel") == 1);
    }

    [Theory]
    [InlineData(110007, "ab not enough for new order")]
    [InlineData(10001, "Qty invalid")]
    public async Task Refusal_is_told_once_with_code_and_words(int code, string text)
    {
        await using var f = new AccountFixture();
        await f.UpAsync();
        f.Route(Create, _ => Reply.Error(code, text));

        f.Place("a");
        var refusal = await f.Log.WaitAsync<RefusalReport>(_ => true);

        Assert.Equal((RequestKind.Place, code, text), (refusal.Request, refusal.Code, refusal.Text));
        Assert.Equal(1, f.Count(Create));
        Assert.Empty(f.Log.All<OrderReport>());
    }

    [Fact]
    public async Task Rate_limited_order_is_sent_again_with_the_same_id()
    {
        await using var f = new AccountFixture();
        var stream = await f.UpAsync();
        f.Route(Create, _ => f.Count(Create) < 3 ? Reply.Error(10006, "limit") : Reply.Ok("""{"orderId":"o-a"}""", f.Time));

        f.Place("a");
        await f.Time.PassUntilAsync(() => f.Count(Create) == 3);
        await stream.SendAsync(AccountFixture.Message("order", f.Order("a", "New")));
        await f.Log.WaitAsync<OrderReport>(o => o.Status == OrderStatus.New);

        Assert.Single(f.Server.Requests.Where(r => r.Path == Create).Select(r => r.Body).Distinct());
        Assert.Empty(f.Log.All<RefusalReport>());
    }

    [Fact]
    public async Task Entry_that_is_not_taken_grows_stale_and_is_given_up()
    {
        await using var f = new AccountFixture();
        await f.UpAsync();
        f.Route(Create, _ => Reply.Error(110066, "trading is not allowed"));

        f.Place("a");
        await f.Time.PassUntilAsync(() => f.Log.Has<RefusalReport>(_ => true));

        Assert.Equal(110066, f.Log.All<RefusalReport>()[0].Code);
    }

    [Fact]
    public async Task Acknowledged_order_that_does_not_show_is_asked_for_and_the_silent_stream_is_renewed()
    {
        await using var f = new AccountFixture();
        await f.UpAsync();
        f.Route(Create, _ => Reply.Ok("""{"orderId":"o-a"}""", f.Time));
        f.Route("/v5/order/realtime", r => IsById(r) ? Reply.List(f.Time, f.Order("a", "New", at: -1)) : Reply.List(f.Time));

        f.Place("a");
        await f.Time.PassUntilAsync(() => f.Log.Has<OrderReport>(o => o.Status == OrderStatus.New));

        await f.Log.WaitAsync<Core.Ports.LinkNews>(l => l.State == Core.Ports.LinkState.Stale);
    }

    [Fact]
    public async Task Order_of_an_earlier_life_is_taken_up()
    {
        await using var f = new AccountFixture();
        await f.UpAsync();
        f.Route("/v5/order/realtime", r => Reply.List(f.Time, f.Order("a", "New")));

        f.Account.Resolve(
            new OrderRequest
            {
                ClientOrderId = new ClientOrderId("a"),
                Symbol = AccountFixture.Symbol,
                Side = Side.Buy,
                Type = OrderType.Limit,
                Quantity = Quantity.Of(10),
            },
            new Timestamp(f.NowMs - 5000));

        await f.Time.PassUntilAsync(() => f.Log.Has<OrderReport>(o => o.Status == OrderStatus.New));
        Assert.Equal(0, f.Count(Create));
    }

    private static bool IsById(Seen request) => request.Query.Contains("orderLinkId", StringComparison.Ordinal);
}
