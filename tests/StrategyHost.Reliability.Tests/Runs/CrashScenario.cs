using StrategyHost.Core.Domain;
using StrategyHost.Core.Kernel;
using StrategyHost.Core.Strategies;
using StrategyHost.Reliability.Tests.World;
using Signal = (string Name, object Value)[];

namespace StrategyHost.Reliability.Tests.Runs;

/// <summary>
/// A short trade on one symbol along a fixed price path, for dying at each of its boundaries: what the strategy wants at which trade. After a
/// restart its counting begins anew, as a script without a state would.
/// </summary>
internal sealed record CrashScenario(string Name, IReadOnlyList<(int Trade, Signal[] Signals)> Script)
{
    private static readonly double[] Up = [0, 0, 0, 0, 0.1, 0.2, 0.3, 0.5, 0.8, 1.0, 1.2, 1.4, 1.2, 1.0, 0.9, 0.8];
    private static readonly double[] Down = [0, 0, 0, 0, -0.1, -0.2, -0.3, -0.5, -0.8, -1.0, -1.2, -1.4, -1.2, -1.0];
    private static readonly double[] UpAndDown = [0, 0, 0, 0, 0.2, 0.5, 0.9, 1.3, 0.9, 0.4, 0, -0.5, -1.2, -1.8, -2.4, -2.6];

    /// <summary>Percent of the start price, trade by trade.</summary>
    public IReadOnlyList<double> Path { get; init; } = UpAndDown;
    public MirrorSettings? Mirror { get; init; }
    public PositionMode Mode { get; init; }

    public static IReadOnlyList<CrashScenario> All { get; } =
    [
        new("entry with a stop", [(2, [Buy()])]),
        new("entry that fills in several parts", [(2, [Buy(("quantity_usd", 190_000.0))])]),
        new("limit entry", [(2, [Buy(("type", "limit"), ("price", 99.95))])]) { Path = Down },
        new("stop entry", [(2, [Buy(("type", "stop_market"), ("stop_price", 100.2))])]),
        new("trailing entry", [(2, [Buy(("type", "trailing_stop"), ("trail_percent", 0.3))])])
        {
            Path = [0, 0, 0, -0.3, -0.6, -0.9, -0.5, 0, 0.4, 0.8, 0.2],
        },
        new("ladder of targets", [(2, [Buy(("take_profit", Ladder))])]) { Path = Up },
        new("trail", [(2, [Sell(("trail_percent", 0.4))])]) { Path = Down },
        new("breakeven after a target", [(2, [Buy(("take_profit", Ladder), ("breakeven", RandomStrategy.Object(("after_tp", 1.0))))])]),
        new("breakeven after percent", [(2, [Buy(("breakeven", RandomStrategy.Object(("after_percent", 0.4))))])]),
        new("two tranches", [(2, [Tranche("a", 3)]), (4, [Tranche("b", 1)])]) { Path = Up },
        new("three tranches, one closed", [(2, [Tranche("a", 3)]), (3, [Tranche("b", 2)]), (4, [Tranche("c", 1)]), (7, [Close(("tranche", "b"))])]),
        new("mirror enters", [(2, [Buy()])]) { Mirror = new MirrorSettings() },
        new("mirror with targets", [(2, [Buy(("take_profit", Ladder))])]) { Path = Up, Mirror = new MirrorSettings { Proportion = 0.3m } },
        new("mirror with a delay", [(2, [Buy()])]) { Path = Up, Mirror = new MirrorSettings { DelayMs = 700 } },
        new("mirror reversed", [(2, [Buy()])]) { Mirror = new MirrorSettings { Reverse = true } },
        new("close", [(2, [Buy()]), (6, [Close()])]) { Mirror = new MirrorSettings() },
        new("close of a part", [(2, [Buy(("take_profit", Ladder))]), (5, [Close(("share", 40.0))])]) { Path = Up },
        new("close by a resting limit", [(2, [Buy()]), (4, [Close(("type", "limit"), ("price", 101.1), ("share", 50.0))])]) { Path = Up },
        new("flip", [(2, [Buy()]), (6, [Sell(("flip", true))])]) { Mirror = new MirrorSettings() },
        new("one of two cancels the other", [(2, [Entry("buy", ("oco", "o"), ("type", "stop_market"), ("stop_price", 100.4)),
            Entry("sell", ("oco", "o"), ("type", "stop_market"), ("stop_price", 99.5))])]),
        new("hold tightens", [(2, [Buy()]), (5, [[("action", "hold"), ("stop_loss", 99.4)]]), (7, [[("action", "hold"), ("stop_loss", 100.3)]])]),
        new("modify and cancel", [(2, [Buy(("type", "limit"), ("price", 98.9), ("tag", "t"))]),
            (4, [[("action", "modify"), ("order", "t"), ("price", 99.2)]]), (9, [[("action", "cancel"), ("order", "entries")]])]) { Path = Up },
        new("scale in", [(2, [Buy()]), (5, [Buy(("scale_in", true))])]) { Path = Up },
        new("time exit", [(2, [Buy(("close_after", 3.0))])]) { Mirror = new MirrorSettings() },
        new("both legs of a hedge", [(2, [Buy()]), (4, [Sell()])]) { Mode = PositionMode.Hedge },
        new("group", [(2, [Entry("buy", ("group", "g"), ("type", "limit"), ("price", 99.9)),
            Entry("sell", ("group", "g"), ("type", "limit"), ("price", 100.6))])])
        {
            Mode = PositionMode.Hedge,
        },
    ];

    public WorldOptions Options(params IReadOnlyList<int> crashAt) => new()
    {
        Seed = 4711,
        Events = 30,
        Symbols = 1,
        Strategies = 1,
        Mirror = Mirror,
        Mode = Mode,
        Path = Path,
        LagMs = 20,
        PaceMs = 800,
        CrashAt = crashAt,
        Script = _ => new Written(Script),
    };

    public override string ToString() => Name;

    private static ScriptValue Ladder => ScriptValue.Of([
        RandomStrategy.Object(("percent", 0.4), ("share", 50.0)), RandomStrategy.Object(("percent", 0.9), ("share", 50.0)),
    ]);

    private static Signal Buy(params Signal more) => Entry("buy", more);

    private static Signal Sell(params Signal more) => Entry("sell", more);

    private static Signal Entry(string action, params Signal more) =>
    [
        ("action", action),
        .. more.Any(m => m.Name == "quantity_usd") ? Array.Empty<(string, object)>() : [("quantity_usd", 1000.0)],
        .. more.Any(m => m.Name == "trail_percent" && !more.Any(t => t.Value is "trailing_stop")) ? Array.Empty<(string, object)>()
            : [("stop_loss_percent", 2.0)],
        .. more,
    ];

    private static Signal Tranche(string name, double stop) =>
        [("action", "buy"), ("quantity_usd", 500.0), ("tranche", name), ("scale_in", true), ("stop_loss_percent", stop)];

    private static Signal Close(params Signal more) => [("action", "close"), .. more];

    private sealed class Written(IReadOnlyList<(int Trade, Signal[] Signals)> script) : IScriptedStrategy
    {
        public IReadOnlyList<Signal> At(int trade, decimal last) => script.Where(s => s.Trade == trade).SelectMany(s => s.Signals).ToArray();
    }
}
