using StrategyHost.Core.Domain;

namespace StrategyHost.Core.Strategies;

/// <summary>
/// PORT: turns script files into running instances. Two adapters: JavaScriptCore (fast, system library) and Jint (managed, ES5); both pass
/// the same contract tests and a differential test. No engine type crosses this border.
/// </summary>
public interface IScriptEngine
{
    /// <summary><c>javascriptcore</c> or <c>jint</c>.</summary>
    string Name { get; }

    /// <summary>
    /// Compiles the script, runs its top level and <c>settings()</c>. The instance belongs to the calling thread for its whole life: load,
    /// call and dispose it there; a JavaScriptCore thread carries one instance at most.
    /// </summary>
    Result<IScriptInstance> Load(ScriptSource source, ScriptLimits limits);
}

/// <summary>
/// A script as text. <see cref="File"/> is what messages show; <see cref="Folder"/> is the only place that <c>require()</c> reads.
/// </summary>
public sealed record ScriptSource(string File, string Folder, string Text)
{
    /// <summary>Where <c>require()</c> reads; null: the disk.</summary>
    public IScriptFiles? Files { get; init; }
}

/// <summary>
/// The files that a script may require, by full path; what is required is read once. Implementations: the disk, with a note of what was
/// asked for, and the files of a version as they were when it was loaded.
/// </summary>
public interface IScriptFiles
{
    bool Exists(string path);

    /// <summary>The path with every symbolic link on the way resolved; what does not exist stays as it is.</summary>
    string RealPath(string path);

    /// <summary>Bytes of a file that exists.</summary>
    long Length(string path);

    /// <summary>The text of a file that exists.</summary>
    string Read(string path);
}

/// <summary>One file of a version of a script, as messages name it. Null text: too long to be kept.</summary>
public sealed record ScriptFile(string Name, string? Text);

/// <summary>What one call of a script may use, and the seed of its <c>Math.random</c>.</summary>
public sealed record ScriptLimits
{
    /// <summary>Characters of JSON of a state; it is written to disk each time that it has changed.</summary>
    public const int StateCharactersMax = 4_000_000;

    /// <summary>CPU time of one call in ms; fixed for the life of an instance (script-engine rule 7).</summary>
    public int TimeLimitMs { get; init; } = 250;

    /// <summary>Heap of one instance in MB; checked between calls.</summary>
    public int MemoryLimitMb { get; init; } = 512;

    /// <summary>Characters of log text that one call may write; the rest is dropped and said so.</summary>
    public int LogCharactersPerCall { get; init; } = 10_000;
    public long Seed { get; init; } = 1;
}

/// <summary>
/// One loaded script with its own heap. Not thread-safe: only the thread that loaded it. After a fault it is never called again;
/// a new instance is loaded instead.
/// </summary>
public interface IScriptInstance : IDisposable
{
    /// <summary>What <c>settings()</c> returned; undefined where the script has none.</summary>
    ScriptValue Settings { get; }

    /// <summary>The callbacks that the script defines.</summary>
    ScriptCallbacks Callbacks { get; }

    /// <summary>Lower-case SHA-256 of the script and everything it required while loading, in order of first use.</summary>
    string Sha256 { get; }

    /// <summary>Fixes symbols, intervals, instruments and parameters; once, before the first call.</summary>
    void Configure(ScriptEnvironment environment);

    /// <summary>
    /// Runs callbacks for one event or a quiet run of events. The view is what <c>ctx</c> shows during the call; an unchanged view is
    /// passed as the same object, so that an adapter copies it once.
    /// </summary>
    ScriptAnswer Call(ScriptCall call, ScriptView view);

    /// <summary>Why the instance takes no further call; null: it does.</summary>
    ScriptFault? Fault { get; }

    /// <summary>
    /// <c>export_state()</c> as JSON text, null where the script has none. An error that the script threw, or too much text, leaves the
    /// instance as it was; beyond its limits of time, memory or depth it has a <see cref="Fault"/>.
    /// </summary>
    Result<string?> ExportState();

    /// <summary>
    /// Hands JSON text from <see cref="ExportState"/> of an earlier instance to <c>import_state</c>. After a fault it is done with.
    /// </summary>
    ScriptFault? ImportState(string json);
}

[Flags]
public enum ScriptCallbacks
{
    None = 0, Kline = 1, OrderBook = 2, Ticker = 4, Trade = 8, Fill = 16, Order = 32, Timer = 64, Start = 128, Stop = 256,
    ExportState = 512, ImportState = 1024, Settings = 2048,
}

/// <summary>What stays the same for the life of an instance.</summary>
public sealed record ScriptEnvironment
{
    /// <summary>The strategy's symbols; the first is the default of <c>ctx.history</c> outside an event.</summary>
    public required IReadOnlyList<Instrument> Instruments { get; init; }

    /// <summary>The main interval first, then further ones: every (symbol, interval) pair has its own history.</summary>
    public required IReadOnlyList<MarketData.Interval> Intervals { get; init; }

    /// <summary><c>ctx.params</c>: numbers, texts or booleans by name.</summary>
    public required IReadOnlyList<KeyValuePair<string, ScriptValue>> Parameters { get; init; }

    /// <summary>Closed candles that are kept per (symbol, interval) for <c>history()</c> and <c>ta</c>.</summary>
    public int HistoryLimit { get; init; } = 10_000;
}

public enum ScriptFaultKind { Script, Timeout, Memory, Recursion, Engine }

/// <summary>Why a call ended without an answer. The strategy is parked; its plans and protection stay.</summary>
public sealed record ScriptFault(ScriptFaultKind Kind, Error Error, string? Stack = null);

/// <summary>A line that the script logged, with the row of the run in which it did.</summary>
public readonly record struct ScriptLog(int Row, string Text);

/// <summary>What a call gave back.</summary>
public sealed record ScriptAnswer
{
    public static readonly ScriptAnswer Nothing = new();

    /// <summary>
    /// Rows of the run that were delivered, the one that gave <see cref="Value"/> or a fault included; 1 for single events.
    /// </summary>
    public int Consumed { get; init; } = 1;

    /// <summary>The return value of the last delivered row: undefined, one signal, or an array.</summary>
    public ScriptValue Value { get; init; }
    public ScriptFault? Fault { get; init; }
    public IReadOnlyList<ScriptLog> Logs { get; init; } = [];
}
