using StrategyHost.Core.Domain;

namespace StrategyHost.Core.Accounts;

/// <summary>What a plan of main and the mirror's of it come to, as seen by the kernel. Quantities in base units, without sign.</summary>
public sealed record MirrorStanding
{
    public required Symbol Symbol { get; init; }

    /// <summary>The side that the mirror takes.</summary>
    public required PositionSide Side { get; init; }
    public required Quantity MainSize { get; init; }

    /// <summary>The plan's ratio; 0 where nothing was to be mirrored.</summary>
    public required decimal Ratio { get; init; }
    public required Quantity Actual { get; init; }
    public required Quantity QtyStep { get; init; }

    /// <summary>Why the latest entry of the plan was left out; null: none was.</summary>
    public string? SkippedBecause { get; init; }

    /// <summary>An entry of the mirror waits for its delay.</summary>
    public bool IsDelayed { get; init; }

    /// <summary>An entry order of one of both has not ended.</summary>
    public bool IsEntering { get; init; }

    /// <summary>A close at market is under way on one of both.</summary>
    public bool IsClosing { get; init; }

    /// <summary>The mirror left by an exit of its own while main stays.</summary>
    public bool HasMirrorExited { get; init; }

    /// <summary>Main has no position any more by an exit of its own.</summary>
    public bool HasMainExited { get; init; }

    /// <summary>A target or a part-closing stop took something from one of both.</summary>
    public bool HasOwnExits { get; init; }

    /// <summary>Some entry of main or of the mirror, of one order or of several, ended with a part filled only.</summary>
    public bool IsPartlyFilled { get; init; }

    /// <summary>An entry of the plan was raised to the exchange's minimum (<c>belowMinimum: round_up</c>).</summary>
    public bool IsRoundedUp { get; init; }

    /// <summary>In one-way mode an entry of one of both was taken, in whole or in part, for a position of the other side.</summary>
    public bool IsNetted { get; init; }

    /// <summary>The mirror's position holds what it entered for an earlier plan of main that is over, and goes on with this one.</summary>
    public bool HoldsEarlier { get; init; }

    /// <summary>What rounding to lots left out of the plan's entries, of all that it took over; the next entry makes up for it.</summary>
    public decimal Residual { get; init; }
}

/// <summary>
/// How far the mirror is from where main's plan wants it (contracts §2.2): target = main's size × the plan's ratio, drift = actual −
/// target. Less than one lot is in step: the residual of rounding is carried inside the plan; those of plans that became one may be more.
/// A figure with a reason; nobody trades by it.
/// </summary>
public sealed record MirrorDrift(
    MirrorStanding Standing, decimal Target, decimal Drift, string Reason)
{
    /// <summary>The first of the reasons that explains it, stable codes; <c>engine/docs/mirror.md</c> lists them.</summary>
    public static MirrorDrift Of(MirrorStanding standing)
    {
        var target = standing.MainSize.Value * standing.Ratio;
        var drift = standing.Actual.Value - target;
        return new MirrorDrift(standing, target, drift, ReasonOf(standing, drift));
    }

    private static string ReasonOf(MirrorStanding s, decimal drift) => s switch
    {
        { Ratio: 0, Actual.IsZero: true, SkippedBecause: { } why } => Skipped(why), // there was never a target
        _ when Math.Abs(drift) < s.QtyStep.Value => "in_step",
        { HasMirrorExited: true } => "mirror_exited",
        { IsDelayed: true } => "delayed",
        { IsEntering: true } => "entering",
        { IsClosing: true } => "closing",
        { HasMainExited: true } => "main_exited",
        { SkippedBecause: { } why } when drift < 0 => Skipped(why),
        { HasOwnExits: true } => "own_exits",
        { IsPartlyFilled: true } => "partially_filled",
        { IsRoundedUp: true } when drift > 0 => "rounded_up",
        { IsNetted: true } => "netted",
        { HoldsEarlier: true } when drift > 0 => "main_exited",
        _ when drift < 0 && -drift <= s.Residual => "rounding",
        _ => "diverged",
    };

    private static string Skipped(string why) => why switch
    {
        "below_min_qty" => "below_minimum",
        "symbol_not_mirrored" or "mirror_exited" => why,
        _ => "skipped: " + why,
    };
}
