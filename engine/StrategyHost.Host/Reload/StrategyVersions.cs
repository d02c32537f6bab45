using StrategyHost.Core.Domain;
using StrategyHost.Host.Configuration;
using StrategyHost.Host.Live;

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

    /// <summary>What it exported when it was replaced; null: nothing.</summary>
    public ExportedState? FallbackState { get; private set; }

    /// <summary>Which state the version has that came back, where it is not the newest; null: it has that.</summary>
    public string? StateNote { get; private set; }
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

    /// <summary>A saved version took over, with what the version before it exported.</summary>
    public void Enter(ScriptVersion version, ScriptVersion? fallback, ExportedState? exported, Timestamp at)
    {
        FallbackState = fallback is null ? null : fallback == Current ? exported : FallbackState; // one that has faulted is skipped
        StateNote = null;
        (Current, Fallback, Faults, Since, Refused) = (version, fallback, 0, at, null);
        Reloads++;
    }

    /// <summary>The version before took over again.</summary>
    public void Return(Timestamp at, Error why, string? stateNote)
    {
        (FallbackState, StateNote) = (null, stateNote);
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
            State = StateNote,
            Canary = canary is var (shadow, until)
                ? new CanaryView(shadow.Version.Sha256, until.ToString(), shadow.Calls, shadow.Differences, shadow.Skipped, shadow.Last)
                : null,
        };
    }
}
