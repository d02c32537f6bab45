namespace StrategyHost.Reliability.Tests.Planted;

/// <summary>All of them; engine/docs/reliability.md has the table.</summary>
internal static class PlantedBugs
{
    public static PlantedBug[] All =>
    [
        .. OrderBugs.All, .. StopBugs.All, .. ReportBugs.All, .. DiskBugs.All, .. RecoveryBugs.All, .. MirrorBugs.All,
    ];
}
