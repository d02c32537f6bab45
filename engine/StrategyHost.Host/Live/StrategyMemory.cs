using Serilog;
using StrategyHost.Core.Domain;
using StrategyHost.Core.Kernel;
using StrategyHost.Core.Strategies;

namespace StrategyHost.Host.Live;

/// <summary>A state as JSON, and which text exported it.</summary>
internal sealed record ExportedState(string Sha256, string Json);

/// <summary>What a strategy's memory is made of.</summary>
internal sealed record StrategyMemoryParts(StrategyId Strategy, ILogger Log, TimeProvider Time)
{
    /// <summary>What it exported last, in an earlier run; null: nothing.</summary>
    public StrategyStateSaved? Kept { get; init; }

    /// <summary>What this very text exported last, where another version exported after it; null: nothing.</summary>
    public StrategyStateSaved? Own { get; init; }

    /// <summary>Taken over with the run going on: it is warmed up and has its state, which is that of the version before it.</summary>
    public bool HasBegun { get; init; }

    /// <summary>Takes a state that has changed. Called on the strategy's thread.</summary>
    public required Action<string, string> Save { get; init; }

    /// <summary>A new instance of the same script, configured; called on the strategy's thread when the old one is disposed.</summary>
    public required Func<Result<IScriptInstance>> Reload { get; init; }
}

/// <summary>
/// One strategy's state over restarts; on the strategy's thread only. 1. What was kept is handed to <c>import_state</c> after the warm-up,
/// before the first other call. 2. A failed import leaves a new instance that has been through the same warm-up: it is handed what its own
/// text exported last, if another version did so after it, and else has no state. 3. A
/// state is taken not more often than <see cref="Wait"/> allows, and saved when it differs from the one before. 4. Nothing here ends the
/// strategy's trading but an export that runs beyond the limits of a call.
/// </summary>
internal sealed class StrategyMemory(StrategyMemoryParts parts)
{
    /// <summary>Least time between two exports.</summary>
    public static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    /// <summary>A large state is taken more rarely, so that a journal grows by about a kilobyte a second at most.</summary>
    private const int CharactersPerSecond = 1000;

    private readonly List<CallScript> _warmUp = [];
    private bool _hasBegun = parts.HasBegun;
    private (string Sha256, string Json)? _saved = parts.Kept is { } kept ? (kept.ScriptSha256, kept.Json) : null;
    private string _problem = "";
    private long? _exportedAt;

    /// <summary>Calls the script, after it has got its state back. May put a new one in the place of one that could not.</summary>
    public ScriptAnswer Call(ref IScriptInstance script, CallScript call)
    {
        if (!_hasBegun)
        {
            _hasBegun = call.Call is not KlineRun { Warming: true };
            if (parts.Kept is { } kept)
            {
                Prepare(ref script, call, kept);
            }
        }

        return script.Fault is { } fault ? new ScriptAnswer { Fault = fault } : script.Call(call.Call, call.View);
    }

    /// <summary>How long until the state may be taken again; zero: now.</summary>
    public TimeSpan Wait
    {
        get
        {
            var pause = Pause + TimeSpan.FromSeconds((_saved?.Json.Length ?? 0) / CharactersPerSecond);
            var wait = _exportedAt is { } at ? pause - parts.Time.GetElapsedTime(at) : TimeSpan.Zero;
            return wait > TimeSpan.Zero ? wait : TimeSpan.Zero;
        }
    }

    /// <summary>Takes the state and saves it if it has changed. There is none before the strategy has begun.</summary>
    public void Export(IScriptInstance script)
    {
        if (!_hasBegun || script.Fault is not null || (script.Callbacks & ScriptCallbacks.ExportState) == 0)
        {
            return;
        }

        var state = script.ExportState();
        _exportedAt = parts.Time.GetTimestamp();
        if (!state.IsOk)
        {
            Say(state.Errors[0]);
        }
        else if (state.Value is { } json && _saved != (script.Sha256, json))
        {
            _problem = "";
            _saved = (script.Sha256, json);
            parts.Save(script.Sha256, json);
        }
    }

