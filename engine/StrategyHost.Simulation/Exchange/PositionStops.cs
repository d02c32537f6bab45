using StrategyHost.Core.Domain;

namespace StrategyHost.Simulation.Exchange;

/// <summary>The Full stops of positions in their other shape: conditional orders with an order id (bybit-v5 §4.3).</summary>
internal static class PositionStops
{
    public static IEnumerable<OpenOrderState> Of(ExchangePosition position)
    {
        if (position.StopLoss != 0)
        {
            yield return Row(position, StopOrderType.StopLoss, position.StopLossNumber, (position.StopLoss, position.StopLossBy));
        }

        if (position.TakeProfit != 0)
        {
            yield return Row(position, StopOrderType.TakeProfit, position.TakeProfitNumber, (position.TakeProfit, position.TakeProfitBy));
        }

        if (position.Trailing is { Distance: not 0 } trailing)
        {
            var trigger = trailing.Trigger(position.Side) ?? trailing.Activation;
            yield return Row(position, StopOrderType.TrailingStop, trailing.Number, (trigger, TriggerBy.Last));
        }
    }

    /// <summary>The request that moves (or with zero removes) the stop that has this order id; null: there is none.</summary>
    public static TradingStop? Request(Desk desk, ExchangeOrderId id, Price price)
    {
        foreach (var position in desk.Positions)
        {
            var row = Of(position).FirstOrDefault(r => r.OrderId == id);
            if (row is null)
            {
                continue;
            }

            var request = new TradingStop { Symbol = row.Symbol, PositionIdx = position.Idx };
            return row.StopOrderType switch
            {
                StopOrderType.StopLoss => request with { StopLoss = price, StopLossBy = position.StopLossBy },
                StopOrderType.TakeProfit => request with { TakeProfit = price, TakeProfitBy = position.TakeProfitBy },
                _ => request with { TrailingDistance = price.Units == 0 ? price : null, ActivationPrice = price },
            };
        }

        return null;
    }

    private static OpenOrderState Row(ExchangePosition position, StopOrderType type, long number, (long Price, TriggerBy By) at) => new()
    {
        Symbol = position.Desk.Market.Instrument.Symbol,
        OrderId = new ExchangeOrderId(ReportWriter.OrderIdText(number)),
        ClientOrderId = ClientOrderId.None,
        Side = position.Side.ClosingSide(),
        Type = OrderType.Market,
        Status = OrderStatus.Untriggered,
        Quantity = new Quantity(position.Size),
        FilledQuantity = Quantity.Zero,
        Trigger = new Trigger(new Price(at.Price), Triggers.Direction(position.Side, type != StopOrderType.TakeProfit), at.By),
        TimeInForce = TimeInForce.Ioc,
        PositionIdx = position.Idx,
        ReduceOnly = true,
        CloseOnTrigger = true,
        StopOrderType = type,
        CreatedAt = new Timestamp(position.OpenedMs),
        UpdatedAt = new Timestamp(position.OpenedMs),
    };
}
