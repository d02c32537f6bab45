using StrategyHost.Core.Domain;

namespace StrategyHost.Core.Protection;

/// <summary>Which rule set the stop where it is; it names the exit when the stop is hit.</summary>
public enum StopSource { None, StopLoss, TrailingStop, Breakeven }

/// <summary>Where a stop stands: the best price since entry (or activation), the stop in units of 1e-9 (0: none), and its source.</summary>
public readonly record struct StopState(long Extreme, bool Activated, long Stop, StopSource Source);

/// <summary>
/// Fixed stop, trail and breakeven of one position as one monotone function of the price (architecture §2). Prices in units of 1e-9.
/// 1. A stop only tightens: <see cref="Advance"/> never returns a looser one than it got.
/// 2. The tighter of fixed stop, trail and breakeven protects; on a tie the earlier of that list names it.
/// 3. A stop lies on a tick, rounded toward the market.
/// </summary>
public sealed record StopTrail
{
    public required PositionSide Side { get; init; }
    public required Instrument Instrument { get; init; }

    /// <summary>The fixed stop; null where there is none.</summary>
    public Price? FixedStop { get; init; }

    /// <summary>Distance in percent of the best price (2 is 2 %), or in quote units; at most one.</summary>
    public decimal? TrailPercent { get; init; }
    public decimal? TrailAmount { get; init; }

    /// <summary>One hundred percent in units of 1e-9, the scale of a percentage that is multiplied with a price.</summary>
    private const long Hundred = 100 * FixedPoint.Scale;

    /// <summary>The trail starts when this price is reached; null: at the entry.</summary>
    public Price? Activation { get; init; }

    /// <summary>Breakeven is armed when this price is reached, and then stands at <see cref="BreakevenStop"/>.</summary>
    public Price? BreakevenAt { get; init; }
    public Price? BreakevenStop { get; init; }

    public bool HasTrail => TrailPercent is not null || TrailAmount is not null;

    /// <summary>The stop at the entry price; the entry itself is the first best price.</summary>
    public StopState Start(Price entry)
    {
        var fresh = new StopState(
            entry.Units, Activation is null, FixedStop?.Units ?? 0, FixedStop is null ? StopSource.None : StopSource.StopLoss);
        return Protect(fresh);
    }

    /// <summary>The state after the market reached <paramref name="price"/> (a bar's high for a long, its low for a short).</summary>
    public StopState Advance(StopState state, long price)
    {
        // Nothing depends on a price that is no new extreme: the hot path ends here.
        return IsBetter(price, state.Extreme) ? Protect(state with { Extreme = price }) : state;
    }

    /// <summary>The tighter of what is there, the trail and breakeven, at the best price of the state.</summary>
    private StopState Protect(StopState state)
    {
        var activated = state.Activated || (Activation is { } activation && Reached(state.Extreme, activation.Units));
        var next = state with { Activated = activated };
        if (activated && HasTrail)
        {
            next = Tighten(next, TrailStop(state.Extreme), StopSource.TrailingStop);
        }

        if (BreakevenAt is { } at && BreakevenStop is { } breakeven && Reached(state.Extreme, at.Units))
        {
            next = Tighten(next, breakeven.Units, StopSource.Breakeven);
        }

        return next;
    }

    /// <summary>The tighter of the present stop and a wanted one.</summary>
    public StopState Tighten(StopState state, long stop, StopSource source) =>
        stop != 0 && (state.Stop == 0 || IsBetter(stop, state.Stop)) ? state with { Stop = stop, Source = source } : state;

    /// <summary>The trail's stop under a best price: exact, rounded toward the market to a tick.</summary>
    public long TrailStop(long extreme)
    {
        if (TrailAmount is { } amount)
        {
            return Instrument.StopPrice(Side, FixedPoint.ToDecimal(extreme) - (Side.Sign() * amount)).Units;
        }

        // Integers instead of decimals: this runs for every new extreme of every trailing position in a backtest.
        var kept = Hundred - (Side.Sign() * (long)(TrailPercent!.Value * FixedPoint.Scale)); // HasTrail was asked before
        var scaled = (UInt128)Math.BigMul((ulong)extreme, (ulong)kept, out var low) << 64 | low;
        var perTick = (UInt128)Hundred * (ulong)Instrument.TickSize.Units;
        var ticks = Side == PositionSide.Long ? (scaled + perTick - 1) / perTick : scaled / perTick;
        return (long)ticks * Instrument.TickSize.Units;
    }

    /// <summary>
    /// True when a stop at this price is hit by the market at <paramref name="price"/>; a price that is not known (0) hits none.
    /// </summary>
    public bool IsHit(long stop, long price) => stop != 0 && price != 0 && (Side == PositionSide.Long ? price <= stop : price >= stop);

    private bool IsBetter(long price, long than) => Side == PositionSide.Long ? price > than : price < than;

    private bool Reached(long extreme, long level) => Side == PositionSide.Long ? extreme >= level : extreme <= level;
}