    /// <summary>
    /// What the next version takes up: the state as it is now, else the last that there was. Null: this version has none to give.
    /// </summary>
    public ExportedState? HandOver(IScriptInstance script)
    {
        if ((script.Callbacks & ScriptCallbacks.ExportState) == 0)
        {
            return null;
        }

        var state = _hasBegun && script.Fault is null ? script.ExportState() : Result<string?>.Ok(null);
        if (!state.IsOk)
        {
            Say(state.Errors[0]);
        }

        return state.IsOk && state.Value is { } json ? new ExportedState(script.Sha256, json) : Last;
    }

    /// <summary>What it exported or was given last; null: nothing.</summary>
    public ExportedState? Last => _saved is { } saved ? new ExportedState(saved.Sha256, saved.Json) : null;

    /// <summary>The warm-up is remembered until the state is taken in.</summary>
    private void Prepare(ref IScriptInstance script, CallScript call, StrategyStateSaved kept)
    {
        if (!_hasBegun)
        {
            _warmUp.Add(call);
            return;
        }

        if (Import(ref script, kept) is { } refused && !TakeOwn(ref script, refused))
        {
            parts.Log.Error("{Strategy} begins without its state, import_state failed; make it take older states too: {Problem}",
                parts.Strategy.Name, refused.ToString());
        }

        _warmUp.Clear();
    }

    /// <summary>Where it does not take what another version exported: what its own text did.</summary>
    private bool TakeOwn(ref IScriptInstance script, Error refused)
    {
        if (parts.Own is not { } own || own.Json == parts.Kept?.Json || script.Fault is not null)
        {
            return false;
        }

        parts.Log.Warning("{Strategy} does not take the state of the version after it, and is handed its own: {Problem}",
            parts.Strategy.Name, refused.ToString());
        return Import(ref script, own) is null;
    }

    /// <summary>An error: it was refused, and a new instance has no state.</summary>
    private Error? Import(ref IScriptInstance script, StrategyStateSaved kept)
    {
        var name = parts.Strategy.Name;
        if ((script.Callbacks & ScriptCallbacks.ImportState) == 0)
        {
            parts.Log.Information("{Strategy} begins without the state that it once exported: the script has no import_state", name);
            return null;
        }

        if (script.Fault is not null)
        {
            return null; // the warm-up has ended it
        }

        if (kept.ScriptSha256 != script.Sha256)
        {
            parts.Log.Information("{Strategy} gets the state of another version of its script ({Sha256})", name, kept.ScriptSha256);
        }

        if (script.ImportState(kept.Json) is not { } fault)
        {
            parts.Log.Information("{Strategy} has its state of {At} again", name, kept.At.ToString());
            return null;
        }

        Renew(ref script);
        return fault.Error;
    }

    /// <summary>The instance that failed is done with; a new one sees the same warm-up, whose answers are known already.</summary>
    private void Renew(ref IScriptInstance script)
    {
        script.Dispose();
        var loaded = parts.Reload();
        if (!loaded.IsOk)
        {
            script = new UnloadedScript(script, loaded.Errors[0]);
            return;
        }

        script = loaded.Value;
        foreach (var call in _warmUp)
        {
            if (script.Fault is null)
            {
                script.Call(call.Call, call.View);
            }
        }
    }

    private void Say(Error problem)
    {
        var text = problem.ToString();
        if (text != _problem)
        {
            _problem = text;
            parts.Log.Error("{Strategy} has no new state, a restart gives it the one before; mend export_state: {Problem}",
                parts.Strategy.Name, text);
        }
    }

    /// <summary>Stands for a script that could not be loaded again.</summary>
    private sealed class UnloadedScript(IScriptInstance old, Error why) : IScriptInstance
    {
        public ScriptValue Settings => old.Settings;
        public ScriptCallbacks Callbacks => old.Callbacks;
        public string Sha256 => old.Sha256;
        public ScriptFault? Fault { get; } = new(ScriptFaultKind.Engine, why);

        public void Configure(ScriptEnvironment environment)
        {
        }

        public ScriptAnswer Call(ScriptCall call, ScriptView view) => new() { Fault = Fault };

        public Result<string?> ExportState() => Result<string?>.Ok(null);

        public ScriptFault? ImportState(string json) => Fault;

        public void Dispose()
        {
        }
    }
}
