using StrategyHost.Core.Kernel;
using StrategyHost.Core.MarketData;
using StrategyHost.Host.Commands;
using StrategyHost.Host.Explain;
using StrategyHost.Host.Tests.Commands;
using StrategyHost.Host.Tests.Replay;
using StrategyHost.Storage.Journal;
using StrategyHost.TestKit;

namespace StrategyHost.Host.Tests.Reload;

/// <summary>The rules of engine/docs/reload.md, one by one, in a session on a market that the test plays.</summary>
public sealed class ReloadRuleTests
{
    private const string Settings = "symbols: ['BTCUSDT'], interval: '1m', warmup: 20";

    [Fact]
    public async Task New_version_starts_with_the_state_and_the_candles_of_the_one_before()
    {
        await using var bench = await ReloadBench.OpenAsync(Counting("one", Settings));
        bench.Venue.Minute();
        bench.Venue.Trade(0);
        bench.Venue.Trade(0);
        await bench.SettledAsync();
        await bench.SaveAsync(Counting("two", Settings));
        bench.Venue.Trade(0);
        await bench.SettledAsync();
        Assert.Equal(
            ["one starts, trades 0, history 200", "two starts, trades 2, history 201", "two hears trade 3"],
            bench.Said.Where(s => !s.StartsWith("one hears", StringComparison.Ordinal)));
        Assert.Contains(bench.Log, l => l.Contains("the version before: \"one stops\"", StringComparison.Ordinal));
        Assert.Null(bench.Refused);
    }

    [Theory]
    [InlineData("function settings() { return { symbols: ['BTCUSDT'] }; }\nfunction on_trade(t, ctx) { var = 1; }", "saved.js:2:")]
    [InlineData("function settings() { return { symbol: 'BTCUSDT' }; }", "symbols")]
    [InlineData("function settings() { throw new Error('not today'); }", "not today")]
    [InlineData("function settings() { return { symbols: ['BTCUSDT'], warmup: 20 }; }\nfunction on_kline(k, ctx) { return nothing.at.all; }", "saved.js:2:")]
    [InlineData("function settings() { return { symbols: ['BTCUSDT'], warmup: 20 }; }\nfunction on_kline(k, ctx) { return { action: 'bye', quantity: 1 }; }", "action")]
    [InlineData("function settings() { return { symbols: ['NOSUCHUSDT'] }; }", "NOSUCHUSDT")]
    [InlineData("function settings() { return { symbols: ['BTCUSDT'], accounts: 'mirror' }; }", "accounts was")]
    public async Task Version_that_is_wrong_does_not_trade_and_the_error_says_what_to_do(string script, string said)
    {
        await using var bench = await ReloadBench.OpenAsync(Counting("one", Settings));
        var first = await bench.SetupAsync();
        await bench.SaveAsync(script);
        Assert.Contains(said, bench.Refused, StringComparison.Ordinal);
        Assert.Equal(first, await bench.SetupAsync());
        bench.Venue.Trade(0);
        await bench.SettledAsync();
        Assert.Equal("one hears trade 1", bench.Said[^1]);
    }

    [Fact]
    public async Task State_that_is_not_taken_leaves_the_old_version_with_all_that_waited()
    {
        await using var bench = await ReloadBench.OpenAsync(Counting("one", Settings));
        bench.Venue.Trade(0);
        await bench.SettledAsync();
        await bench.SaveAsync(Counting("two", Settings).Replace("trades = s.trades;", "throw new Error('an older shape');", StringComparison.Ordinal));
        Assert.Contains("import_state does not take the state", bench.Refused, StringComparison.Ordinal);
        Assert.Contains("an older shape", bench.Refused, StringComparison.Ordinal);
        bench.Venue.Trade(0);
        await bench.SettledAsync();
        Assert.Equal("one hears trade 2", bench.Said[^1]);
        Assert.DoesNotContain(bench.Said, s => s.StartsWith("two", StringComparison.Ordinal) || s == "one stops");
    }

