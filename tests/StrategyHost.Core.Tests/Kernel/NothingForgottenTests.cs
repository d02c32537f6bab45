using System.Reflection;
using StrategyHost.Core.Accounts;
using StrategyHost.Core.Domain;
using StrategyHost.Core.Kernel;
using StrategyHost.Core.Kernel.Saved;
using StrategyHost.Core.Planning;
using StrategyHost.Core.Risk;

namespace StrategyHost.Core.Tests.Kernel;

/// <summary>
/// Every field of the kernel that may change is saved, or is named here with the reason why not (engine/docs/recovery.md says it in words).
/// A new one fails until somebody has decided.
/// </summary>
public sealed class NothingForgottenTests
{
    /// <summary>
    /// State → the record that it is saved in → fields that are saved under another name or in another record, fields that are worked out
    /// again or told anew, and what is given up with a restart.
    /// </summary>
    public static TheoryData<Type, Type?, string, string, string> States { get; } = new()
    {
        { typeof(TradePlan), typeof(SavedPlan), "Follower MirrorResidual Mirror", "StrategyIndex Instrument Leg", "" },
        { typeof(PlanOrder), typeof(SavedOrder), "Shown", "Plan", "" },
        { typeof(ClosedPart), typeof(SavedPart), "", "", "" },
        { typeof(PositionLeg), typeof(SavedLeg), "", "", "" },
        { typeof(MirrorNote), typeof(SavedLead), "", "", "" },
        { typeof(Order), typeof(OrderState), "", "", "" },
        { typeof(AccountBooks), typeof(BooksState), "Peak MaxDrawdownPercent MaxDrawdown", "", "" },
        { typeof(LossLatches), typeof(LatchState), "", "", "" },
        { typeof(AccountWatch), typeof(WatchState), "", "", "Said LookedMs IsShown IsPlaced IsFragmented Judged Planned Due IsClosed IsTenth" },
        { typeof(MirrorBreaker), typeof(MirrorBreaker), "", "", "" },
        {
            typeof(AccountKernel), typeof(SavedAccount), "Orders Plans PlanCounter OrderCounter EntryTrails Fills Operator Audit",
            "Protection Records Reports Options Finished TakesTargets Setup Market Observed Merged Foreign Saves "
                + "Doubts Version News IsHeldBack NotNow Wallet",
            ""
        },
        { typeof(WalletTie), null, "", "IsTied", "Apart" }, // the first picture of the next run is taken as it is
        { typeof(FillDesk), typeof(SavedAccount), "Foreign Late", "HeardAt", "" },
        { typeof(LateFills), null, "Openings Closings", "", "" },
        { typeof(SeenExecutions), null, "Seen Strays", "Oldest", "" },
        { typeof(EntryTrails), null, "", "Live Entering", "" },
        { typeof(OperatorDesk), typeof(SavedFlatten), "IsProven", "Account Installation Asked", "" },
        { typeof(HaltDesk), typeof(SavedAccount), "", "Account", "" },
        { typeof(AccountAudit), null, "Positions", "", "Cancelling Left Said Strays Acknowledged Missing Altered Asked ReadAt NextDue" },
        { typeof(AuditedPositions), null, "Booked", "", "Differences Bookings IsBooking" },
        { typeof(ForeignDesk), null, "", "Found Classifier IsWaiting", "Asked Odd" },
        { typeof(MirrorGate), typeof(SavedGate), "", "", "" },
        { typeof(MirrorDesk), null, "", "", "Delayed" },
        { typeof(MirrorSync), null, "", "", "" },
        { typeof(SignalDesk), null, "Mirror Gate Waiting", "Main Follower Entries Positions Orders", "" },
        { typeof(WaitingEntries), typeof(SavedAccount), "Missed", "", "" },
        {
            typeof(StrategyLane), null, "Signals",
            "View SeenAccount SeenMarket Setup Index Leading IsParked IsStopping NextTimer EventAt",
            "Waiting InFlight BookShownAt Next Fault HoldsOnFault"
        },
        {
            typeof(EngineKernel), null, "Signals Gate Main Mirror Accounts Lanes",
            "Quiet Readiness Sync Saves At Market Moves Versions", "Expired DroppedWarming"
        },
        { typeof(ProtectionCycle), null, "", "Tranches Ladder", "" },
        { typeof(TrancheStops), null, "", "", "" },
        { typeof(StopLadder), null, "", "", "" },
        { typeof(TradeLatches), typeof(TradeLatchState), "", "", "" },
        { typeof(EntryThrottle), null, "Entries", "", "" },
        { typeof(LossWatch), null, "Latches Trades Throttle", "News", "" },
        { typeof(AccountReports), null, "", "", "" },
    };

    [Theory]
    [MemberData(nameof(States), DisableDiscoveryEnumeration = true)]
    public void Field_is_saved_or_it_is_said_why_not(Type state, Type? saved, string elsewhere, string derived, string givenUp)
    {
        string[] fields =
        [
            .. state.GetFields(BindingFlags.Instance | BindingFlags.NonPublic | BindingFlags.Public)
                .Where(f => !f.Name.EndsWith(">P", StringComparison.Ordinal)) // a parameter of the constructor that is only read
                .Select(Name),
        ];
        string[] kept = saved is null ? [] : [.. saved.GetProperties().Select(p => p.Name), .. Position(saved)];
        var others = $"{elsewhere} {derived} {givenUp}".Split(' ', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal("", string.Join(' ', fields.Except(kept).Except(others)));
        Assert.Equal("", string.Join(' ', others.Except(fields)));
    }

    /// <summary>A record of sums inside a record.</summary>
    private static IEnumerable<string> Position(Type saved) =>
        saved == typeof(SavedPlan) ? typeof(PlanPosition).GetProperties().Select(p => p.Name) : [];

    private static string Name(FieldInfo field) => field.Name.TrimStart('_') is var name && name.StartsWith('<')
        ? name[1..name.IndexOf('>', StringComparison.Ordinal)]
        : char.ToUpperInvariant(name[0]) + name[1..];
}
