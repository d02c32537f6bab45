using StrategyHost.Core.Domain;
using StrategyHost.Core.Kernel;
using StrategyHost.Core.MarketData;
using StrategyHost.Core.Strategies;
using StrategyHost.Host.Backtests;
using StrategyHost.Host.Configuration;
using StrategyHost.Scripting;

namespace StrategyHost.Host.Reload;

/// <summary>One version of a strategy's script: its text, its settings, and the files that it is made of. Never changes.</summary>
internal sealed record ScriptVersion
{
    /// <summary>Characters of all files together that go into the journal; a library beyond that is named only.</summary>
    private const int JournalCharactersMax = 1_000_000;

    public required StrategySetup Setup { get; init; }

    /// <summary>Loads this version again, whatever the disk says by then.</summary>
    public required ScriptSource Source { get; init; }

    /// <summary>For the journal, as messages name them.</summary>
    public required IReadOnlyList<ScriptFile> Files { get; init; }
    public StrategyId Id => Setup.Strategy;
    public string Sha256 => Setup.ScriptSha256;

    /// <summary>First characters of the hash, for people.</summary>
    public string Short => ShortOf(Sha256);

    public IEnumerable<(Symbol Symbol, Interval Interval)> Series =>
        from symbol in Setup.Symbols
        from interval in Setup.Settings.Intervals.Prepend(Setup.Settings.Interval).Distinct()
        select (symbol, interval);

    public static ScriptVersion Of(LoadedStrategy loaded, IReadOnlyList<Symbol> symbols, ScriptSource source, SeenFiles files) => new()
    {
        Setup = new StrategySetup
        {
            Strategy = loaded.Id,
            Settings = loaded.Settings,
            Symbols = symbols,
            Callbacks = loaded.Script.Callbacks,
            ScriptSha256 = loaded.Script.Sha256,
        },
        Source = source with { Files = files.Keep() },
        Files = Texts(source, files),
    };

    /// <summary>As <see cref="Short"/>, of any hash.</summary>
    public static string ShortOf(string sha256) => sha256[..Math.Min(12, sha256.Length)];

    /// <summary>Loads it on the lane's thread.</summary>
    public Result<LoadedStrategy> Load(IScriptEngine engine, StrategyOptions configured, long seed, ScriptLane lane) =>
        lane.Run(() => LoadedStrategy.Load(engine, Source, configured, [], seed));

    private static ScriptFile[] Texts(ScriptSource source, SeenFiles files)
    {
        var left = JournalCharactersMax;
        return
        [
            .. files.Texts.OrderBy(t => t.Key == Path.GetFullPath(source.File) ? "" : t.Key, StringComparer.Ordinal).Select(t =>
            {
                left -= t.Value.Length;
                return new ScriptFile(Path.GetRelativePath(source.Folder, t.Key), left < 0 ? null : t.Value);
            }),
        ];
    }
}
