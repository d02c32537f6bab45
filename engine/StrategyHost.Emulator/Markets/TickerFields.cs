using StrategyHost.Core.Domain;
using StrategyHost.Emulator.Wire;

namespace StrategyHost.Emulator.Markets;

/// <summary>
/// The fields of a linear ticker, in the exchange's order (Bybit V5 tickers, read 2026-07-24). Open interest is made up and fixed.
/// </summary>
internal static class TickerFields
{
    private const long DayMs = 86_400_000;
    private const long HourMs = 3_600_000;
    private const decimal OpenInterestValue = 3_000_000_000m;

    public static List<KeyValuePair<string, string>> Of(SymbolMarket market, long nowMs)
    {
        var day = Range.Of(market.Candles, nowMs - DayMs);
        var hour = Range.Of(market.Candles, nowMs - HourMs);
        var mark = new Price(market.Mark);
        var interest = decimal.Floor(OpenInterestValue / new Price(day.Open).Value);
        var change = decimal.Round((market.Last - (decimal)day.Open) / day.Open, 6);
        var book = market.Book;
        return
        [
            new("symbol", market.Symbol.Name),
            new("lastPrice", new Price(market.Last).ToString()),
            new("indexPrice", new Price(market.Index).ToString()),
            new("markPrice", mark.ToString()),
            new("prevPrice24h", new Price(day.Open).ToString()),
            new("price24hPcnt", WireText.Of(change)),
            new("highPrice24h", new Price(day.High).ToString()),
            new("lowPrice24h", new Price(day.Low).ToString()),
            new("prevPrice1h", new Price(hour.Open).ToString()),
            new("openInterest", WireText.Of(interest)),
            new("openInterestValue", WireText.Of(decimal.Round(interest * mark.Value, 2))),
            new("turnover24h", WireText.Of(decimal.Round((decimal)day.Turnover, 4))),
            new("volume24h", WireText.Of(day.Volume)),
            new("fundingRate", WireText.Of(market.FundingRate)),
            new("nextFundingTime", WireText.Of(market.NextFundingMs)),
            new("fundingIntervalHour", WireText.Of(market.Instrument.FundingIntervalMinutes / 60)),
            new("fundingCap", "0.005"),
            new("bid1Price", Level(book.BidLevels, l => new Price(l.Price).ToString())),
            new("bid1Size", Level(book.BidLevels, l => new Quantity(l.Size).ToString())),
            new("ask1Price", Level(book.AskLevels, l => new Price(l.Price).ToString())),
            new("ask1Size", Level(book.AskLevels, l => new Quantity(l.Size).ToString())),
            new("basis", ""),
            new("basisRate", ""),
            new("basisRateYear", ""),
            new("predictedDeliveryPrice", ""),
            new("deliveryFeeRate", ""),
            new("deliveryTime", "0"),
            new("preOpenPrice", ""),
            new("preQty", ""),
            new("curPreListingPhase", ""),
        ];
    }

    private static string Level(Core.MarketData.BookLevel[] side, Func<Core.MarketData.BookLevel, string> text) =>
        side.Length == 0 ? "" : text(side[0]);

    private readonly record struct Range(long Open, long High, long Low, decimal Volume, double Turnover)
    {
        public static Range Of(MinuteCandles candles, long sinceMs)
        {
            Range? range = null;
            foreach (var minute in candles.Since(sinceMs))
            {
                var volume = new Quantity(minute.Volume).Value;
                range = range is not { } so
                    ? new Range(minute.Open, minute.High, minute.Low, volume, minute.Turnover)
                    : so with
                    {
                        High = Math.Max(so.High, minute.High),
                        Low = Math.Min(so.Low, minute.Low),
                        Volume = so.Volume + volume,
                        Turnover = so.Turnover + minute.Turnover,
                    };
            }

            return range!.Value; // the running minute is always there
        }
    }
}
