using System.Globalization;

namespace StrategyHost.Host.Terminal;

/// <summary>Counted things in a sentence: <c>1 order</c>, <c>2 orders</c>.</summary>
internal static class Plural
{
    public static string Of(int count, string thing) =>
        string.Create(CultureInfo.InvariantCulture, $"{count:#,0} {thing}{(count == 1 ? "" : "s")}");
}
