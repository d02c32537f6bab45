using StrategyHost.Core.Domain;

namespace StrategyHost.Core.Accounts;

/// <summary>
/// Money of one account as a fold of the exchange's reports: balance = start + realised − fees − funding + transfers, exact in decimal;
/// and its mark-to-market equity, sampled at market events (doubles: statistics, never traded on).
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

    /// <summary>Paid in (positive) or out since the start balance was known: neither profit nor loss.</summary>
    public decimal Transfers { get; private set; }
    public long Executions { get; private set; }

    /// <summary>Highest equity so far; transfers move it.</summary>
    public double Peak => _peak;
    public double MaxDrawdownPercent { get; private set; }
    public double MaxDrawdown { get; private set; }

    /// <summary>
    /// The sums as a value, with the peak and the deepest falls of the equity. Where those are not known the curve begins anew at the
    /// balance.
    /// </summary>
    public BooksState State
    {
        get => new(StartBalance, Balance, RealisedPnl, Fees, Funding, Slippage)
        {
            Transfers = Transfers,
            Executions = Executions,
            Curve = new EquityPeaks(_peak, MaxDrawdown, MaxDrawdownPercent),
        };
        set
        {
            (StartBalance, Balance, RealisedPnl) = (value.StartBalance, value.Balance, value.RealisedPnl);
            (Fees, Funding, Slippage) = (value.Fees, value.Funding, value.Slippage);
            (Transfers, Executions) = (value.Transfers, value.Executions);
            _peak = value.Curve?.Peak ?? (double)value.Balance;
            MaxDrawdown = value.Curve?.MaxDrawdown ?? 0;
            MaxDrawdownPercent = value.Curve?.MaxDrawdownPercent ?? 0;
        }
    }

    public void Apply(FillReport fill)
    {
        RealisedPnl += fill.RealisedPnl;
        Fees += fill.Fee;
        Slippage += fill.Slippage;
        Balance += fill.RealisedPnl - fill.Fee;
        Executions++;
    }

    public void Apply(FundingReport funding)
    {
        Funding += funding.Amount;
        Balance -= funding.Amount;
    }

    /// <summary>How far an equity is below the peak, in percent of it; 0 at or above it.</summary>
    public double DrawdownPercent(double equity) => equity >= _peak || _peak <= 0 ? 0 : (_peak - equity) / _peak * 100;

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

/// <summary>The sums of <see cref="AccountBooks"/>. Curve: null in a state of before it was kept.</summary>
public sealed record BooksState(
    decimal StartBalance, decimal Balance, decimal RealisedPnl, decimal Fees, decimal Funding, decimal Slippage)
{
    public decimal Transfers { get; init; }
    public long Executions { get; init; }
    public EquityPeaks? Curve { get; init; }
}

/// <summary>Highest equity at mark, and the deepest falls from a peak in money and in percent.</summary>
public sealed record EquityPeaks(double Peak, double MaxDrawdown, double MaxDrawdownPercent);
