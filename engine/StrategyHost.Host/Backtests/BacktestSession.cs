using StrategyHost.Core.Domain;
using StrategyHost.Core.Kernel;
using StrategyHost.Core.MarketData;
using StrategyHost.Core.Settings;
using StrategyHost.Core.Strategies;
using StrategyHost.Host.Authoring.Lookahead;
using StrategyHost.Host.Commands;
using StrategyHost.Host.Configuration;
using StrategyHost.Host.Instruments;
using StrategyHost.Scripting;
using StrategyHost.Simulation.Backtest;
using StrategyHost.Simulation.Exchange;
using ExchangeFill = StrategyHost.Simulation.Exchange.FillModel;

namespace StrategyHost.Host.Backtests;

/// <summary>A strategy as a check shows it.</summary>
internal sealed record StrategyInfo(IReadOnlyList<Symbol> Symbols, StrategySettings Settings, ScriptCallbacks Callbacks);

/// <summary>Runs one group of strategies on the same accounts; the parts that are the same for every group are kept.</summary>
internal sealed class BacktestSession(
    IScriptEngine engine, BacktestArguments arguments, CommandContext context, TapeSource tapes, CancellationToken cancellation)
{
    private readonly HostOptions _options = context.Options;

    /// <summary>What the last group turned out to be, also when its run failed.</summary>
    public IReadOnlyList<StrategyInfo> Loaded { get; private set; } = [];

    private readonly long _seed = arguments.Seed ?? context.Options.Simulation.Seed;

    public Result<BacktestResult> Run(IReadOnlyList<string> files) => Run(files, RunVariation.None);

    public Result<BacktestResult> Run(IReadOnlyList<string> files, RunVariation variation)
    {
        // The run's own thread is the first script's lane; further scripts get lanes of their own and are called across.
        var lanes = files.Select(f => new ScriptLane(Path.GetFileName(f))).ToArray();
        var scripts = new List<IScriptInstance>();
        try
        {
            return lanes[0].Run(() => RunOn(files, variation, lanes, scripts));
        }
        finally
        {
            foreach (var (script, lane) in scripts.Zip(lanes))
            {
                lane.Run(script.Dispose);
            }

            Array.ForEach(lanes, l => l.Dispose());
        }
    }

    private Result<BacktestResult> RunOn(
        IReadOnlyList<string> files, RunVariation variation, ScriptLane[] lanes, List<IScriptInstance> scripts)
    {
        var errors = new List<Error>();
        var strategies = new List<LoadedStrategy>();
        foreach (var (file, lane) in files.Zip(lanes))
        {
            var loaded = lane.Run(() => LoadedStrategy.Load(engine, file, _options.StrategyOf(file), arguments.Set, _seed));
            errors.AddRange(loaded.Errors);
            if (loaded.IsOk)
            {
                scripts.Add(loaded.Value.Script);
                strategies.Add(lane == lanes[0] ? loaded.Value : loaded.Value with { Script = new LaneScript(loaded.Value.Script, lane) });
            }
        }

        if (errors.Count > 0)
        {
            return Result<BacktestResult>.Failed(errors);
        }

        var tape = tapes.For(strategies);
        return tape.IsOk ? RunOn(strategies, variation, tape.Value) : Result<BacktestResult>.Failed(tape.Errors);
    }

    private Result<BacktestResult> RunOn(List<LoadedStrategy> strategies, RunVariation variation, MarketTape tape)
    {
        var warnings = new List<string>(tape.Warnings);
        var setups = strategies.Select(s => Setup(s, tape, warnings))
            .Select(s => s with { Callbacks = s.Callbacks | variation.Also }).ToArray();
        Loaded = [.. setups.Select(s => new StrategyInfo(s.Symbols, s.Settings, s.Callbacks))];
        var shared = setups.SelectMany(s => s.Symbols).GroupBy(s => s).FirstOrDefault(g => g.Count() > 1);
        if (shared is not null && !_options.Risk.ShareSymbols)
        {
            return new Error
            {
                Field = "--together",
                Value = shared.Key.Name,
                Rule = "symbol_shared",
                Message = $"several strategies trade {shared.Key}; run them one by one, give each its own symbol, or set risk.shareSymbols",
            };
        }

        var instruments = Instruments(setups, tape, warnings);
        if (!instruments.IsOk)
        {
            return Result<BacktestResult>.Failed(instruments.Errors);
        }

        warnings.AddRange(ProfileAdvice.Of(_options));
        var fill = Fill(tape, setups);
        warnings.AddRange(fill == ExchangeFill.Bar ? WithoutUpdates(strategies) : []);
        var ideal = _options.Simulation.Trail == TrailModel.Ideal
            || (_options.Simulation.Trail == TrailModel.Auto && fill == ExchangeFill.Bar);
        var played = variation.CutAt is { } cut ? TapeUntil.Of(tape, cut) : tape;
        var slippage = arguments.Slippage ?? _options.Simulation.Slippage;
        var options = new BacktestOptions
        {
            Engine = EngineOptionsFactory.Make(_options, setups, instruments.Value, ideal ? TrailMode.Ideal : TrailMode.Resting) with
            {
                WatchesAccounts = true,
            },
            Exchange = new ExchangeOptions
            {
                Fill = fill,
                LimitTouch = arguments.Limit == LimitFill.Touch,
                SlippageTicks = slippage.Unit == SlippageUnit.Ticks ? slippage.Value : 0,
                SlippageBp = slippage.Unit == SlippageUnit.BasisPoints ? slippage.Value : 0,
                Seed = _seed,
            },
            Scripts = [.. strategies.Select(s => variation.Wrap(s.Script, played))],
            ScriptFiles = [.. strategies.Select(s => s.File)],
            EngineName = engine.Name,
            TradeFrom = arguments.From,
            LatencyMs = fill == ExchangeFill.Bar ? 0 : _options.Simulation.LatencyMs,
            Warnings = warnings,
            OneByOne = variation.Grouping == 0,
            GroupingSeed = variation.Grouping,
            MarginMode = _options.Main.MarginMode ?? MarginMode.Isolated,
        };
        var from = arguments.From is { } asked && asked > tape.From ? asked : tape.From;
        var data = new DataUsed([.. tape.Files.Select(f => f.Path)], tape.Events, from, tape.To, tape.Sha256, tape.IsSynthetic);
        var progress = new DirectProgress(done => context.Progress.Report(done, tape.Events, "events"));
        var result = BacktestRunner.Run(options, played, data, progress, cancellation);
        cancellation.ThrowIfCancellationRequested();
        return result;
    }

    private static IEnumerable<string> WithoutUpdates(IEnumerable<LoadedStrategy> strategies) => strategies
        .Where(s => s.Settings.KlineUpdates)
        .Select(s => $"{s.Id}: kline_updates is set, and on_kline gets closed candles only, since the run is made of candles; give trades");

    private StrategySetup Setup(LoadedStrategy strategy, MarketTape tape, List<string> warnings) => new()
    {
        Strategy = strategy.Id,
        Settings = strategy.Settings,
        Symbols = Symbols(strategy, tape, warnings),
        Callbacks = strategy.Script.Callbacks,
        ScriptSha256 = strategy.Script.Sha256,
    };

    /// <summary>--symbol, else those of settings(), else the data's only one.</summary>
    private Symbol[] Symbols(LoadedStrategy strategy, MarketTape tape, List<string> warnings)
    {
        if (arguments.Symbol is { } said)
        {
            return [said];
        }

        var wanted = strategy.Settings.Symbols;
        if (wanted.Count > 0 && (tape.Symbols.Count != 1 || wanted.Any(w => w == tape.Symbols[0].Symbol)))
        {
            return [.. wanted];
        }

        if (wanted.Count > 0)
        {
            warnings.Add(
                $"{strategy.Id} asks for {string.Join(", ", wanted)}; the data hold {tape.Symbols[0].Symbol}, which is traded instead");
        }

        return [.. tape.Symbols.Take(1).Select(s => s.Symbol)];
    }

    private Result<IReadOnlyList<Instrument>> Instruments(StrategySetup[] setups, MarketTape tape, List<string> warnings)
    {
        var instruments = new List<Instrument>();
        var errors = new List<Error>();
        foreach (var symbol in setups.SelectMany(s => s.Symbols).Distinct())
        {
            var data = tape.Symbols.FirstOrDefault(s => s.Symbol == symbol);
            var chosen = InstrumentChooser.Choose(null, _options.Of(symbol), data is null ? null : TapeDecimals.Of(data));
            errors.AddRange(chosen.Errors);
            if (chosen.IsOk)
            {
                instruments.Add(chosen.Value.Instrument);
                warnings.AddRange(chosen.Value.Warnings);
            }
        }

        return errors.Count == 0 ? instruments : Result<IReadOnlyList<Instrument>>.Failed(errors);
    }

    /// <summary>Bars for klines, cross for trades, book where depth is recorded (contracts §6), unless somebody said otherwise.</summary>
    private ExchangeFill Fill(MarketTape tape, StrategySetup[] setups)
    {
        var said = arguments.Fill ?? _options.Simulation.Fill;
        var traded = tape.Symbols.Where(t => setups.Any(s => s.Symbols.Contains(t.Symbol))).ToArray();
        return said switch
        {
            Configuration.FillModel.Bar => ExchangeFill.Bar,
            Configuration.FillModel.Touch => ExchangeFill.Touch,
            Configuration.FillModel.Cross => ExchangeFill.Cross,
            Configuration.FillModel.Book => ExchangeFill.Book,
            Configuration.FillModel.Auto => Default(traded),
        };
    }

    private static ExchangeFill Default(SymbolTape[] traded) =>
        traded.Any(t => t.Book.Count > 0) ? ExchangeFill.Book
        : traded.Any(t => t.Trades is { Count: > 0 }) ? ExchangeFill.Cross
        : ExchangeFill.Bar;

    private sealed class DirectProgress(Action<long> report) : IProgress<long>
    {
        public void Report(long value) => report(value);
    }
}
