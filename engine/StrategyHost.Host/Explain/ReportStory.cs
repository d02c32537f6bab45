using System.Globalization;
using StrategyHost.Core.Domain;
using StrategyHost.Core.Orders;

namespace StrategyHost.Host.Explain;

/// <summary>
/// The chain of a signal or order from the tables of a backtest: the decision, the orders that it asked for, what the plans of its entries
/// did afterwards (stops, targets, closes), the trades. Steps between (amendments, moved stops) are not in a report.
/// </summary>
internal sealed class ReportStory(ReportTables tables)
{
    private static readonly string[] Accounts = [AccountId.Main.Name, AccountId.Mirror.Name];

    public Result<ExplainDocument> Tell(string id)
    {
        var asked = tables.Orders.FirstOrDefault(o => o["orderLinkId"] == id);
        var signal = tables.SignalOf(id) ?? (asked is null ? null : OpenerOf(asked));
        if (signal is null && asked is null)
        {
            return Unknown(id);
        }

        var orders = OrdersOf(signal, asked);
        var start = new[] { signal?["time"] }.Concat(orders.Select(o => o["time"])).OfType<string>().Select(Ms).Min();
        return new ExplainDocument
        {
            Source = "report",
            Run = tables.Folder,
            Id = id,
            Signal = signal is null ? null : Block(signal),
            Cause = signal is null ? [] : Cause(signal, start),
            Accounts = [.. Accounts.Select(a => Story(a, id, signal, orders, start)).Where(a => a.Events.Count > 0)],
            Notes = ["a report holds orders and trades; amendments and moved stops are in the journal of a run only"],
        };
    }

    private IReadOnlyDictionary<string, string>? OpenerOf(IReadOnlyDictionary<string, string> order) => PlanOf(order) is not { } plan ? null
        : tables.Orders.Where(o => o["role"] == "entry" && PlanOf(o) == plan).Select(o => tables.SignalOf(o["orderLinkId"]))
            .FirstOrDefault(s => s is not null);

    /// <summary>The signal's own, and all of the plans that its entries belong to.</summary>
    private IReadOnlyDictionary<string, string>[] OrdersOf(
        IReadOnlyDictionary<string, string>? signal, IReadOnlyDictionary<string, string>? asked)
    {
        var named = signal?["orders"].Split(' ', StringSplitOptions.RemoveEmptyEntries) ?? [];
        var own = tables.Orders.Where(o => named.Contains(o["orderLinkId"])).ToArray();
        var plans = own.Where(o => o["role"] == "entry").Select(PlanOf).ToHashSet();
        return [.. tables.Orders.Where(o => own.Contains(o) || o == asked || (PlanOf(o) is { } plan && plans.Contains(plan)))];
    }

    private static (string Account, long Plan)? PlanOf(IReadOnlyDictionary<string, string> order) =>
        OrderTag.TryRead(order["orderLinkId"], out var tag) ? (order["account"], tag.Plan) : null;

    private static EventRow[] Cause(IReadOnlyDictionary<string, string> signal, long start)
    {
        var text = $"{signal["signalId"]}, {signal["action"]} {signal["symbol"]}: {signal["outcome"]} {signal["text"]}".TrimEnd();
        var wrong = signal["field"].Length == 0 ? "" : $"; {signal["field"]} is {signal["value"]} (rule {signal["rule"]})";
        return
        [
            Row("answer", $"{signal["strategy"]} answers in {signal["callback"]}", signal["time"], start),
            Row("signal", text + wrong, signal["time"], start),
        ];
    }

    private AccountStory Story(
        string account, string id, IReadOnlyDictionary<string, string>? signal, IReadOnlyDictionary<string, string>[] orders, long start)
    {
        var events = orders.Where(o => o["account"] == account).Select(o => Order(o, id, start)).ToList();
        var trades = tables.Trades.Where(t => t["account"] == account && t["signalId"] == signal?["signalId"] && t["signalId"].Length > 0)
            .ToArray();
        events.AddRange(trades.Select(t => Row(
            "trade", $"closed {t["quantity"]} at {t["exitPrice"]} from {t["entryPrice"]}: {t["netPnl"]} net ({t["exitReason"]})",
            t["exitTime"], start)));
        return new AccountStory(account, [.. events.OrderBy(e => e.OffsetMs).ThenBy(e => e.Seq == 0).ThenBy(e => e.Seq)],
        [
            .. trades.Select(t => new TradeRow(
                t["entryTime"], t["entryPrice"], t["exitTime"], t["exitPrice"], t["quantity"], t["grossPnl"], t["fees"], t["funding"],
                t["netPnl"], t["exitReason"])),
        ]);
    }

    private static EventRow Order(IReadOnlyDictionary<string, string> order, string id, long start)
    {
        var asked = order["price"].Length > 0 ? order["price"] : order["triggerPrice"];
        var price = asked.Length > 0 ? " at " + asked : "";
        var filled = order["averagePrice"].Length > 0 ? $" {order["filledQuantity"]} at {order["averagePrice"]}, fee {order["fee"]}" : "";
        var text = $"{order["role"]} {order["orderLinkId"]}: {order["side"]} {order["quantity"]} {order["type"]}{price}: "
            + $"{order["status"]}{filled} {order["reason"]}".TrimEnd();
        return Row("order", text, order["time"], start) with
        {
            Seq = long.Parse(order["seq"], CultureInfo.InvariantCulture),
            OrderLinkId = order["orderLinkId"],
            Price = order["averagePrice"].Length > 0 ? order["averagePrice"] : null,
            Quantity = order["quantity"],
            Fee = order["fee"],
            Asked = order["orderLinkId"] == id,
        };
    }

    private static EventRow Row(string kind, string text, string time, long start) => new()
    {
        Seq = 0,
        Time = time,
        OffsetMs = Ms(time) - start,
        Kind = kind,
        Text = text,
    };

    private SignalBlock Block(IReadOnlyDictionary<string, string> s)
    {
        var script = tables.Scripts.FirstOrDefault(t => t.StartsWith(s["strategy"] + " ", StringComparison.Ordinal));
        return new SignalBlock(
            s["signalId"], s["strategy"], script?[(s["strategy"].Length + 1)..], s["symbol"], s["action"], s["outcome"], s["text"],
            s["tag"], s["reason"], s["time"]);
    }

    private static long Ms(string time) => UtcTime.TryParse(time)?.Ms ?? 0;

    private Error Unknown(string id)
    {
        var near = NearestName.Find(id, tables.Signals.Select(s => s["signalId"]).Take(10_000));
        return new Error
        {
            File = tables.Folder,
            Field = "ORDER_OR_SIGNAL_ID",
            Value = id,
            Rule = "unknown_id",
            Message = $"the report knows no order and no signal {id}; it has {tables.Signals.Count} signals"
                + (near is null ? ", see signals.csv" : $", the nearest is {near}"),
        };
    }
}