    [Theory]
    [InlineData("on_trade(t, ctx) { return nothing.at.all; }", "nothing")]
    [InlineData("on_trade(t, ctx) { return { action: 'bye', quantity: 1 }; }", "action")]
    [InlineData("on_ticker(t, ctx) { return nothing.at.all; }", "nothing")]
    [InlineData("on_orderbook(b, ctx) { return nothing.at.all; }", "nothing")]
    public async Task Typo_in_a_callback_of_live_events_is_found_before_the_version_takes_over(string callback, string said)
    {
        await using var bench = await ReloadBench.OpenAsync(new ManualTime(), Counting("one", Settings));
        bench.Venue.Trade(0);
        bench.Venue.Trade(0);
        bench.Venue.Book();
        await bench.SettledAsync();
        var first = await bench.SetupAsync();
        await bench.SaveAsync($"function settings() {{ return {{ {Settings} }}; }}\nfunction {callback}");
        Assert.Contains(said, bench.Refused, StringComparison.Ordinal);
        Assert.Equal(first, await bench.SetupAsync());
        bench.Venue.Trade(0);
        await bench.SettledAsync();
        Assert.Equal("one hears trade 3", bench.Said[^1]);
        Assert.Equal(1, bench.Scripts.Alive);
    }

    [Fact]
    public async Task What_a_version_does_when_it_is_tried_on_live_events_reaches_nobody()
    {
        await using var bench = await ReloadBench.OpenAsync(new ManualTime(), Counting("one", Settings));
        for (var i = 0; i < 5; i++)
        {
            bench.Venue.Trade(0);
        }

        await bench.SettledAsync();
        var tried = 0;
        bench.Scripts.Calling = (_, call) => tried += call is StrategyHost.Core.Strategies.TradeRun { Block.Count: > 1 } ? 1 : 0;
        await bench.SaveAsync(Trading("two", "action: 'buy', quantity: 0.1, stop_loss_percent: 1"));
        Assert.Null(bench.Refused);
        Assert.Equal(5, tried);
        Assert.Empty(bench.Venue.Placed);
        Assert.Equal(0, await bench.Session.Loop.AskAsync((kernel, _) => kernel.Lanes[0].Signals));
        bench.Venue.Trade(0);
        await bench.UntilAsync((_, _) => !bench.Venue.Placed.IsEmpty); // what comes now counts
    }

