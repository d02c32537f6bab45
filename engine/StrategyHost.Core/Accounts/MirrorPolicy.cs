using StrategyHost.Core.Domain;
using StrategyHost.Core.Protection;

namespace StrategyHost.Core.Accounts;

/// <summary>Why the mirror does not follow an entry; stable codes.</summary>
public readonly record struct MirrorQuantity(Quantity Quantity, string? SkippedBecause);

/// <summary>
/// The mirror gets plans, not copied orders (contracts §2.2). The only place where figures of both accounts meet (rule 13), and nothing
/// goes back to main.
/// </summary>
public static class MirrorPolicy
{
    /// <summary>Main's quantity × ratio, floored to the lot; under the minimum skipped, or rounded up where the settings say so.</summary>
    public static MirrorQuantity Quantity(Quantity main, decimal ratio, decimal price, bool roundUp, Instrument instrument) =>
        Quantity(main.Value * ratio, price, roundUp, instrument);

    /// <summary>As the other, for an exact quantity that carries the plan's rounding residual.</summary>
    public static MirrorQuantity Quantity(decimal exact, decimal price, bool roundUp, Instrument instrument)
    {
        var quantity = instrument.FloorQuantity(exact);
        if (quantity >= instrument.MinQty && !quantity.IsZero && quantity.Value * price >= instrument.MinNotional)
        {
            return new MirrorQuantity(quantity, null);
        }

        if (!roundUp)
        {
            return new MirrorQuantity(Domain.Quantity.Zero, "below_min_qty");
        }

        var byValue = instrument.FloorQuantity(instrument.MinNotional / price);
        var least = byValue.Value * price < instrument.MinNotional ? byValue + instrument.QtyStep : byValue;
        return new MirrorQuantity(least < instrument.MinQty ? instrument.MinQty : least, null);
    }

    /// <summary>
    /// The ratio of a plan, fixed when it opens: the proportion, times mirror equity over main equity where it is of equity.
    /// </summary>
    public static decimal Ratio(decimal proportion, bool ofEquity, decimal mainEquity, decimal mirrorEquity) =>
        !ofEquity ? proportion : mainEquity <= 0 ? 0 : proportion * Math.Max(0, mirrorEquity) / mainEquity;

    /// <summary>A reduction takes the same fraction of the mirror's position; the last part takes all.</summary>
    public static Quantity Reduction(Quantity mirrorSize, Quantity mainReduced, Quantity mainSizeBefore, Instrument instrument) =>
        mainReduced >= mainSizeBefore ? mirrorSize : instrument.FloorQuantity(mirrorSize.Value * mainReduced.Value / mainSizeBefore.Value);

    /// <summary>A price for the other side: as far on the other side of the last one.</summary>
    public static decimal Turn(decimal price, decimal last) => (2 * last) - price;

    public static decimal? Turn(decimal? price, decimal last) => (2 * last) - price;

    /// <summary>Protection for the other side: each absolute price becomes its distance from the reference in percent.</summary>
    public static ProtectionSpec Reverse(ProtectionSpec spec, decimal reference) => spec with
    {
        Stop = spec.Stop.Value is { } stop ? Said<Level>.Of(AsPercent(stop, reference)) : spec.Stop,
        Target = spec.Target.Value is { } target
            ? Said<TargetSpec>.Of(new TargetSpec([.. target.Rungs.Select(r => r with { Level = AsPercent(r.Level, reference) })]))
            : spec.Target,
        Trail = spec.Trail.Value is { ActivationPrice: { } at } trail
            ? Said<TrailSpec>.Of(trail with { ActivationPrice = reference - (at - reference) })
            : spec.Trail,
    };

    private static Level AsPercent(Level level, decimal reference) => level.Kind == LevelKind.Price
        ? new Level(LevelKind.Percent, Math.Abs(level.Value - reference) / reference * 100m)
        : level;
}
