using System.Collections.Concurrent;
using System.Diagnostics;
using StrategyHost.Core.Domain;
using StrategyHost.Core.MarketData;
using StrategyHost.Core.Strategies;

namespace StrategyHost.Host.Tests.Reload;

/// <summary>
/// A script engine that notes what its instances are given: trades, and the candles that entered their history. What it keeps does not grow
/// with the run, so that it may run for long.
/// </summary>
internal sealed class CountedScripts(IScriptEngine engine) : IScriptEngine
{
    private int _alive;

    public string Name => engine.Name;

    /// <summary>Hears of each trade that is given to a script; on the script's thread.</summary>
    public Action<Symbol, long>? Traded { get; set; }

    /// <summary>Hears of each call, and of null when an instance is configured, before the script does; what it throws is a bug of the host's.</summary>
    public Action<string, ScriptCall?>? Calling { get; set; }

    /// <summary>When a text was loaded first, by a stopwatch.</summary>
    public ConcurrentDictionary<string, long> Loaded { get; } = new();

    /// <summary>When an instance of a text was given its first trade, by a stopwatch.</summary>
    public ConcurrentDictionary<string, long> Heard { get; } = new();

    /// <summary>Candles that an instance was given twice or that it missed.</summary>
    public ConcurrentQueue<string> Gaps { get; } = new();

    /// <summary>Instances that were loaded and not disposed.</summary>
    public int Alive => Volatile.Read(ref _alive);

    public Result<IScriptInstance> Load(ScriptSource source, ScriptLimits limits)
    {
        Loaded.TryAdd(source.Text, Stopwatch.GetTimestamp());
        var loaded = engine.Load(source, limits);
        if (!loaded.IsOk)
        {
            return loaded;
        }

        Interlocked.Increment(ref _alive);
        return new Counted(this, loaded.Value, source.Text);
    }

    private sealed class Counted(CountedScripts all, IScriptInstance script, string text) : IScriptInstance
    {
        private readonly Dictionary<(Symbol, Interval), long> _last = [];

        public ScriptValue Settings => script.Settings;
        public ScriptCallbacks Callbacks => script.Callbacks;
        public string Sha256 => script.Sha256;
        public ScriptFault? Fault => script.Fault;

        public void Configure(ScriptEnvironment environment)
        {
            all.Calling?.Invoke(text, null);
            script.Configure(environment);
        }

        public ScriptAnswer Call(ScriptCall call, ScriptView view)
        {
            all.Calling?.Invoke(text, call);
            if (call is TradeRun { Block.Count: 1 } trades) // a version that is tried gets those of before once more, in a block of many
            {
                all.Heard.TryAdd(text, Stopwatch.GetTimestamp());
                all.Traded?.Invoke(trades.Block.Symbol, trades.Block.Time[trades.From]);
            }

            if (call is KlineRun { InHistory: false } candles)
            {
                Look(candles);
            }

            return script.Call(call, view);
        }

        public Result<string?> ExportState() => script.ExportState();

        public ScriptFault? ImportState(string json) => script.ImportState(json);

        public void Dispose()
        {
            script.Dispose();
            Interlocked.Decrement(ref all._alive);
        }

        private void Look(KlineRun run)
        {
            var (key, block) = ((run.Block.Symbol, run.Block.Interval), run.Block);
            for (var i = run.From; i < run.To; i++)
            {
                if (_last.TryGetValue(key, out var last) && block.Start[i] != last + block.Interval.Ms)
                {
                    all.Gaps.Enqueue($"{key}: {block.Start[i]} after {last}");
                }

                _last[key] = block.Start[i];
            }
        }
    }
}
