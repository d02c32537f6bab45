using System.Globalization;
using StrategyHost.Core.MarketData;

namespace StrategyHost.Bybit.Codec;

/// <summary>Candle lengths in the exchange's words: minutes, or D for a day (W and M have no fixed length and are not offered).</summary>
public static class IntervalCodec
{
    public static string Write(Interval interval) =>
        interval.Minutes == 1440 ? "D" : interval.Minutes.ToString(CultureInfo.InvariantCulture);

    internal static Interval Read(WireReader reader, string? text)
    {
        var minutes = text == "D" ? 1440 : int.TryParse(text, CultureInfo.InvariantCulture, out var parsed) ? parsed : 0;
        var interval = new Interval(minutes);
        return Interval.Names.Contains(interval.ToString()) ? interval : reader.Bad<Interval>("interval", text, "is not offered");
    }
}
