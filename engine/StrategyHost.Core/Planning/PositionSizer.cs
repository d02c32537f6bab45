using StrategyHost.Core.Domain;
using StrategyHost.Core.Signals;

namespace StrategyHost.Core.Planning;

/// <summary>What sizing may use of an account, at the signal. Money in quote currency.</summary>
public readonly record struct SizingBasis(decimal Equity, decimal Available, decimal Leverage, decimal ReferencePrice, decimal? StopPrice);

/// <summary>
/// Turns a size specification into a quantity, rounded down to the lot (contracts §2.1). Under the minimum or over the margin it is refused
/// with the reason; it is clipped to the margin only where the signal allows it.
/// </summary>
public static class PositionSizer
{
    public static Result<Quantity> Size(SizeSpec size, SizingBasis basis, Instrument instrument, bool allowClip)
    {
        if (size.Kind == SizeKind.RiskPercent && basis.StopPrice is null)
        {
            return Refused("risk_without_stop", "risk_percent needs a protective stop to measure the risk from");
        }

        var raw = size.Kind switch
        {
            SizeKind.Quantity => size.Value,
            SizeKind.QuoteValue => size.Value / basis.ReferencePrice,
            SizeKind.EquityPercent => basis.Equity * size.Value / 100m / basis.ReferencePrice,
            SizeKind.RiskPercent => RiskQuantity(size.Value, basis, instrument),
        };
        var affordable = instrument.FloorQuantity(Math.Max(0, basis.Available) / CostOfOne(basis, instrument));
        var quantity = instrument.FloorQuantity(Math.Clamp(raw, 0, 9_000_000_000m));
        if (quantity > affordable)
        {
            if (!allowClip)
            {
                return Refused("insufficient_margin", $"{quantity} {instrument.Symbol} needs more margin than is available ({affordable} at most); set allow_clip to take less");
            }

            quantity = affordable;
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

    /// <summary>Margin of one unit and the taker fees to open it and to close it at the bankruptcy price (bybit-v5 §7.7).</summary>
    private static decimal CostOfOne(SizingBasis basis, Instrument instrument)
    {
        var margin = 1 / basis.Leverage;
        return basis.ReferencePrice * (margin + (instrument.TakerFee * (2 + margin)));
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
