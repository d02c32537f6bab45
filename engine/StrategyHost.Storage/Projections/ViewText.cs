using System.Globalization;
using StrategyHost.Core.Domain;
using StrategyHost.Storage.Journal;

namespace StrategyHost.Storage.Projections;

/// <summary>Values as the columns hold them.</summary>
internal static class ViewText
{
    /// <summary>So many digits always fit a long.</summary>
    private const int LongDigits = 18;

    public static string Of(decimal value) => value.ToString(CultureInfo.InvariantCulture);

    public static string? Of(Price? price) => price is { Units: not 0 } given ? given.ToString() : null;

    public static decimal Money(string? text) => decimal.Parse(text ?? "", NumberStyles.Number, CultureInfo.InvariantCulture);

    /// <summary>
    /// The same of a text's bytes, with as many decimals as it has. Up to 18 digits, which is nearly all money, it needs no general reader.
    /// </summary>
    public static decimal Money(ReadOnlySpan<byte> text)
    {
        var isNegative = text is [(byte)'-', ..];
        var (value, digits, decimals) = (0L, 0, -1);
        foreach (var c in isNegative ? text[1..] : text)
        {
            if (c == (byte)'.' && decimals < 0)
            {
                decimals = 0;
                continue;
            }

            if (!char.IsAsciiDigit((char)c) || ++digits > LongDigits)
            {
                return decimal.Parse(text, NumberStyles.Number, CultureInfo.InvariantCulture);
            }

            (value, decimals) = ((value * 10) + (c - '0'), decimals < 0 ? decimals : decimals + 1);
        }

        return digits == 0
            ? decimal.Parse(text, NumberStyles.Number, CultureInfo.InvariantCulture)
            : new decimal((int)value, (int)(value >> 32), 0, isNegative, (byte)Math.Max(0, decimals));
    }

    public static Price? Price(string? text) => text is null ? null : new Price(JsonTexts.Units(text));

    public static Quantity Quantity(string? text) => new(JsonTexts.Units(text));

    public static T Enum<T>(string? text)
        where T : struct, Enum => System.Enum.Parse<T>(text ?? "");

    public static string? Some(string? text) => string.IsNullOrEmpty(text) ? null : text;
}
