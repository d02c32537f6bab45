using StrategyHost.Core.Domain;
using StrategyHost.Core.Kernel;
using StrategyHost.Core.MarketData;
using StrategyHost.Core.Settings;
using StrategyHost.Core.Strategies;
using StrategyHost.Host.Instruments;
using StrategyHost.Host.Live;
using StrategyHost.Storage.Journal;
using StrategyHost.Simulation.Tests.Scenarios;
using StrategyHost.TestKit;

namespace StrategyHost.Host.Tests.Live;

/// <summary>
/// As the kernel's law, through the host's loop: main's effects and their times are the same whatever becomes of the mirror. The exchange,
/// the lines and the clock are the test's, so that nothing depends on real time.
/// </summary>
public sealed class MirrorTraceTests
{
    private static readonly Symbol Btc = new("BTCUSDT");

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Main_leaves_the_same_trace_through_the_loop_whatever_becomes_of_the_mirror(int seed)
    {
        var alone = await RunAsync(seed, MirrorTrouble.Absent);
        Assert.True(alone.Trace.Count(l => l.Contains("PlaceOrder", StringComparison.Ordinal)) > 10, string.Join('\n', alone.Trace));
        foreach (var trouble in Enum.GetValues<MirrorTrouble>())
        {
            var troubled = await RunAsync(seed, trouble);
            Assert.Equal(trouble is not (MirrorTrouble.Absent or MirrorTrouble.Disabled), troubled.MirrorRequests > 0);
            Assert.Equal(alone.Trace, troubled.Trace);
        }
    }

    private static async Task<TroubledLine> RunAsync(int seed, MirrorTrouble trouble)
    {
        using var script = new Restless(seed);
        var options = Options(script, trouble);
        var line = new TroubledLine(trouble, options, Trades(seed));
        await using var engine = new LoopEngine(options, script, line);
        await Task.Run(() => line.Play(engine));
        return line;
    }

    private static EngineOptions Options(Restless script, MirrorTrouble trouble) => new()
    {
        Main = new AccountSetup { Account = AccountId.Main, StartBalance = 10_000m },
        Mirror = trouble == MirrorTrouble.Absent ? null : new AccountSetup { Account = AccountId.Mirror, StartBalance = 5_000m },
        MirrorSettings = new MirrorSettings { DelayMs = 1500 },
        Strategies =
        [
            new StrategySetup
            {
                Strategy = new StrategyId("restless"),
                Settings = new StrategySettings { Pyramiding = 1 },
                Symbols = [Btc],
                Callbacks = script.Callbacks,
                ScriptSha256 = script.Sha256,
            },
        ],
        Instruments = [KnownInstruments.Find(Btc)! with { HasFunding = false }],
    };

    private static TradeBlock Trades(int seed)
    {
        const int count = 300;
        var random = new Random(seed);
        var (time, price) = (new long[count], new long[count]);
        var last = 60_000m;
        for (var i = 0; i < count; i++)
        {
            time[i] = ManualTime.StartMs + ((i + 1) * 900);
            price[i] = FixedPoint.Units(last += random.Next(-150, 151));
        }

        return new TradeBlock(Btc, time, price, [.. time.Select(_ => FixedPoint.Scale)], [.. time.Select(_ => (sbyte)1)]);
    }

    private sealed class Restless(int seed) : CSharpScript
    {
        private readonly Random _random = new(seed);

        public override ScriptCallbacks Callbacks => ScriptCallbacks.Trade | ScriptCallbacks.Fill | ScriptCallbacks.Order;

        protected override ScriptValue OnTrade(long timeMs, long price, double stop) => _random.Next(12) switch
        {
            0 or 1 => Signal(("action", "buy"), ("quantity", 0.05), ("stop_loss_percent", 1), ("take_profit_percent", 1), ("tag", "a")),
            2 => Signal(
                ("action", "sell"), ("type", "limit"), ("price", Math.Round(price / 1e9 * 1.001)), ("quantity", 0.04),
                ("stop_loss_percent", 1), ("trail_percent", 0.5), ("expires_in", 20)),
            3 => Signal(("action", "close"), ("share", _random.Next(1, 101))),
            4 => Signal(("action", "hold"), ("trail_percent", 0.4)),
            5 => Signal(("action", "cancel"), ("order", "entries")),
            _ => default,
        };
    }

    /// <summary>The real loop; a step has ended when its inbox is empty.</summary>
    private sealed class LoopEngine : IDrivenEngine, IEffectSink, IAsyncDisposable
    {
        private readonly ManualTime _time = new();
        private readonly TroubledLine _line;
        private readonly IScriptInstance _script;
        private readonly EngineLoop _loop;
        private long _ms = ManualTime.StartMs;

        public LoopEngine(EngineOptions options, IScriptInstance script, TroubledLine line)
        {
            (_script, _line) = (script, line);
            var links = new LinkBoard([AccountId.Main, AccountId.Mirror], Serilog.Core.Logger.None);
            _loop = new EngineLoop(new EngineKernel(options), this, new LiveMarket([]), links, _time);
            _loop.Start();
        }

        public Timestamp NextDue { get; private set; } = Timestamp.MaxValue;

        public void Step(long ms, Func<Timestamp, EngineInput> input)
        {
            _time.Advance(ms - _ms);
            _ms = ms;
            _loop.Post(input);
            while (!IsIdle())
            {
            }
        }

        public void Take(EngineInput input, JournalStamp stamp)
        {
        }

        public void Do(Effect effect, JournalStamp stamp)
        {
            _line.Take(effect);
            if (effect is CallScript call)
            {
                var answer = _script.Call(call.Call, call.View);
                _loop.Post(at => new ScriptReturned(call.Strategy, call.Call, answer) { At = at });
            }
        }

        public ValueTask DisposeAsync() => _loop.DisposeAsync();

        private bool IsIdle()
        {
            var (due, waiting) = _loop.AskAsync((kernel, _) => (kernel.NextDue, _loop.Waiting)).GetAwaiter().GetResult();
            NextDue = due;
            return waiting == 0;
        }
    }
}
