using StrategyHost.Core.Domain;
using StrategyHost.Core.MarketData;
using StrategyHost.Core.Strategies;
using StrategyHost.Host.Configuration;
using StrategyHost.Host.Live;
using StrategyHost.Scripting;

namespace StrategyHost.Host.Reload;

/// <summary>
/// An instance of a version on a thread of its own, made ready beside the one that trades: configured, warmed up with what the other has
/// seen, and given its state. Its owner disposes it, or takes <see cref="Runner"/>, which then owns thread and script.
/// </summary>
internal sealed class Candidate : IDisposable
{
    private readonly ScriptLane _lane;
    private readonly Dictionary<(Symbol, Interval), long> _warmed = [];
    private bool _isTaken;

    private Candidate(ScriptVersion version, ScriptLane lane, IScriptInstance script) => (Version, _lane, Script) = (version, lane, script);

    public ScriptVersion Version { get; }

    /// <summary>On its lane's thread only.</summary>
    public IScriptInstance Script { get; }

    /// <summary>Why it can take no call; null: it can.</summary>
    public Error? Problem => _lane.Run(() => Script.Fault?.Error);

    public static Result<Candidate> Load(ScriptVersion version, IScriptEngine engine, StrategyOptions configured, long seed)
    {
        var lane = new ScriptLane(version.Id.Name);
        Candidate? candidate = null;
        try
        {
            var loaded = version.Load(engine, configured, seed, lane);
            candidate = loaded.IsOk ? new Candidate(version, lane, loaded.Value.Script) : null;
            return candidate ?? Result<Candidate>.Failed(loaded.Errors);
        }
        finally
        {
            if (candidate is null)
            {
                lane.Dispose();
            }
        }
    }

    /// <summary>Before the first candle.</summary>
    public void Configure(ScriptEnvironment environment) => _lane.Run(() => Script.Configure(environment));

    /// <summary>The newest candle that it has of a series: its start in ms.</summary>
    public long Until(Symbol symbol, Interval interval) => _warmed.GetValueOrDefault((symbol, interval), long.MinValue);

    /// <summary>
    /// Candles that continue what it has, oldest first: into its history, the newest of them to <c>on_kline</c> with <c>ctx.warming</c>,
    /// as many as a start gives; what is only kept into its history alone. What it answers is dropped.
    /// </summary>
    public void Warm(IReadOnlyList<KlineBlock> heard, IReadOnlyList<KlineBlock> kept, ScriptView view)
    {
        foreach (var block in heard.Concat(kept).Where(b => b.Count > 0))
        {
            _warmed[(block.Symbol, block.Interval)] = block.Start[^1];
        }

        _lane.Run(() =>
        {
            foreach (var call in WarmUp.Calls(heard, Version.Setup).Concat(WarmUp.Kept(kept)))
            {
                Call(call, view);
            }
        });
    }

    /// <summary>The state of the version before; an error: it does not take it.</summary>
    public Error? Import(string json) => _lane.Run(() => Script.ImportState(json)?.Error ?? Script.Fault?.Error);

    /// <summary>Something of the script on its thread.</summary>
    public T Run<T>(Func<IScriptInstance, T> work) => _lane.Run(() => work(Script));

    /// <summary>Begins something on its thread; a failure is the host's bug.</summary>
    public void Post(Action work, Action<Exception> failed) => _lane.Post(work, failed);

    /// <summary>What trades with it from now on.</summary>
    public StrategyRunner Runner()
    {
        _isTaken = true;
        return new StrategyRunner(_lane, Script);
    }

    public void Dispose()
    {
        if (!_isTaken)
        {
            _isTaken = true;
            _lane.Run(Script.Dispose);
            _lane.Dispose();
        }
    }

    private void Call(KlineRun run, ScriptView view)
    {
        while (run.From < run.To && Script.Fault is null)
        {
            var consumed = Math.Max(Script.Call(run, view).Consumed, 1);
            run = run with { From = run.From + consumed };
            run = run.From < run.To ? run with { At = new Timestamp(run.Block.Start[run.From] + run.Block.Interval.Ms) } : run;
        }
    }
}
