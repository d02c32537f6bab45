using StrategyHost.Core.Domain;

namespace StrategyHost.Core.Protection;

/// <summary>
/// Whether a level of the search (signal, settings, configuration) has spoken, and what it said. Said with null means: none.
/// </summary>
public readonly record struct Said<T>(bool IsSaid, T? Value)
    where T : class
{
    public static Said<T> Nothing => default;
    public static Said<T> None => new(true, null);
    public static Said<T> Of(T value) => new(true, value);

    /// <summary>The first that speaks; never combined (contracts §2.1 rule 4).</summary>
    public Said<T> Or(Said<T> next) => IsSaid ? this : next;
}

public enum LevelKind { Price, Percent, Atr }

/// <summary>Where a stop or target stands: a price, a percent (2 is 2 %) from the entry, or a multiple of ATR(14).</summary>
public sealed record Level(LevelKind Kind, decimal Value);

/// <summary>One rung of a target ladder; shares of a ladder sum to 100.</summary>
public sealed record TargetRung(Level Level, decimal SharePercent);

/// <summary>The targets of a plan, in the order of the signal.</summary>
public sealed record TargetSpec(IReadOnlyList<TargetRung> Rungs)
{
    public bool Equals(TargetSpec? other) => other is not null && Rungs.SequenceEqual(other.Rungs);
    public override int GetHashCode() => Rungs.Count;
}

/// <summary>A trailing stop's distance from the best price since entry (or activation): percent or quote units, exactly one.</summary>
public sealed record TrailSpec(decimal? Percent, decimal? Amount, decimal? ActivationPrice);

/// <summary>Moves the stop to the entry after a profit in percent or after the n-th target; with fees covered if wanted.</summary>
public sealed record BreakevenSpec(decimal? AfterPercent, int? AfterTarget, bool OffsetFees);

/// <summary>The protection that one level (a signal, settings(), a symbol's configuration) asks for.</summary>
public sealed record ProtectionSpec
{
    public static readonly ProtectionSpec Unsaid = new();
    public Said<Level> Stop { get; init; }
    public Said<TargetSpec> Target { get; init; }
    public Said<TrailSpec> Trail { get; init; }
    public Said<BreakevenSpec> Breakeven { get; init; }
    public TriggerBy TriggerBy { get; init; }
    public bool SaysAnything => Stop.IsSaid || Target.IsSaid || Trail.IsSaid || Breakeven.IsSaid;

    /// <summary>Each kind separately from the first level that speaks.</summary>
    public ProtectionSpec Or(ProtectionSpec next) => this with
    {
        Stop = Stop.Or(next.Stop),
        Target = Target.Or(next.Target),
        Trail = Trail.Or(next.Trail),
        Breakeven = Breakeven.Or(next.Breakeven),
    };
}
