using System.Diagnostics;
using StrategyHost.Bybit.Rest;
using StrategyHost.Bybit.Wire;
using StrategyHost.Core.Domain;
using StrategyHost.Core.Kernel;

namespace StrategyHost.Bybit.Accounts;

/// <summary>Parcels as HTTP requests: one result for each of their rows, in their order. Sends nothing twice but a batch that was refused
/// whole: its rows then go by themselves, so that one of them does not spoil the others.</summary>
internal sealed class RequestWire(BybitRestClient client)
{
    public async Task<RestResult<EmptyRow>[]> SendAsync(Parcel parcel, int budgetWaitMs, CancellationToken cancellation)
    {
        if (parcel.Requests is [var only])
        {
            return [await SendAsync(only, budgetWaitMs, cancellation).ConfigureAwait(false)];
        }

        var rows = parcel.Requests.Select(r => r.Effect).ToArray();
        var request = new RestRequest<ListResult<OrderAck>>(Path(rows[0]) + "-batch", BybitJson.Default.BatchReply)
        {
            Body = RequestBodies.Batch(rows),
            Kind = RequestReports.Kind(rows[0]),
            Priority = parcel.Way.Lane() == RequestLane.Protective ? RequestPriority.Protective : RequestPriority.Trading,
            Cost = rows.Length,
            BudgetWaitMs = budgetWaitMs,
        };
        var whole = await client.SendAsync(request, cancellation).ConfigureAwait(false);
        if (whole is not Refused<ListResult<OrderAck>> { IsFatal: false })
        {
            return BatchReplies.Rows(whole, request.Kind, [.. parcel.Requests.Select(r => r.Order)]);
        }

        var results = new RestResult<EmptyRow>[rows.Length];
        for (var i = 0; i < rows.Length; i++)
        {
            results[i] = await SendAsync(parcel.Requests[i], budgetWaitMs, cancellation).ConfigureAwait(false);
        }

        return results;
    }

    private Task<RestResult<EmptyRow>> SendAsync(QueuedRequest request, int budgetWaitMs, CancellationToken cancellation) =>
        client.SendAsync(
            new RestRequest<EmptyRow>(Path(request.Effect), BybitJson.Default.EmptyReply)
            {
                Body = Body(request.Effect),
                Kind = RequestReports.Kind(request.Effect),
                Priority = Priority(request),
                BudgetWaitMs = budgetWaitMs,
            },
            cancellation);

    // A target leaves the last tokens of single creates to closes and stops.
    private static RequestPriority Priority(QueuedRequest request) =>
        request.Way.Lane() == RequestLane.Exposure || request.Effect is PlaceOrder { Request: { Type: OrderType.Limit, Trigger: null } }
            ? RequestPriority.Trading
            : RequestPriority.Protective;

    private static string Path(AccountEffect effect) => effect switch
    {
        PlaceOrder => "/v5/order/create",
        AmendOrder => "/v5/order/amend",
        CancelOrder => "/v5/order/cancel",
        SetTradingStop => "/v5/position/trading-stop",
        _ => throw new UnreachableException(effect.ToString()),
    };

    private static byte[] Body(AccountEffect effect) => effect switch
    {
        PlaceOrder place => RequestBodies.Place(place.Request),
        AmendOrder amend => RequestBodies.Amend(amend.Amendment),
        CancelOrder cancel => RequestBodies.Cancel(cancel.Symbol, cancel.Id),
        SetTradingStop stop => RequestBodies.TradingStop(stop.Wanted),
        _ => throw new UnreachableException(effect.ToString()),
    };
}
