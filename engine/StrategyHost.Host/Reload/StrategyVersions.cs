using StrategyHost.Core.Domain;
using StrategyHost.Host.Configuration;

namespace StrategyHost.Host.Reload;

/// <summary>One strategy's versions in a run. Changed by the reload desk's thread alone; what is shown is read from others.</summary>
internal sealed class StrategyVersions(StrategyOptions configured, ScriptVersion current, SeenFiles files)
{
    private readonly HashSet<string> _journaled = new(StringComparer.Ordinal) { current.Sha256 }; // the run began with it

    public StrategyOptions Configured { get; } = configured;
    public ScriptVersion Current { get; private set; } = current;

    /// <summary>What the last attempt to load read, whether it came to trade or not.</summary>
    public SeenFiles Files { get; set; } = files;

    /// <summary>The version that faults bring back; null: none.</summary>
    public ScriptVersion? Fallback { get; private set; }
    public int Faults { get; set; }
    public int Reloads { get; private set; }
    public Timestamp? Since { get; private set; }

    /// <summary>Why what was saved last does not trade.</summary>
    public Error? Refused { get; set; }
    public (Canary Canary, Timestamp Until)? Canary { get; set; }

    /// <summary>Grows with every attempt, so that an old timer is not taken for a new one.</summary>
    public int Attempt { get; set; }

    /// <summary>Whether a version's texts are not in the journal of this run yet.</summary>
    public bool IsNews(ScriptVersion version) => _journaled.Add(version.Sha256);

    /// <summary>A saved version took over.</summary>
    public void Enter(ScriptVersion version, ScriptVersion? fallback, Timestamp at)
    {
        (Current, Fallback, Faults, Since, Refused) = (version, fallback, 0, at, null);
        Reloads++;
    }

    /// <summary>The version before took over again.</summary>
    public void Return(Timestamp at, Error why)
    {
        (Current, Fallback, Faults, Since, Refused) = (Fallback ?? Current, null, 0, at, why);
        Reloads++;
    }

    /// <summary>For <c>status</c>; null: nothing was saved in this run.</summary>
    public ReloadView? Look()
    {
        var canary = Canary;
        return Reloads == 0 && Refused is null && canary is null ? null : new ReloadView
        {
            Reloads = Reloads,
            Since = Since?.ToString(),
            Faults = Faults,
            ReturnsTo = Fallback?.Sha256,
            Refused = Refused?.ToString(),
            Canary = canary is var (shadow, until)
                ? new CanaryView(shadow.Version.Sha256, until.ToString(), shadow.Calls, shadow.Differences, shadow.Skipped, shadow.Last)
                : null,
        };
    }
}
