using StrategyHost.Core.Domain;
using StrategyHost.Core.Strategies;
using StrategyHost.Host.Configuration;

namespace StrategyHost.Host.Commands;

/// <summary>Which script engine runs the strategies; auto takes JavaScriptCore when its self-test passes.</summary>
internal enum EngineChoice { Auto, JavaScriptCore, Jint }

/// <summary>When a resting limit order counts as filled by a bar: traded through, or reached (<c>--limit touch</c>).</summary>
internal enum LimitFill { Through, Touch }

/// <summary>What every command is told.</summary>
internal abstract record CommandArguments
{
    private protected CommandArguments() { }

    /// <summary>Null: the embedded default configuration.</summary>
    public string? ConfigFile { get; init; }

    /// <summary>One JSON document on stdout instead of text.</summary>
    public bool Json { get; init; }
}

/// <summary><c>backtest</c>. Null: not said, so the configuration's or the strategy's value holds.</summary>
internal sealed record BacktestArguments : CommandArguments
{
    /// <summary>At least one; as typed.</summary>
    public required IReadOnlyList<string> Strategies { get; init; }

    /// <summary>Files or folders; empty: the synthetic sample tape.</summary>
    public IReadOnlyList<string> Data { get; init; } = [];
    public Symbol? Symbol { get; init; }

    /// <summary>Inclusive.</summary>
    public Timestamp? From { get; init; }

    /// <summary>Exclusive, later than <see cref="From"/>.</summary>
    public Timestamp? To { get; init; }

    /// <summary>Each name once; texts that look like numbers, true or false are those.</summary>
    public IReadOnlyList<KeyValuePair<string, ScriptValue>> Set { get; init; } = [];
    public FillModel? Fill { get; init; }
    public LimitFill Limit { get; init; }
    public Slippage? Slippage { get; init; }
    public long? Seed { get; init; }
    public EngineChoice Engine { get; init; }

    /// <summary>All strategies on the same accounts; else each runs alone.</summary>
    public bool Together { get; init; }

    /// <summary>Null: a folder under <c>out/</c>.</summary>
    public string? OutDirectory { get; init; }

    /// <summary>Runs again whenever a script is saved.</summary>
    public bool Watch { get; init; }
}

/// <summary><c>check</c>.</summary>
internal sealed record CheckArguments : CommandArguments
{
    public const int CutsMax = 1000;

    public required IReadOnlyList<string> Strategies { get; init; }

    /// <summary>Files or folders; empty: the synthetic sample tape.</summary>
    public IReadOnlyList<string> Data { get; init; } = [];
    public Symbol? Symbol { get; init; }

    /// <summary>Proves that no answer hangs on what comes later, or on chance.</summary>
    public bool Lookahead { get; init; }

    /// <summary>1 to <see cref="CutsMax"/>; null: as many as usual.</summary>
    public long? Cuts { get; init; }
    public long? Seed { get; init; }
    public EngineChoice Engine { get; init; }
}

/// <summary><c>new</c>.</summary>
internal sealed record NewArguments : CommandArguments
{
    /// <summary>A name, or a path that ends with one; <c>.js</c> may stand behind it.</summary>
    public required string Name { get; init; }
}

/// <summary><c>test</c>.</summary>
internal sealed record TestArguments : CommandArguments
{
    /// <summary>Test files or folders of them; empty: those of <c>strategies/</c>, else of the current folder.</summary>
    public IReadOnlyList<string> Files { get; init; } = [];

    /// <summary>Part of the names of tests to run; null: all.</summary>
    public string? Name { get; init; }
    public EngineChoice Engine { get; init; }
}

/// <summary><c>repl</c>.</summary>
internal sealed record ReplArguments : CommandArguments
{
    /// <summary>What is replayed, as for a backtest.</summary>
    public required BacktestArguments Backtest { get; init; }

    /// <summary>Events up to and with this time are replayed first; null: those of the warm-up.</summary>
    public Timestamp? At { get; init; }
}

/// <summary><c>import</c>.</summary>
internal sealed record ImportArguments : CommandArguments
{
    public required IReadOnlyList<string> Sources { get; init; }
    public required string OutDirectory { get; init; }
    public Symbol? Symbol { get; init; }
}

/// <summary><c>record</c>.</summary>
internal sealed record RecordArguments : CommandArguments
{
    /// <summary>Each once; empty: those of the configuration.</summary>
    public IReadOnlyList<Symbol> Symbols { get; init; } = [];

    /// <summary>Null: the configuration's <c>dataDirectory</c>.</summary>
    public string? DataDirectory { get; init; }

    /// <summary>Null: <c>recorded</c> in the data directory.</summary>
    public string? OutDirectory { get; init; }

    /// <summary>Levels of the book: 1, 50 or 200.</summary>
    public int Depth { get; init; } = 50;

    /// <summary>Null: until a signal comes.</summary>
    public TimeSpan? Duration { get; init; }
}

/// <summary><c>data info</c>.</summary>
internal sealed record DataInfoArguments : CommandArguments
{
    public required IReadOnlyList<string> Paths { get; init; }
}

/// <summary><c>run</c>.</summary>
internal sealed record RunArguments : CommandArguments
{
    /// <summary>Scripts that trade instead of the configuration's; empty: those.</summary>
    public IReadOnlyList<string> Strategies { get; init; } = [];

