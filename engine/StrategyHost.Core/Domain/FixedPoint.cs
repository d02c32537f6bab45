using System.Globalization;

namespace StrategyHost.Core.Domain;

/// <summary>
/// Conversions of the fixed-point scale 1e-9 that <see cref="Price"/> and <see cref="Quantity"/> share. A value is exact or it is refused;
/// no number is rounded on the way in.
/// </summary>
public static class FixedPoint
{
    public const long Scale = 1_000_000_000;
    public const int Decimals = 9;

    /// <summary>Exact units of 1e-9, or null where the value has more than 9 decimals or does not fit.</summary>
    public static long? TryUnits(decimal value)
    {
        if (value is > 9_223_372_036.854775807m or < -9_223_372_036.854775808m)
        {
            return null;
        }

        var scaled = value * Scale;
        return scaled == decimal.Truncate(scaled) ? (long)scaled : null;
    }

    public static long Units(decimal value) =>
        TryUnits(value) ?? throw new ArgumentOutOfRangeException(nameof(value), value, "not exact in units of 1e-9");

    public static decimal ToDecimal(long units)
    {
        // As a division would give it, trailing zeros left out, for less than half its time.
        var (magnitude, scale) = (units < 0 ? (ulong)-units : (ulong)units, (byte)9);
        if (magnitude % 1_000_000 == 0)
        {
            (magnitude, scale) = (magnitude / 1_000_000, 3);
        }

        while (scale > 0 && magnitude % 10 == 0)
        {
            (magnitude, scale) = (magnitude / 10, (byte)(scale - 1));
        }

        return new decimal((int)magnitude, (int)(magnitude >> 32), 0, units < 0, scale);
    }

    /// <summary>Shortest decimal text without exponent: <c>0.05</c>, <c>40000</c>.</summary>
    public static string Text(long units)
    {
        var whole = units / Scale;
        var rest = Math.Abs(units % Scale);
        if (rest == 0)
        {
            return whole.ToString(CultureInfo.InvariantCulture);
        }

        var sign = units < 0 && whole == 0 ? "-" : "";
        return sign + whole.ToString(CultureInfo.InvariantCulture) + "." + rest.ToString("D9", CultureInfo.InvariantCulture).TrimEnd('0');
    }

    /// <summary>The longest text: sign, 10 digits, point, 9 digits.</summary>
    public const int TextMax = 21;

    /// <summary>The same text as bytes, of which it says how many; <paramref name="utf8"/> has room for <see cref="TextMax"/>.</summary>
    public static int Text(long units, Span<byte> utf8)
    {
        Span<byte> digits = stackalloc byte[TextMax];
        var (rest, at) = (units < 0 ? (ulong)-units : (ulong)units, digits.Length);
        var hasFraction = false;
        for (var i = 0; i < Decimals; i++, rest /= 10)
        {
            hasFraction |= rest % 10 != 0; // zeros at the end are left out
            if (hasFraction)
            {
                digits[--at] = (byte)('0' + (rest % 10));
            }
        }

        if (hasFraction)
        {
            digits[--at] = (byte)'.';
        }

        do
        {
            digits[--at] = (byte)('0' + (rest % 10));
            rest /= 10;
        }
        while (rest > 0);

        if (units < 0)
        {
            digits[--at] = (byte)'-';
        }

        digits[at..].CopyTo(utf8);
        return digits.Length - at;
    }

    /// <summary>
    /// Units from plain decimal text such as <c>63943.90</c>; false for exponents, blanks, or more than 9 significant decimals. Reads the
    /// digits itself, because <c>decimal.TryParse</c> rounds what goes beyond its 28 digits.
    /// </summary>
    public static bool TryParse(ReadOnlySpan<char> text, out long units)
    {
        units = 0;
        var isNegative = text is ['-', ..];
        var digits = text is ['-' or '+', ..] ? text[1..] : text;
        var point = digits.IndexOf('.');
        var whole = point < 0 ? digits : digits[..point];
        var fraction = (point < 0 ? [] : digits[(point + 1)..]).TrimEnd('0');
        if (digits.IsEmpty || (whole.IsEmpty && digits.Length == 1) || fraction.Length > Decimals)
        {
            return false;
        }

        Int128 value = 0;
        for (var i = 0; i < whole.Length + Decimals; i++)
        {
            var digit = i < whole.Length ? whole[i] : i - whole.Length < fraction.Length ? fraction[i - whole.Length] : '0';
            value = (value * 10) + (digit - '0');
            if (!char.IsAsciiDigit(digit) || value > (Int128)long.MaxValue + 1)
            {
                return false;
            }
        }

        value = isNegative ? -value : value;
        units = value <= long.MaxValue ? (long)value : 0;
        return value <= long.MaxValue;
    }
}

/// <summary>A price in quote currency, exact, in units of 1e-9.</summary>
public readonly record struct Price(long Units) : IComparable<Price>
{
    public static Price Of(decimal value) => new(FixedPoint.Units(value));
    public decimal Value => FixedPoint.ToDecimal(Units);
    public double ToDouble() => (double)Units / FixedPoint.Scale;
    public int CompareTo(Price other) => Units.CompareTo(other.Units);
    public static bool operator <(Price a, Price b) => a.Units < b.Units;
    public static bool operator >(Price a, Price b) => a.Units > b.Units;
    public static bool operator <=(Price a, Price b) => a.Units <= b.Units;
    public static bool operator >=(Price a, Price b) => a.Units >= b.Units;
    public override string ToString() => FixedPoint.Text(Units);
}

/// <summary>A quantity in base currency, exact, in units of 1e-9; zero or positive except where a difference is meant.</summary>
public readonly record struct Quantity(long Units) : IComparable<Quantity>
{
    public static readonly Quantity Zero;
    public static Quantity Of(decimal value) => new(FixedPoint.Units(value));
    public decimal Value => FixedPoint.ToDecimal(Units);
    public bool IsZero => Units == 0;
    public double ToDouble() => (double)Units / FixedPoint.Scale;

    /// <summary>Quantity × price in quote currency, exact.</summary>
    public decimal Notional(Price price) => Value * price.Value;

    public static Quantity Min(Quantity a, Quantity b) => a.Units <= b.Units ? a : b;
    public int CompareTo(Quantity other) => Units.CompareTo(other.Units);
    public static Quantity operator +(Quantity a, Quantity b) => new(a.Units + b.Units);
    public static Quantity operator -(Quantity a, Quantity b) => new(a.Units - b.Units);
    public static bool operator <(Quantity a, Quantity b) => a.Units < b.Units;
    public static bool operator >(Quantity a, Quantity b) => a.Units > b.Units;
    public static bool operator <=(Quantity a, Quantity b) => a.Units <= b.Units;
    public static bool operator >=(Quantity a, Quantity b) => a.Units >= b.Units;
    public override string ToString() => FixedPoint.Text(Units);
}
