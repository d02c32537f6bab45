using StrategyHost.Core.Accounts;
using StrategyHost.Core.Domain;

namespace StrategyHost.Core.Tests.Accounts;

/// <summary>The drift of one plan: target, actual, and the first reason that explains the difference.</summary>
public sealed class MirrorDriftTests
{
    private static readonly MirrorStanding Half = new()
    {
        Symbol = new Symbol("BTCUSDT"),
        Side = PositionSide.Long,
        MainSize = Quantity.Of(1m),
        Ratio = 0.5m,
        Actual = Quantity.Zero,
        QtyStep = Quantity.Of(0.001m),
    };

    public static TheoryData<string, MirrorStanding, string> Standings => new()
    {
        { "the same", Half with { Actual = Quantity.Of(0.5m) }, "in_step" },
        { "less than a lot", Half with { MainSize = Quantity.Of(1.001m), Actual = Quantity.Of(0.5m) }, "in_step" },
        { "a lot", Half with { Actual = Quantity.Of(0.499m) }, "diverged" },
        { "in step counts before what happens", Half with { Actual = Quantity.Of(0.5m), IsEntering = true }, "in_step" },
        { "left by itself", Half with { HasMirrorExited = true, HasOwnExits = true, SkippedBecause = "mirror_exited" }, "mirror_exited" },
        { "waits", Half with { IsDelayed = true, IsEntering = true }, "delayed" },
        { "on its way", Half with { IsEntering = true, SkippedBecause = "entry_ttl" }, "entering" },
        { "leaving", Half with { IsClosing = true }, "closing" },
        { "too small", Half with { SkippedBecause = "below_min_qty" }, "below_minimum" },
        { "not mirrored", Half with { Ratio = 0, SkippedBecause = "symbol_not_mirrored" }, "symbol_not_mirrored" },
        { "breaker", Half with { SkippedBecause = "breaker_open" }, "skipped: breaker_open" },
        { "no margin", Half with { SkippedBecause = "insufficient_margin" }, "skipped: insufficient_margin" },
        { "main took a target", Half with { MainSize = Quantity.Of(0.5m), Actual = Quantity.Of(0.5m), HasOwnExits = true }, "own_exits" },
        { "got a part", Half with { Actual = Quantity.Of(0.2m), IsPartlyFilled = true }, "partially_filled" },
        { "raised", Half with { Actual = Quantity.Of(0.6m), IsRoundedUp = true }, "rounded_up" },
        { "other side", Half with { Actual = Quantity.Of(0.3m), IsNetted = true }, "netted" },
        { "more than main's", Half with { Actual = Quantity.Of(0.9m), HoldsEarlier = true }, "main_exited" },
        { "less is not what outlived", Half with { Actual = Quantity.Of(0.3m), HoldsEarlier = true }, "diverged" },
        { "roundings", Half with { Actual = Quantity.Of(0.4985m), Residual = 0.0015m }, "rounding" },
        { "more than roundings", Half with { Actual = Quantity.Of(0.498m), Residual = 0.0015m }, "diverged" },
        { "a skip does not explain too much", Half with { Actual = Quantity.Of(0.6m), SkippedBecause = "entry_ttl" }, "diverged" },
        { "outlived main's", Half with { MainSize = Quantity.Zero, Actual = Quantity.Of(0.5m), HasMainExited = true }, "main_exited" },
    };

    [Theory]
    [MemberData(nameof(Standings))]
    public void Reason_is_the_first_that_explains_it(string name, MirrorStanding standing, string reason)
    {
        var drift = MirrorDrift.Of(standing);
        Assert.True(reason == drift.Reason, $"{name}: {drift.Reason}");
    }

    [Fact]
    public void Drift_is_actual_less_main_times_ratio()
    {
        var drift = MirrorDrift.Of(Half with { MainSize = Quantity.Of(0.333m), Actual = Quantity.Of(0.2m) });
        Assert.Equal((0.1665m, 0.0335m), (drift.Target, drift.Drift));
    }
}
