using System.Buffers;
using System.Diagnostics;
using System.Text.Json;
using StrategyHost.Core.Domain;
using StrategyHost.Core.Kernel;

namespace StrategyHost.Bybit.Rest;

/// <summary>
/// Bodies of the writing endpoints (Bybit V5 create-order, amend-order, cancel-order, their batches, trading-stop, set-leverage,
/// switch-mode, read 2026-07-24). Numbers are plain decimal texts. What is null is left out: the exchange reads absence as "leave as it
/// is".
/// </summary>
internal static class RequestBodies
{
    public static byte[] Place(OrderRequest order) => Body(w => Write(w, order));

    public static byte[] Amend(OrderAmendment amendment) => Body(w => Write(w, amendment));

    public static byte[] Cancel(Symbol symbol, ClientOrderId id) => Body(w => Write(w, symbol, id));

    /// <summary>Rows of one kind, each as the single request without its category (Bybit V5 batch-place, read 2026-07-24).</summary>
    public static byte[] Batch(IReadOnlyList<AccountEffect> rows) => Body(w =>
    {
        w.WriteStartArray("request");
        foreach (var row in rows)
        {
            w.WriteStartObject();
            Write(w, row);
            w.WriteEndObject();
        }

        w.WriteEndArray();
    });

    public static byte[] TradingStop(TradingStop stop) => Body(w =>
    {
        w.WriteString("symbol", stop.Symbol.Name);
        w.WriteString("tpslMode", Text(stop.Mode));
        w.WriteNumber("positionIdx", (int)stop.PositionIdx);
        Write(w, "stopLoss", stop.StopLoss);
        Write(w, "takeProfit", stop.TakeProfit);
        Write(w, "trailingStop", stop.TrailingDistance);
        Write(w, "activePrice", stop.ActivationPrice);
        WriteTriggers(
            w, stop.StopLoss is { Units: not 0 } ? stop.StopLossBy : null, stop.TakeProfit is { Units: not 0 } ? stop.TakeProfitBy : null);
        if (stop.Size is { } size)
        {
            WriteSizes(w, stop, size);
        }

        WriteLimits(w, stop.StopLossLimit, stop.TakeProfitLimit);
    });

    public static byte[] SetLeverage(Symbol symbol, decimal leverage) => Body(w =>
    {
        var text = FixedPoint.Text(FixedPoint.Units(leverage));
        w.WriteString("symbol", symbol.Name);
        w.WriteString("buyLeverage", text);
        w.WriteString("sellLeverage", text);
    });

    public static byte[] SwitchMode(Symbol symbol, PositionMode mode) => Body(w =>
    {
        w.WriteString("symbol", symbol.Name);
        w.WriteNumber("mode", mode == PositionMode.OneWay ? 0 : 3);
    });

    private static void Write(Utf8JsonWriter w, AccountEffect row)
    {
        switch (row)
        {
            case PlaceOrder place:
                Write(w, place.Request);
                break;
            case AmendOrder amend:
                Write(w, amend.Amendment);
                break;
            case CancelOrder cancel:
                Write(w, cancel.Symbol, cancel.Id);
                break;
            default:
                throw new UnreachableException(row.ToString());
        }
    }

    private static void Write(Utf8JsonWriter w, OrderRequest order)
    {
        w.WriteString("symbol", order.Symbol.Name);
        w.WriteString("side", order.Side == Side.Buy ? "Buy" : "Sell");
        w.WriteString("orderType", order.Type == OrderType.Market ? "Market" : "Limit");
        w.WriteString("qty", order.Quantity.ToString());
        if (order.Type == OrderType.Limit)
        {
            Write(w, "price", order.Price);
            w.WriteString("timeInForce", Text(order.TimeInForce));
        }

        w.WriteNumber("positionIdx", (int)order.PositionIdx);
        w.WriteString("orderLinkId", order.ClientOrderId.Value);
        if (order.Trigger is { } trigger)
        {
            w.WriteString("triggerPrice", trigger.Price.ToString());
            w.WriteNumber("triggerDirection", (int)trigger.Direction);
            w.WriteString("triggerBy", Text(trigger.By));
        }

        Write(w, "reduceOnly", order.ReduceOnly);
        Write(w, "closeOnTrigger", order.CloseOnTrigger);
        if (order.Protection is { } protection)
        {
            Write(w, protection);
        }
    }

