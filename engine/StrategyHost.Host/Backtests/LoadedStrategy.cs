using StrategyHost.Core.Domain;
using StrategyHost.Core.Settings;
using StrategyHost.Core.Strategies;
using StrategyHost.Host.Authoring.Testing;
using StrategyHost.Host.Configuration;

namespace StrategyHost.Host.Backtests;

/// <summary>A script that is loaded and whose settings are understood; on the thread that loaded it.</summary>
internal sealed record LoadedStrategy(StrategyId Id, string File, IScriptInstance Script, StrategySettings Settings)
{
    /// <summary>Bytes of a script beyond which it is taken for a mistake.</summary>
    private const long FileBytesMax = 4 * 1024 * 1024;

    /// <summary>
    /// Reads, compiles and asks for settings. Parameters come from settings(), over them those of the configuration, over them the
    /// <c>--set</c> of the command line.
    /// </summary>
    public static Result<LoadedStrategy> Load(
        IScriptEngine engine, string file, StrategyOptions? configured, IReadOnlyList<KeyValuePair<string, ScriptValue>> set, long seed)
    {
        var source = Read(file);
        return source.IsOk ? Load(engine, source.Value, configured, set, seed) : Result<LoadedStrategy>.Failed(source.Errors);
    }

    /// <summary>As the other, of a script that was read.</summary>
    public static Result<LoadedStrategy> Load(
        IScriptEngine engine, ScriptSource source, StrategyOptions? configured, IReadOnlyList<KeyValuePair<string, ScriptValue>> set,
        long seed)
    {
        var file = source.File;
        var script = engine.Load(source, new ScriptLimits { Seed = seed });
        if (!script.IsOk)
        {
            return Result<LoadedStrategy>.Failed(script.Errors);
        }

        var settings = SettingsParser.Parse(script.Value.Settings, file);
        var values = settings.IsOk
            ? ParameterOverrides.Apply(settings.Value.Parameters, [.. configured?.Parameters ?? [], .. set])
            : Result<IReadOnlyList<KeyValuePair<string, ScriptValue>>>.Failed(settings.Errors);
        if (!values.IsOk)
        {
            script.Value.Dispose();
            return Result<LoadedStrategy>.Failed(values.Errors);
        }

        var id = new StrategyId(Path.GetFileNameWithoutExtension(file));
        var parameters = settings.Value.Parameters.Zip(values.Value, (p, v) => p with { Default = v.Value });
        return new LoadedStrategy(id, file, script.Value, settings.Value with
        {
            Parameters = [.. parameters],
            Symbols = configured is { Symbols.Count: > 0 } ? configured.Symbols : settings.Value.Symbols,
        });
    }

    /// <summary>The script's text; what it requires is read while it loads.</summary>
    public static Result<ScriptSource> Read(string file)
    {
        if (file.EndsWith(TestHandler.Suffix, StringComparison.Ordinal))
        {
            return new Error
            {
                File = file,
                Field = "STRATEGY",
                Value = file,
                Rule = "is_a_test",
                Message = "the file holds tests of a strategy, and is no strategy itself; run it with `strategyhost test`",
            };
        }

        try
        {
            var info = new FileInfo(file);
            return info.Length > FileBytesMax
                ? Unreadable(file, $"is larger than {FileBytesMax} bytes")
                : new ScriptSource(file, info.DirectoryName ?? ".", System.IO.File.ReadAllText(file));
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            var isMissing = problem is FileNotFoundException or DirectoryNotFoundException;
            return Directory.Exists(file) ? Unreadable(file, "is a folder")
                : isMissing ? Unreadable(file, "does not exist", StrategyFiles.Hint(file))
                : Unreadable(file, "cannot be read");
        }
    }

    private static Error Unreadable(string file, string why, string hint = "") => new()
    {
        File = file,
        Field = "STRATEGY",
        Value = file,
        Rule = "unreadable_file",
        Message = hint.Length > 0 ? $"the strategy {why}.{hint}"
            : $"the strategy {why}; name a .js file, for example strategies/enhanced_sma.js",
    };
}
