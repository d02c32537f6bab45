using System.Text.Json.Nodes;
using StrategyHost.Core.Domain;
using StrategyHost.Core.MarketData;
using StrategyHost.Emulator.Markets;
using StrategyHost.Emulator.Streams;
using StrategyHost.Emulator.Trading;
using StrategyHost.Emulator.Wire;

namespace StrategyHost.Emulator.Rest;

/// <summary>Public market data over REST (Bybit V5 market pages, read 2026-07-24).</summary>
internal sealed class MarketDataRoutes(TradingFloor floor, PublicFeed feed)
{
    private const int KlinesDefault = 200;
    private const int KlinesMax = 1000;

    public IEnumerable<EmulatorRoute> All() =>
    [
        Route("/v5/market/tickers", Tickers),
        Route("/v5/market/orderbook", Orderbook),
        Route("/v5/market/kline", (fields, _) => Klines(fields, withVolume: true)),
        Route("/v5/market/mark-price-kline", (fields, _) => Klines(fields, withVolume: false)),
        Route("/v5/market/index-price-kline", (fields, _) => Klines(fields, withVolume: false)),
        Route("/v5/market/recent-trade", (fields, _) => RecentTrades(fields)),
        Route("/v5/market/funding/history", (fields, _) => Fundings(fields)),
        Route("/v5/market/risk-limit", (fields, _) => RiskLimits(fields)),
        Route("/v5/market/price-limit", PriceLimit),
        Route("/v5/market/open-interest", OpenInterest),
    ];

    private static EmulatorRoute Route(string path, Func<Fields, long, EmulatorReply?> handle) => new()
    {
        Method = "GET",
        Path = path,
        Handle = (request, _) =>
        {
            var fields = Fields.Of(request);
            var reply = handle(fields, request.AtMs);
            return fields.Refusal.IsRefused || reply is null ? EmulatorReply.Refused(fields.Refusal.Code, fields.Refusal.Text) : reply;
        },
    };

    /// <summary>The market of a request that needs one; the category may be left out where it has a default.</summary>
    private SymbolMarket? Market(Fields fields)
    {
        fields.Require("symbol", fields.Text("symbol") is not null);
        if (fields.Text("category") is { } category && category != "linear")
        {
            fields.Refuse("params error: Category is invalid");
        }

        return floor.Market(Scope.Known(floor, fields)?.Symbol.Name);
    }

    private EmulatorReply Tickers(Fields fields, long atMs)
    {
        var category = Scope.Category(fields);
        var means = category == "linear" ? Scope.Filter(floor, fields) : _ => false;
        var rows = floor.Markets.Where(m => means(m.Symbol)).Select(m =>
            (JsonNode)new JsonObject(TickerFields.Of(m, floor.NowMs).Select(f => KeyValuePair.Create(f.Key, (JsonNode?)f.Value))));
        return EmulatorReply.Ok(new JsonObject { ["category"] = category, ["list"] = new JsonArray([.. rows]) });
    }

    private EmulatorReply? Orderbook(Fields fields, long atMs)
    {
        const int LevelsDefault = 25;
        var limit = Limit(fields, LevelsDefault, KlinesMax);
        return Market(fields) is { } market ? EmulatorReply.Ok(feed.Book(market.Symbol.Name).Rest(limit, atMs)) : null;
    }

    private EmulatorReply? Klines(Fields fields, bool withVolume)
    {
        var limit = Limit(fields, KlinesDefault, KlinesMax);
        var interval = KlineInterval.Parse(fields.Text("interval"));
        if (interval is null)
        {
            fields.Refuse("params error: Invalid period!");
        }

        var (start, end) = (fields.Integer("start"), fields.Integer("end"));
        if (Market(fields) is not { } market || interval is not { } length || fields.Refusal.IsRefused)
        {
            return null;
        }

        var from = start is { } s ? length.StartOf(s) : long.MinValue;
        var chosen = market.Candles.Of(length).Where(k => k.Start >= from && k.Start <= (end ?? long.MaxValue)).ToList();
        // From a start on, forwards; otherwise the latest.
        var rows = start is not null && end is null ? chosen.Take(limit) : chosen.TakeLast(limit);
        return EmulatorReply.Ok(new JsonObject
        {
            ["category"] = "linear",
            ["symbol"] = market.Symbol.Name,
            ["list"] = new JsonArray([.. rows.Reverse().Select(k => (JsonNode)Row(k, withVolume))]),
        });
    }

    private static JsonArray Row(in Kline candle, bool withVolume)
    {
        JsonArray row =
        [
            WireText.Of(candle.Start),
            new Price(candle.Open).ToString(),
            new Price(candle.High).ToString(),
            new Price(candle.Low).ToString(),
            new Price(candle.Close).ToString(),
        ];
        if (withVolume)
        {
            row.Add(new Quantity(candle.Volume).ToString());
            row.Add(WireText.Of(decimal.Round((decimal)candle.Turnover, 4)));
        }

        return row;
    }

