using StrategyHost.Core.Domain;

namespace StrategyHost.Core.Accounts;

/// <summary>
/// Money of one account as a fold of the exchange's reports: balance = start + realised − fees − funding, exact in decimal; and its
/// mark-to-market equity, sampled at market events (doubles: statistics, never traded on).
/// </summary>
public sealed class AccountBooks(decimal startBalance)
{
    private double _peak = (double)startBalance;

    public decimal StartBalance { get; private set; } = startBalance;
    public decimal Balance { get; private set; } = startBalance;
    public decimal RealisedPnl { get; private set; }
    public decimal Fees { get; private set; }

    /// <summary>Paid funding; negative was received.</summary>
    public decimal Funding { get; private set; }
    public decimal Slippage { get; private set; }
    public double MaxDrawdownPercent { get; private set; }
    public double MaxDrawdown { get; private set; }

    /// <summary>The sums as a value; the curve of the equity begins anew where they are set, before the first report.</summary>
    public BooksState State
    {
        get => new(StartBalance, Balance, RealisedPnl, Fees, Funding, Slippage);
        set
        {
            (StartBalance, Balance, RealisedPnl) = (value.StartBalance, value.Balance, value.RealisedPnl);
            (Fees, Funding, Slippage) = (value.Fees, value.Funding, value.Slippage);
            _peak = (double)value.Balance;
        }
    }

    public void Apply(FillReport fill)
    {
        RealisedPnl += fill.RealisedPnl;
        Fees += fill.Fee;
        Slippage += fill.Slippage;
        Balance += fill.RealisedPnl - fill.Fee;
    }

    public void Apply(FundingReport funding)
    {
        Funding += funding.Amount;
        Balance -= funding.Amount;
    }

    /// <summary>Takes one sample of mark-to-market equity.</summary>
    public void Sample(double equity)
    {
        if (equity >= _peak)
        {
            _peak = equity;
            return;
        }

        var fall = _peak - equity;
        MaxDrawdown = Math.Max(MaxDrawdown, fall);
        MaxDrawdownPercent = Math.Max(MaxDrawdownPercent, fall / _peak * 100);
    }

    /// <summary>
    /// Samples a run of prices at which equity is <c>offset + slope × price</c>; prices in units of 1e-9. Same as one call of
    /// sampling each price alone.
    /// </summary>
    public void Sample(ReadOnlySpan<long> prices, double offset, double slope)
    {
        foreach (var price in prices)
        {
            Sample(offset + (slope * price));
        }
    }
}

/// <summary>The sums of <see cref="AccountBooks"/>; its equity curve is not among them.</summary>
public sealed record BooksState(
    decimal StartBalance, decimal Balance, decimal RealisedPnl, decimal Fees, decimal Funding, decimal Slippage);
