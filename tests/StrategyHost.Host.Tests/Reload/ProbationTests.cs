using StrategyHost.Core.Kernel;
using StrategyHost.Host.Tests.Live;

namespace StrategyHost.Host.Tests.Reload;

/// <summary>A version that was saved faults at a candle, which the version in its place sees in its warm-up.</summary>
public sealed class ProbationTests
{
    private const string Settings = "symbols: ['BTCUSDT'], interval: '1m', warmup: 20";

    /// <summary>The first candle that closes while a test runs; the dry run has none of these.</summary>
    private static readonly string AtNewCandles = $"k.start >= {20_000L * 86_400_000}";

    [Theory]
    [InlineData("!ctx.warming && ", 3)] // a new instance of it can be warmed up, and faults again
    [InlineData("", 1)] // no instance of it can be warmed up any more
    public async Task Fault_at_a_candle_brings_the_version_before_back(string unless, int candles)
    {
        await using var bench = await ReloadBench.OpenAsync(ReloadRuleTests.Counting("one", Settings));
        var first = await bench.SetupAsync();
        await bench.SaveAsync(AtFault("two", unless));
        Assert.Null(bench.Refused);
        for (var i = 0; i < candles; i++)
        {
            Assert.NotEqual(first.ScriptSha256, (await bench.SetupAsync()).ScriptSha256);
            bench.Venue.Minute();
            await bench.SettledAsync();
        }

        Assert.Equal(first.ScriptSha256, (await bench.SetupAsync()).ScriptSha256);
        Assert.Contains("two is at fault", bench.Refused, StringComparison.Ordinal);
        Assert.Empty(bench.Session.Executor.Parked);
        bench.Venue.Minute();
        await bench.SettledAsync();
        Assert.StartsWith("one hears candle", bench.Said[^1], StringComparison.Ordinal);
        Assert.Empty(bench.Scripts.Gaps);
    }

