using System.Text.Json;
using System.Text.Json.Nodes;
using StrategyHost.Core.Domain;
using StrategyHost.Emulator.Trading;
using StrategyHost.Emulator.Wire;
using StrategyHost.Simulation.Exchange;

namespace StrategyHost.Emulator.Rest;

/// <summary>Orders: create, amend, cancel, cancel-all and the batches of them (Bybit V5 trade pages, read 2026-07-24).</summary>
internal sealed class OrderRoutes(TradingFloor floor)
{
    private static readonly Refusal TooMany = new(10006, "Too many visits. Exceeded the API Rate Limit.");
    private static readonly Refusal NoSuchOrder = new(110001, "order not exists or too late to cancel");

    public IEnumerable<EmulatorRoute> All() =>
    [
        Post("create", (request, uid) => One(request, fields => Create(uid, fields))),
        Post("amend", (request, uid) => One(request, fields => Amend(uid, fields))),
        Post("cancel", (request, uid) => One(request, fields => Cancel(uid, fields))),
        Post("cancel-all", CancelAll),
        PostBatch("create-batch", (request, uid) => Batch(request, fields => Create(uid, fields), isCreate: true)),
        PostBatch("amend-batch", (request, uid) => Batch(request, fields => AmendRow(uid, fields), isCreate: false)),
        PostBatch("cancel-batch", (request, uid) => Batch(request, fields => Cancel(uid, fields), isCreate: false)),
        Post("pre-check", PreCheck),
    ];

    private static EmulatorRoute Post(string name, Func<EmulatorRequest, long, EmulatorReply> handle) => new()
    {
        Method = "POST",
        Path = "/v5/order/" + name,
        Private = new PrivateAccess(KeyPermissions.Order, PerSecond: 10),
        Handle = (request, account) => handle(request, account!.Uid), // private: never null
    };

    /// <summary>A batch takes as much of its quota as it has orders.</summary>
    private static EmulatorRoute PostBatch(string name, Func<EmulatorRequest, long, EmulatorReply> handle) =>
        Post(name, handle) with { Weight = request => OrderReader.Batch(request, Fields.Of(request))?.Count ?? 1 };

    private static EmulatorReply One(EmulatorRequest request, Func<Fields, (Refusal Refusal, OrderRecord? Order)> act)
    {
        var (refusal, order) = act(Fields.Of(request));
        return order is null ? EmulatorReply.Refused(refusal.Code, refusal.Text) : EmulatorReply.Ok(new JsonObject
        {
            ["orderId"] = order.OrderId,
            ["orderLinkId"] = order.LinkId,
        });
    }

    /// <summary>The whole succeeds whatever becomes of its items; their codes stand in a list of their own.</summary>
    private static EmulatorReply Batch(EmulatorRequest request, Func<Fields, (Refusal Refusal, OrderRecord? Order)> act, bool isCreate)
    {
        var whole = Fields.Of(request);
        if (OrderReader.Batch(request, whole) is not { } items)
        {
            return EmulatorReply.Refused(whole.Refusal.Code, whole.Refusal.Text);
        }

        var list = new JsonArray();
        var codes = new JsonArray();
        foreach (var item in items)
        {
            var fields = new Fields(name => name == "category" ? "linear" : TextOf(item, name));
            var (refusal, order) = list.Count < request.ItemsGranted ? act(fields) : (TooMany, null);
            var row = new JsonObject
            {
                ["category"] = "linear",
                ["symbol"] = fields.Text("symbol") ?? "",
                ["orderId"] = order?.OrderId ?? "",
                ["orderLinkId"] = order?.LinkId ?? fields.Text("orderLinkId") ?? "",
            };
            if (isCreate)
            {
                row["createAt"] = order is null ? "" : WireText.Of(order.CreatedMs);
            }

            list.Add((JsonNode)row);
            codes.Add((JsonNode)new JsonObject { ["code"] = refusal.Code, ["msg"] = order is null ? refusal.Text : "OK" });
        }

        return EmulatorReply.Ok(new JsonObject { ["list"] = list }) with { RetExtInfo = new JsonObject { ["list"] = codes } };
    }

    private static string? TextOf(JsonElement item, string name) => Fields.Of(item).Text(name);

    private (Refusal Refusal, OrderRecord? Order) Create(long uid, Fields fields) =>
        OrderReader.Create(floor, fields) is { } request ? floor.Place(uid, request) : (fields.Refusal, null);

    private (Refusal Refusal, OrderRecord? Order) Amend(long uid, Fields fields)
    {
        if (Find(uid, fields) is not { } order)
        {
            return (fields.Refusal.IsRefused ? fields.Refusal : new Refusal(110001, "order not exists or too late to replace"), null);
        }

        if (OrderReader.Amend(order, fields) is not { } change)
        {
            return (fields.Refusal, null);
        }

        var refusal = order.IsFinal ? new Refusal(110001, "order not exists or too late to replace") : floor.Amend(uid, order, change);
        return refusal.IsRefused ? (refusal, null) : (refusal, order);
    }

