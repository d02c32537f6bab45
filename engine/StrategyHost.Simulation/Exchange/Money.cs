using StrategyHost.Core.Domain;

namespace StrategyHost.Simulation.Exchange;

/// <summary>Fixed point to decimal without a division, and the one rounding of cash: half-even at 8 decimals (bybit-v5 §7.6).</summary>
internal static class Money
{
    public const int CashDecimals = 8;

    /// <summary>Exact value of units of 1e-9.</summary>
    public static decimal Of(long units)
    {
        var magnitude = (ulong)Math.Abs(units);
        return new decimal((int)magnitude, (int)(magnitude >> 32), 0, units < 0, FixedPoint.Decimals);
    }

    public static decimal Value(long quantity, long price) => Of(quantity) * Of(price);
    public static decimal Cash(decimal amount) => decimal.Round(amount, CashDecimals, MidpointRounding.ToEven);
}
