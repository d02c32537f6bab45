using System.Text.Json;
using StrategyHost.Core.Domain;
using StrategyHost.Emulator.Trading;
using StrategyHost.Emulator.Wire;

namespace StrategyHost.Emulator.Rest;

/// <summary>Bodies of create, amend and trading-stop as requests of the simulated exchange (Bybit V5, read 2026-07-24).</summary>
internal static class OrderReader
{
    private static readonly (string, TriggerBy)[] TriggerBys =
        [("LastPrice", TriggerBy.Last), ("MarkPrice", TriggerBy.Mark), ("IndexPrice", TriggerBy.Index)];

    public static OrderRequest? Create(TradingFloor floor, Fields fields)
    {
        var instrument = Scope.Required(floor, fields);
        fields.Require("side", fields.Text("side") is not null);
        fields.Require("orderType", fields.Text("orderType") is not null);
        var type = fields.Choice("orderType", OrderType.Limit, ("Market", OrderType.Market), ("Limit", OrderType.Limit));
        var quantity = fields.Quantity("qty");
        fields.Require("qty", quantity is not null);
        var price = type == OrderType.Limit ? fields.PriceOrNone("price") : null;
        var request = instrument is null ? null : new OrderRequest
        {
            ClientOrderId = new ClientOrderId(fields.Text("orderLinkId") ?? ""),
            Symbol = instrument.Symbol,
            Side = fields.Choice("side", Side.Buy, ("Buy", Side.Buy), ("Sell", Side.Sell)),
            Type = type,
            Quantity = quantity ?? Quantity.Zero,
            Price = price,
            TimeInForce = TimeInForceOf(fields),
            PositionIdx = Idx(fields),
            Trigger = TriggerOf(fields),
            ReduceOnly = fields.Flag("reduceOnly"),
            CloseOnTrigger = fields.Flag("closeOnTrigger"),
            Protection = ProtectionOf(fields),
        };
        return fields.Refusal.IsRefused ? null : request;
    }

    public static OrderAmendment? Amend(OrderRecord order, Fields fields)
    {
        var change = new OrderAmendment
        {
            Symbol = order.Symbol,
            ClientOrderId = new ClientOrderId(order.LinkId),
            Quantity = fields.Quantity("qty"),
            Price = fields.PriceOrNone("price"),
            TriggerPrice = fields.PriceOrNone("triggerPrice"),
            StopLoss = fields.Price("stopLoss"),
            TakeProfit = fields.Price("takeProfit"),
        };
        return fields.Refusal.IsRefused ? null : change;
    }

    public static TradingStop? TradingStop(TradingFloor floor, Fields fields)
    {
        var instrument = Scope.Required(floor, fields);
        var (target, stop) = (fields.Price("takeProfit"), fields.Price("stopLoss"));
        var (targetSize, stopSize) = (fields.Quantity("tpSize"), fields.Quantity("slSize"));
        if (targetSize is not null && stopSize is not null && targetSize != stopSize)
        {
            fields.Refuse("params error: tpSize and slSize must be equal");
        }

        var mode = fields.Choice("tpslMode", TpslMode.Full, ("Full", TpslMode.Full), ("Partial", TpslMode.Partial));
        if (mode == TpslMode.Full && (IsLimit(fields, "tpOrderType") || IsLimit(fields, "slOrderType")))
        {
            fields.Refuse("params error: tpOrderType and slOrderType must be Market in Full mode");
        }

        var request = instrument is null ? null : new TradingStop
        {
            Symbol = instrument.Symbol,
            PositionIdx = Idx(fields),
            Mode = mode,
            TakeProfit = target,
            StopLoss = stop,
            TakeProfitBy = fields.Choice("tpTriggerBy", TriggerBy.Last, TriggerBys),
            StopLossBy = fields.Choice("slTriggerBy", TriggerBy.Last, TriggerBys),
            TrailingDistance = fields.Price("trailingStop"),
            ActivationPrice = fields.PriceOrNone("activePrice"),
            Size = targetSize ?? stopSize,
            TakeProfitLimit = LimitOf(fields, "tpOrderType", "tpLimitPrice"),
            StopLossLimit = LimitOf(fields, "slOrderType", "slLimitPrice"),
        };
        return fields.Refusal.IsRefused ? null : request;
    }

    /// <summary>The items of a batch; null, with a refusal, unless there are 1 to 20.</summary>
    public static IReadOnlyList<JsonElement>? Batch(EmulatorRequest request, Fields fields)
    {
        const int ItemsMax = 20;
        if (fields.Text("category") != "linear")
        {
            fields.Refuse("params error: Category is invalid");
        }

        var items = Fields.Body(request.Body) is { } body && body.TryGetProperty("request", out var array)
            && array.ValueKind == JsonValueKind.Array
            ? array.EnumerateArray().ToArray()
            : [];
        if (items.Length is 0 or > ItemsMax || Array.Exists(items, i => i.ValueKind != JsonValueKind.Object))
        {
            fields.Refuse($"params error: request must hold 1 to {ItemsMax} orders");
        }

        return fields.Refusal.IsRefused ? null : items;
    }

    public static PositionIdx Idx(Fields fields) => fields.Choice(
        "positionIdx", PositionIdx.OneWay, ("0", PositionIdx.OneWay), ("1", PositionIdx.HedgeLong), ("2", PositionIdx.HedgeShort));

    private static TimeInForce TimeInForceOf(Fields fields) => fields.Choice(
        "timeInForce",
        TimeInForce.Gtc,
        ("GTC", TimeInForce.Gtc),
        ("IOC", TimeInForce.Ioc),
        ("FOK", TimeInForce.Fok),
        ("PostOnly", TimeInForce.PostOnly));

    private static Trigger? TriggerOf(Fields fields)
    {
        if (fields.PriceOrNone("triggerPrice") is not { } price)
        {
            return null;
        }

        if (fields.Text("triggerDirection") is null)
        {
            fields.Refuse("TriggerDirection invalid");
        }

        var direction = fields.Choice(
            "triggerDirection", TriggerDirection.Rise, ("1", TriggerDirection.Rise), ("2", TriggerDirection.Fall));
        return new Trigger(price, direction, fields.Choice("triggerBy", TriggerBy.Last, TriggerBys));
    }

    private static AttachedProtection? ProtectionOf(Fields fields)
    {
        var (target, stop) = (fields.PriceOrNone("takeProfit"), fields.PriceOrNone("stopLoss"));
        var mode = fields.Choice("tpslMode", TpslMode.Full, ("Full", TpslMode.Full), ("Partial", TpslMode.Partial));
        return target is null && stop is null ? null : new AttachedProtection
        {
            Mode = mode,
            TakeProfit = target,
            StopLoss = stop,
            TakeProfitBy = fields.Choice("tpTriggerBy", TriggerBy.Last, TriggerBys),
            StopLossBy = fields.Choice("slTriggerBy", TriggerBy.Last, TriggerBys),
            TakeProfitLimit = LimitOf(fields, "tpOrderType", "tpLimitPrice"),
            StopLossLimit = LimitOf(fields, "slOrderType", "slLimitPrice"),
        };
    }

    private static bool IsLimit(Fields fields, string typeName) => fields.Text(typeName) == "Limit";

    private static Price? LimitOf(Fields fields, string typeName, string priceName)
    {
        var isLimit = fields.Choice(typeName, false, ("Market", false), ("Limit", true));
        if (!isLimit)
        {
            return null;
        }

        var price = fields.PriceOrNone(priceName);
        fields.Require(priceName, price is not null);
        return price;
    }
}
