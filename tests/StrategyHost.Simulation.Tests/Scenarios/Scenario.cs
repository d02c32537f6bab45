using StrategyHost.Core.Domain;
using StrategyHost.Core.Kernel;
using StrategyHost.Core.MarketData;
using StrategyHost.Core.Risk;
using StrategyHost.Core.Settings;
using StrategyHost.Core.Strategies;
using StrategyHost.Simulation.Backtest;
using StrategyHost.Simulation.Exchange;
using StrategyHost.Simulation.Tests.Backtest;

namespace StrategyHost.Simulation.Tests.Scenarios;

/// <summary>
/// A small language for kernel scenarios: candles (or trades) by hand, signals at given ones, then what came of it. Candle n closes at
/// minute n + 1; its signals are filled at the open of candle n + 1. One symbol at about 100, lot 0.001, tick 0.1, no funding, main with
/// 10,000.
/// </summary>
internal sealed class Scenario
{
    public static readonly Symbol Btc = new("BTCUSDT");
    private const long Minute = 60_000;
    private readonly List<decimal[]> _candles = [];
    private readonly List<(long Ms, decimal Price, decimal Size)> _trades = [];
    private readonly ScriptedStrategy _script = new();
    private StrategySettings _settings = new();
    private Func<EngineOptions, EngineOptions> _engine = o => o;
    private Func<BacktestOptions, BacktestOptions> _options = o => o;
    private FillModel _fill = FillModel.Bar;

    public static readonly Instrument Instrument = new()
    {
        Symbol = Btc,
        TickSize = Price.Of(0.1m),
        QtyStep = Quantity.Of(0.001m),
        MinQty = Quantity.Of(0.001m),
        MinNotional = 5m,
        HasFunding = false,
    };

    /// <summary>Candles "open high low close", one a minute; a single number is a candle that stands still.</summary>
    public static Scenario Candles(params string[] candles)
    {
        var scenario = new Scenario();
        foreach (var candle in candles)
        {
            var parts = candle.Split(' ').Select(p => decimal.Parse(p, System.Globalization.CultureInfo.InvariantCulture)).ToArray();
            scenario._candles.Add(parts.Length == 1 ? [parts[0], parts[0], parts[0], parts[0]] : parts);
        }

        return scenario;
    }

    /// <summary>Trades "ms price size", matched by touch.</summary>
    public static Scenario Trades(params string[] trades)
    {
        var scenario = new Scenario { _fill = FillModel.Touch };
        scenario._script.Rows = ScriptCallbacks.Trade;
        foreach (var trade in trades)
        {
            var parts = trade.Split(' ').Select(p => decimal.Parse(p, System.Globalization.CultureInfo.InvariantCulture)).ToArray();
            scenario._trades.Add(((long)parts[0], parts[1], parts.Length > 2 ? parts[2] : 1000m));
        }

        return scenario;
    }

    /// <summary>What the strategy returns at candle (or trade) n, counted from 0; several are one array.</summary>
    public Scenario At(int n, params Sig[] signals)
    {
        _script.Plan.Add(n, signals);
        return this;
    }

    public Scenario OnFill(Func<ScriptFill, Sig?> answer)
    {
        _script.FillAnswer = answer;
        return this;
    }

    public Scenario With(StrategySettings settings)
    {
        _settings = settings;
        return this;
    }

    public Scenario WithEngine(Func<EngineOptions, EngineOptions> change)
    {
        var before = _engine;
        _engine = o => change(before(o));
        return this;
    }

    public Scenario WithOptions(Func<BacktestOptions, BacktestOptions> change)
    {
        _options = change;
        return this;
    }

    /// <summary>Without this there is no mirror.</summary>
    public Scenario WithMirror(MirrorSettings? settings = null, decimal balance = 10_000m) => WithEngine(o => o with
    {
        Mirror = new AccountSetup { Account = AccountId.Mirror, StartBalance = balance, PositionMode = o.Main.PositionMode },
        MirrorSettings = settings ?? new MirrorSettings(),
    });

    /// <summary>The kernel's effects in their order, as records.</summary>
    public IReadOnlyList<Effect> RunForEffects()
    {
        var effects = new List<Effect>();
        Run(effects.Add);
        return effects;
    }

    /// <summary>What a run is made of, for tests that drive a kernel themselves; a scenario of trades.</summary>
    public (EngineOptions Engine, TradeBlock Trades, IScriptInstance Script) Parts() => (Options(null).Engine, TradeBlock(), _script);

    public Outcome Run(Action<Effect>? trace = null)
    {
        var options = Options(trace);
        var tape = _trades.Count > 0
            ? new SymbolTape { Symbol = Btc, Trades = TradeBlock() }
            : new SymbolTape { Symbol = Btc, Klines = [KlineBlock()] };
        return new Outcome(Backtests.Run(options, tape), _script);
    }

    private BacktestOptions Options(Action<Effect>? trace)
    {
        var options = Backtests.Options(_script, _settings, _fill, Instrument);
        return _options(options with
        {
            OneByOne = true,
            Trace = trace,
            Engine = _engine(options.Engine with
            {
                Main = new AccountSetup { Account = AccountId.Main, StartBalance = 10_000m },
                Mirror = null,
                Risk = new RiskSettings { MaxOrderNotionalPercent = 1000m },
            }),
        });
    }

    private KlineBlock KlineBlock()
    {
        long[] Column(int part) => [.. _candles.Select(c => FixedPoint.Units(c[part]))];
        var starts = _candles.Select((_, i) => i * Minute).ToArray();
        return new KlineBlock(
            Btc, new Interval(1), starts, Column(0), Column(1), Column(2), Column(3), Column(3), new double[starts.Length]);
    }

    private TradeBlock TradeBlock() => new(
        Btc,
        [.. _trades.Select(t => t.Ms)],
        [.. _trades.Select(t => FixedPoint.Units(t.Price))],
        [.. _trades.Select(t => FixedPoint.Units(t.Size))],
        [.. _trades.Select((_, i) => (sbyte)(i % 2 == 0 ? 1 : -1))]);
}
