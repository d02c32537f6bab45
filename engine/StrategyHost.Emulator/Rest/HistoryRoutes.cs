using StrategyHost.Core.Domain;
using StrategyHost.Emulator.Trading;
using StrategyHost.Emulator.Wire;

namespace StrategyHost.Emulator.Rest;

/// <summary>Lists of a user's orders, executions, closed results and ledger lines, newest first (Bybit V5, read 2026-07-24).</summary>
internal sealed class HistoryRoutes(TradingFloor floor)
{
    private const long WeekMs = 7 * 86_400_000L;
    private const int RecentClosedMax = 500;

    public IEnumerable<EmulatorRoute> All() =>
    [
        Get("/v5/order/realtime", 50, Realtime),
        Get("/v5/order/history", 50, History),
        Get("/v5/execution/list", 50, Executions),
        Get("/v5/position/closed-pnl", 50, ClosedPnl),
        Get("/v5/account/transaction-log", 25, Transactions),
    ];

    private EmulatorRoute Get(string path, int perSecond, Func<Fields, AccountLedger, EmulatorReply> handle) => new()
    {
        Method = "GET",
        Path = path,
        Private = new PrivateAccess(KeyPermissions.None, perSecond),
        Handle = (request, account) =>
        {
            var fields = Fields.Of(request);
            var reply = handle(fields, floor.Ledger(account!.Uid)); // private: never null
            return fields.Refusal.IsRefused ? EmulatorReply.Refused(fields.Refusal.Code, fields.Refusal.Text) : reply;
        },
    };

    /// <summary>Open orders; with an id, or on request, recently closed ones too.</summary>
    private EmulatorReply Realtime(Fields fields, AccountLedger ledger)
    {
        var category = Scope.Category(fields);
        var paging = Paging.Read(fields, limitDefault: 20, limitMax: 50);
        var named = Named(fields);
        fields.Require(
            "symbol, settleCoin or baseCoin",
            category != "linear" || named is not null
                || (fields.Text("symbol") ?? fields.Text("settleCoin") ?? fields.Text("baseCoin")) is not null);
        var means = Scope.Filter(floor, fields);
        var filter = OrderFilter(fields, o => o.Status == OrderStatus.Untriggered);
        var closed = fields.Text("openOnly") == "1";
        var orders = named is not null
            ? Recent(ledger).Where(named)
            : closed ? Newest(ledger.Orders).Where(o => o.IsFinal).Take(RecentClosedMax) : Newest(ledger.Orders).Where(o => !o.IsFinal);
        var rows = category == "linear" ? orders.Where(o => means(o.Symbol) && filter(o)) : [];
        return paging.Reply(category, rows, o => o.Number, Rows.Order);
    }

    /// <summary>Final orders only.</summary>
    private EmulatorReply History(Fields fields, AccountLedger ledger)
    {
        var category = Scope.Category(fields);
        var paging = Paging.Read(fields, limitDefault: 20, limitMax: 50);
        var means = Scope.Filter(floor, fields);
        var named = Named(fields);
        var filter = OrderFilter(fields, o => o.StopOrderType != StopOrderType.None);
        var status = fields.Text("orderStatus");
        var span = Span(fields, isIgnored: named is not null);
        var orders = Newest(ledger.Orders).Where(o => o.IsFinal && means(o.Symbol) && filter(o) && span(o.CreatedMs)
            && (named?.Invoke(o) ?? true) && (status is null || WireText.Of(o.Status) == status));
        return paging.Reply(category, category == "linear" ? orders : [], o => o.Number, Rows.Order);
    }