    [Fact]
    public async Task Touched_file_and_one_that_was_put_back_change_nothing()
    {
        await using var bench = await ReloadBench.OpenAsync(Counting("one", Settings));
        await bench.SaveAsync(Counting("one", Settings));
        Assert.Null(bench.Desk.Look(bench.Id));
        await bench.SaveAsync("var = 3;");
        Assert.NotNull(bench.Refused);
        await bench.SaveAsync(Counting("one", Settings));
        Assert.Null(bench.Refused);
        Assert.Equal(1, bench.Said.Count(s => s.Contains("starts", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Required_file_is_watched_also_where_it_was_missing()
    {
        const string Main = "var lib = require('./lib'); function settings() { return { symbols: ['BTCUSDT'] }; } function on_trade(t, ctx) { ctx.log('lib ' + lib.name); }";
        await using var bench = await ReloadBench.OpenAsync(Counting("one", Settings));
        await bench.SaveAsync(Main);
        Assert.Contains("no such file", bench.Refused, StringComparison.Ordinal);
        await bench.SaveAsync("exports.name = 'a';", "lib.js");
        Assert.Null(bench.Refused);
        await bench.SaveAsync("exports.name = 'b';", "lib.js");
        bench.Venue.Trade(0);
        await bench.SettledAsync();
        Assert.Equal("lib b", bench.Said[^1]);
    }

    [Fact]
    public async Task Version_that_faults_so_often_makes_way_for_the_one_before()
    {
        await using var bench = await ReloadBench.OpenAsync(Counting("one", Settings), """, "reload": { "faults": 2 }""");
        var first = await bench.SetupAsync();
        await bench.SaveAsync(Faulting("two", Settings));
        for (var i = 1; i <= 3; i++)
        {
            bench.Venue.Trade(0);
            await bench.SettledAsync();
        }

        var setup = await bench.SetupAsync();
        Assert.Equal(first.ScriptSha256, setup.ScriptSha256);
        Assert.Equal(
            ["two starts, trades 0, history 200", "two starts, trades 0, history 200", "one starts, trades 0, history 200", "one hears trade 1"],
            bench.Said[1..]);
        Assert.Contains("two is at fault", bench.Refused, StringComparison.Ordinal);
        Assert.Contains(bench.Log, l => l.Contains("faulted 2 times; its file was left as it is: mend it and save it", StringComparison.Ordinal));
        Assert.Equal(1, bench.Log.Count(l => l.Contains("of 2 times until", StringComparison.Ordinal)));
        Assert.False(await bench.Session.Loop.AskAsync((kernel, _) => kernel.Lanes[0].IsParked));
    }

    [Fact]
    public async Task Parked_strategy_trades_again_with_the_next_version()
    {
        await using var bench = await ReloadBench.OpenAsync(Faulting("one", Settings));
        bench.Venue.Trade(0);
        await bench.SettledAsync();
        Assert.True(await bench.Session.Loop.AskAsync((kernel, _) => kernel.Lanes[0].IsParked));
        await bench.SaveAsync(Counting("two", Settings));
        bench.Venue.Trade(0);
        await bench.SettledAsync();
        Assert.Equal("two hears trade 1", bench.Said[^1]);
        Assert.Empty(bench.Session.Executor.Parked);
    }

    [Fact]
    public async Task Other_symbols_and_intervals_are_warmed_up_and_no_candle_is_missing()
    {
        await using var bench = await ReloadBench.OpenAsync(Counting("one", Settings));
        await bench.SaveAsync(Counting("two", "symbols: ['ETHUSDT', 'BTCUSDT'], interval: '5m', intervals: ['1m'], warmup: 60"));
        Assert.Equal(["ETHUSDT", "BTCUSDT"], (await bench.SetupAsync()).Symbols.Select(s => s.Name));
        for (var i = 0; i < 11; i++)
        {
            bench.Venue.Minute();
        }

        bench.Venue.Trade(0);
        await bench.SettledAsync();
        Assert.Equal("two starts, trades 0, history 200", bench.Said[1]);
        Assert.Equal(4, bench.Said.Count(s => s.StartsWith("two hears candle", StringComparison.Ordinal))); // two symbols, twice five minutes
        Assert.Equal("two hears trade 2", bench.Said[^1]); // one of each symbol
        Assert.Empty(bench.Scripts.Gaps);

        // What is named no longer is still followed: a plan may be on it.
        await bench.SaveAsync(Counting("three", Settings));
        Assert.Contains(bench.Venue.Wanted, w => w.Symbol == StormVenue.Eth && w.Intervals.Contains(new Interval(5)));
    }

    [Fact]
    public async Task Symbol_of_another_strategy_is_refused()
    {
        var other = Counting("other", "symbols: ['ETHUSDT']");
        await using var bench = await ReloadBench.OpenAsync(Counting("one", Settings), "", ("other.js", other));
        await bench.SaveAsync(Counting("two", "symbols: ['BTCUSDT', 'ETHUSDT']"));
        Assert.Contains("ETHUSDT is traded by other", bench.Refused, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Symbol_on_which_a_strategy_that_dropped_it_has_a_position_is_refused_until_that_is_closed()
    {
        const string Buys = """
            function settings() { return { symbols: ['ETHUSDT'] }; }
            function on_trade(t, ctx) { if (!ctx.position) { return { action: 'buy', quantity: 1, stop_loss_percent: 1 }; } }
            """;
        await using var bench = await ReloadBench.OpenAsync(Counting("one", Settings), "", ("other.js", Buys));
        await bench.TradeUntilAsync((kernel, _) => kernel.Main.Plans.Any(p => !p.Size.IsZero));
        await bench.SaveAsync(Counting("other", "symbols: ['SOLUSDT']"), "other.js");
        var first = await bench.SetupAsync();
        var both = Counting("two", "symbols: ['BTCUSDT', 'ETHUSDT']");
        await bench.SaveAsync(both);
        Assert.Equal(first, await bench.SetupAsync());
        Assert.Contains("other still has plan 1 on ETHUSDT (main: long 1)", bench.Refused, StringComparison.Ordinal);
        Assert.Contains("flatten --symbol ETHUSDT", bench.Refused, StringComparison.Ordinal);
        Assert.Contains(bench.Log, l => l.Contains("other still has plan 1", StringComparison.Ordinal));

        await bench.TradeUntilAsync((kernel, _) => kernel.Main.Plans.Count == 0, -0.05m);
        await bench.SaveAsync(both); // the same text once more
        Assert.Null(bench.Refused);
        Assert.Contains(StormVenue.Eth, (await bench.SetupAsync()).Symbols);
    }

    [Fact]
    public async Task Open_plan_keeps_the_version_that_made_it_and_its_stop()
    {
        await using var bench = await ReloadBench.OpenAsync(Trading("buy", "action: 'buy', quantity: 0.1, stop_loss_percent: 1"));
        var first = await bench.SetupAsync();
        await bench.TradeUntilAsync((kernel, _) => kernel.Main.Plans.Any(p => !p.Size.IsZero));
        await bench.SaveAsync(Trading("close", "action: 'close'"));
        Assert.Equal(
            first.ScriptSha256,
            await bench.Session.Loop.AskAsync((kernel, _) => kernel.Main.Plans.Single(p => !p.Size.IsZero).Origin.ScriptSha256));
        await bench.TradeUntilAsync((kernel, _) => kernel.Main.Plans.All(p => p.Size.IsZero));
        Assert.Empty(bench.Venue.Uncovered);
        await bench.StopAsync();
        var closed = Assert.Single(bench.Rows("main"), r => r.Kind == nameof(TradeClosed));
        Assert.Equal(first.ScriptSha256, Assert.IsType<TradeClosed>(JournalCodec.Decode(closed).Value).Trade.ScriptSha256);
    }

    [Fact]
    public async Task Canary_shows_its_differences_before_it_takes_over()
    {
        var time = new ManualTime();
        await using var bench = await ReloadBench.OpenAsync(
            time, Trading("one", "action: 'hold', stop_loss: 1"), """, "reload": { "canarySeconds": 600 }""");
        var first = await bench.SetupAsync();
        await bench.SaveAsync(Trading("two", "action: 'hold', stop_loss: 2"));
        Assert.Equal(first.ScriptSha256, (await bench.SetupAsync()).ScriptSha256);
        bench.Venue.Trade(0);
        bench.Venue.Trade(0);
        await bench.UntilAsync((_, _) => bench.Desk.Look(bench.Id)?.Canary is { Calls: 2, Differences: 2 });
        Assert.Contains(bench.Log, l => l.Contains("stop_loss=1 tag=one → action=hold stop_loss=2 tag=two", StringComparison.Ordinal));
        time.Advance(TimeSpan.FromMinutes(11));
        await bench.UntilAsync((kernel, _) => kernel.Lanes[0].Setup.ScriptSha256 != first.ScriptSha256);
        Assert.Null(bench.Desk.Look(bench.Id)?.Canary);
    }

    [Fact]
    public async Task Canary_that_faults_never_trades()
    {
        await using var bench = await ReloadBench.OpenAsync(Counting("one", Settings), """, "reload": { "canarySeconds": 600 }""");
        await bench.SaveAsync(Faulting("two", Settings));
        bench.Venue.Trade(0);
        await bench.UntilAsync((_, _) => bench.Refused is not null);
        Assert.Contains("two is at fault", bench.Refused, StringComparison.Ordinal);
        await bench.SettledAsync();
        Assert.Equal("one hears trade 1", bench.Said[^1]);
        Assert.Equal(1, bench.Scripts.Alive);
    }

    [Fact]
    public async Task Run_with_reloads_is_replayed_and_explained_by_its_versions()
    {
        await using var bench = await ReloadBench.OpenAsync(Counting("one", Settings), """, "reload": { "faults": 1 }""");
        var trading = Trading("two", "action: 'buy', quantity: 0.1, stop_loss_percent: 1");
        await bench.SaveAsync(trading);
        var second = await bench.SetupAsync();
        bench.Venue.Trade(0);
        await bench.UntilAsync((_, _) => !bench.Venue.Placed.IsEmpty);
        await bench.SaveAsync(FaultingAfter("three", bench.Venue.Traded));
        bench.Venue.Trade(0);
        await bench.SettledAsync();
        await bench.SaveAsync("var = 2;");
        await bench.StopAsync();

        var (code, document) = BusyRun.Replay(bench.Data);
        Assert.True(code == ExitCode.Ok && document.GetProperty("isComplete").GetBoolean(), document.ToString());
        var entered = bench.Rows().Where(r => r.Kind == nameof(StrategyReplaced)).Select(r => (StrategyReplaced)JournalCodec.Decode(r).Value).ToArray();
        Assert.Equal(["file saved", "file saved", "return after 1 faults"], entered.Select(e => e.Why));
        Assert.Equal([trading], entered[0].Files.Select(f => f.Text));
        var facts = bench.Rows().Where(r => r.Kind == nameof(EngineFacts)).Select(r => (EngineFacts)JournalCodec.Decode(r).Value).Single();
        Assert.Equal([Counting("one", Settings)], facts.Scripts.Single().Files.Select(f => f.Text)); // the version that the run began with
        Assert.Equal(second.ScriptSha256, entered[2].Setup.ScriptSha256);

        // explain names file and hash of the version behind a signal, and prints its text.
        var (_, told) = Explain(bench.Data, "saved-1");
        var signal = told.Document.GetProperty("signal");
        Assert.Equal(
            (second.ScriptSha256, "saved.js"), (signal.GetProperty("scriptSha256").GetString(), signal.GetProperty("scriptFile").GetString()));
        var (_, json) = Explain(bench.Data, "latest", "--script", second.ScriptSha256[..12]);
        Assert.Equal(trading, json.Document.GetProperty("files")[0].GetProperty("text").GetString());
        Assert.Equal("file saved", json.Document.GetProperty("why").GetString());
        var (_, first) = Explain(bench.Data, json.Document.GetProperty("run").GetString()!, "--script", entered[0].Setup.ScriptSha256);
        Assert.Equal(trading, first.Document.GetProperty("files")[0].GetProperty("text").GetString());
        var (unknown, error) = Explain(bench.Data, "latest", "--script", "ffff");
        Assert.Equal(ExitCode.BadInput, unknown);
        Assert.Contains(second.ScriptSha256[..12], error.Document.ToString(), StringComparison.Ordinal);
    }

    private static (ExitCode Code, Shell Said) Explain(string data, params string[] arguments)
    {
        var shell = new Shell();
        var code = shell.Line(new CommandHandlers { Explain = new ExplainHandler() })
            .Run(["explain", .. arguments, "--data", data, "--json"], CancellationToken.None);
        return (code, shell);
    }

    /// <summary>Says what it hears, and hands its count over.</summary>
    internal static string Counting(string name, string settings) => $$"""
        var trades = 0;
        function settings() { return { {{settings}} }; }
        function on_start(ctx) { ctx.log('{{name}} starts, trades ' + trades + ', history ' + ctx.history(500).length); }
        function on_stop(ctx) { ctx.log('{{name}} stops'); }
        function on_kline(k, ctx) { if (!ctx.warming) { ctx.log('{{name}} hears candle ' + k.start); } }
        function on_trade(t, ctx) { trades++; ctx.log('{{name}} hears trade ' + trades); }
        function export_state() { return { trades: trades }; }
        function import_state(s) { trades = s.trades; }
        """;

    internal static string Faulting(string name, string settings) =>
        Counting(name, settings).Replace("trades++;", $"throw new Error('{name} is at fault');", StringComparison.Ordinal);

    /// <summary>Faults at a trade that was not told yet when it was saved: what it is tried on before it trades shows nothing.</summary>
    internal static string FaultingAfter(string name, long time) => Faulting(name, Settings).Replace(
        "throw new", FormattableString.Invariant($"trades++; if (t.time > {time}) throw new"), StringComparison.Ordinal);

    private static string Trading(string name, string signal) => $$"""
        function settings() { return { symbols: ['BTCUSDT'], interval: '1m' }; }
        function on_trade(t, ctx) { return { {{signal}}, tag: '{{name}}' }; }
        """;
}
