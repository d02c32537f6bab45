using System.Globalization;
using System.Numerics;

namespace StrategyHost.Scripting.Managed;

/// <summary>
/// Numbers as ECMA-262 writes them, from their exact binary value. Jint 2.10.4 keeps 15 digits of some numbers in exponent form and rounds
/// twice in toFixed, toPrecision and toExponential (script-engine §7). Digits are counted by the caller: 0–100, precision 1–100.
/// </summary>
internal static class NumberText
{
    /// <summary>Number::toString (6.1.6.1.20): the fewest digits that read back as the same number.</summary>
    public static string Of(double x)
    {
        if (!double.IsFinite(x) || x == 0)
        {
            return double.IsNaN(x) ? "NaN" : x == 0 ? "0" : x > 0 ? "Infinity" : "-Infinity";
        }

        var (digits, exponent) = Shortest(Math.Abs(x));
        return Sign(x) + (exponent is >= -6 and < 21 ? Plain(digits, exponent) : Scientific(digits, exponent));
    }

    /// <summary>Number.prototype.toFixed (21.1.3.3).</summary>
    public static string Fixed(double x, int count)
    {
        if (!double.IsFinite(x) || Math.Abs(x) >= 1e21)
        {
            return Of(x);
        }

        var text = Scaled(Math.Abs(x), count).ToString(CultureInfo.InvariantCulture).PadLeft(count + 1, '0');
        return Sign(x) + text[..^count] + (count > 0 ? "." : "") + text[^count..];
    }

    /// <summary>Number.prototype.toPrecision (21.1.3.5).</summary>
    public static string Precision(double x, int precision)
    {
        if (!double.IsFinite(x))
        {
            return Of(x);
        }

        var (digits, exponent) = Rounded(Math.Abs(x), precision);
        return Sign(x) + (exponent >= -6 && exponent < precision ? Plain(digits, exponent) : Scientific(digits, exponent));
    }

    /// <summary>Number.prototype.toExponential (21.1.3.2); <paramref name="count"/> is null for as many digits as needed.</summary>
    public static string Exponential(double x, int? count)
    {
        if (!double.IsFinite(x))
        {
            return Of(x);
        }

        var (digits, exponent) = count is { } given ? Rounded(Math.Abs(x), given + 1) : Shortest(Math.Abs(x));
        return Sign(x) + Scientific(digits, exponent);
    }

    private static string Sign(double x) => x < 0 ? "-" : "";

    private static string Plain(string digits, int exponent)
    {
        if (exponent < 0)
        {
            return "0." + new string('0', -exponent - 1) + digits;
        }

        var whole = digits.PadRight(exponent + 1, '0');
        return whole.Length == exponent + 1 ? whole : whole[..(exponent + 1)] + "." + whole[(exponent + 1)..];
    }

    private static string Scientific(string digits, int exponent) => digits[..1] + (digits.Length > 1 ? "." + digits[1..] : "")
        + (exponent < 0 ? "e-" : "e+") + Math.Abs(exponent).ToString(CultureInfo.InvariantCulture);

    /// <summary>Digits without zeros at either end, and the exponent of the first.</summary>
    private static (string Digits, int Exponent) Shortest(double x)
    {
        if (x == 0)
        {
            return ("0", 0);
        }

        var text = x.ToString("R", CultureInfo.InvariantCulture);
        var mark = text.IndexOf('E', StringComparison.Ordinal);
        var mantissa = mark < 0 ? text : text[..mark];
        var point = mantissa.IndexOf('.', StringComparison.Ordinal);
        var all = mantissa.Replace(".", "", StringComparison.Ordinal);
        var digits = all.TrimStart('0');
        var exponent = (mark < 0 ? 0 : int.Parse(text[(mark + 1)..], CultureInfo.InvariantCulture))
            + (point < 0 ? all.Length : point) - 1 - (all.Length - digits.Length);
        return (digits.TrimEnd('0'), exponent);
    }

    /// <summary>The nearest number of so many digits, the larger of two.</summary>
    private static (string Digits, int Exponent) Rounded(double x, int precision)
    {
        if (x == 0)
        {
            return (new string('0', precision), 0);
        }

        var exponent = Shortest(x).Exponent;
        var digits = Scaled(x, precision - 1 - exponent).ToString(CultureInfo.InvariantCulture);
        return digits.Length > precision ? (digits[..precision], exponent + 1) : (digits, exponent);
    }

    /// <summary>The whole number nearest to x × 10^power, the larger of two, without rounding before.</summary>
    private static BigInteger Scaled(double x, int power)
    {
        var bits = BitConverter.DoubleToInt64Bits(x);
        var exponent = (int)(bits >> 52) & 0x7FF;
        BigInteger over = (bits & 0xFFFFFFFFFFFFF) | (exponent == 0 ? 0 : 1L << 52), under = BigInteger.One;
        var shift = Math.Max(exponent, 1) - 1075;
        (over, under) = shift >= 0 ? (over << shift, under) : (over, under << -shift);
        (over, under) = power >= 0 ? (over * BigInteger.Pow(10, power), under) : (over, under * BigInteger.Pow(10, -power));
        return ((over << 1) + under) / (under << 1);
    }
}
