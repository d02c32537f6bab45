using System.Text;
using System.Text.Json;
using StrategyHost.Core.Domain;
using StrategyHost.Core.MarketData;
using StrategyHost.Core.Strategies;

namespace StrategyHost.Scripting.Border;

/// <summary>
/// JSON texts for what is rare and full of words: instruments, parameters, orders, fills. Never on the path of market data.
/// </summary>
internal static class Payloads
{
    public static string Environment(ScriptEnvironment environment) => Write(json =>
    {
        json.WriteStartObject();
        json.WriteNumber("historyLimit", environment.HistoryLimit);
        json.WriteStartArray("instruments");
        foreach (var instrument in environment.Instruments)
        {
            Instrument(json, instrument);
        }

        json.WriteEndArray();
        json.WriteStartArray("series");
        for (var i = 0; i < environment.Instruments.Count; i++)
        {
            foreach (var interval in environment.Intervals)
            {
                Series(json, i, interval);
            }
        }

        json.WriteEndArray();
        json.WritePropertyName("params");
        Value(json, ScriptValue.Of(environment.Parameters));
        json.WriteEndObject();
    });

    public static string Instrument(Instrument instrument) => Write(json => Instrument(json, instrument));

    public static string Series(int symbol, Interval interval) => Write(json => Series(json, symbol, interval));

    /// <summary>The words of a view: own orders, and the tranches of each position.</summary>
    public static string View(ScriptView view) => Write(json =>
    {
        json.WriteStartObject();
        json.WriteStartArray("orders");
        foreach (var order in view.Orders)
        {
            json.WriteStartObject();
            Order(json, order);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("tranches");
        foreach (var position in view.Positions)
        {
            Tranches(json, position.Tranches);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    });

    public static string Order(OrderCall call) => Write(json =>
    {
        json.WriteStartObject();
        Order(json, call.Order);
        json.WriteString("code", call.Code);
        json.WriteString("text", call.Text);
        json.WriteEndObject();
    });

    public static string Fill(ScriptFill fill) => Write(json =>
    {
        json.WriteStartObject();
        json.WriteString("symbol", fill.Symbol.Name);
        json.WriteString("side", fill.Side.Text());
        Number(json, "price", fill.Price);
        Number(json, "quantity", fill.Quantity);
        Number(json, "fee", fill.Fee);
        Number(json, "fee_rate", fill.FeeRate);
        json.WriteString("liquidity", fill.IsMaker ? "maker" : "taker");
        json.WriteString("order_id", fill.OrderId);
        json.WriteString("tag", fill.Tag);
        json.WriteString("tranche", fill.Tranche);
        json.WriteString("role", fill.Role);
        json.WriteString("exec_id", fill.ExecutionId);
        json.WriteNumber("time", fill.Time.Ms);
        Number(json, "realised_pnl", fill.RealisedPnl);
        json.WriteEndObject();
    });

    private static void Order(Utf8JsonWriter json, ScriptOrder order)
    {
        json.WriteString("id", order.Id);
        json.WriteString("tag", order.Tag);
        json.WriteString("symbol", order.Symbol.Name);
        json.WriteString("role", order.Role);
        json.WriteString("side", order.Side.Text());
        json.WriteString("type", order.Type);
        Number(json, "price", order.Price);
        Number(json, "stop_price", order.StopPrice);
        Number(json, "quantity", order.Quantity);
        Number(json, "filled", order.Filled);
        json.WriteString("status", order.Status);
        json.WriteNumber("created_at", order.CreatedAt.Ms);
        Number(json, "expires_at", order.ExpiresAt?.Ms ?? double.NaN);
    }

    private static void Tranches(Utf8JsonWriter json, IReadOnlyList<ScriptTranche> tranches)
    {
        json.WriteStartArray();
        foreach (var tranche in tranches)
        {
            json.WriteStartObject();
            json.WriteString("name", tranche.Name);
            Number(json, "size", tranche.Size);
            Number(json, "entry_price", tranche.EntryPrice);
            Number(json, "stop_price", tranche.StopPrice);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void Instrument(Utf8JsonWriter json, Instrument instrument)
    {
        json.WriteStartObject();
        json.WriteString("symbol", instrument.Symbol.Name);
        Number(json, "tick_size", instrument.TickSize.ToDouble());
        Number(json, "qty_step", instrument.QtyStep.ToDouble());
        Number(json, "min_qty", instrument.MinQty.ToDouble());
        Number(json, "min_notional", (double)instrument.MinNotional);
        json.WriteEndObject();
    }

    private static void Series(Utf8JsonWriter json, int symbol, Interval interval)
    {
        json.WriteStartObject();
        json.WriteNumber("sym", symbol);
        json.WriteString("interval", interval.ToString());
        json.WriteNumber("ms", interval.Ms);
        json.WriteEndObject();
    }

    private static void Value(Utf8JsonWriter json, ScriptValue value)
    {
        switch (value.Kind)
        {
            case ScriptValueKind.Boolean:
                json.WriteBooleanValue(value.Boolean);
                break;
            case ScriptValueKind.Number when double.IsFinite(value.Number):
                json.WriteNumberValue(value.Number);
                break;
            case ScriptValueKind.Text:
                json.WriteStringValue(value.Text);
                break;
            case ScriptValueKind.Array:
                json.WriteStartArray();
                foreach (var item in value.Items)
                {
                    Value(json, item);
                }

                json.WriteEndArray();
                break;
            case ScriptValueKind.Object:
                json.WriteStartObject();
                foreach (var field in value.Fields)
                {
                    json.WritePropertyName(field.Key);
                    Value(json, field.Value);
                }

                json.WriteEndObject();
                break;
            default:
                json.WriteNullValue();
                break;
        }
    }

    private static void Number(Utf8JsonWriter json, string name, double value)
    {
        if (double.IsFinite(value))
        {
            json.WriteNumber(name, value);
        }
        else
        {
            json.WriteNull(name);
        }
    }

    private static string Write(Action<Utf8JsonWriter> body)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            body(json);
        }

        return Encoding.UTF8.GetString(stream.GetBuffer(), 0, (int)stream.Length);
    }
}
