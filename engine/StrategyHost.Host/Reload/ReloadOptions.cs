namespace StrategyHost.Host.Reload;

/// <summary>What <c>run</c> does when a strategy's file is saved (configuration, section <c>reload</c>; ADR 31).</summary>
/// <param name="Enabled">False: files are not watched; a start reads them.</param>
/// <param name="Faults">So many faults of a new version bring the one before it back.</param>
/// <param name="ProvenMinutes">A version that has traded so long is not taken back any more.</param>
/// <param name="CanarySeconds">How long a new version runs in shadow first; 0: not at all.</param>
internal sealed record ReloadOptions(bool Enabled, int Faults, int ProvenMinutes, int CanarySeconds)
{
    /// <summary><c>--canary</c> where the configuration names no time.</summary>
    public const int CanarySecondsDefault = 60;

    public TimeSpan Proven => TimeSpan.FromMinutes(ProvenMinutes);
    public TimeSpan Canary => TimeSpan.FromSeconds(CanarySeconds);
}
