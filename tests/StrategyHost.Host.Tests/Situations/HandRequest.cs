using System.Diagnostics;
using StrategyHost.Core.Domain;
using StrategyHost.Core.Kernel;

namespace StrategyHost.Host.Tests.Situations;

/// <summary>A person's request as it goes over the wire: written without the host's codec.</summary>
internal static class HandRequest
{
    public static (string Path, Dictionary<string, object> Body) Of(AccountEffect request)
    {
        var body = new Dictionary<string, object> { ["category"] = "linear", ["symbol"] = SituationMarket.Btc.Name };
        switch (request)
        {
            case PlaceOrder { Request: var order }:
                Fill(body, order);
                return ("/v5/order/create", body);
            case AmendOrder { Amendment: var change }:
                body["orderLinkId"] = change.ClientOrderId.Value;
                body["qty"] = change.Quantity.ToString()!;
                return ("/v5/order/amend", body);
            case CancelOrder cancel:
                body["orderLinkId"] = cancel.Id.Value;
                return ("/v5/order/cancel", body);
            case SetTradingStop { Wanted: var wanted }:
                body["positionIdx"] = 0;
                body["tpslMode"] = "Full";
                body["stopLoss"] = wanted.StopLoss is { Units: > 0 } stop ? stop.ToString() : "0";
                return ("/v5/position/trading-stop", body);
            default:
                throw new UnreachableException(request.ToString());
        }
    }

    private static void Fill(Dictionary<string, object> body, OrderRequest order)
    {
        body["side"] = order.Side == Side.Buy ? "Buy" : "Sell";
        body["orderType"] = order.Type == OrderType.Limit ? "Limit" : "Market";
        body["qty"] = order.Quantity.ToString();
        body["reduceOnly"] = order.ReduceOnly;
        if (!order.ClientOrderId.IsNone)
        {
            body["orderLinkId"] = order.ClientOrderId.Value;
        }

        if (order.Price is { } price)
        {
            body["price"] = price.ToString();
        }

        if (order.Trigger is { } trigger)
        {
            body["triggerPrice"] = trigger.Price.ToString();
            body["triggerDirection"] = trigger.Direction == TriggerDirection.Rise ? 1 : 2;
        }
    }
}