    /// <summary>Conditional orders can only be amended one by one; the code is ours, the documentation names none.</summary>
    private (Refusal Refusal, OrderRecord? Order) AmendRow(long uid, Fields fields) =>
        Find(uid, fields) is { Trigger: not null, Status: OrderStatus.Untriggered }
            ? (new Refusal(10001, "params error: a conditional order cannot be amended in a batch"), null)
            : Amend(uid, fields);

    private (Refusal Refusal, OrderRecord? Order) Cancel(long uid, Fields fields)
    {
        if (Find(uid, fields) is not { IsFinal: false } order)
        {
            return (fields.Refusal.IsRefused ? fields.Refusal : NoSuchOrder, null);
        }

        var refusal = floor.Cancel(uid, order);
        return refusal.IsRefused ? (refusal, null) : (refusal, order);
    }

    /// <summary>The order by its id, which wins, or by its link id; only the user's own.</summary>
    private OrderRecord? Find(long uid, Fields fields)
    {
        var symbol = Scope.Required(floor, fields)?.Symbol;
        var (id, link) = (fields.Text("orderId"), fields.Text("orderLinkId"));
        fields.Require("orderId or orderLinkId", id is not null || link is not null);
        var ledger = floor.Ledger(uid);
        if (fields.Refusal.IsRefused)
        {
            return null;
        }

        var order = id is not null ? ledger.ByOrderId(id) : ledger.ByLinkId(link!); // one of them is there
        return order?.Symbol == symbol ? order : null;
    }

    private EmulatorReply CancelAll(EmulatorRequest request, long uid)
    {
        var fields = Fields.Of(request);
        var category = Scope.Category(fields);
        fields.Require(
            "symbol, baseCoin or settleCoin",
            (fields.Text("symbol") ?? fields.Text("baseCoin") ?? fields.Text("settleCoin")) is not null);
        var isUsers = fields.Text("stopOrderType") == "Stop";
        var filter = fields.Choice(
            "orderFilter",
            CancelFilter.Everything,
            ("Order", CancelFilter.Active),
            ("StopOrder", isUsers ? CancelFilter.UserConditional : CancelFilter.Conditional),
            ("OpenOrder", CancelFilter.Everything));
        var means = category == "linear" ? Scope.Filter(floor, fields) : _ => false;
        if (fields.Refusal.IsRefused)
        {
            return EmulatorReply.Refused(fields.Refusal.Code, fields.Refusal.Text);
        }

        var ended = floor.CancelAll(uid, floor.Markets.Select(m => m.Symbol).Where(means).ToArray(), filter);
        return EmulatorReply.Ok(new JsonObject
        {
            ["list"] = new JsonArray([.. ended.Select(Ids)]),
            ["success"] = "1",
        });
    }

    private static JsonNode Ids(OrderRecord order) =>
        new JsonObject { ["orderId"] = order.OrderId, ["orderLinkId"] = order.LinkId };

    /// <summary>Margin rates before and after, in 1e-4; nothing is placed. The order itself is not judged beyond its form.</summary>
    private EmulatorReply PreCheck(EmulatorRequest request, long uid)
    {
        var fields = Fields.Of(request);
        if (OrderReader.Create(floor, fields) is not { } order)
        {
            return EmulatorReply.Refused(fields.Refusal.Code, fields.Refusal.Text);
        }

        var state = floor.State(uid);
        var market = floor.Market(order.Symbol.Name)!; // the reader knew it
        var value = order.Quantity.Value * (order.Price ?? new Price(market.Last)).Value;
        var leverage = floor.Position(uid, order.Symbol, order.PositionIdx).Leverage;
        var equity = state.Equity <= 0 ? 1 : state.Equity;
        int E4(decimal margin) => (int)Math.Min(int.MaxValue, decimal.Round(margin / equity * 10_000));
        var initial = state.OrderMargin + state.PositionMargin;
        return EmulatorReply.Ok(new JsonObject
        {
            ["orderId"] = "",
            ["orderLinkId"] = order.ClientOrderId.Value ?? "",
            ["preImrE4"] = E4(initial),
            ["preMmrE4"] = E4(state.MaintenanceMargin),
            ["postImrE4"] = E4(initial + (order.ReduceOnly ? 0 : value / leverage)),
            ["postMmrE4"] = E4(state.MaintenanceMargin + (order.ReduceOnly ? 0 : value * market.Instrument.MaintenanceMarginRate)),
        });
    }
}
