using System.Text.Json;
using StrategyHost.Core.Accounts;
using StrategyHost.Core.Domain;
using StrategyHost.Core.Strategies;
using StrategyHost.Host.Authoring.Lookahead;
using StrategyHost.Simulation.Backtest;

namespace StrategyHost.Host.Authoring.Testing;

/// <summary>A backtest as a test sees it: plain numbers, since a test compares with tolerances and not for money.</summary>
internal static class BacktestAnswer
{
    public static void Write(Utf8JsonWriter writer, BacktestResult run, IReadOnlyList<RecordedAnswer> answers)
    {
        writer.WriteStartObject();
        WriteList(writer, "signals", run.SignalLedger, WriteSignal);
        WriteList(writer, "returned", Returned(answers), WriteReturned);
        ByAccount(writer, "trades", run, (w, a) => List(w, run.Trades.Where(t => t.Account == a), WriteTrade));
        ByAccount(writer, "orders", run, (w, a) => List(w, run.Orders.Where(o => o.Account == a), WriteOrder));
        ByAccount(writer, "accounts", run, (w, a) => WriteAccount(w, run.Accounts.First(r => r.Account == a)));
        WriteList(writer, "logs", run.Logs, (w, line) => w.WriteStringValue(line));
        WriteList(writer, "warnings", run.Warnings, (w, line) => w.WriteStringValue(line));
        writer.WriteEndObject();
    }

    /// <summary>An array counts as its items.</summary>
    private static IEnumerable<(Timestamp Time, ScriptValue Value)> Returned(IReadOnlyList<RecordedAnswer> answers) =>
        from answer in answers
        from value in answer.Value.Kind == ScriptValueKind.Array ? answer.Value.Items : [answer.Value]
        where value.Kind == ScriptValueKind.Object
        select (answer.Time, value);

    private static void WriteReturned(Utf8JsonWriter writer, (Timestamp Time, ScriptValue Value) signal)
    {
        writer.WriteStartObject();
        writer.WriteString("time", signal.Time.ToString());
        foreach (var (name, value) in signal.Value.Fields.Where(f => f.Key != "time"))
        {
            writer.WritePropertyName(name);
            ScriptValueJson.Write(writer, value);
        }

        writer.WriteEndObject();
    }

    private static void WriteSignal(Utf8JsonWriter writer, SignalRow signal)
    {
        writer.WriteStartObject();
        writer.WriteString("id", signal.SignalId);
        writer.WriteString("time", signal.Time.ToString());
        writer.WriteString("symbol", signal.Symbol.Name);
        writer.WriteString("action", signal.Action);
        writer.WriteString("outcome", signal.Outcome);
        writer.WriteString("text", signal.Text);
        writer.WriteString("tag", signal.Tag);
        writer.WriteString("reason", signal.Reason);
        writer.WriteEndObject();
    }

    private static void WriteTrade(Utf8JsonWriter writer, TradeRecord trade)
    {
        writer.WriteStartObject();
        writer.WriteString("symbol", trade.Symbol.Name);
        writer.WriteString("side", trade.Side == PositionSide.Long ? "long" : "short");
        writer.WriteString("tag", trade.Tag);
        writer.WriteString("entryTime", trade.EntryTime.ToString());
        writer.WriteNumber("entryPrice", trade.EntryPrice);
        writer.WriteString("exitTime", trade.ExitTime.ToString());
        writer.WriteNumber("exitPrice", trade.ExitPrice);
        writer.WriteNumber("quantity", trade.Quantity.Value);
        writer.WriteNumber("netPnl", trade.NetPnl);
        writer.WriteString("exitReason", trade.ExitReason.Text());
        writer.WriteString("signalId", trade.SignalId);
        writer.WriteEndObject();
    }

    private static void WriteOrder(Utf8JsonWriter writer, OrderRecord order)
    {
        writer.WriteStartObject();
        writer.WriteString("time", order.Time.ToString());
        writer.WriteString("symbol", order.Symbol.Name);
        writer.WriteString("side", order.Side == Side.Buy ? "buy" : "sell");
        writer.WriteString("type", order.Type);
        writer.WriteString("role", order.Role);
        writer.WriteString("status", order.Status);
        writer.WriteNumber("quantity", order.Quantity.Value);
        Number(writer, "price", order.Price?.Value);
        Number(writer, "triggerPrice", order.TriggerPrice?.Value);
        writer.WriteNumber("filledQuantity", order.FilledQuantity.Value);
        Number(writer, "averagePrice", order.AveragePrice);
        writer.WriteBoolean("reduceOnly", order.ReduceOnly);
        writer.WriteEndObject();
    }

    private static void WriteAccount(Utf8JsonWriter writer, AccountResult account)
    {
        writer.WriteStartObject();
        writer.WriteNumber("startEquity", account.StartEquity);
        writer.WriteNumber("endEquity", account.EndEquity);
        writer.WriteNumber("maxDrawdownPercent", account.MaxDrawdownPercent);
        writer.WriteNumber("openPositions", account.OpenPositions);
        writer.WriteNumber("fees", account.Fees);
        writer.WriteEndObject();
    }

    private static void ByAccount(Utf8JsonWriter writer, string name, BacktestResult run, Action<Utf8JsonWriter, AccountId> write)
    {
        writer.WriteStartObject(name);
        foreach (var account in run.Accounts)
        {
            writer.WritePropertyName(account.Account.Name);
            write(writer, account.Account);
        }

        writer.WriteEndObject();
    }

    private static void WriteList<T>(Utf8JsonWriter writer, string name, IEnumerable<T> items, Action<Utf8JsonWriter, T> write)
    {
        writer.WritePropertyName(name);
        List(writer, items, write);
    }

    private static void List<T>(Utf8JsonWriter writer, IEnumerable<T> items, Action<Utf8JsonWriter, T> write)
    {
        writer.WriteStartArray();
        foreach (var item in items)
        {
            write(writer, item);
        }

        writer.WriteEndArray();
    }

    private static void Number(Utf8JsonWriter writer, string name, decimal? value)
    {
        if (value is { } number)
        {
            writer.WriteNumber(name, number);
        }
        else
        {
            writer.WriteNull(name);
        }
    }
}
