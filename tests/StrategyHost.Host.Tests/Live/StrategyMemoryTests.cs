using System.Collections.Concurrent;
using StrategyHost.Core.Domain;
using StrategyHost.Core.Kernel;
using StrategyHost.Core.MarketData;
using StrategyHost.Core.Strategies;
using StrategyHost.Host.Instruments;
using StrategyHost.Host.Live;
using StrategyHost.Scripting;
using StrategyHost.TestKit;

namespace StrategyHost.Host.Tests.Live;

/// <summary>A script's state around a restart, on the script's own thread; the same with both engines.</summary>
public sealed class StrategyMemoryTests : IDisposable
{
    private const string Counter = """
        var state = { n: 0, candles: 0 };
        function on_kline(k, ctx) { state.candles++; }
        function on_start(ctx) { ctx.log('start ' + state.n + ' ' + state.candles + ' ' + ctx.history(5).length); }
        function on_timer(t, ctx) { state.n++; }
        function export_state() { return state; }
        """;

    private const string Takes = " function import_state(s) { state.n = s.n; }";
    private static readonly Symbol Btc = new("BTCUSDT");
    private readonly List<Desk> _desks = [];

    public static TheoryData<string> Engines => JavaScriptCoreTheoryAttribute.IsInstalled ? ["javascriptcore", "jint"] : ["jint"];

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task State_is_taken_in_after_the_warm_up_and_before_the_start(string engine)
    {
        var desk = Open(engine, Counter + Takes, "{\"n\":7}");
        Assert.Equal(["start 7 3 3"], await desk.BeginAsync());
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task Nothing_is_saved_of_a_warm_up_and_what_changed_is_saved_at_once_and_then_at_intervals(string engine)
    {
        var desk = Open(engine, Counter + Takes, null);
        await desk.CallAsync(Candle(0));
        Assert.Empty(desk.Saved);
        await desk.BeginAsync();
        Assert.Equal(["{\"n\":0,\"candles\":4}"], desk.Saved);
        await desk.TickAsync();
        await desk.TickAsync();
        Assert.Single(desk.Saved);
        desk.Time.Advance(StrategyMemory.Pause);
        await desk.QuietAsync();
        Assert.Equal("{\"n\":2,\"candles\":4}", desk.Saved.Last());
        desk.Time.Advance(StrategyMemory.Pause * 10);
        await desk.QuietAsync();
        Assert.Equal(2, desk.Saved.Count); // nobody was called meanwhile
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task Large_state_is_saved_more_rarely(string engine)
    {
        var desk = Open(engine, "var n = 0, s = new Array(10001).join('x'); function on_timer() { n++; } function export_state() { return [n, s]; }", null);
        await desk.TickAsync();
        await desk.TickAsync();
        desk.Time.Advance(StrategyMemory.Pause + TimeSpan.FromSeconds(9));
        await desk.QuietAsync();
        Assert.Single(desk.Saved);
        desk.Time.Advance(TimeSpan.FromSeconds(1));
        await desk.QuietAsync();
        Assert.Equal(2, desk.Saved.Count);
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task State_that_is_the_same_is_not_saved_again_over_a_restart(string engine)
    {
        var first = Open(engine, Counter + Takes, null);
        await first.BeginAsync();
        var kept = Assert.Single(first.Saved);
        var second = Open(engine, Counter + Takes, kept);
        await second.BeginAsync();
        Assert.Empty(second.Saved);
    }

    [Theory]
    [InlineData("throw new Error('not mine');", "not mine")]
    [InlineData("for (;;) { }", "250 ms")]
    [InlineData("state = null; s.x.y = 1;", "import_state failed")]
    public async Task Failed_import_is_one_line_and_the_strategy_begins_without_state(string body, string said)
    {
        foreach (var engine in Engines.Select(string (object[] row) => (string)row[0]))
        {
            var desk = Open(engine, Counter + " function import_state(s) { state.n = 99; " + body + " }", "{\"n\":7}");
            Assert.Equal(["start 0 3 3"], await desk.BeginAsync());
            var line = Assert.Single(desk.Log.Lines);
            Assert.Contains("counter.js", line, StringComparison.Ordinal);
            Assert.Contains(said, line, StringComparison.Ordinal);
            await desk.TickAsync();
            desk.Time.Advance(StrategyMemory.Pause);
            await desk.QuietAsync();
            Assert.Equal("{\"n\":1,\"candles\":3}", desk.Saved.Last());
        }
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task Failed_export_is_one_line_and_trading_goes_on(string engine)
    {
        var desk = Open(engine, "var n = 0; function on_timer() { n++; return n; } function export_state() { throw new Error('no ' + 1); }", null);
        for (var i = 1; i < 4; i++)
        {
            Assert.Equal(i, (await desk.TickAsync()).Value.Number);
            desk.Time.Advance(StrategyMemory.Pause);
        }

        await desk.QuietAsync();
        Assert.Empty(desk.Saved);
        Assert.Contains("mend export_state", Assert.Single(desk.Log.Lines), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task Export_that_does_not_end_parks_the_strategy_as_a_callback_would(string engine)
    {
        var desk = Open(engine, "function on_timer() { } function export_state() { for (;;) { } }", null);
        Assert.Null((await desk.TickAsync()).Fault);
        Assert.Equal(ScriptFaultKind.Timeout, (await desk.TickAsync()).Fault?.Kind);
        Assert.Empty(desk.Saved);
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task Script_without_the_functions_runs_as_ever(string engine)
    {
        var desk = Open(engine, "function on_timer() { return 5; }", "{\"n\":7}");
        Assert.Equal(5, (await desk.TickAsync()).Value.Number);
        Assert.Contains("has no import_state", Assert.Single(desk.Log.Lines), StringComparison.Ordinal);
        Assert.Empty(desk.Saved);
        var fresh = Open(engine, "function on_timer() { return 5; }", null);
        Assert.Equal(5, (await fresh.TickAsync()).Value.Number);
        Assert.Empty(fresh.Log.Lines);
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task State_of_another_version_is_offered_and_that_is_said(string engine)
    {
        var desk = Open(engine, Counter + Takes, "{\"n\":7}", "an older one");
        Assert.Equal(["start 7 3 3"], await desk.BeginAsync());
        Assert.Contains(desk.Log.Lines, l => l.Contains("another version", StringComparison.Ordinal));
        Assert.Equal(["{\"n\":7,\"candles\":3}"], desk.Saved);
    }

    [Fact]
    public async Task State_of_another_version_that_is_refused_makes_way_for_its_own()
    {
        const string Script = """
            var n = 0, candles = 0;
            function settings() { return { symbols: ['BTCUSDT'] }; }
            function on_kline(k, ctx) { candles++; }
            function on_start(ctx) { ctx.log('n ' + n + ', candles ' + candles); }
            function import_state(s) { if (s.shape) { throw new Error('a newer shape'); } n = s.n; }
            """;
        var desk = new Desk(ScriptEngines.Choose("auto").Value.Engine, Script, "{\"shape\":2}", "other", "{\"n\":7}");
        _desks.Add(desk);
        Assert.Equal(["n 7, candles 3"], await desk.BeginAsync());
        Assert.Contains(desk.Log.Lines, l => l.Contains("a newer shape", StringComparison.Ordinal));
    }

    public void Dispose() => _desks.ForEach(d => d.Dispose());

    private Desk Open(string engine, string script, string? kept, string? sha256 = null)
    {
        _desks.Add(new Desk(ScriptEngines.Choose(engine).Value.Engine, script, kept, sha256));
        return _desks[^1];
    }

    private static KlineRun Candle(int index)
    {
        var block = KlineBlocks.Of(Btc, new Interval(1), [.. Enumerable.Range(0, 4).Select(i => new Kline(i * 60_000L, 1, 1, 1, 1, 1, 1))]);
        return new KlineRun(block, index, index + 1) { At = new Timestamp((index + 1) * 60_000L), Warming = true };
    }

    /// <summary>A strategy on its thread with what the session would give it.</summary>
    private sealed class Desk : IDisposable
    {
        private static readonly StrategyId Id = new("counter");
        private readonly StrategyRunner _runner;

        public Desk(IScriptEngine engine, string script, string? kept, string? sha256, string? own = null)
        {
            var lane = new ScriptLane("test");
            Result<IScriptInstance> Load()
            {
                var loaded = engine.Load(new ScriptSource("counter.js", "", script), new ScriptLimits());
                loaded.Value.Configure(new ScriptEnvironment
                {
                    Instruments = [KnownInstruments.Find(Btc)!],
                    Intervals = [new Interval(1)],
                    Parameters = [],
                });
                return loaded;
            }

            var instance = lane.Run(Load).Value;
            _runner = new StrategyRunner(lane, instance);
            var parts = new StrategyMemoryParts(Id, Log.Logger, Time)
            {
                Kept = kept is null ? null : new StrategyStateSaved(Id, sha256 ?? instance.Sha256, kept) { At = default },
                Own = own is null ? null : new StrategyStateSaved(Id, instance.Sha256, own) { At = default },
                Save = (_, json) => Saved.Enqueue(json),
                Reload = Load,
            };
            _runner.Remember(new StrategyMemory(parts), Time, bug => throw bug);
        }

        public ManualTime Time { get; } = new();
        public LogLines Log { get; } = new();
        public ConcurrentQueue<string> Saved { get; } = new();

        public Task<ScriptAnswer> CallAsync(ScriptCall call)
        {
            var answer = new TaskCompletionSource<ScriptAnswer>(TaskCreationOptions.RunContinuationsAsynchronously);
            _runner.Begin(new CallScript(Id, call, ScriptView.Empty), answer.SetResult, answer.SetException);
            return answer.Task;
        }

        public async Task<ScriptAnswer> TickAsync()
        {
            var answer = await CallAsync(new TimerCall { At = new Timestamp(300_000) });
            await QuietAsync();
            return answer;
        }

        /// <summary>Three candles of warm-up and the start; gives what the script logged there.</summary>
        public async Task<IEnumerable<string>> BeginAsync()
        {
            for (var i = 0; i < 3; i++)
            {
                Assert.Null((await CallAsync(Candle(i))).Fault);
            }

            var answer = await CallAsync(new StartCall { At = new Timestamp(240_000) });
            await QuietAsync();
            Assert.Null(answer.Fault);
            return answer.Logs.Select(l => l.Text);
        }

        /// <summary>The thread has done what was given to it.</summary>
        public async Task QuietAsync() => await Task.Run(() => _runner.Run(_ => true));

        public void Dispose() => _runner.Dispose();
    }
}
