using System.Collections.Concurrent;
using Serilog;
using StrategyHost.Core.Domain;
using StrategyHost.Core.Kernel;
using StrategyHost.Core.Strategies;
using StrategyHost.Host.Backtests;
using StrategyHost.Host.Configuration;
using StrategyHost.Host.Journal;
using StrategyHost.Host.Reload;
using StrategyHost.Scripting;

namespace StrategyHost.Host.Live;

/// <summary>A loaded strategy with the symbols that it trades here.</summary>
internal sealed record LiveStrategy(LoadedStrategy Loaded, IReadOnlyList<Symbol> Symbols);

/// <summary>The version of a strategy that a run begins with.</summary>
internal sealed record LoadedVersion(StrategyOptions Configured, ScriptVersion Version, SeenFiles Files);

/// <summary>The strategies of a run, each on a thread of its own.</summary>
internal sealed class StrategyPool : IDisposable
{
    private readonly ConcurrentDictionary<StrategyId, StrategyRunner> _runners = [];
    private readonly Dictionary<StrategyId, Func<Result<IScriptInstance>>> _reloads = [];
    private readonly Dictionary<StrategyId, ScriptEnvironment> _environments = [];
    private readonly List<LiveStrategy> _loaded = [];
    private readonly List<LoadedVersion> _versions = [];
    private Action<StrategyId, StrategyRunner, StrategyStateSaved?>? _remember;

    private StrategyPool(IScriptEngine engine) => Engine = engine;

    public IScriptEngine Engine { get; }
    public IReadOnlyList<LiveStrategy> Loaded => _loaded;
    public IReadOnlyDictionary<StrategyId, StrategyRunner> Runners => _runners;

    /// <summary>What was loaded, with the files that it is made of.</summary>
    public IReadOnlyList<LoadedVersion> Versions => _versions;

    /// <summary>The hashes of what was loaded.</summary>
    public IReadOnlyDictionary<StrategyId, string> Hashes => _versions.ToDictionary(v => v.Version.Id, v => v.Version.Sha256);

    /// <summary>Loads all of them and lists every problem; on any, nothing stays loaded.</summary>
    public static Result<StrategyPool> Load(IScriptEngine engine, HostOptions options)
    {
        var pool = new StrategyPool(engine);
        var errors = new List<Error>();
        foreach (var strategy in options.Strategies)
        {
            errors.AddRange(pool.Load(engine, strategy, options.Simulation.Seed));
        }

        errors.AddRange(Missing(options));
        errors.AddRange(pool.Shared(options));
        if (errors.Count == 0)
        {
            return pool;
        }

        pool.Dispose();
        return Result<StrategyPool>.Failed(errors);
    }

    public void Configure(IReadOnlyList<StrategySetup> setups, EngineKernel kernel)
    {
        foreach (var setup in setups)
        {
            var environment = Environment(setup, kernel);
            _environments[setup.Strategy] = environment;
            _runners[setup.Strategy].Run(script =>
            {
                script.Configure(environment);
                return true;
            });
        }
    }

    /// <summary>What an instance is configured with.</summary>
    public static ScriptEnvironment Environment(StrategySetup setup, EngineKernel kernel) => new()
    {
        Instruments = [.. setup.Symbols.Select(s => kernel.Market[s].Instrument)],
        Intervals = [setup.Settings.Interval, .. setup.Settings.Intervals],
        Parameters = [.. setup.Settings.Parameters.Select(p => KeyValuePair.Create(p.Name, p.Default))],
    };

    /// <summary>Gives strategies what they exported last, and hands on what they export from now on; before the first call.</summary>
    public void Remember(KeptStates kept, EngineLoop loop, ILogger log, TimeProvider time)
    {
        StrategyMemoryParts Parts(StrategyId id) => new(id, log, time)
        {
            Kept = kept.Newest.GetValueOrDefault(id),
            Own = kept.Own.GetValueOrDefault(id),
            Save = (sha256, json) => loop.Post(at => new StrategyStateSaved(id, sha256, json) { At = at }),
            Reload = _reloads[id],
        };
        foreach (var (id, runner) in _runners)
        {
            runner.Remember(new StrategyMemory(Parts(id)), time, loop.Fail);
        }

        _remember = (id, runner, given) => runner.Remember(
            new StrategyMemory(Parts(id) with
            {
                Kept = given,
                Own = null,
                HasBegun = true,
            }), time, loop.Fail);
    }

