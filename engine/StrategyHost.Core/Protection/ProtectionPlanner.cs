using StrategyHost.Core.Domain;

namespace StrategyHost.Core.Protection;

/// <summary>A target as a price and its share of the position in percent.</summary>
public readonly record struct Target(Price Price, decimal SharePercent);

/// <summary>
/// Turns a specification into prices for a position entered at a given average price (contracts §2.1 rules 5 to 7): percentages and ATR
/// distances count from the entry, stops round toward the market, targets are never worse than asked.
/// </summary>
public static class ProtectionPlanner
{
    public static StopTrail Stop(ProtectionSpec spec, PositionSide side, decimal entry, decimal atr, Instrument instrument)
    {
        var trail = spec.Trail.Value;
        var breakeven = spec.Breakeven.Value;
        var sign = side.Sign();
        return new StopTrail
        {
            Side = side,
            Instrument = instrument,
            FixedStop = spec.Stop.Value is { } stop ? instrument.StopPrice(side, Resolve(stop, entry, atr, -sign)) : null,
            TrailPercent = trail?.Percent,
            TrailAmount = trail?.Amount,
            Activation = trail?.ActivationPrice is { } activation ? Nearest(instrument, activation) : null,
            BreakevenAt = breakeven?.AfterPercent is { } percent ? Beyond(instrument, side, entry * (1 + (sign * percent / 100m))) : null,
            BreakevenStop = breakeven is null ? null : BreakevenStop(side, entry, breakeven, instrument),
        };
    }

    /// <summary>
    /// The stop that leaves no loss: the entry, moved by the taker fees of both ways where the signal wants them covered.
    /// </summary>
    public static Price BreakevenStop(PositionSide side, decimal entry, BreakevenSpec spec, Instrument instrument)
    {
        var fees = spec.OffsetFees ? entry * instrument.TakerFee * 2 : 0m;
        return instrument.StopPrice(side, entry + (side.Sign() * fees));
    }

    public static IReadOnlyList<Target> Targets(ProtectionSpec spec, PositionSide side, decimal entry, decimal atr, Instrument instrument)
    {
        if (spec.Target.Value is not { } target)
        {
            return [];
        }

        var closing = side.ClosingSide();
        return [.. target.Rungs.Select(
            r => new Target(instrument.LimitPrice(closing, Resolve(r.Level, entry, atr, side.Sign())), r.SharePercent))];
    }

    private static decimal Resolve(Level level, decimal entry, decimal atr, int direction) => level.Kind switch
    {
        LevelKind.Price => level.Value,
        LevelKind.Percent => entry * (1 + (direction * level.Value / 100m)),
        LevelKind.Atr => entry + (direction * level.Value * atr),
    };

    private static Price Nearest(Instrument instrument, decimal price) => instrument.TickDown(price + (instrument.TickSize.Value / 2));

    /// <summary>An arming price is reached only when the profit is really there: rounded away from the entry.</summary>
    private static Price Beyond(Instrument instrument, PositionSide side, decimal price) =>
        side == PositionSide.Long ? instrument.TickUp(price) : instrument.TickDown(price);
}
