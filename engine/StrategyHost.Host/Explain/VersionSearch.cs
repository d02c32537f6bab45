using System.Text.Json.Serialization;
using StrategyHost.Core.Domain;
using StrategyHost.Core.Kernel;
using StrategyHost.Core.Strategies;
using StrategyHost.Host.Journal;
using StrategyHost.Storage.Journal;

namespace StrategyHost.Host.Explain;

/// <summary>
/// The JSON document of <c>explain RUN --script HASH</c>: a version of a script as a run had it. Files: the strategy's own first; null
/// text: beyond what a journal takes, or from a run before texts were kept.
/// </summary>
internal sealed record VersionDocument
{
    public string Source { get; init; } = "journal";
    public required string Run { get; init; }
    public required string Strategy { get; init; }
    public required string ScriptSha256 { get; init; }

    /// <summary>When it first traded in the run, and why.</summary>
    public required string Since { get; init; }
    public required string Why { get; init; }
    public required IReadOnlyList<ScriptFile> Files { get; init; }

    [JsonIgnore]
    public string? FileName => Files.Count > 0 ? Files[0].Name : null;
}

/// <summary>The versions of scripts that traded in a run, from the host's journal.</summary>
internal static class VersionSearch
{
    /// <summary>Each once, in the order in which they first traded.</summary>
    public static IReadOnlyList<VersionDocument> All(JournalSet journals, JournalRun run)
    {
        var versions = new List<VersionDocument>();
        var began = journals.Read(RunJournal.HostOwner, r => r.From(nameof(EngineFacts), run.Name, 0))
            .Select(r => JournalCodec.Decode(r.Row)).Select(d => d.IsOk ? d.Value : null).OfType<EngineFacts>().FirstOrDefault();
        foreach (var (strategy, sha256) in run.ScriptSha256.OrderBy(s => s.Key, StringComparer.Ordinal))
        {
            var files = began?.Scripts.FirstOrDefault(s => s.Strategy.Name == strategy)?.Files ?? [];
            versions.Add(Version(run, strategy, sha256, files, (run.StartedAt, "the start of the run")));
        }

        foreach (var entered in Replaced(journals, run.Name))
        {
            var (strategy, sha256) = (entered.Setup.Strategy.Name, entered.Setup.ScriptSha256);
            if (!versions.Exists(v => v.Strategy == strategy && v.ScriptSha256 == sha256))
            {
                versions.Add(Version(run, strategy, sha256, entered.Files, (entered.At, entered.Why)));
            }
        }

        return versions;
    }

    /// <summary>The version of a run, or of its latest, whose hash begins so.</summary>
    public static Result<VersionDocument> Find(JournalSet journals, string run, string hash)
    {
        var runs = journals.Runs;
        if ((run == "latest" && runs.Count > 0 ? runs[^1] : runs.FirstOrDefault(r => r.Name == run)) is not { } found)
        {
            return new Error
            {
                Field = "RUN",
                Value = run,
                Rule = "unknown_run",
                Message = runs.Count == 0 ? "the journal has no run" : $"the journal has no such run; its latest is {runs[^1].Name}",
            };
        }

        var versions = All(journals, found);
        if (versions.Where(v => v.ScriptSha256.StartsWith(hash, StringComparison.OrdinalIgnoreCase)).ToArray() is [var version])
        {
            return version;
        }

        return new Error
        {
            Field = "--script",
            Value = hash,
            Rule = "unknown_version",
            Message = $"names no one version of the run {found.Name}; it had "
                + string.Join(", ", versions.Select(v => $"{v.Strategy} {v.ScriptSha256[..Math.Min(12, v.ScriptSha256.Length)]}")),
        };
    }

    private static VersionDocument Version(
        JournalRun run, string strategy, string sha256, IReadOnlyList<ScriptFile> files, (Timestamp At, string Why) since) => new()
        {
            Run = run.Name,
            Strategy = strategy,
            ScriptSha256 = sha256,
            Since = since.At.ToString(),
            Why = since.Why,
            Files = files,
        };

    private static IEnumerable<StrategyReplaced> Replaced(JournalSet journals, string run)
    {
        var next = 0L;
        while (journals.Read(RunJournal.HostOwner, r => r.From(nameof(StrategyReplaced), run, next)) is { Count: > 0 } page)
        {
            foreach (var record in page)
            {
                if (JournalCodec.Decode(record.Row) is { IsOk: true, Value: StrategyReplaced entered })
                {
                    yield return entered;
                }
            }

            next = page[^1].Row.Stamp.Seq + 1;
        }
    }
}
