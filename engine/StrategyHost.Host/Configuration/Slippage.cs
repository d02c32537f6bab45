using System.Globalization;

namespace StrategyHost.Host.Configuration;

internal enum SlippageUnit { BasisPoints, Ticks }

/// <summary>What a market order or triggered stop loses against the price that it met; ≥ 0. A bare number counts basis points.</summary>
internal readonly record struct Slippage(decimal Value, SlippageUnit Unit)
{
    /// <summary>Basis points beyond this are a typing mistake: 10 %.</summary>
    public const decimal ValueMax = 1000m;

    public const string Form = "a number from 0 to 1000 with 'bp' or 'ticks' behind it, for example 2bp or 1ticks; a bare number is bp";

    public static Slippage? TryParse(string text)
    {
        var unit = text.EndsWith("ticks", StringComparison.Ordinal) ? SlippageUnit.Ticks : SlippageUnit.BasisPoints;
        var suffix = unit == SlippageUnit.Ticks ? "ticks" : "bp";
        var number = text.EndsWith(suffix, StringComparison.Ordinal) ? text[..^suffix.Length] : text;
        return decimal.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value) && value <= ValueMax
            ? new Slippage(value, unit)
            : null;
    }

    public override string ToString() => Value.ToString(CultureInfo.InvariantCulture) + (Unit == SlippageUnit.Ticks ? "ticks" : "bp");
}
