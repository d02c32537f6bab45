namespace StrategyHost.Core.Planning;

/// <summary>What a plan of main remembers of how it is mirrored. Only the mirror's side of the kernel reads and writes it.</summary>
public sealed class MirrorNote
{
    /// <summary>Why the latest entry that was left out was; null: none was.</summary>
    public string? SkippedBecause { get; set; }

    /// <summary>An entry was raised to the exchange's minimum.</summary>
    public bool IsRoundedUp { get; set; }

    /// <summary>Some of an entry of main filled, and another part of it ended without: with a plan that may have ended since.</summary>
    public bool IsPartlyFilled { get; set; }

    /// <summary>Main's stop went to breakeven and the mirror's was looked at: this happens once.</summary>
    public bool IsAtBreakeven { get; set; }

    /// <summary>Takes over what explains a drift of entries that another plan hands over.</summary>
    public void Join(MirrorNote other)
    {
        SkippedBecause = other.SkippedBecause ?? SkippedBecause;
        IsRoundedUp |= other.IsRoundedUp;
        IsPartlyFilled |= other.IsPartlyFilled;
    }

    /// <summary>
    /// Of the mirror's plans of two plans of main that become one, the one that it goes on with: what holds a position is never left
    /// without a leader, and what has left by itself is not replaced by one that has not begun.
    /// </summary>
    public static TradePlan? Leading(TradePlan? own, TradePlan? other) =>
        own is null || (other is { Size.IsZero: false } && own.Size.IsZero) || (!own.HasOpened && !own.HasLiveOrder) ? other ?? own : own;
}
