using StrategyHost.Core.Domain;
using StrategyHost.Core.Kernel;
using StrategyHost.Core.MarketData;
using StrategyHost.Core.Strategies;
using StrategyHost.Host.Backtests;
using StrategyHost.Host.Configuration;
using StrategyHost.Scripting;

namespace StrategyHost.Host.Reload;

/// <summary>A file that was saved, read: a version, or why it is none; and what was read in either case.</summary>
internal sealed record ReadVersion(SeenFiles Files, ScriptVersion? Version, IReadOnlyList<Error> Errors);

/// <summary>Whether a script may take over: it compiles, its settings fit the run, and it holds out on recent candles.</summary>
internal sealed class VersionCheck(IScriptEngine engine, HostOptions options)
{
    /// <summary>Reads and compiles, on a thread of its own.</summary>
    public ReadVersion Read(StrategyOptions configured)
    {
        var files = new SeenFiles();
        var source = files.Source(configured.File);
        if (!source.IsOk)
        {
            return new ReadVersion(files, null, source.Errors);
        }

        return OnLane(lane =>
        {
            var loaded = LoadedStrategy.Load(engine, source.Value, configured, [], options.Simulation.Seed);
            if (!loaded.IsOk)
            {
                return new ReadVersion(files, null, loaded.Errors);
            }

            using var script = loaded.Value.Script;
            var symbols = configured.Symbols.Count > 0 ? configured.Symbols : loaded.Value.Settings.Symbols;
            return new ReadVersion(files, ScriptVersion.Of(loaded.Value, symbols, source.Value, files), []);
        });
    }

    /// <summary>What a run cannot change while it goes on.</summary>
    public IReadOnlyList<Error> Fits(ScriptVersion version, ScriptVersion current, IEnumerable<StrategySetup> others)
    {
        var file = version.Source.File;
        var (now, next) = (current.Setup.Settings.Accounts, version.Setup.Settings.Accounts);
        var errors = new List<Error>();
        if (version.Setup.Symbols.Count == 0)
        {
            errors.Add(Problem(file, "symbols", "missing_symbol", $"{version.Id} names no symbols: name them in settings()"));
        }

        if (now != next)
        {
            errors.Add(Problem(file, "accounts", "reload_accounts",
                $"accounts was {now} and is {next}: whom a strategy leads is fixed when the host starts; start it again, or put it back"));
        }

        errors.AddRange(
            from other in options.Risk.ShareSymbols ? [] : others
            from symbol in other.Symbols.Intersect(version.Setup.Symbols)
            select Problem(file, "symbols", "symbol_shared",
                $"{symbol} is traded by {other.Strategy} already; name another, or set risk.shareSymbols and start again"));
        return errors;
    }

    /// <summary>
    /// Symbols that are new to a strategy and on which another one, which does not name them any more, still has a plan.
    /// </summary>
    public IReadOnlyList<Error> Held(ScriptVersion version, ScriptVersion current, EngineKernel kernel) => options.Risk.ShareSymbols ? [] :
    [
        .. from symbol in version.Setup.Symbols.Except(current.Setup.Symbols)
           from account in kernel.Accounts
           from plan in SymbolHolders.Of(account, symbol, version.Id)
           select Problem(version.Source.File, "symbols", "symbol_shared", $"{SymbolHolders.Text(plan)}; then save the file again"),
    ];

    /// <summary>The version on recent candles.</summary>
    public IReadOnlyList<Error> DryRunProblems(
        ScriptVersion version, StrategyOptions configured, IReadOnlyList<KlineBlock> candles, IReadOnlyList<Instrument> instruments) =>
        OnLane(lane =>
        {
            var loaded = version.Load(engine, configured, options.Simulation.Seed, lane);
            if (!loaded.IsOk)
            {
                return loaded.Errors;
            }

            using var script = loaded.Value.Script;
            return DryRun.Problems(version, script, candles, instruments, options);
        });

    private static T OnLane<T>(Func<ScriptLane, T> work)
    {
        using var lane = new ScriptLane("new version");
        return lane.Run(() => work(lane));
    }

    private static Error Problem(string file, string field, string rule, string message) => new()
    {
        File = file,
        Field = field,
        Rule = rule,
        Message = message,
    };
}
