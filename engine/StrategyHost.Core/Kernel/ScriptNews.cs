using StrategyHost.Core.Domain;
using StrategyHost.Core.Planning;
using StrategyHost.Core.Strategies;

namespace StrategyHost.Core.Kernel;

/// <summary>What calls tell a script of its fills and orders, and which symbol an answer means by default.</summary>
internal static class ScriptNews
{
    public static Symbol SymbolOf(ScriptCall call, StrategyLane lane) => call switch
    {
        KlineRun c => c.Block.Symbol,
        TradeRun c => c.Block.Symbol,
        KlineUpdateCall c => c.Symbol,
        OrderBookCall c => c.Symbol,
        TickerCall c => c.Symbol,
        FillCall c => c.Fill.Symbol,
        OrderCall c => c.Order.Symbol,
        _ => lane.Setup.Symbols[0],
    };

    /// <summary>When a row of a call happened.</summary>
    public static Timestamp TimeOf(ScriptReturned returned, int row) => returned.Call switch
    {
        KlineRun run when run.From + row < run.To => new Timestamp(run.Block.Start[run.From + row] + run.Block.Interval.Ms),
        TradeRun run when run.From + row < run.To => new Timestamp(run.Block.Time[run.From + row]),
        _ => returned.At,
    };

    /// <summary>When the event happened that the answer is to.</summary>
    public static Timestamp EventOf(ScriptReturned returned) => returned.Call is KlineRun or TradeRun
        ? TimeOf(returned, Math.Max(returned.Answer.Consumed - 1, 0)) : returned.Call.At;

    /// <summary>True when an order is not as it was last told; then it is taken as told.</summary>
    public static bool IsNew(PlanOrder order)
    {
        var request = order.Order.Request; // an attached stop that moved along is not shown, so it is no news
        var now = (order.Order.Status, order.Order.Filled, request.Price, request.Trigger, request.Quantity);
        var isNew = order.Told != now;
        order.Told = now;
        return isNew;
    }

    /// <summary>The stable code of an order that the exchange did not take; null for every other change.</summary>
    public static string? Code(Order order) => order.EndReason switch
    {
        "EC_PostOnlyWillTakeLiquidity" => "post_only_would_take", // Bybit V5 rejectReason, read 2026-07-24
        _ => order.Status == OrderStatus.Rejected ? "rejected" : null,
    };

    public static ScriptFill Describe(PlanOrder order, FillReport fill) => new()
    {
        Symbol = fill.Symbol,
        Side = fill.Side,
        Price = fill.Price.ToDouble(),
        Quantity = fill.Quantity.ToDouble(),
        Fee = (double)fill.Fee,
        FeeRate = (double)fill.FeeRate,
        IsMaker = fill.IsMaker,
        OrderId = order.Id,
        Tag = order.Tag,
        Tranche = order.Plan.Origin.Tranche,
        Role = AccountRecords.RoleText(order),
        ExecutionId = fill.ExecutionId.ToString(),
        Time = fill.At,
        RealisedPnl = (double)fill.RealisedPnl,
    };

    public static ScriptMarket Describe(SymbolMarket market) => new()
    {
        Symbol = market.Symbol,
        Last = Number(market.Last),
        Mark = Number(market.Mark),
        Index = Number(market.Index),
        Bid = Number(market.Bid.Price),
        BidSize = Number(market.Bid.Size),
        Ask = Number(market.Ask.Price),
        AskSize = Number(market.Ask.Size),
        FundingRate = market.FundingRate,
        NextFundingTimeMs = market.NextFundingMs,
        MarkFollowsLast = market.RecordedMark == 0,
    };

    private static double Number(long units) => units == 0 ? double.NaN : new Price(units).ToDouble();
}
