using System.Globalization;
using System.Text.Json.Nodes;
using StrategyHost.Core.Domain;

namespace StrategyHost.Emulator.Rest;

/// <summary>
/// An instrument as <c>instruments-info</c> shows a linear perpetual (Bybit V5, read 2026-07-24). What Core's instrument does not hold is
/// typical: price bounds of one tick and 20,000,000 ticks, launched 2020-03-30, funding bounds of 0.5 %.
/// </summary>
internal static class InstrumentRow
{
    private const string LaunchTime = "1585526400000";
    private const long TicksMax = 20_000_000;

    public static string BaseCoin(Instrument instrument)
    {
        var name = instrument.Symbol.Name;
        return name.EndsWith("USDT", StringComparison.Ordinal) ? name[..^4] : name;
    }

    public static JsonObject Write(Instrument instrument) => new()
    {
        ["symbol"] = instrument.Symbol.Name,
        ["contractType"] = "LinearPerpetual",
        ["status"] = "Trading",
        ["baseCoin"] = BaseCoin(instrument),
        ["quoteCoin"] = "USDT",
        ["settleCoin"] = "USDT",
        ["launchTime"] = LaunchTime,
        ["deliveryTime"] = "0",
        ["deliveryFeeRate"] = "",
        ["priceScale"] = Decimals(instrument.TickSize).ToString(CultureInfo.InvariantCulture),
        ["leverageFilter"] = new JsonObject
        {
            ["minLeverage"] = "1",
            ["maxLeverage"] = instrument.MaxLeverage.ToString("0.00", CultureInfo.InvariantCulture),
            ["leverageStep"] = "0.01",
        },
        ["priceFilter"] = new JsonObject
        {
            ["minPrice"] = instrument.TickSize.ToString(),
            ["maxPrice"] = new Price(Math.Min(instrument.TickSize.Units, long.MaxValue / TicksMax) * TicksMax).ToString(),
            ["tickSize"] = instrument.TickSize.ToString(),
        },
        ["lotSizeFilter"] = LotSizeFilter(instrument),
        ["unifiedMarginTrade"] = true,
        ["fundingInterval"] = instrument.FundingIntervalMinutes,
        ["copyTrading"] = "none",
        ["upperFundingRate"] = "0.005",
        ["lowerFundingRate"] = "-0.005",
        ["isPreListing"] = false,
        ["preListingInfo"] = null,
        ["riskParameters"] = new JsonObject { ["priceLimitRatioX"] = "0.05", ["priceLimitRatioY"] = "0.1" },
        ["symbolType"] = "",
    };

    private static JsonObject LotSizeFilter(Instrument instrument) => new()
    {
        ["minOrderQty"] = instrument.MinQty.ToString(),
        ["maxOrderQty"] = instrument.MaxLimitQty.ToString(),
        ["maxMktOrderQty"] = instrument.MaxMarketQty.ToString(),
        ["qtyStep"] = instrument.QtyStep.ToString(),
        ["postOnlyMaxOrderQty"] = instrument.MaxLimitQty.ToString(),
        ["minNotionalValue"] = instrument.MinNotional.ToString("0.#########", CultureInfo.InvariantCulture),
    };

    private static int Decimals(Price tick) => tick.ToString().Split('.') is [_, var rest] ? rest.Length : 0;
}
