using StrategyHost.Core.Domain;
using StrategyHost.Core.Kernel;
using StrategyHost.Reliability.Tests.Faults;
using StrategyHost.Reliability.Tests.World;
using StrategyHost.Simulation.Exchange;

namespace StrategyHost.Reliability.Tests.Runs;

/// <summary>
/// Draws a run from its seed (reliability.md §4.5): which faults are on and how often they strike, how large the world is, and which reading
/// of the exchange's uncertain rules holds.
/// </summary>
internal static class Swarm
{
    public static WorldOptions Draw(ulong seed)
    {
        var dice = Dice.Of(seed, "swarm");
        var symbols = dice.Int(1, 3);
        var strategies = dice.Int(1, symbols);
        return new WorldOptions
        {
            Seed = seed,
            Events = dice.Int(150, 700),
            Symbols = symbols,
            Strategies = strategies,
            SharesSymbols = strategies > 1 && dice.Chance(0.2),
            Mirror = dice.Chance(0.7) ? Mirror(dice) : null,
            Mode = dice.Chance(0.25) ? PositionMode.Hedge : PositionMode.OneWay,
            Leverage = dice.Pick(5m, 10m, 25m),
            Foreign = dice.Pick(ForeignPositions.Protect, ForeignPositions.Alert, ForeignPositions.Ignore),
            Fill = dice.Chance(0.6) ? FillModel.Book : dice.Chance(0.5) ? FillModel.Cross : FillModel.Touch,
            Switches = Readings(dice),
            Rates = Rates(dice),
            LagMs = dice.Pick(4, 20, 80),
            PaceMs = dice.Pick(200, 800, 2000),
            SignalRate = dice.LogUniform(0.02, 0.3),
        };
    }

    private static MirrorSettings Mirror(Dice dice) => new()
    {
        Proportion = (decimal)Math.Round(dice.LogUniform(0.1, 2), 2),
        Reverse = dice.Chance(0.15),
        DelayMs = dice.Chance(0.2) ? dice.Int(1, 3000) : 0,
        BelowMinimum = dice.Chance(0.3) ? BelowMinimum.RoundUp : BelowMinimum.Skip,
    };

    private static ExchangeSwitches Readings(Dice dice) => new()
    {
        KeepOrderIdOnTrigger = dice.Chance(0.8),
        ClearedTpslStatus = dice.Pick(OrderStatus.Deactivated, OrderStatus.Cancelled),
        CancelledConditionalStatus = dice.Pick(OrderStatus.Deactivated, OrderStatus.Cancelled),
        CountTpslInConditionalLimit = dice.Chance(0.3),
        ReduceOnlyOverflow = dice.Pick(ReduceOnlyOverflow.ClipAtFill, ReduceOnlyOverflow.ClipAtAcceptance),
        AttachOnFirstFill = dice.Chance(0.8),
        LinkIdsAreUniqueForEver = dice.Chance(0.8),
        KeepOrphanConditionals = dice.Chance(0.6),
        ConditionalReduceOnlyNeedsPosition = dice.Chance(0.7),
        ClearStopsOnFlip = dice.Chance(0.8),
        DecreaseKeepsQueue = dice.Chance(0.5),
    };

    private static FaultRates Rates(Dice dice)
    {
        var rates = new FaultRates();
        foreach (var kind in Enum.GetValues<FaultKind>())
        {
            var (low, high) = Range(kind);
            var (isOn, rate) = (dice.Chance(0.5), dice.LogUniform(low, high));
            rates = isOn ? rates.With(kind, rate) : rates;
        }

        return rates;
    }

    /// <summary>Lowest and highest chance at each place where a fault can strike: a request, a message, a commit, or a market event.</summary>
    private static (double Low, double High) Range(FaultKind kind) => kind switch
    {
        FaultKind.RequestLost or FaultKind.ReplyLost or FaultKind.RequestSlow => (0.002, 0.1),
        FaultKind.StreamTwice or FaultKind.StreamReordered => (0.005, 0.5),
        FaultKind.StreamSilent => (0.001, 0.02),
        FaultKind.StreamGap => (0.001, 0.02),
        FaultKind.Outage => (0.0005, 0.01),
        FaultKind.Ban => (0.00005, 0.0005),
        FaultKind.RateLimited or FaultKind.Processing or FaultKind.TooManyStops or FaultKind.NotModified => (0.005, 0.2),
        FaultKind.NoMargin => (0.005, 0.2),
        FaultKind.OrderGone or FaultKind.UnknownCode or FaultKind.AsyncReject or FaultKind.AckedNotDone => (0.002, 0.05),
        FaultKind.VisibilityLag => (0.02, 0.5),
        FaultKind.ThinBook => (0.01, 0.3),
        FaultKind.Gap => (0.002, 0.03),
        FaultKind.Funding => (0.002, 0.03),
        FaultKind.OrderCancelledByHand or FaultKind.StopTakenByHand => (0.002, 0.05),
        FaultKind.PositionChangedByHand or FaultKind.ForeignOrders => (0.001, 0.02),
        FaultKind.ClockStep => (0.001, 0.02),
        FaultKind.DiskSlow => (0.01, 0.3),
        FaultKind.DiskStuck => (0.001, 0.01),
        FaultKind.DiskFull => (0.001, 0.01),
        FaultKind.MarketGap => (0.001, 0.01),
        FaultKind.HostStall => (0.0005, 0.005),
        FaultKind.ScriptSlow => (0.005, 0.1),
        FaultKind.Crash => (0.0005, 0.01),
        _ => throw new System.Diagnostics.UnreachableException(kind.ToString()),
    };
}
