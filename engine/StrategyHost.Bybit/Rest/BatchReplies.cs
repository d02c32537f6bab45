using System.Text.Json;
using StrategyHost.Bybit.Wire;
using StrategyHost.Core.Domain;

namespace StrategyHost.Bybit.Rest;

/// <summary>
/// What became of each row of a batch. Pure. The whole succeeds whatever becomes of its rows; their codes stand in retExtInfo, in the order
/// of the request (Bybit V5 batch-place, read 2026-07-24). What does not fit the request says nothing about any row.
/// </summary>
internal static class BatchReplies
{
    public static RestResult<EmptyRow>[] Rows(
        RestResult<ListResult<OrderAck>> whole, RequestKind kind, IReadOnlyList<ClientOrderId> orders)
    {
        var rows = new RestResult<EmptyRow>[orders.Count];
        var codes = whole is Ok<ListResult<OrderAck>> ok ? Codes(ok, orders) : null;
        for (var i = 0; i < rows.Length; i++)
        {
            rows[i] = (codes?[i] is { Code: { } code } row ? Row(code, row.Msg ?? "", kind) : Whole(whole)) with
            {
                StampMs = whole.StampMs,
                ServerTime = whole.ServerTime,
            };
        }

        return rows;
    }

    private static RestResult<EmptyRow> Row(int code, string text, RequestKind kind) =>
        code == 0 ? new Ok<EmptyRow>(new EmptyRow()) : ReplyReader.Judge<EmptyRow>(ErrorTable.OfRetCode(code, kind, text), text);

    private static RestResult<EmptyRow> Whole(RestResult<ListResult<OrderAck>> whole) => whole switch
    {
        Refused<ListResult<OrderAck>> r => new Refused<EmptyRow>(r.RetCode, r.RetMsg) { IsFatal = r.IsFatal },
        AlreadyDone<ListResult<OrderAck>> r => new AlreadyDone<EmptyRow>(r.RetCode, r.RetMsg),
        Ambiguous<ListResult<OrderAck>> r => new Ambiguous<EmptyRow>(r.RetCode, r.Why),
        Retryable<ListResult<OrderAck>> r => new Retryable<EmptyRow>(r.RetCode, r.Why, r.NotBefore),
        _ => new Ambiguous<EmptyRow>(0, "the answer to a batch says nothing about this row"),
    };

    // Null: they are not the rows that were sent.
    private static BatchCode?[]? Codes(Ok<ListResult<OrderAck>> ok, IReadOnlyList<ClientOrderId> orders)
    {
        var codes = Parse(ok.ExtInfo)?.List;
        var rows = ok.Value.List;
        var fits = codes?.Length == orders.Count && rows?.Length == orders.Count
            && !rows.Where((r, i) => !string.IsNullOrEmpty(r?.OrderLinkId) && r.OrderLinkId != orders[i].Value).Any();
        return fits ? codes : null;
    }

    private static BatchCodes? Parse(JsonElement? extInfo)
    {
        try
        {
            return extInfo?.Deserialize(BybitJson.Default.BatchCodes);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
