using System.Globalization;
using StrategyHost.Core.Domain;
using StrategyHost.Storage.Journal;

namespace StrategyHost.Storage.Projections;

/// <summary>Values as the columns hold them.</summary>
internal static class ViewText
{
    public static string Of(decimal value) => value.ToString(CultureInfo.InvariantCulture);

    public static string? Of(Price? price) => price is { Units: not 0 } given ? given.ToString() : null;

    public static decimal Money(string? text) => decimal.Parse(text ?? "", NumberStyles.Number, CultureInfo.InvariantCulture);

    public static Price? Price(string? text) => text is null ? null : new Price(JsonTexts.Units(text));

    public static Quantity Quantity(string? text) => new(JsonTexts.Units(text));

    public static T Enum<T>(string? text)
        where T : struct, Enum => System.Enum.Parse<T>(text ?? "");

    public static string? Some(string? text) => string.IsNullOrEmpty(text) ? null : text;
}
