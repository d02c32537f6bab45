using StrategyHost.Core.Domain;

namespace StrategyHost.Simulation.Exchange;

/// <summary>
/// Takes over positions whose margin is used up (bybit-v5 §7.7): isolated ones each by its own level, at the bankruptcy price; cross ones
/// when the account's maintenance margin reaches its margin balance. Taker fee; orders of the position are cancelled before.
/// </summary>
internal sealed class Liquidations(ReportWriter reports, Settlement settlement, LiquidationFormula formula)
{
    /// <summary>Level of a position by itself; null when it cannot be reached, or when other cross positions make it move.</summary>
    public long? Level(ExchangePosition position) =>
        position.IsFlat || NeedsWalletCheck(position.Desk.Account) ? null : Margin.Liquidation(position, formula);

    /// <summary>Several cross positions: only the sum over the wallet tells.</summary>
    public static bool NeedsWalletCheck(ExchangeAccount account)
    {
        if (account.MarginMode != MarginMode.Cross)
        {
            return false;
        }

        var open = 0;
        foreach (var desk in account.Desks)
        {
            foreach (var position in desk.Positions)
            {
                open += position.IsFlat ? 0 : 1;
            }
        }

        return open > 1;
    }

    /// <summary>Checks a desk against the mark price.</summary>
    public void Check(Desk desk, long mark)
    {
        if (NeedsWalletCheck(desk.Account))
        {
            CheckWallet(desk.Account);
            return;
        }

        foreach (var position in desk.Positions)
        {
            if (Level(position) is { } level && Triggers.IsReached(Triggers.Direction(position.Side, isStop: true), level, mark))
            {
                TakeOver(position);
            }
        }
    }

    /// <summary>Cancels the position's orders and closes it at its bankruptcy price.</summary>
    public void TakeOver(ExchangePosition position) => Close(position, BankruptcyPrice(position));

    /// <summary>To a tick, and never better than exact.</summary>
    private static long BankruptcyPrice(ExchangePosition position)
    {
        var instrument = position.Desk.Market.Instrument;
        var exact = Math.Max(Margin.Bankruptcy(position), 0m);
        var price = position.Side == PositionSide.Long ? instrument.TickDown(exact) : instrument.TickUp(exact);
        return Math.Max(price.Units, instrument.TickSize.Units);
    }

    private void CheckWallet(ExchangeAccount account)
    {
        var maintenance = 0m;
        foreach (var desk in account.Desks)
        {
            foreach (var position in desk.Positions)
            {
                maintenance += Money.Value(position.Size, desk.Market.Mark) * desk.Market.Instrument.MaintenanceMarginRate;
            }
        }

        if (account.Balance + account.Unrealised > maintenance)
        {
            return;
        }

        var open = account.Desks.SelectMany(d => d.Positions).Where(p => !p.IsFlat).ToList();
        foreach (var position in open)
        {
            var price = ReferenceEquals(position, open[^1]) ? BankruptcyPrice(position) : position.Desk.Market.Mark;
            Close(position, price);
        }
    }

    private void Close(ExchangePosition position, long price)
    {
        var desk = position.Desk;
        foreach (var order in desk.Orders.Where(o => o.PositionIdx == position.Idx).ToList())
        {
            settlement.End(order, OrderStatus.Cancelled, Reasons.BeforeLiquidation);
        }

        var child = new ExchangeOrder
        {
            Desk = desk,
            Number = ReportWriter.NextOrderNumber(desk),
            ClientOrderId = ClientOrderId.None,
            Side = position.Side.ClosingSide(),
            Type = OrderType.Market,
            Quantity = position.Size,
            PositionIdx = position.Idx,
            ReduceOnly = true,
            Closes = true,
            StopOrderType = StopOrderType.Liquidation,
            Stage = OrderStage.Pending,
            CreatedMs = desk.Market.NowMs,
        };
        desk.Orders.Add(child);
        settlement.Fill(child, new Execution(price, position.Size, IsMaker: false, ExecType.BustTrade));
        reports.Wallet(desk.Account, desk.Market.NowMs);
    }
}
