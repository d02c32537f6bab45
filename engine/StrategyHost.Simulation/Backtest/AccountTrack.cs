using StrategyHost.Core.Domain;
using StrategyHost.Core.Kernel;

namespace StrategyHost.Simulation.Backtest;

/// <summary>Curves, exposure and coverage of one account during a run.</summary>
internal sealed class AccountTrack(AccountKernel account)
{
    private readonly List<EquityPoint> _daily = [];
    private readonly List<EquityPoint> _curve = [];
    private readonly FindingTally _findings = new();
    private long _exposedSince = -1;
    private long _exposureMs;
    private long _nakedSince = -1;
    private long _nakedMs;
    private decimal _minPercent = 100m;

    public void Observe(Timestamp at)
    {
        decimal size = 0, covered = 0;
        foreach (var plan in account.Plans)
        {
            size += plan.Size.Value;
            covered += plan.SentStop == 0 ? 0 : plan.Size.Value;
        }

        Switch(ref _exposedSince, ref _exposureMs, size > 0, at.Ms);
        Switch(ref _nakedSince, ref _nakedMs, covered < size, at.Ms);
        _minPercent = size == 0 ? _minPercent : Math.Min(_minPercent, covered / size * 100m);
    }

    /// <summary>What the kernel's watch has found on this account.</summary>
    public void Found(Alert finding) => _findings.Add(finding);

    public AccountId Account => account.Account;

    public void Sample(Timestamp at) => _curve.Add(new EquityPoint(at, account.Equity));

    public void EndDay(Timestamp at) => _daily.Add(new EquityPoint(at, account.Equity));

    public AccountResult Result(Timestamp at)
    {
        var books = account.Books;
        Switch(ref _exposedSince, ref _exposureMs, false, at.Ms);
        Switch(ref _nakedSince, ref _nakedMs, false, at.Ms);
        return new AccountResult
        {
            Account = account.Account,
            StartEquity = books.StartBalance,
            EndEquity = decimal.Round(account.Equity, 8),
            OpenPositions = account.Plans.Count(p => !p.Size.IsZero),
            Fees = books.Fees,
            Funding = books.Funding,
            Slippage = books.Slippage,
            RealisedPnl = books.RealisedPnl,
            Executions = books.Executions,
            MaxDrawdownPercent = decimal.Round((decimal)books.MaxDrawdownPercent, 6),
            MaxDrawdown = decimal.Round((decimal)books.MaxDrawdown, 8),
            DailyEquity = _daily,
            EquityCurve = _curve,
            Coverage = new Coverage(_nakedMs, decimal.Round(_minPercent, 4)),
            ExposureMs = _exposureMs,
            Findings = _findings.All,
        };
    }

    private static void Switch(ref long since, ref long total, bool on, long now)
    {
        if (on && since < 0)
        {
            since = now;
        }
        else if (!on && since >= 0)
        {
            total += now - since;
            since = -1;
        }
    }
}
