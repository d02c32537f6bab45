using StrategyHost.Core.Domain;

namespace StrategyHost.Core.Protection;

/// <summary>A stop for a position that has none and that no strategy has a say in.</summary>
public static class FallbackStop
{
    /// <summary>Distance in percent where nothing is configured for the symbol.</summary>
    public const decimal DefaultPercent = 2m;

    /// <summary>The percent that the symbol's configuration asks for; a price or an ATR distance says nothing here.</summary>
    public static decimal PercentOf(ProtectionSpec? symbol) =>
        symbol?.Stop.Value is { Kind: LevelKind.Percent } level ? level.Value : DefaultPercent;

    /// <summary>
    /// The percentage from the average entry, or, where the market has passed that, from the last price (in units of 1e-9; 0: not known).
    /// Rounded toward the market.
    /// </summary>
    public static Price Of(PositionReport position, decimal percent, Instrument instrument, long last)
    {
        var sign = position.Side.Sign();
        var stop = instrument.StopPrice(position.Side, position.AveragePrice * (1 - (sign * percent / 100m)));
        return last == 0 || (last - stop.Units) * sign > 0
            ? stop : instrument.StopPrice(position.Side, FixedPoint.ToDecimal(last) * (1 - (sign * percent / 100m)));
    }
}
