using StrategyHost.Core.Domain;
using StrategyHost.Core.Signals;

namespace StrategyHost.Core.Planning;

/// <summary>What sizing may use of an account, at the signal. Money in quote currency.</summary>
public readonly record struct SizingBasis(decimal Equity, decimal Available, decimal Leverage, decimal ReferencePrice, decimal? StopPrice)
{
    /// <summary>Value that a clipped order may have at most; null: no cap. One that may not be clipped is left to the risk rules.</summary>
    public decimal? NotionalMax { get; init; }
}

/// <summary>
/// Turns a size specification into a quantity, rounded down to the lot (contracts §2.1). Under the minimum or over the margin it is refused
/// with the reason; it is clipped to margin and caps only where the signal allows it.
/// </summary>
public static class PositionSizer
{
    public static Result<Quantity> Size(SizeSpec size, SizingBasis basis, Instrument instrument, bool allowClip)
    {
        if (size.Kind == SizeKind.RiskPercent && basis.StopPrice is null)
        {
            return Refused("risk_without_stop", "risk_percent needs a protective stop to measure the risk from");
        }

        var raw = size.Kind == SizeKind.RiskPercent
            ? RiskQuantity(size.Value, basis, instrument)
            : Raw(size, basis.Equity, basis.ReferencePrice);
        var affordable = Affordable(basis.Available, basis.Leverage, basis.ReferencePrice, instrument);
        var quantity = instrument.FloorQuantity(Math.Clamp(raw, 0, 9_000_000_000m));
        if (quantity > affordable)
        {
            if (!allowClip)
            {
                return Refused(
                    "insufficient_margin",
                    $"{quantity} {instrument.Symbol} needs more margin than is available ({affordable} at most); "
                    + "set allow_clip to take less");
            }

            quantity = affordable;
        }

        if (allowClip && basis.NotionalMax is { } most)
        {
            quantity = Quantity.Min(quantity, instrument.FloorQuantity(Math.Max(0, most) / basis.ReferencePrice));
        }

        return Check(quantity, basis.ReferencePrice, instrument);
    }

    /// <summary>The filters that every opening order must pass.</summary>
    public static Result<Quantity> Check(Quantity quantity, decimal price, Instrument instrument)
    {
        if (quantity < instrument.MinQty || quantity.IsZero)
        {
            return Refused("below_min_qty", $"{quantity} is below the minimum of {instrument.MinQty} {instrument.Symbol}");
        }

        return quantity.Value * price < instrument.MinNotional
            ? Refused("below_min_notional", $"{quantity} {instrument.Symbol} is worth less than the minimum of {instrument.MinNotional}")
            : quantity;
    }

    /// <summary>The quantity that is asked for, before rounding and filters. Not for risk, which needs a stop.</summary>
    public static decimal Raw(SizeSpec size, decimal equity, decimal price) => size.Kind switch
    {
        SizeKind.Quantity => size.Value,
        SizeKind.QuoteValue => size.Value / price,
        SizeKind.EquityPercent => equity * size.Value / 100m / price,
        SizeKind.RiskPercent => throw new ArgumentException("a risk is measured by a stop", nameof(size)),
    };

    /// <summary>
    /// What the available balance can open: margin, and the taker fees to open and to close at the bankruptcy price (bybit-v5 §7.7).
    /// </summary>
    public static Quantity Affordable(decimal available, decimal leverage, decimal price, Instrument instrument)
    {
        var margin = 1 / leverage;
        var costOfOne = price * (margin + (instrument.TakerFee * (2 + margin)));
        return instrument.FloorQuantity(Math.Min(Math.Max(0, available) / costOfOne, 9_000_000_000m));
    }

    /// <summary>Loss at the stop including taker fees of both ways, per unit, divides the amount at risk.</summary>
    private static decimal RiskQuantity(decimal percent, SizingBasis basis, Instrument instrument)
    {
        var stop = basis.StopPrice!.Value; // asked before
        var perUnit = Math.Abs(basis.ReferencePrice - stop) + ((basis.ReferencePrice + stop) * instrument.TakerFee);
        return basis.Equity * percent / 100m / perUnit;
    }

    private static Error Refused(string rule, string message) => new() { Rule = rule, Message = message, Field = "quantity" };
}
