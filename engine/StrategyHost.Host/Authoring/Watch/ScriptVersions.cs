using System.Text;
using StrategyHost.Core.Strategies;
using StrategyHost.Host.Backtests;
using StrategyHost.Host.Commands;
using StrategyHost.Host.Configuration;
using StrategyHost.Scripting;

namespace StrategyHost.Host.Authoring.Watch;

/// <summary>
/// What the strategies of a command consist of now. A file in their folders that changed is only a hint: whether a strategy did is known
/// by loading it, since its hash covers all that it requires and nothing else.
/// </summary>
internal sealed class ScriptVersions(IScriptEngine engine, BacktestArguments arguments, HostOptions options)
{
    /// <summary>Files of a folder that are looked at; a strategy can require 200.</summary>
    private const int FilesMax = 5_000;

    private static readonly EnumerationOptions Deep = new()
    {
        RecurseSubdirectories = true,
        MaxRecursionDepth = 8,
        IgnoreInaccessible = true,
    };

    private readonly string[] _folders =
        [.. arguments.Strategies.Select(s => Path.GetDirectoryName(Path.GetFullPath(s)) ?? ".").Distinct()];

    /// <summary>Names, sizes and times of the scripts and data that strategies may consist of.</summary>
    public string Files()
    {
        var text = new StringBuilder();
        foreach (var file in _folders.SelectMany(FilesOf))
        {
            text.Append(file.FullName).Append('|').Append(file.Length).Append('|').Append(file.LastWriteTimeUtc.Ticks).Append('\n');
        }

        return text.ToString();
    }

    /// <summary>The hashes of the strategies, or their errors.</summary>
    public string Current()
    {
        var versions = new List<string>();
        foreach (var file in arguments.Strategies)
        {
            using var lane = new ScriptLane(Path.GetFileName(file));
            versions.Add(lane.Run(() => VersionOf(file)));
        }

        return string.Join('\n', versions);
    }

    private string VersionOf(string file)
    {
        var loaded = LoadedStrategy.Load(engine, file, null, [], options.Simulation.Seed);
        if (!loaded.IsOk)
        {
            return string.Join('\n', loaded.Errors.Select(e => e.ToString()));
        }

        using var script = loaded.Value.Script;
        return script.Sha256;
    }

    /// <summary>A folder may vanish and come back while an editor saves.</summary>
    private static IEnumerable<FileInfo> FilesOf(string folder)
    {
        try
        {
            var scripts = new DirectoryInfo(folder).EnumerateFiles("*", Deep).Where(IsScript).Take(FilesMax);
            return [.. scripts.OrderBy(f => f.FullName, StringComparer.Ordinal)];
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    private static bool IsScript(FileInfo file) => file.Exists && file.Extension is ".js" or ".json" or ".cjs";
}