    /// <summary>Null: the configuration's <c>dataDirectory</c>.</summary>
    public string? DataDirectory { get; init; }

    /// <summary>The old data directory is renamed and the run starts with nothing.</summary>
    public bool Fresh { get; init; }

    /// <summary>Loopback port of the host's own address; 0: a free one.</summary>
    public int Port { get; init; }
    public EngineChoice Engine { get; init; }

    /// <summary><c>--canary</c>: a saved version runs in shadow first.</summary>
    public bool Canary { get; init; }

    /// <summary><c>--i-accept-live</c>: without it <c>live</c> is refused.</summary>
    public bool AcceptsLive { get; init; }
}

/// <summary>Which document of a host is wanted.</summary>
internal enum View { Status, Positions, Orders, Performance, Verify }

/// <summary>What the trades of <c>performance</c> are put together by.</summary>
internal enum GroupBy { Strategy, Symbol, Tag }

/// <summary><c>status</c>, <c>positions</c>, <c>orders</c>, <c>performance</c>, <c>verify</c>.</summary>
internal sealed record ViewArguments : CommandArguments
{
    public required View View { get; init; }

    /// <summary>Null: the configuration's <c>dataDirectory</c>.</summary>
    public string? DataDirectory { get; init; }

    /// <summary>Null: each account, one block after the other.</summary>
    public AccountId? Account { get; init; }

    /// <summary>Of <c>performance</c> only.</summary>
    public GroupBy By { get; init; }
}

/// <summary>What a person wants done to accounts.</summary>
internal enum OperatorOrder { Rebalance, Flatten }

/// <summary><c>rebalance</c>, <c>flatten</c>.</summary>
internal sealed record OperatorArguments : CommandArguments
{
    public required OperatorOrder Order { get; init; }

    /// <summary>Null: the configuration's <c>dataDirectory</c>.</summary>
    public string? DataDirectory { get; init; }

    /// <summary>Null: each account.</summary>
    public AccountId? Account { get; init; }

    /// <summary><c>flatten</c>: of this strategy only; null: of all, and positions that are nobody's.</summary>
    public StrategyId? Strategy { get; init; }

    /// <summary><c>flatten</c>: on this symbol only.</summary>
    public Symbol? Symbol { get; init; }

    /// <summary>False: the plan is shown and nothing is sent.</summary>
    public bool Apply { get; init; }
}

/// <summary>Whether entries go off or on.</summary>
internal enum HaltOrder { Halt, Resume }

/// <summary><c>halt</c>, <c>resume</c>.</summary>
internal sealed record HaltArguments : CommandArguments
{
    public required HaltOrder Order { get; init; }

    /// <summary>Null: the configuration's <c>dataDirectory</c>.</summary>
    public string? DataDirectory { get; init; }

    /// <summary>Null: each account.</summary>
    public AccountId? Account { get; init; }

    /// <summary>Null: all strategies.</summary>
    public StrategyId? Strategy { get; init; }

    /// <summary>Null: all symbols.</summary>
    public Symbol? Symbol { get; init; }

    /// <summary>When it ends by itself; null: it does not.</summary>
    public Timestamp? Until { get; init; }
}

/// <summary><c>explain</c>.</summary>
internal sealed record ExplainArguments : CommandArguments
{
    /// <summary>Of a signal or an order, with <see cref="Script"/> of a run; as typed.</summary>
    public required string Id { get; init; }

    /// <summary>The hash, or its beginning, of a version of a script whose text is wanted; null: a signal or an order is.</summary>
    public string? Script { get; init; }

    /// <summary>Null: the newest run that has the id.</summary>
    public string? Run { get; init; }

    /// <summary>Folder of a backtest's report; null: the journal.</summary>
    public string? Report { get; init; }

    /// <summary>Null: the configuration's <c>dataDirectory</c>.</summary>
    public string? DataDirectory { get; init; }
}

/// <summary><c>replay</c>.</summary>
internal sealed record ReplayArguments : CommandArguments
{
    /// <summary>Name of a run, or <c>latest</c>.</summary>
    public required string Run { get; init; }

    /// <summary>Null: the configuration's <c>dataDirectory</c>.</summary>
    public string? DataDirectory { get; init; }
}

/// <summary><c>emulate</c>.</summary>
internal sealed record EmulateArguments : CommandArguments
{
    /// <summary>0: a free one.</summary>
    public required int Port { get; init; }
    public bool Limits { get; init; }

    /// <summary>Recorded data; null: the simulated market.</summary>
    public string? Tape { get; init; }

    /// <summary>Above 0.</summary>
    public double Speed { get; init; } = 1;
    public long Seed { get; init; } = 1;
}

/// <summary><c>doctor</c>.</summary>
internal sealed record DoctorArguments : CommandArguments
{
    /// <summary>Null: the configuration's <c>dataDirectory</c>.</summary>
    public string? DataDirectory { get; init; }

    /// <summary>Sends one test message on each way that alerts go.</summary>
    public bool SendsTest { get; init; }
}

/// <summary><c>backup</c>.</summary>
internal sealed record BackupArguments : CommandArguments
{
    /// <summary>Null: the configuration's <c>dataDirectory</c>.</summary>
    public string? DataDirectory { get; init; }

    /// <summary>A folder that does not exist yet, or is empty.</summary>
    public required string OutDirectory { get; init; }
}
