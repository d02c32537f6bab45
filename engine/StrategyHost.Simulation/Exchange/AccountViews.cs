using StrategyHost.Core.Domain;

namespace StrategyHost.Simulation.Exchange;

/// <summary>A position as the exchange would show it; size zero: flat. Money in quote currency.</summary>
public sealed record PositionState
{
    public required Symbol Symbol { get; init; }
    public required PositionIdx PositionIdx { get; init; }
    public required PositionSide Side { get; init; }
    public required Quantity Size { get; init; }
    public required decimal AveragePrice { get; init; }
    public required Price MarkPrice { get; init; }
    public required decimal UnrealisedPnl { get; init; }

    /// <summary>Realised profit less fees and funding since this position was opened.</summary>
    public required decimal RealisedPnl { get; init; }
    public required decimal Leverage { get; init; }
    public required decimal InitialMargin { get; init; }

    /// <summary>Null when it cannot be reached or depends on other positions.</summary>
    public Price? LiquidationPrice { get; init; }
    public Price? StopLoss { get; init; }
    public Price? TakeProfit { get; init; }
    public TriggerBy StopLossBy { get; init; }
    public TriggerBy TakeProfitBy { get; init; }
    public Price? TrailingDistance { get; init; }
    public Price? ActivationPrice { get; init; }
    public Timestamp OpenedAt { get; init; }
}

/// <summary>An open order; the Full stops of positions show as conditional orders without client id.</summary>
public sealed record OpenOrderState
{
    public required Symbol Symbol { get; init; }
    public required ExchangeOrderId OrderId { get; init; }
    public required ClientOrderId ClientOrderId { get; init; }
    public required Side Side { get; init; }
    public required OrderType Type { get; init; }
    public required OrderStatus Status { get; init; }
    public required Quantity Quantity { get; init; }
    public required Quantity FilledQuantity { get; init; }
    public Price? Price { get; init; }
    public decimal AveragePrice { get; init; }
    public decimal Fees { get; init; }
    public Trigger? Trigger { get; init; }
    public TimeInForce TimeInForce { get; init; }
    public PositionIdx PositionIdx { get; init; }
    public bool ReduceOnly { get; init; }
    public bool CloseOnTrigger { get; init; }
    public StopOrderType StopOrderType { get; init; }
    public AttachedProtection? Protection { get; init; }

    /// <summary>Margin that it holds, in quote currency.</summary>
    public decimal HeldMargin { get; init; }
    public Timestamp CreatedAt { get; init; }
    public Timestamp UpdatedAt { get; init; }
}

/// <summary>An account's money, in quote currency.</summary>
public sealed record AccountState
{
    public required AccountId Account { get; init; }
    public required decimal WalletBalance { get; init; }
    public required decimal Equity { get; init; }
    public required decimal Available { get; init; }
    public required decimal OrderMargin { get; init; }
    public required decimal PositionMargin { get; init; }
    public required decimal MaintenanceMargin { get; init; }
}

/// <summary>Builds what callers may read.</summary>
internal static class AccountViews
{
    public static AccountState Account(ExchangeAccount account)
    {
        var maintenance = 0m;
        foreach (var position in account.Desks.SelectMany(d => d.Positions))
        {
            var market = position.Desk.Market;
            maintenance += Money.Value(position.Size, market.Mark) * market.Instrument.MaintenanceMarginRate;
        }

        return new AccountState
        {
            Account = account.Id,
            WalletBalance = account.Balance,
            Equity = account.Balance + account.Unrealised,
            Available = account.Available,
            OrderMargin = account.OrderMargin,
            PositionMargin = account.PositionMargin,
            MaintenanceMargin = maintenance,
        };
    }

    public static PositionState Position(ExchangePosition position, Liquidations liquidations) => new()
    {
        Symbol = position.Desk.Market.Instrument.Symbol,
        PositionIdx = position.Idx,
        Side = position.Side,
        Size = new Quantity(position.Size),
        AveragePrice = position.Average,
        MarkPrice = new Price(position.Desk.Market.Mark),
        UnrealisedPnl = position.Unrealised(position.Desk.Market.Mark),
        RealisedPnl = position.Realised - position.Costs,
        Leverage = position.Desk.Leverage,
        InitialMargin = position.HeldMargin,
        LiquidationPrice = liquidations.Level(position) is { } level ? new Price(level) : null,
        StopLoss = Optional(position.StopLoss),
        TakeProfit = Optional(position.TakeProfit),
        StopLossBy = position.StopLossBy,
        TakeProfitBy = position.TakeProfitBy,
        TrailingDistance = Optional(position.Trailing.Distance),
        ActivationPrice = Optional(position.Trailing.Activation),
        OpenedAt = new Timestamp(position.OpenedMs),
    };

    public static IEnumerable<OpenOrderState> Orders(Desk desk)
    {
        foreach (var order in desk.Orders)
        {
            yield return Order(order);
        }

        foreach (var position in desk.Positions)
        {
            foreach (var stop in PositionStops.Of(position))
            {
                yield return stop;
            }
        }
    }

    private static OpenOrderState Order(ExchangeOrder order) => new()
    {
        Symbol = order.Desk.Market.Instrument.Symbol,
        OrderId = order.Id,
        ClientOrderId = order.ClientOrderId,
        Side = order.Side,
        Type = order.Type,
        Status = order.Status,
        Quantity = new Quantity(order.Quantity),
        FilledQuantity = new Quantity(order.Filled),
        Price = Optional(order.Price),
        AveragePrice = order.AveragePrice,
        Fees = order.FeesPaid,
        Trigger = order.Trigger,
        TimeInForce = order.TimeInForce,
        PositionIdx = order.PositionIdx,
        ReduceOnly = order.ReduceOnly,
        CloseOnTrigger = order.CloseOnTrigger,
        StopOrderType = order.StopOrderType,
        Protection = order.Protection,
        HeldMargin = order.HeldMargin,
        CreatedAt = new Timestamp(order.CreatedMs),
        UpdatedAt = new Timestamp(order.UpdatedMs),
    };

    private static Price? Optional(long price) => price == 0 ? null : new Price(price);
}