    private EmulatorReply? RecentTrades(Fields fields)
    {
        const int TradesDefault = 500;
        var limit = Limit(fields, TradesDefault, KlinesMax);
        if (Market(fields) is not { } market)
        {
            return null;
        }

        var rows = market.Trades.AsEnumerable().Reverse().Take(limit).Select(t => (JsonNode)new JsonObject
        {
            ["execId"] = t.Id,
            ["symbol"] = market.Symbol.Name,
            ["price"] = new Price(t.Price).ToString(),
            ["size"] = new Quantity(t.Size).ToString(),
            ["side"] = WireText.Of(t.Side),
            ["time"] = WireText.Of(t.TimeMs),
            ["isBlockTrade"] = false,
            ["isRPITrade"] = false,
            ["seq"] = WireText.Of(t.Seq),
        });
        return EmulatorReply.Ok(new JsonObject { ["category"] = "linear", ["list"] = new JsonArray([.. rows]) });
    }

    private EmulatorReply? Fundings(Fields fields)
    {
        const int FundingsMax = 200;
        var limit = Limit(fields, FundingsMax, FundingsMax);
        var (start, end) = (fields.Integer("startTime"), fields.Integer("endTime"));
        if (start is not null && end is null)
        {
            fields.Refuse("params error: endTime is required with startTime");
        }

        if (Market(fields) is not { } market || fields.Refusal.IsRefused)
        {
            return null;
        }

        var rows = market.Fundings.AsEnumerable().Reverse()
            .Where(f => f.TimeMs >= (start ?? 0) && f.TimeMs <= (end ?? long.MaxValue)).Take(limit)
            .Select(f => (JsonNode)new JsonObject
            {
                ["symbol"] = market.Symbol.Name,
                ["fundingRate"] = WireText.Of(f.Rate),
                ["fundingRateTimestamp"] = WireText.Of(f.TimeMs),
            });
        return EmulatorReply.Ok(new JsonObject { ["category"] = "linear", ["list"] = new JsonArray([.. rows]) });
    }

    /// <summary>One tier a symbol, as the simulated margin has it; rates are fractions.</summary>
    private EmulatorReply RiskLimits(Fields fields)
    {
        var category = Scope.Category(fields);
        var means = category == "linear" ? Scope.Filter(floor, fields) : _ => false;
        var rows = floor.Markets.Where(m => means(m.Symbol)).Select(m => (JsonNode)new JsonObject
        {
            ["id"] = 1,
            ["symbol"] = m.Symbol.Name,
            ["riskLimitValue"] = "2000000",
            ["maintenanceMargin"] = WireText.Of(m.Instrument.MaintenanceMarginRate),
            ["initialMargin"] = WireText.Of(1 / m.Instrument.MaxLeverage),
            ["isLowestRisk"] = 1,
            ["maxLeverage"] = WireText.Of(m.Instrument.MaxLeverage),
            ["mmDeduction"] = "",
        });
        return EmulatorReply.Ok(new JsonObject
        {
            ["category"] = category,
            ["list"] = new JsonArray([.. rows]),
            ["nextPageCursor"] = "",
        });
    }

    private EmulatorReply? PriceLimit(Fields fields, long atMs) => Market(fields) is not { } market ? null : EmulatorReply.Ok(new JsonObject
    {
        ["symbol"] = market.Symbol.Name,
        ["buyLmt"] = market.Instrument.TickDown(new Price(market.Mark).Value * 1.05m).ToString(),
        ["sellLmt"] = market.Instrument.TickUp(new Price(market.Mark).Value * 0.95m).ToString(),
        ["ts"] = WireText.Of(atMs),
    });

    private EmulatorReply? OpenInterest(Fields fields, long atMs)
    {
        if (Market(fields) is not { } market)
        {
            return null;
        }

        var interest = TickerFields.Of(market, floor.NowMs).First(f => f.Key == "openInterest").Value;
        var row = new JsonObject { ["openInterest"] = interest, ["timestamp"] = WireText.Of(atMs / 300_000 * 300_000) };
        return EmulatorReply.Ok(new JsonObject
        {
            ["symbol"] = market.Symbol.Name,
            ["category"] = "linear",
            ["list"] = new JsonArray(row),
            ["nextPageCursor"] = "",
        });
    }

    private static int Limit(Fields fields, int limitDefault, int limitMax)
    {
        var limit = fields.Integer("limit") ?? limitDefault;
        if (limit < 1 || limit > limitMax)
        {
            fields.Refuse($"params error: limit must be 1 to {limitMax}");
        }

        return (int)Math.Clamp(limit, 1, limitMax);
    }
}
