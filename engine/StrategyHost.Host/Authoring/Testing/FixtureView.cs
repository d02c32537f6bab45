using System.Text.Json;
using StrategyHost.Core.Domain;
using StrategyHost.Core.Strategies;

namespace StrategyHost.Host.Authoring.Testing;

/// <summary>What a test says that ctx shows, as the view that the script gets; what it leaves out is flat and funded.</summary>
internal static class FixtureView
{
    private const double EquityDefault = 100_000;

    public static ScriptView Of(JsonElement ctx, Symbol symbol, double last, Timestamp now)
    {
        var market = Market(Part(ctx, "market"), symbol, last);
        ScriptPosition[] positions = Part(ctx, "position") is { ValueKind: JsonValueKind.Object } held ? [Position(held, symbol, now)] : [];
        var profit = positions.Sum(p => (market.Mark - p.EntryPrice) * p.Size * p.Side.Sign());
        var account = Part(ctx, "account");
        var equity = FixtureTape.Number(account, "equity", "ctx.account", EquityDefault);
        return new ScriptView
        {
            WalletBalance = equity - (double.IsNaN(profit) ? 0 : profit),
            Available = FixtureTape.Number(account, "available", "ctx.account", equity),
            Positions = positions,
            Orders = Part(ctx, "orders") is { ValueKind: JsonValueKind.Array } orders
                ? [.. orders.EnumerateArray().Select((o, i) => Order(o, symbol, now, $"order-{i + 1}"))] : [],
            Markets = [market],
        };
    }

    public static ScriptOrder Order(JsonElement order, Symbol symbol, Timestamp now, string id) => new()
    {
        Id = Text(order, "id", id),
        Tag = Text(order, "tag", ""),
        Symbol = symbol,
        Role = Text(order, "role", "entry"),
        Side = SideOf(order),
        Type = Text(order, "type", "limit"),
        Price = FixtureTape.Number(order, "price", "order", double.NaN),
        StopPrice = FixtureTape.Number(order, "stop_price", "order", double.NaN),
        Quantity = FixtureTape.Number(order, "quantity", "order", 1),
        Filled = FixtureTape.Number(order, "filled", "order", 0),
        Status = Text(order, "status", "open"),
        CreatedAt = now,
    };

    public static Side SideOf(JsonElement of) => Text(of, "side", "buy") switch
    {
        "buy" => Side.Buy,
        "sell" => Side.Sell,
        var other => throw new FixtureException($"side '{other}' is neither \"buy\" nor \"sell\""),
    };

    public static string Text(JsonElement of, string name, string otherwise) =>
        Part(of, name) is { ValueKind: JsonValueKind.String } text ? text.GetString() ?? otherwise : otherwise;

    public static JsonElement Part(JsonElement of, string name) =>
        of.ValueKind == JsonValueKind.Object && of.TryGetProperty(name, out var part) ? part : default;

    private static ScriptPosition Position(JsonElement held, Symbol symbol, Timestamp now) => new()
    {
        Symbol = symbol,
        Side = Text(held, "side", "") switch
        {
            "long" => PositionSide.Long,
            "short" => PositionSide.Short,
            var other => throw new FixtureException($"position: side '{other}' is neither \"long\" nor \"short\""),
        },
        Size = FixtureTape.Number(held, "size", "position"),
        EntryPrice = FixtureTape.Number(held, "entry_price", "position"),
        StopPrice = FixtureTape.Number(held, "stop_price", "position", double.NaN),
        TrailPercent = FixtureTape.Number(held, "trail_percent", "position", double.NaN),
        OpenedAt = new Timestamp((long)FixtureTape.Number(held, "opened_at", "position", now.Ms)),
    };

    private static ScriptMarket Market(JsonElement market, Symbol symbol, double last)
    {
        double Of(string name, double otherwise) => FixtureTape.Number(market, name, "market", otherwise);
        var price = Of("last", last);
        var hasMark = Part(market, "mark").ValueKind == JsonValueKind.Number;
        return new ScriptMarket
        {
            Symbol = symbol,
            Last = price,
            Mark = Of("mark", price),
            Index = Of("index", price),
            Bid = Of("bid", double.NaN),
            Ask = Of("ask", double.NaN),
            BidSize = Of("bid_size", double.NaN),
            AskSize = Of("ask_size", double.NaN),
            FundingRate = Of("funding_rate", 0.0001),
            MarkFollowsLast = !hasMark,
        };
    }
}
