using Serilog;
using Serilog.Core;
using StrategyHost.Core.Domain;
using StrategyHost.Core.Kernel;
using StrategyHost.Core.Ports;
using StrategyHost.Host.Journal;
using StrategyHost.Host.Live;
using StrategyHost.Host.Tests.Configuration;
using StrategyHost.Scripting;
using StrategyHost.TestKit;

namespace StrategyHost.Host.Tests.Live;

/// <summary>A session on a venue that the test plays.</summary>
public sealed class LiveSessionTests : IDisposable
{
    private const string Eager = """
        function settings() { return { symbols: ['BTCUSDT'], interval: '1m' }; }
        function on_trade(trade, ctx) {
          return { action: 'buy', type: 'limit', price: 90, quantity: 1, stop_loss_percent: 1 };
        }
        """;

    private static readonly Symbol Btc = new("BTCUSDT");
    private readonly string _folder = Directory.CreateTempSubdirectory("strategyhost-session-").FullName;
    private readonly LogLines _log = new();
    private readonly PlayedVenue _venue = new();

    [Fact]
    public async Task Nothing_is_entered_before_market_and_account_have_come_up()
    {
        await using var session = await OpenAsync();
        await TradeAsync(session, 1);
        _venue.Says(Link.Public, null);
        await TradeAsync(session, 2);
        Assert.Empty(_venue.Sent);
        _venue.Says(Link.Private, AccountId.Main);
        await TradeAsync(session, 3);
        Assert.IsType<PlaceOrder>(await _venue.FirstAsync());
        Assert.Single(_venue.Sent);
    }

    [Fact]
    public async Task Part_of_the_venue_that_failed_ends_the_run_with_its_failure()
    {
        await using var session = await OpenAsync();
        _venue.Failure.SetException(new DivideByZeroException());
        var bug = await Assert.ThrowsAsync<InvalidOperationException>(() => session.Loop.Ended.WaitAsync(TimeSpan.FromSeconds(150)));
        Assert.IsType<DivideByZeroException>(bug.InnerException!.GetBaseException());
    }

    [Fact]
    public async Task Cancel_without_an_answer_is_said_and_not_called_done()
    {
        await using var session = await OpenAsync();
        _venue.Says(Link.Public, null);
        _venue.Says(Link.Private, AccountId.Main);
        await TradeAsync(session, 1);
        var entry = Assert.IsType<PlaceOrder>(await _venue.FirstAsync()).Request.ClientOrderId.Value;
        await session.StopAsync();
        Assert.Contains(_venue.Sent, e => e is CancelOrder);
        Assert.Contains(_log.Lines, l => l.Contains(entry, StringComparison.Ordinal) && l.Contains("may still rest", StringComparison.Ordinal));
        Assert.DoesNotContain(_log.Lines, l => l.Contains("are cancelled", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Each_account_is_told_in_a_line_once_a_period()
    {
        await using var session = await OpenAsync();
        _venue.Says(Link.Public, null);
        _venue.Says(Link.Private, AccountId.Main);
        await TradeAsync(session, 1);
        var time = new ManualTime();
        await using var summary = PeriodicSummary.Start(session, new LoggerConfiguration().WriteTo.Sink(_log).CreateLogger(), time);
        string[] Told() => [.. _log.Lines.Where(l => l.Contains("max drawdown", StringComparison.Ordinal))];

        time.Advance(TimeSpan.FromMinutes(15) - TimeSpan.FromSeconds(1));
        Assert.Empty(Told());
        time.Advance(TimeSpan.FromSeconds(1));
        await time.PassUntilAsync(() => Told().Length > 0);

        Assert.Matches(
            "^main running: equity [0-9.]+, 0 positions, [0-9]+ orders? with [0-9.]+ held, 0 trades, expectancy –/trade, max drawdown [0-9.–]+ %$",
            Assert.Single(Told()).Replace("\"", "", StringComparison.Ordinal));
    }

    [Fact]
    public async Task No_line_is_told_where_the_configuration_wants_none()
    {
        var opened = await TryOpenAsync(""", "summaryMinutes": 0""");
        await using var session = opened.Value;
        Assert.Null(PeriodicSummary.Start(session, Logger.None, new ManualTime()));
    }

    [Fact]
    public async Task Management_is_not_switched_off_while_a_position_is_open()
    {
        const string Off = """, "globals": { "use_position_monitor": false }""";
        var flat = await TryOpenAsync(Off);
        Assert.True(flat.IsOk);
        await flat.Value.DisposeAsync();
        _venue.Positions =
        [
            new PositionReport
            {
                Account = AccountId.Main,
                At = default,
                Symbol = Btc,
                Size = Quantity.Of(0.1m),
            },
        ];
        var refused = await TryOpenAsync(Off);
        var error = Assert.Single(refused.Errors);
        Assert.Equal(("position_open", "globals.use_position_monitor"), (error.Rule, error.Field));
        var managed = await TryOpenAsync();
        Assert.True(managed.IsOk);
        await managed.Value.DisposeAsync();
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private async Task<LiveSession> OpenAsync()
    {
        var opened = await TryOpenAsync();
        Assert.True(opened.IsOk, string.Join('\n', opened.IsOk ? [] : opened.Errors));
        return opened.Value;
    }

    private async Task<Result<LiveSession>> TryOpenAsync(string more = "")
    {
        var file = Path.Combine(_folder, "eager.js");
        await File.WriteAllTextAsync(file, Eager);
        var path = System.Text.Json.JsonSerializer.Serialize(file);
        var options = ConfigurationTests.Good($$"""{ "accounts": { "mirror": { "enabled": false } }, "strategies": [{ "file": {{path}} }]{{more}} }""");
        var engine = ScriptEngines.Choose("auto").Value.Engine;
        var pool = StrategyPool.Load(engine, options);
        Assert.True(pool.IsOk, string.Join('\n', pool.IsOk ? [] : pool.Errors));
        var log = new LoggerConfiguration().MinimumLevel.Verbose().WriteTo.Sink(_log).CreateLogger();
        var journal = RunJournal.Open(_folder, [AccountId.Main], options.Journal, log, TimeProvider.System);
        var parts = new SessionParts(options, _venue, pool.Value, journal, log, TimeProvider.System);
        return await LiveSession.OpenAsync(parts, CancellationToken.None);
    }

    /// <summary>A trade, and the strategy's answer to it.</summary>
    private async Task TradeAsync(LiveSession session, int count)
    {
        _venue.Trades(100m);
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(150));
        while (_log.Lines.Count(l => l.StartsWith("\"eager\"", StringComparison.Ordinal)) < count)
        {
            Assert.False(patience.IsCancellationRequested, string.Join('\n', _log.Lines));
            await Task.Delay(5);
        }

        await session.Loop.AskAsync((_, _) => true);
    }
}