    [Fact]
    public async Task Where_no_version_can_go_on_the_strategy_is_parked_and_its_position_keeps_its_stop()
    {
        await using var bench = await ReloadBench.OpenAsync(AtFault("one", ""));
        await bench.SaveAsync(AtFault("two", "").Replace(
            "trades++;", "if (!ctx.position) { return { action: 'buy', quantity: 0.1, stop_loss_percent: 1 }; }", StringComparison.Ordinal));
        await bench.TradeUntilAsync((kernel, _) => IsIn(kernel));
        bench.Venue.Minute();
        await bench.SettledAsync();
        Assert.True(await bench.Session.Loop.AskAsync((kernel, _) => kernel.Lanes[0] is { IsParked: true, IsHeld: false }));
        Assert.Contains("at fault", bench.Session.Executor.Parked[bench.Id].ToString(), StringComparison.Ordinal);
        Assert.Contains("at fault", bench.Refused, StringComparison.Ordinal);

        bench.Venue.Trade(0);
        Assert.True(await bench.Session.Loop.AskAsync((kernel, _) => IsIn(kernel)));
        Assert.NotEmpty(bench.Venue.Positions);
        Assert.Empty(bench.Venue.Uncovered);
        await bench.TradeUntilAsync((kernel, _) => !IsIn(kernel), -0.05m);
        await bench.SaveAsync(ReloadRuleTests.Counting("three", Settings));
        bench.Venue.Trade(0);
        await bench.SettledAsync();
        Assert.StartsWith("three hears trade", bench.Said[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Version_before_does_not_return_to_a_symbol_that_another_strategy_trades_by_now()
    {
        await using var bench = await ReloadBench.OpenAsync(
            ReloadRuleTests.Counting("one", "symbols: ['BTCUSDT', 'ETHUSDT']"), """, "reload": { "faults": 1 }""",
            ("other.js", ReloadRuleTests.Counting("other", "symbols: ['SOLUSDT']")));
        await bench.SaveAsync(ReloadRuleTests.Faulting("two", Settings));
        await bench.SaveAsync(ReloadRuleTests.Counting("other", "symbols: ['ETHUSDT']"), "other.js");
        Assert.Equal(["other"], await bench.TradersAsync(StormVenue.Eth));
        bench.Venue.Trade(0);
        await bench.SettledAsync();
        Assert.Equal(["other"], await bench.TradersAsync(StormVenue.Eth));
        Assert.Contains("ETHUSDT is traded by other", bench.Refused, StringComparison.Ordinal);
        Assert.Equal([bench.Id], bench.Session.Executor.Parked.Keys);
    }

    [Theory]
    [InlineData("if (s.shape !== undefined) { throw new Error('a newer shape'); } trades = s.trades;", "one starts, trades 2", "has its own state")]
    [InlineData("throw new Error('no state is good enough');", "one starts, trades 0", "begins without a state")]
    public async Task Version_before_that_does_not_take_the_newer_state_goes_on_with_its_own_or_with_none(
        string import, string starts, string said)
    {
        await using var bench = await ReloadBench.OpenAsync(
            Importing("one", import), """, "reload": { "faults": 1 }""");
        var first = await bench.SetupAsync();
        bench.Venue.Trade(0);
        bench.Venue.Trade(0);
        await bench.SettledAsync();
        await bench.SaveAsync(NewerShape(bench));
        var second = await bench.SetupAsync();
        bench.Venue.Trade(0);
        await bench.SettledAsync();
        Assert.Equal(first.ScriptSha256, (await bench.SetupAsync()).ScriptSha256);
        Assert.Empty(bench.Session.Executor.Parked);
        Assert.StartsWith(starts, bench.Said[^1], StringComparison.Ordinal);
        bench.Venue.Trade(0);
        await bench.SettledAsync();
        Assert.StartsWith("one hears trade", bench.Said[^1], StringComparison.Ordinal);

        var state = bench.Desk.Look(bench.Id)?.State;
        Assert.Contains(said, state, StringComparison.Ordinal);
        Assert.Contains($"does not take that of {second.ScriptSha256[..12]}", state, StringComparison.Ordinal);
        Assert.Contains(bench.Log, l => l.Contains("does not take the state of version", StringComparison.Ordinal));
    }

    [Fact]
    public async Task State_that_is_handed_over_is_in_the_journal_with_the_version_that_exported_it()
    {
        await using var bench = await ReloadBench.OpenAsync(ReloadRuleTests.Counting("one", Settings));
        var first = await bench.SetupAsync();
        bench.Venue.Trade(0);
        await bench.SettledAsync();
        await bench.SaveAsync(NewerShape(bench));
        var second = await bench.SetupAsync();
        await bench.StopAsync();
        var states = bench.Rows().Where(r => r.Kind == nameof(StrategyStateSaved))
            .Select(r => (StrategyStateSaved)StrategyHost.Storage.Journal.JournalCodec.Decode(r).Value).ToArray();
        Assert.Contains(states, s => s.ScriptSha256 == first.ScriptSha256 && s.Json == "{\"trades\":1}");
        Assert.Equal(second.ScriptSha256, states[^1].ScriptSha256);

        // A start with the text of before finds the newest state, and its own beside it.
        var log = new LogLines();
        var kept = StrategyHost.Host.Journal.StrategyStates.Read(
            StrategyHost.Storage.Journal.JournalFile.PathOf(bench.Data, "host"),
            new Dictionary<StrategyHost.Core.Domain.StrategyId, string> { [bench.Id] = first.ScriptSha256 }, log.Logger);
        Assert.Contains("shape", kept.Newest[bench.Id].Json, StringComparison.Ordinal);
        Assert.Equal("{\"trades\":1}", kept.Own[bench.Id].Json);
        Assert.Empty(log.Lines);
    }

    /// <summary>Takes states of before, gives another shape, and faults at the next trade.</summary>
    private static string NewerShape(ReloadBench bench) => ReloadRuleTests.FaultingAfter("two", bench.Venue.Traded)
        .Replace("return { trades: trades }", "return { shape: 2, trades: trades }", StringComparison.Ordinal);

    private static string Importing(string name, string import) =>
        ReloadRuleTests.Counting(name, Settings).Replace("trades = s.trades;", import, StringComparison.Ordinal);

    private static bool IsIn(EngineKernel kernel) => kernel.Main.Plans.Any(p => !p.Size.IsZero);

    private static string AtFault(string name, string unless) => ReloadRuleTests.Counting(name, Settings).Replace(
        "on_kline(k, ctx) {", $"on_kline(k, ctx) {{ if ({unless}{AtNewCandles}) {{ throw new Error('{name} is at fault'); }}", StringComparison.Ordinal);
}
