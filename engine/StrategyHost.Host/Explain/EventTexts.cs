using System.Globalization;
using StrategyHost.Core.Domain;
using StrategyHost.Core.Kernel;
using StrategyHost.Core.Orders;
using StrategyHost.Core.Strategies;
using StrategyHost.Storage.Journal;

namespace StrategyHost.Host.Explain;

/// <summary>What a record of the journal says to a person.</summary>
internal static class EventTexts
{
    /// <summary>The step without its place and time; null: it says nothing that another record does not say better.</summary>
    public static EventRow? Of(object what) => what switch
    {
        PlaceOrder { Request: var r } => Row("place", $"sends {Wish(r)}", r.ClientOrderId.Value) with
        {
            Price = r.Price?.ToString(),
            Quantity = r.Quantity.ToString(),
        },
        AmendOrder { Amendment: var a } => Row("amend", $"changes {Short(a.ClientOrderId)}: {Changes(a)}", a.ClientOrderId.Value),
        CancelOrder c => Row("cancel", $"cancels {Short(c.Id)}", c.Id.Value),
        SetTradingStop { Wanted: var w } => Row("stop", "sets the position's " + Protection(w)) with { Price = w.StopLoss?.ToString() },
        OrderReport o => Order(o),
        FillReport f => Fill(f),
        RefusalReport f => Row("refusal", $"{f.Request} of {Short(f.ClientOrderId)} is refused: {f.Code} {f.Text}", f.ClientOrderId.Value),
        TradeClosed { Trade: var t } => Row(
            "trade", $"closed {t.Quantity} at {Money(t.ExitPrice)} from {Money(t.EntryPrice)}: {Money(t.NetPnl)} net ({t.ExitReason})"),
        Alert a => Row("alert", $"{a.Code}: {a.Text}"),
        CallScriptNote c => Row("call", $"{c.Strategy} is called: {Call(c.Call)}", c.Call.OrderId),
        ScriptReturnedNote r => Row("answer", $"{r.Strategy} answers: {Answer(r.Answer)}"),
        ScriptLogged l => Row("log", $"{l.Strategy}: {l.Text}"),
        SignalDecided s => Row("signal", $"{s.SignalId}, {s.Action} {s.Symbol}: {s.Outcome} {s.Text}".TrimEnd()),
        StrategyHeld h => Row("version", $"{h.Strategy} is about to change to version {Short(h.Next.ScriptSha256)}: its events wait"),
        StrategyReplaced r => Row("version", $"{r.Setup.Strategy} is version {Short(r.Setup.ScriptSha256)} now ({r.Why})"),
        StrategyReleased r => Row("version", $"{r.Strategy} keeps its version: {r.Why}"),
        StrategyFaulted f => Row("version", $"{f.Strategy} faulted: {f.Fault.Error.Message}"),
        TimePassed => Row("event", "time passed"),
        Started => Row("event", "the strategies start"),
        Stopping => Row("event", "the run stops"),
        _ => null,
    };

    /// <summary>The market event of a call, which the journal does not have.</summary>
    public static EventRow Market(CallNote call) => Row("event", $"market data {Rows(call)}".TrimEnd());

    private static string Short(string sha256) => sha256[..Math.Min(12, sha256.Length)];

    private static EventRow Row(string kind, string text, string? orderLinkId = null) => new()
    {
        Seq = 0,
        Time = "",
        OffsetMs = 0,
        Kind = kind,
        Text = text,
        OrderLinkId = string.IsNullOrEmpty(orderLinkId) ? null : orderLinkId,
    };

    private static EventRow? Order(OrderReport o)
    {
        var said = o.Status switch
        {
            OrderStatus.New => "is on the book",
            OrderStatus.Untriggered => "waits for its trigger",
            OrderStatus.Triggered => "is triggered",
            OrderStatus.Filled => $"is filled at {Money(o.AveragePrice)}",
            OrderStatus.Cancelled or OrderStatus.Deactivated => "is cancelled",
            OrderStatus.Rejected => "is rejected",
            OrderStatus.Unknown => "may or may not exist: the exchange is asked",
            OrderStatus.Pending or OrderStatus.PartiallyFilled => null,
            _ => o.Status.ToString(),
        };
        var text = $"{Short(o.ClientOrderId, o.OrderId)} {said} {o.Reason}".TrimEnd();
        return said is null ? null : Row("order", text, o.ClientOrderId.Value) with
        {
            OrderId = o.OrderId.Value,
            Quantity = o.FilledQuantity.ToString(),
        };
    }

