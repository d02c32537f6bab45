using StrategyHost.Core.Domain;

namespace StrategyHost.Simulation.Exchange;

/// <summary>
/// Initial margin, available balance and liquidation levels (bybit-v5 §7.7, one risk tier, no deduction). Positions count at their entry
/// value in both modes; the fee to close is part of the margin.
/// </summary>
internal static class Margin
{
    private const decimal MaxPrice = 9_000_000_000m;

    /// <summary>Margin of a value at this leverage: value ÷ leverage + fee to close at the bankruptcy price.</summary>
    public static decimal Initial(Desk desk, PositionSide side, decimal value)
    {
        var part = value * desk.MarginRate;
        return part + ((value - (side.Sign() * part)) * desk.Market.Instrument.TakerFee);
    }

    /// <summary>What an order of this quantity needs: nothing for the part that reduces, else margin and the fee to open.</summary>
    public static decimal OfOrder(ExchangeOrder order, long price)
    {
        if (order.Closes || price <= 0)
        {
            return 0;
        }

        var position = order.Desk.Position(order.PositionIdx);
        var side = order.Side.Opens();
        var opening = order.Remaining - (!position.IsFlat && position.Side != side ? Math.Min(position.Size, order.Remaining) : 0);
        if (opening == 0)
        {
            return 0;
        }

        var value = Money.Value(opening, price);
        return Initial(order.Desk, side, value) + (value * order.Desk.Market.Instrument.TakerFee);
    }

    /// <summary>Sets what an order holds and moves the account's total with it.</summary>
    public static void Hold(ExchangeOrder order, decimal amount)
    {
        if (order.HeldMargin == amount)
        {
            return;
        }

        order.Desk.Account.OrderMargin += amount - order.HeldMargin;
        order.HeldMargin = amount;
    }

    /// <summary>Recomputes a position's margin after a fill.</summary>
    public static void Update(ExchangePosition position)
    {
        position.LiquidationLevel = 0;
        var amount = position.IsFlat ? 0m : Initial(position.Desk, position.Side, position.EntryValue) + position.ExtraMargin;
        position.Desk.Account.PositionMargin += amount - position.HeldMargin;
        position.HeldMargin = amount;
    }

    /// <summary>Price at which the margin of a position is used up: an isolated one's own, or the whole wallet of a lone cross one.</summary>
    public static decimal Bankruptcy(ExchangePosition position) => Loss(position) / Money.Of(position.Size);

    /// <summary>
    /// Mark price at which a position is taken over, as if nothing else of the account moved; null when it cannot be reached.
    /// </summary>
    public static long? Liquidation(ExchangePosition position, LiquidationFormula formula)
    {
        if (position.Desk.Account.MarginMode == MarginMode.Cross)
        {
            return Compute(position, formula);
        }

        if (position.LiquidationLevel == 0)
        {
            position.LiquidationLevel = Compute(position, formula) ?? -1;
        }

        return position.LiquidationLevel > 0 ? position.LiquidationLevel : null;
    }

    private static long? Compute(ExchangePosition position, LiquidationFormula formula)
    {
        var rate = position.Desk.Market.Instrument.MaintenanceMarginRate;
        var sign = position.Side.Sign();
        var size = Money.Of(position.Size);
        var price = formula switch
        {
            LiquidationFormula.Mark => Loss(position) / (size * (1m - (sign * rate))),
            LiquidationFormula.Entry => (Loss(position) + (sign * position.EntryValue * rate)) / size,
        };
        return price <= 0 || price > MaxPrice ? null : Units(price, position.Side);
    }

    /// <summary>The price in whole units, rounded so that it is reached no earlier than the exact one.</summary>
    private static long Units(decimal price, PositionSide side) =>
        (long)(side == PositionSide.Long ? decimal.Floor(price * FixedPoint.Scale) : decimal.Ceiling(price * FixedPoint.Scale));

    /// <summary>Position value at which nothing is left.</summary>
    private static decimal Loss(ExchangePosition position)
    {
        var sign = position.Side.Sign();
        var own = position.Desk.Account.MarginMode == MarginMode.Isolated
            ? (position.EntryValue * position.Desk.MarginRate) + position.ExtraMargin
            : position.Desk.Account.Balance;
        return position.EntryValue - (sign * own);
    }
}
