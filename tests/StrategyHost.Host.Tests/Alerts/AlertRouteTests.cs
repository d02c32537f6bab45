using StrategyHost.Core.Domain;
using StrategyHost.Host.Alerts;
using StrategyHost.Host.Tests.Live;
using StrategyHost.TestKit;

namespace StrategyHost.Host.Tests.Alerts;

/// <summary>A route to a webhook over a real socket, with the test's clock: hangs, errors, limits, refusals, and the end.</summary>
public sealed class AlertRouteTests : IAsyncLifetime
{
    private static readonly TimeSpan Short = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(5);
    private readonly ManualTime _time = new();
    private readonly LogLines _log = new();
    private AlertStub _stub = null!; // by InitializeAsync
    private WebhookSender _sender = null!;
    private AlertRoute _route = null!;

    public async Task InitializeAsync()
    {
        _stub = await AlertStub.StartAsync();
        _sender = new WebhookSender(new Uri(_stub.Address, "hook"), "a-secret", "StrategyHost live", _time);
        _route = new AlertRoute(
            _sender, new AlertQueue(new AlertLimits(100, 1000, 60_000)), TimeSpan.FromSeconds(10), _log.Logger, _time);
    }

    public async Task DisposeAsync()
    {
        await _route.DisposeAsync();
        _sender.Dispose();
        await _stub.DisposeAsync();
    }

    private static AlertNotice Notice(string code, bool atRisk = false) =>
        new("main", code, "the stop of 0.1 BTCUSDT was refused", new Timestamp(ManualTime.StartMs)) { Symbol = "BTCUSDT", AtRisk = atRisk };

