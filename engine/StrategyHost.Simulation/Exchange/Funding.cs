using StrategyHost.Core.Domain;

namespace StrategyHost.Simulation.Exchange;

/// <summary>
/// Funding settlements (bybit-v5 §7.5): position value at mark × rate, longs pay when it is positive. Taken from the available balance
/// first, then from an isolated position's margin, which moves its liquidation level.
/// </summary>
internal sealed class Funding(ReportWriter reports)
{
    public void Pay(Market market, decimal rate)
    {
        if (!market.Instrument.HasFunding || rate == 0)
        {
            return;
        }

        foreach (var desk in market.Desks)
        {
            var isPaid = false;
            foreach (var position in desk.Positions)
            {
                if (!position.IsFlat)
                {
                    Pay(position, rate);
                    isPaid = true;
                }
            }

            if (isPaid)
            {
                reports.Wallet(desk.Account, market.NowMs);
            }
        }
    }

    private void Pay(ExchangePosition position, decimal rate)
    {
        var account = position.Desk.Account;
        var amount = Money.Cash(Money.Value(position.Size, position.Desk.Market.Mark) * rate * position.Side.Sign());
        var lacking = Math.Max(0m, amount - Math.Max(0m, account.Available));
        account.Balance -= amount;
        position.Costs += amount;
        if (lacking > 0 && account.MarginMode == MarginMode.Isolated)
        {
            position.ExtraMargin -= lacking;
            Margin.Update(position);
            position.Desk.Market.IsTouched = true;
        }

        account.TouchCross();
        reports.Funding(position, amount, rate);
    }
}
