using StrategyHost.Core.Accounts;
using StrategyHost.Core.Domain;
using StrategyHost.Core.Kernel.Saved;

namespace StrategyHost.Core.Kernel;

/// <summary>
/// Watches one account's orders and results, and raises alerts (mission 004): <c>fragmented</c> at each placement, <c>stale_entry</c> every
/// ten minutes of event time, <c>dust</c> and <c>double_reservation</c> with each picture of the account and every ten minutes,
/// <c>expectancy_negative</c> after every ten trades, <c>drawdown</c> after each trade. It changes nothing.
/// 1. An alert is raised once, and again only after what it said was no longer so. 2. What has been said is forgotten with a restart: a new
/// run says what still stands. 3. Trades, and the equity at the start of each UTC day, are remembered.
/// </summary>
internal sealed class AccountWatch(AccountKernel account)
{
    public const long EveryMs = 600_000;
    public const int TradesEvery = 10;
    public const double DrawdownPercentMax = 10;
    private const long DayMs = 86_400_000;
    private const string Expectancy = "expectancy_negative";
    private const string Drawdown = "drawdown";

    private readonly HashSet<(string Code, string Subject)> _said = [];
    private long _lookedMs;
    private bool _isPlaced;
    private bool _isClosed;
    private bool _isTenth;
    private long _trades;
    private decimal _netPnl;
    private long? _day;
    private Timestamp _dayAt;
    private decimal _dayEquity;

    /// <summary>What must not be forgotten; set where a run goes on.</summary>
    public WatchState State
    {
        get => new(_trades, _netPnl, _day, _dayAt, _dayEquity);
        set => (_trades, _netPnl, _day, _dayAt, _dayEquity) = (value.Trades, value.NetPnl, value.Day, value.DayAt, value.DayEquity);
    }

    /// <summary>The UTC day that was looked at last.</summary>
    public long? Day => _day;

    /// <summary>The next of the ten minutes.</summary>
    public Timestamp NextDue => new(((_lookedMs / EveryMs) + 1) * EveryMs);

    /// <summary>An order was sent in this step.</summary>
    public void Placed() => _isPlaced = true;

    /// <summary>A trade was closed in this step.</summary>
    public void Take(TradeRecord trade)
    {
        _trades++;
        _netPnl += trade.NetPnl;
        _isClosed = true;
        _isTenth |= _trades % TradesEvery == 0;
    }

    /// <summary>Ends a step: what was placed or closed in it is judged.</summary>
    public void Look(Timestamp at, EffectList effects)
    {
        StartDay(at);
        if (_isPlaced || _said.Contains((OrderFindings.Fragmented, account.Account.Name)))
        {
            _isPlaced = false;
            var held = TrackedOrders.HeldByEntries(account);
            Say(OrderFindings.Fragmented, Some(OrderFindings.Fragmentation(account.Account, held, account.Books.Balance)), at, effects);
        }

        if (_isTenth)
        {
            _isTenth = false;
            var text = $"{_trades} trades brought {_netPnl / _trades:0.####} each: the account is losing";
            Say(Expectancy, Some(_netPnl < 0 ? new OrderFinding(Expectancy, account.Account.Name, text) : null), at, effects);
        }

        if (_isClosed && LossWatch.IsKnown(account))
        {
            _isClosed = false;
            var equity = account.Equity;
            var fall = account.Books.DrawdownPercent((double)equity);
            var text = $"equity is {equity:0.##}, {fall:0.##} % below its peak of {account.Books.Peak:0.##}";
            Say(Drawdown, Some(fall > DrawdownPercentMax ? new OrderFinding(Drawdown, account.Account.Name, text) : null), at, effects);
        }
    }

    /// <summary>Every ten minutes: entries that wait for too long, and what a picture is judged for.</summary>
    public void Pass(Timestamp at, EffectList effects)
    {
        if (NextDue > at)
        {
            return;
        }

        _lookedMs = at.Ms;
        OpenOrder[] orders = [.. TrackedOrders.Of(account)];
        Say(OrderFindings.StaleEntry, OrderFindings.Stale(orders, at), at, effects);
        Judge(orders, at, effects);
    }

    /// <summary>The account has been shown as a whole.</summary>
    public void Conclude(Timestamp at, EffectList effects) => Judge([.. TrackedOrders.Of(account)], at, effects);

    private void Judge(OpenOrder[] orders, Timestamp at, EffectList effects)
    {
        var leftovers = OrderFindings.Leftovers(
            orders, symbol => account.Market.Knows(symbol) ? account.Market[symbol].Instrument : null, at);
        Say(OrderFindings.Dust, leftovers, at, effects);
        Say(OrderFindings.DoubleReservation, OrderFindings.Doubled(orders, account.Observed?.Positions ?? []), at, effects);
    }

    /// <summary>Says what is new under a code; what is no longer found may be said again one day.</summary>
    private void Say(string code, IEnumerable<OrderFinding> findings, Timestamp at, EffectList effects)
    {
        var found = findings.ToArray();
        var present = found.Select(f => (f.Code, f.Subject)).ToHashSet();
        _said.RemoveWhere(s => s.Code == code && !present.Contains(s));
        foreach (var finding in found)
        {
            if (_said.Add((finding.Code, finding.Subject)))
            {
                effects.Add(new Alert(account.Account, at, finding.Code, finding.Text));
            }
        }
    }

    /// <summary>The first equity that is known on a UTC day.</summary>
    private void StartDay(Timestamp at)
    {
        var day = at.Ms / DayMs;
        if (day != _day && account.Books.Balance != 0 && LossWatch.IsKnown(account))
        {
            (_day, _dayAt, _dayEquity) = (day, at, account.Equity - account.Books.Transfers);
        }
    }

    private static OrderFinding[] Some(OrderFinding? finding) => finding is null ? [] : [finding];
}