    [Fact]
    public async Task Alert_arrives_with_its_fields_and_the_token_in_the_head_only()
    {
        _route.Post(Notice("stop_refused", atRisk: true));
        await _time.PassUntilAsync(() => !_stub.Hooks.IsEmpty);
        var hook = _stub.Hooks.Single();
        Assert.Equal(
            ("main", "stop_refused", "BTCUSDT", "risk", 1),
            (Text(hook, "account"), Text(hook, "code"), Text(hook, "symbol"), Text(hook, "severity"), hook.GetProperty("count").GetInt32()));
        Assert.StartsWith("StrategyHost live: MONEY AT RISK main stop_refused: the stop", Text(hook, "text"), StringComparison.Ordinal);
        Assert.Equal("Bearer a-secret", _stub.Authorization);
        Assert.DoesNotContain("a-secret", hook.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Webhook_that_hangs_is_logged_once_and_blocks_nobody()
    {
        _stub.Next(HookAnswer.Hangs, HookAnswer.Hangs, HookAnswer.Hangs);
        for (var i = 0; i < 1000; i++)
        {
            _route.Post(Notice("stop_refused", atRisk: true)); // returns, whatever hangs
        }

        await _time.PassUntilAsync(() => !_stub.Hooks.IsEmpty);
        Assert.Equal(4, _stub.Attempts);
        Assert.Single(_log.Lines, l => l.Contains("no answer within 10 s", StringComparison.Ordinal));
        await _time.PassUntilAsync(() => _log.Lines.Any(l => l.Contains("takes alerts again", StringComparison.Ordinal)));
        Assert.Equal(2, _log.Lines.Count);
    }

    [Fact]
    public async Task Errors_of_the_server_are_tried_again_with_growing_pauses()
    {
        _stub.Next(HookAnswer.Fails, HookAnswer.Fails, HookAnswer.Fails);
        _route.Post(Notice("a"));
        await _time.PassUntilAsync(() => !_stub.Hooks.IsEmpty);
        Assert.InRange((_time.GetUtcNow().ToUnixTimeMilliseconds() - ManualTime.StartMs) / 1000.0, 7, 60); // 1 + 2 + 4 s; a slow machine: more
    }

    [Fact]
    public async Task Limit_of_the_server_is_waited_for_as_long_as_it_says()
    {
        _stub.Next(HookAnswer.Limits);
        _route.Post(Notice("a"));
        await _time.PassUntilAsync(() => !_stub.Hooks.IsEmpty);
        Assert.InRange((_time.GetUtcNow().ToUnixTimeMilliseconds() - ManualTime.StartMs) / 1000.0, 7, 60); // Retry-After: 7
    }

    [Fact]
    public async Task Refusal_is_not_repeated_and_money_at_risk_is_an_error_in_the_log()
    {
        _stub.Next(HookAnswer.Refuses, HookAnswer.Refuses);
        _route.Post(Notice("low"));
        _route.Post(Notice("high", atRisk: true));
        await _time.PassUntilAsync(() => _stub.Attempts == 2);
        _route.Post(Notice("later"));
        await _time.PassUntilAsync(() => !_stub.Hooks.IsEmpty);
        Assert.Equal(3, _stub.Attempts);
        Assert.Contains("+2 other alerts were left out", Text(_stub.Hooks.Single(), "text"), StringComparison.Ordinal);
        Assert.Single(_log.Lines, l => l.Contains("HTTP 404", StringComparison.Ordinal) && l.Contains("not said again", StringComparison.Ordinal));
        Assert.Single(_log.Lines, l => l.Contains("did not take", StringComparison.Ordinal) && l.Contains("high", StringComparison.Ordinal));
    }

    [Fact]
    public async Task End_sends_what_waits_for_its_repeat_time()
    {
        await using var route = Patient();
        route.Post(Notice("a"));
        await UntilAsync(() => _stub.Hooks.Count == 1);
        route.Post(Notice("a"));
        await UntilAsync(Ended(route.EndAsync(Short, Long))); // the clock stands still
        Assert.Equal(2, _stub.Hooks.Count);
    }

    [Fact]
    public async Task End_gives_up_on_a_webhook_that_hangs_when_its_time_is_over_and_counts_what_was_under_way()
    {
        await using var route = Patient();
        _stub.Next(HookAnswer.Hangs);
        route.Post(Notice("a"));
        await UntilAsync(() => _stub.Attempts == 1);
        route.Post(Notice("b"));
        Assert.Empty(await _time.PassUntilAsync(route.EndAsync(Short, Long)));
        Assert.Contains(_log.Lines, l => l.Contains("2 alerts did not reach", StringComparison.Ordinal));
    }

    [Fact]
    public async Task End_waits_longer_for_money_at_risk_and_says_and_gives_back_what_did_not_go_out()
    {
        await using var route = Patient();
        _stub.Next(HookAnswer.Hangs);
        route.Post(Notice("under_way", atRisk: true));
        await UntilAsync(() => _stub.Attempts == 1);
        route.Post(Notice("waits", atRisk: true));
        route.Post(Notice("low"));
        var left = await _time.PassUntilAsync(route.EndAsync(Short, Long));
        Assert.Equal(["under_way", "waits"], left.Select(n => n.Code));
        Assert.True(_time.GetUtcNow().ToUnixTimeMilliseconds() - ManualTime.StartMs >= Long.TotalMilliseconds);
        Assert.Contains(_log.Lines, l => l.Contains("3 alerts did not reach", StringComparison.Ordinal));
        var told = _log.Lines.Where(l => l.Contains("was not told before the end", StringComparison.Ordinal)).ToArray();
        Assert.Equal(2, told.Length);
        Assert.Contains("under_way", told[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Money_at_risk_is_tried_again_while_the_host_ends()
    {
        await using var route = Patient();
        _stub.Next(HookAnswer.Fails, HookAnswer.Fails);
        route.Post(Notice("engine_failed", atRisk: true));
        await UntilAsync(() => _stub.Attempts == 1);
        Assert.Empty(await _time.PassUntilAsync(route.EndAsync(TimeSpan.FromHours(1), TimeSpan.FromHours(2))));
        Assert.Single(_stub.Hooks);
    }

    [Fact]
    public async Task Sender_that_throws_what_nobody_expected_is_said_once_and_tried_again()
    {
        var sender = new Throwing(times: 3);
        await using var route = new AlertRoute(
            sender, new AlertQueue(new AlertLimits(100, 1000, 60_000)), TimeSpan.FromSeconds(10), _log.Logger, _time);
        route.Post(Notice("a"));
        await _time.PassUntilAsync(() => sender.Taken == 1);
        var line = Assert.Single(_log.Lines, l => l.Contains("takes no alerts", StringComparison.Ordinal));
        Assert.Contains("FormatException", line, StringComparison.Ordinal);
        Assert.DoesNotContain("a secret", line, StringComparison.Ordinal);
    }

    /// <summary>No timeout of its own: how slow the machine is does not matter.</summary>
    private AlertRoute Patient() =>
        new(_sender, new AlertQueue(new AlertLimits(100, 1000, 60_000)), TimeSpan.FromHours(10), _log.Logger, _time);

    /// <summary>Waits for the socket while the test's clock stands still; a deadline is for failures only.</summary>
    private static async Task UntilAsync(Func<bool> holds)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(150));
        while (!holds())
        {
            await Task.Delay(5, patience.Token);
        }
    }

    private static Func<bool> Ended(Task task) => () => task.IsCompleted;

    private static string Text(System.Text.Json.JsonElement of, string name) => of.GetProperty(name).GetString()!;

    private sealed class Throwing(int times) : IAlertSender
    {
        private int _attempts;

        public int Taken { get; private set; }
        public string Name => "a test";

        public Task<Delivery> SendAsync(AlertMessage message, CancellationToken cancellation)
        {
            if (_attempts++ < times)
            {
                throw new FormatException("a secret");
            }

            Taken++;
            return Task.FromResult(Delivery.Done);
        }
    }
}
