using System.Buffers.Text;
using System.Globalization;
using System.Text;
using StrategyHost.Core.Domain;

namespace StrategyHost.Storage.Import;

/// <summary>Fields of fixed-shape numeric CSV as bytes: splitting and exact numbers, nothing quoted (ADR 0012).</summary>
internal static class Csv
{
    /// <summary>Most columns that a file may have.</summary>
    public const int ColumnsMax = 64;

    public static readonly (string Rule, string Message) NotANumber = ("not_a_number", "a plain decimal number is needed");
    public static readonly (string Rule, string Message) NotPositive = ("not_positive", "it must be greater than zero");
    public static readonly (string Rule, string Message) Negative = ("negative", "it must not be negative");

    private static readonly long[] Pow10 = [1_000_000_000, 100_000_000, 10_000_000, 1_000_000, 100_000, 10_000, 1000, 100, 10, 1];

    /// <summary>Splits at commas; the count may exceed the fields' capacity by one, which no header allows.</summary>
    public static int Split(ReadOnlySpan<byte> line, Span<Range> fields)
    {
        var count = 0;
        var start = 0;
        while (count < fields.Length)
        {
            var at = line[start..].IndexOf((byte)',');
            if (at < 0)
            {
                fields[count++] = new Range(start, line.Length);
                return count;
            }

            fields[count++] = new Range(start, start + at);
            start += at + 1;
        }

        return count + 1;
    }

    /// <summary>Exact units of 1e-9 from plain decimal text; false for exponents, a tenth significant decimal and the like.</summary>
    public static bool TryUnits(ReadOnlySpan<byte> text, out long units)
    {
        units = 0;
        var at = text.Length > 0 && text[0] == '-' ? 1 : 0;
        var isNegative = at == 1;
        long whole = 0;
        var digits = 0;
        for (; at < text.Length && (uint)(text[at] - '0') <= 9; at++, digits++)
        {
            whole = (whole * 10) + (text[at] - '0');
            if (whole > long.MaxValue / FixedPoint.Scale)
            {
                return false;
            }
        }

        long fraction = 0;
        var decimals = 0;
        if (at < text.Length && text[at] == '.')
        {
            for (at++; at < text.Length && (uint)(text[at] - '0') <= 9; at++, digits++)
            {
                if (decimals < FixedPoint.Decimals)
                {
                    fraction = (fraction * 10) + (text[at] - '0');
                    decimals++;
                }
                else if (text[at] != '0')
                {
                    return false;
                }
            }
        }

        var magnitude = (whole * FixedPoint.Scale) + (fraction * Pow10[decimals]);
        units = isNegative ? -magnitude : magnitude;
        // The sum of the largest whole part and a fraction may wrap round.
        return at == text.Length && digits > 0 && magnitude >= 0;
    }

    /// <summary>
    /// As <see cref="TryUnits"/>, but rounds what is finer than 1e-9 (exported sums of doubles) and takes exponents; for volumes only.
    /// </summary>
    public static bool TryRounded(ReadOnlySpan<byte> text, out long units, out bool isRounded)
    {
        isRounded = false;
        if (TryUnits(text, out units))
        {
            return true;
        }

        if (!decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value)
            || FixedPoint.TryUnits(decimal.Round(value, FixedPoint.Decimals)) is not { } rounded)
        {
            return false;
        }

        isRounded = decimal.Round(value, FixedPoint.Decimals) != value;
        units = rounded;
        return true;
    }

    public static bool TryDouble(ReadOnlySpan<byte> text, out double value) =>
        Utf8Parser.TryParse(text, out value, out var used) && used == text.Length && double.IsFinite(value);

    /// <summary>Column names of the header line: trimmed, lower case.</summary>
    public static string[] Header(ReadOnlySpan<byte> line) =>
        [.. Encoding.UTF8.GetString(line).Split(',').Select(name => name.Trim().Trim('"').ToLowerInvariant())];
}