    private EmulatorReply Executions(Fields fields, AccountLedger ledger)
    {
        var category = Scope.Category(fields);
        var paging = Paging.Read(fields, limitDefault: 50, limitMax: 100);
        var (id, link) = (fields.Text("orderId"), fields.Text("orderLinkId"));
        var isNamed = id is not null || link is not null;
        var means = isNamed ? _ => true : Scope.Filter(floor, fields);
        var type = isNamed ? null : fields.Text("execType");
        var span = Span(fields, isIgnored: isNamed);
        var rows = Newest(ledger.Executions).Where(e => means(e.Symbol) && span(e.AtMs)
            && (id is not null ? e.OrderId == id : link is null || e.LinkId == link) && (type is null || WireText.Of(e.Type) == type));
        return paging.Reply(category, category == "linear" ? rows : [], e => e.Number, Rows.Execution);
    }

    private EmulatorReply ClosedPnl(Fields fields, AccountLedger ledger)
    {
        var category = Scope.Category(fields);
        var paging = Paging.Read(fields, limitDefault: 50, limitMax: 100);
        var means = Scope.Filter(floor, fields);
        var span = Span(fields, isIgnored: false);
        var rows = Newest(ledger.ClosedPnl).Where(r => means(r.Order.Symbol) && span(r.UpdatedMs));
        return paging.Reply(category, category == "linear" ? rows : [], r => r.Number, Rows.ClosedPnl);
    }

    private EmulatorReply Transactions(Fields fields, AccountLedger ledger)
    {
        var paging = Paging.Read(fields, limitDefault: 20, limitMax: 50);
        var category = fields.Text("category") is null ? "linear" : Scope.Category(fields);
        var means = Scope.Filter(floor, fields);
        var span = Span(fields, isIgnored: false);
        var (type, currency) = (fields.Text("type"), fields.Text("currency"));
        var rows = Newest(ledger.Executions)
            .Where(e => means(e.Symbol) && span(e.AtMs) && currency is null or "USDT")
            .Select(e => (e.Number, Row: Rows.Transaction(e, ledger.Uid)))
            .Where(r => type is null || (string?)r.Row["type"] == type);
        return paging.Reply(null, category == "linear" ? rows : [], r => r.Number, r => r.Row);
    }

    private static IEnumerable<T> Newest<T>(IEnumerable<T> oldestFirst) => oldestFirst.Reverse();

    /// <summary>What a query by id may find: everything open and the last closed ones.</summary>
    private static IEnumerable<OrderRecord> Recent(AccountLedger ledger)
    {
        var closed = 0;
        foreach (var order in Newest(ledger.Orders))
        {
            closed += order.IsFinal ? 1 : 0;
            if (!order.IsFinal || closed <= RecentClosedMax)
            {
                yield return order;
            }
        }
    }

    /// <summary>The order that an id names; the order id wins over the link id. Null: none is named.</summary>
    private static Func<OrderRecord, bool>? Named(Fields fields)
    {
        var (id, link) = (fields.Text("orderId"), fields.Text("orderLinkId"));
        return id is not null ? o => o.OrderId == id : link is not null ? o => o.LinkId == link : null;
    }

    private static Func<OrderRecord, bool> OrderFilter(Fields fields, Func<OrderRecord, bool> isConditional) =>
        fields.Choice<Func<OrderRecord, bool>>(
        "orderFilter",
        _ => true,
        ("Order", o => !isConditional(o)),
        ("StopOrder", isConditional),
        ("tpslOrder", _ => false),
        ("OcoOrder", _ => false),
        ("BidirectionalTpslOrder", _ => false));

    /// <summary>startTime and endTime, both inclusive, at most seven days apart; either alone means seven days from or up to it.</summary>
    private static Func<long, bool> Span(Fields fields, bool isIgnored)
    {
        var (start, end) = (fields.Integer("startTime"), fields.Integer("endTime"));
        if (isIgnored)
        {
            return _ => true;
        }

        if (start is { } s && end is { } e && (e < s || e - s > WeekMs))
        {
            fields.Refuse("params error: the time range must not be longer than 7 days");
        }

        var from = start ?? (end is { } until ? until - WeekMs : long.MinValue);
        var to = end ?? (start is { } since ? since + WeekMs : long.MaxValue);
        return at => at >= from && at <= to;
    }
}
