using System.Globalization;

namespace StrategyHost.Core.Strategies;

/// <summary>
/// The one place where a script's double becomes a decimal (rule 14). Rule: <c>(decimal)value</c>, which keeps 15 significant digits, so
/// that 0.1 + 0.2 arrives as 0.3; more than that is noise of the binary fraction. Decimal strings are read exactly, up to 28 digits.
/// </summary>
public static class ScriptNumber
{
    /// <summary>Doubles beyond this do not fit a decimal.</summary>
    private const double Limit = 7.9e28;

    /// <summary>The number, or null where the value is no finite number, no plain decimal text, or too large for a decimal.</summary>
    public static decimal? TryDecimal(ScriptValue value) => value.Kind switch
    {
        ScriptValueKind.Number => double.IsFinite(value.Number) && Math.Abs(value.Number) < Limit ? (decimal)value.Number : null,
        ScriptValueKind.Text => TryText(value.Text),
        ScriptValueKind.Undefined or ScriptValueKind.Null or ScriptValueKind.Boolean or ScriptValueKind.Array or ScriptValueKind.Object
            or ScriptValueKind.Unsupported => null,
    };

    private static decimal? TryText(string text) =>
        decimal.TryParse(text, NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value)
            ? value : null;
}