    private static EventRow Fill(FillReport f)
    {
        var who = f.ClientOrderId.IsNone ? $"the exchange's own {f.StopOrderType}" : Short(f.ClientOrderId);
        var text = $"{who} fills {f.Side.Text()} {f.Quantity} at {f.Price}, fee {Money(f.Fee)}";
        return Row("fill", text, f.ClientOrderId.Value) with
        {
            OrderId = f.OrderId.Value,
            Price = f.Price.ToString(),
            Quantity = f.Quantity.ToString(),
            Fee = Money(f.Fee),
        };
    }

    private static string Wish(OrderRequest r) => $"{Role(r.ClientOrderId)} {r.ClientOrderId}: {r.Side.Text()} {r.Quantity}"
        + (r.Price is { } price ? $" at {price}" : " at market")
        + (r.Trigger is { } t ? $" when {t.By} is {(t.Direction == TriggerDirection.Rise ? "≥" : "≤")} {t.Price}" : "")
        + (r.Protection is { } p ? $", stop {p.StopLoss?.ToString() ?? "none"}" : "");

    private static string Changes(OrderAmendment a) => string.Join(", ", new[]
    {
        a.Quantity is { } q ? $"quantity {q}" : null,
        a.Price is { } p ? $"price {p}" : null,
        a.TriggerPrice is { } t ? $"trigger {t}" : null,
        a.StopLoss is { } s ? $"attached stop {s}" : null,
        a.TakeProfit is { } f ? $"attached target {f}" : null,
    }.OfType<string>());

    private static string Protection(TradingStop w) => string.Join(", ", new[]
    {
        w.StopLoss is { } s ? $"stop to {s}" : null,
        w.TakeProfit is { } p ? $"target to {p}" : null,
        w.TrailingDistance is { } d ? $"trailing distance to {d}" : null,
    }.OfType<string>());

    private static string Call(CallNote call) => call.Kind switch
    {
        nameof(KlineRun) or nameof(KlineUpdateCall) => "on_kline " + Rows(call),
        nameof(TradeRun) => "on_trade " + Rows(call),
        nameof(OrderBookCall) => $"on_orderbook {call.Symbol}",
        nameof(TickerCall) => $"on_ticker {call.Symbol}",
        nameof(FillCall) => $"on_fill {call.Symbol}, execution {call.ExecutionId}",
        nameof(OrderCall) => $"on_order {call.Symbol} {call.Code}".TrimEnd(),
        nameof(TimerCall) => "on_timer",
        nameof(StartCall) => "on_start",
        nameof(StopCall) => "on_stop",
        _ => call.Kind,
    };

    private static string Rows(CallNote call) => $"{call.Symbol} {call.Interval}".Trim()
        + (call.FirstAt is { } first ? $" of {first}" : "")
        + (call.To - call.From > 1 ? $" and {call.To - call.From - 1} more" : "")
        + (call.Late == true ? ", late" : "");

    private static string Answer(ScriptAnswer answer) => answer.Fault is { } fault ? $"a fault, {fault.Error.Message}"
        : answer.Value.IsNothing ? "nothing" : answer.Value.ToString();

    private static string Role(ClientOrderId id) =>
        OrderTag.TryRead(id.Value ?? "", out var tag) ? tag.Role.ToString().ToLowerInvariant() : "order";

    /// <summary>Role and the end of the id, by which the orders of one plan differ.</summary>
    private static string Short(ClientOrderId id, ExchangeOrderId exchange = default) =>
        id.IsNone ? $"the exchange's order {exchange}" : $"{Role(id)} {id.Value[(id.Value.LastIndexOf('-') + 1)..]}";

    private static string Money(decimal value) => value.ToString("0.########", CultureInfo.InvariantCulture);
}