    private static void Write(Utf8JsonWriter w, OrderAmendment amendment)
    {
        w.WriteString("symbol", amendment.Symbol.Name);
        w.WriteString("orderLinkId", amendment.ClientOrderId.Value);
        if (amendment.Quantity is { } quantity)
        {
            w.WriteString("qty", quantity.ToString());
        }

        Write(w, "price", amendment.Price);
        Write(w, "triggerPrice", amendment.TriggerPrice);
        Write(w, "stopLoss", amendment.StopLoss);
        Write(w, "takeProfit", amendment.TakeProfit);
    }

    private static void Write(Utf8JsonWriter w, Symbol symbol, ClientOrderId id)
    {
        w.WriteString("symbol", symbol.Name);
        w.WriteString("orderLinkId", id.Value);
    }

    private static void Write(Utf8JsonWriter w, AttachedProtection protection)
    {
        Write(w, "stopLoss", protection.StopLoss);
        Write(w, "takeProfit", protection.TakeProfit);
        WriteTriggers(
            w, protection.StopLoss is null ? null : protection.StopLossBy, protection.TakeProfit is null ? null : protection.TakeProfitBy);
        w.WriteString("tpslMode", Text(protection.Mode));
        WriteLimits(w, protection.StopLossLimit, protection.TakeProfitLimit);
    }

    private static void WriteSizes(Utf8JsonWriter w, TradingStop stop, Quantity size)
    {
        if (stop.StopLoss is not null)
        {
            w.WriteString("slSize", size.ToString());
        }

        if (stop.TakeProfit is not null)
        {
            w.WriteString("tpSize", size.ToString());
        }
    }

    private static void WriteTriggers(Utf8JsonWriter w, TriggerBy? stopBy, TriggerBy? targetBy)
    {
        if (stopBy is { } stop)
        {
            w.WriteString("slTriggerBy", Text(stop));
        }

        if (targetBy is { } target)
        {
            w.WriteString("tpTriggerBy", Text(target));
        }
    }

    private static void WriteLimits(Utf8JsonWriter w, Price? stopLimit, Price? targetLimit)
    {
        if (stopLimit is not null)
        {
            w.WriteString("slOrderType", "Limit");
        }

        Write(w, "slLimitPrice", stopLimit);
        if (targetLimit is not null)
        {
            w.WriteString("tpOrderType", "Limit");
        }

        Write(w, "tpLimitPrice", targetLimit);
    }

    private static void Write(Utf8JsonWriter w, string name, Price? price)
    {
        if (price is { } known)
        {
            w.WriteString(name, known.ToString());
        }
    }

    private static void Write(Utf8JsonWriter w, string name, bool value)
    {
        if (value)
        {
            w.WriteBoolean(name, true);
        }
    }

    private static byte[] Body(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            writer.WriteString("category", "linear");
            write(writer);
            writer.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    private static string Text(TimeInForce timeInForce) => timeInForce switch
    {
        TimeInForce.Gtc => "GTC",
        TimeInForce.Ioc => "IOC",
        TimeInForce.Fok => "FOK",
        TimeInForce.PostOnly => "PostOnly",
    };

    private static string Text(TriggerBy by) => by switch
    {
        TriggerBy.Last => "LastPrice",
        TriggerBy.Mark => "MarkPrice",
        TriggerBy.Index => "IndexPrice",
    };

    private static string Text(TpslMode mode) => mode == TpslMode.Full ? "Full" : "Partial";
}