    /// <summary>
    /// Another version answers a strategy's calls from now on; gives the one before, which its owner disposes. Between two steps of the
    /// loop, on its thread.
    /// </summary>
    /// <param name="id">The strategy.</param>
    /// <param name="runner">The version that is ready to trade.</param>
    /// <param name="given">The state that it was given; null: none.</param>
    public StrategyRunner Replace(StrategyId id, StrategyRunner runner, StrategyStateSaved? given)
    {
        _remember?.Invoke(id, runner, given);
        var before = _runners[id];
        (runner.Shadow, before.Shadow) = (before.Shadow, null); // a version in shadow is compared with whichever trades
        _runners[id] = runner;
        return before;
    }

    /// <summary>Takes the state of all; from outside their threads.</summary>
    public Task SaveAsync() => Task.WhenAll(_runners.Values.Select(r => r.SaveAsync()));

    public void Dispose()
    {
        foreach (var runner in _runners.Values)
        {
            runner.Dispose();
        }

        _runners.Clear();
    }

    private IReadOnlyList<Error> Load(IScriptEngine engine, StrategyOptions strategy, long seed)
    {
        var id = new StrategyId(Path.GetFileNameWithoutExtension(strategy.File));
        if (_runners.ContainsKey(id))
        {
            return [new Error
            {
                Field = "strategies",
                Value = strategy.File,
                Rule = "duplicate_strategy",
                Message = $"two strategies are named {id}, by which orders and reports know them; rename one",
            }];
        }

        var lane = new ScriptLane(id.Name);
        Result<LoadedStrategy> Read() => LoadedStrategy.Load(engine, strategy.File, strategy, [], seed);
        var files = new SeenFiles();
        var source = files.Source(strategy.File);
        var loaded = source.IsOk
            ? lane.Run(() => LoadedStrategy.Load(engine, source.Value, strategy, [], seed)) : Result<LoadedStrategy>.Failed(source.Errors);
        if (!loaded.IsOk)
        {
            lane.Dispose();
            return loaded.Errors;
        }

        _runners.TryAdd(id, new StrategyRunner(lane, loaded.Value.Script));
        _reloads.Add(id, () => Again(id, loaded.Value, Read()));
        IReadOnlyList<Symbol> symbols = strategy.Symbols.Count > 0 ? strategy.Symbols : loaded.Value.Settings.Symbols;
        _loaded.Add(new LiveStrategy(loaded.Value, symbols));
        _versions.Add(new LoadedVersion(strategy, ScriptVersion.Of(loaded.Value, symbols, source.Value, files), files));
        return symbols.Count > 0 ? [] : [new Error
        {
            File = strategy.File,
            Field = "symbols",
            Rule = "missing_symbol",
            Message = $"{id} names no symbols: name them in settings(), or in the configuration's strategies[].symbols",
        }];
    }

    /// <summary>The same script once more; its file may have been changed since the start.</summary>
    private Result<IScriptInstance> Again(StrategyId id, LoadedStrategy first, Result<LoadedStrategy> read)
    {
        if (!read.IsOk)
        {
            return Result<IScriptInstance>.Failed(read.Errors);
        }

        var script = read.Value.Script;
        if (script.Sha256 == first.Script.Sha256)
        {
            script.Configure(_environments[id]);
            return Result<IScriptInstance>.Ok(script);
        }

        script.Dispose();
        return new Error
        {
            File = first.File,
            Rule = "script_changed",
            Message = $"the script of {id} was changed while it started; start the host again",
        };
    }

    private static IEnumerable<Error> Missing(HostOptions options) => options.Strategies.Count > 0 ? [] : [new Error
    {
        Field = "strategies",
        Rule = "missing_strategy",
        Message = "the configuration names no strategy; add one to \"strategies\", for example strategies/enhanced_sma.js",
    }];

    private IEnumerable<Error> Shared(HostOptions options) =>
        options.Risk.ShareSymbols ? [] :
        from use in _loaded.SelectMany(s => s.Symbols.Select(symbol => (symbol, s.Loaded.Id))).GroupBy(u => u.symbol)
        where use.Count() > 1
        select new Error
        {
            Field = "strategies",
            Value = use.Key.Name,
            Rule = "symbol_shared",
            Message = $"{string.Join(" and ", use.Select(u => u.Id))} trade {use.Key} on one account; give each its own symbol, "
                + "or set risk.shareSymbols: then each has a tranche of its own",
        };
}
