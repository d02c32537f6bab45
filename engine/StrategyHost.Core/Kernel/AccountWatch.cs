using StrategyHost.Core.Accounts;
using StrategyHost.Core.Domain;
using StrategyHost.Core.Kernel.Saved;
using StrategyHost.Core.Orders;
using StrategyHost.Core.Planning;

namespace StrategyHost.Core.Kernel;

/// <summary>
/// Watches one account's orders and results, and raises alerts (mission 004): <c>fragmented</c> at each placement, <c>stale_entry</c> every
/// ten minutes of event time, <c>dust</c> and <c>double_reservation</c> with each picture of the account and every ten minutes,
/// <c>expectancy_negative</c> after every ten trades, <c>drawdown</c> after each trade. It changes nothing.
/// 1. An alert is raised once, and again only after what it said was no longer so. 2. What has been said is forgotten with a restart: a new
/// run says what still stands. 3. Trades, and the equity at the start of each UTC day, are remembered. 4. Of an account that is not
/// observed (backtests) the same is found at the same times, but nothing is due unless something is found then: quiet runs stay long.
/// </summary>
internal sealed class AccountWatch(AccountKernel account)
{
    public const long EveryMs = 600_000;
    public const int TradesEvery = 10;
    public const double DrawdownPercentMax = 10;
    private const long DayMs = 86_400_000;

    private readonly HashSet<(string Code, string Subject)> _said = [];
    private long _lookedMs;
    private bool _isShown;
    private bool _isPlaced;
    private bool _isFragmented;
    private (long Version, decimal Balance) _judged;
    private long _planned = -1;
    private Timestamp _due = Timestamp.MaxValue;
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

    /// <summary>The next of the ten minutes at which there may be something to find.</summary>
    public Timestamp NextDue => account.Observed is null ? _due : TenMinutesAfter(_lookedMs);

    /// <summary>An order was sent in this step; what only closes holds nothing, and is looked at where others may place too.</summary>
    public void Placed(OrderRole role) => _isPlaced |= role == OrderRole.Entry || account.Observed is not null;

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
        if (_isPlaced || (_isFragmented && MayHaveMoved))
        {
            JudgeHeld(at, effects);
        }

        if (_isClosed || _isTenth)
        {
            JudgeResults(at, effects);
        }

        if (account.Observed is null && account.Version != _planned)
        {
            _planned = account.Version;
            _due = NextFinding(at);
        }
    }

    /// <summary>Every ten minutes: entries that wait for too long, and what a picture is judged for.</summary>
    public void Pass(Timestamp at, EffectList effects)
    {
        if (NextDue <= at)
        {
            LookAtAll(at, effects);
        }
    }

    /// <summary>The account has been shown as a whole; what has waited since before this run is said with its first picture.</summary>
    public void Conclude(Timestamp at, EffectList effects)
    {
        if (_isShown)
        {
            Judge([.. TrackedOrders.Of(account)], at, effects);
            return;
        }

        _isShown = true;
        LookAtAll(at, effects);
    }

    private void LookAtAll(Timestamp at, EffectList effects)
    {
        _lookedMs = at.Ms;
        _planned = -1;
        OpenOrder[] orders = [.. TrackedOrders.Of(account)];
        Say(OrderFindings.StaleEntry, OrderFindings.Stale(orders, at), at, effects);
        Judge(orders, at, effects);
    }

    private void Judge(OpenOrder[] orders, Timestamp at, EffectList effects)
    {
        var leftovers = OrderFindings.Leftovers(
            orders, symbol => account.Market.Knows(symbol) ? account.Market[symbol].Instrument : null, at);
        Say(OrderFindings.Dust, leftovers, at, effects);
        Say(OrderFindings.DoubleReservation, OrderFindings.Doubled(orders, account.Observed?.Positions ?? []), at, effects);
    }

    /// <summary>What entries hold may be less than when it was judged; other people's orders move without a word of ours.</summary>
    private bool MayHaveMoved => account.Observed is not null || _judged != (account.Version, account.Books.Balance);

    private void JudgeHeld(Timestamp at, EffectList effects)
    {
        _isPlaced = false;
        _judged = (account.Version, account.Books.Balance);
        var held = TrackedOrders.HeldByEntries(account);
        var finding = OrderFindings.Fragmentation(account.Account, held, account.Books.Balance);
        if (finding is not null && !_isFragmented)
        {
            effects.Add(new Alert(account.Account, at, finding.Code, finding.Text));
        }

        _isFragmented = finding is not null;
    }

    private void JudgeResults(Timestamp at, EffectList effects)
    {
        if (_isTenth)
        {
            _isTenth = false;
            if (IsNews(AccountFindings.ExpectancyNegative, _netPnl < 0))
            {
                var text = $"{_trades} trades brought {_netPnl / _trades:0.####} each: the account is losing";
                effects.Add(new Alert(account.Account, at, AccountFindings.ExpectancyNegative, text));
            }
        }

        if (_isClosed && LossWatch.IsKnown(account))
        {
            _isClosed = false;
            var equity = account.Equity;
            var fall = account.Books.DrawdownPercent((double)equity);
            if (IsNews(AccountFindings.Drawdown, fall > DrawdownPercentMax))
            {
                var text = $"equity is {equity:0.##}, {fall:0.##} % below its peak of {account.Books.Peak:0.##}";
                effects.Add(new Alert(account.Account, at, AccountFindings.Drawdown, text));
            }
        }
    }

    /// <summary>Something that is so of the account as a whole and was not so when it was last judged.</summary>
    private bool IsNews(string code, bool isSo)
    {
        var subject = (code, account.Account.Name);
        if (isSo)
        {
            return _said.Add(subject);
        }

        _said.Remove(subject);
        return false;
    }

    /// <summary>When the first of our own orders will have become a finding; nothing else can where nobody else's are seen.</summary>
    private Timestamp NextFinding(Timestamp at)
    {
        var due = Timestamp.MaxValue;
        foreach (var plan in account.Plans)
        {
            foreach (var entry in plan.Entries)
            {
                due = Earliest(due, entry, OrderFindings.StaleEntry, FirstLook(entry, OrderFindings.StaleMs, at));
                due = EarliestDust(due, entry, entry.ReferencePrice, at);
            }

            foreach (var exit in plan.Exits)
            {
                due = EarliestDust(due, exit, null, at);
            }

            foreach (var target in plan.TargetOrders)
            {
                due = target is null ? due : EarliestDust(due, target, null, at);
            }
        }

        return due;
    }

    /// <summary>Of our orders only what has filled in part can leave a rest that is too small.</summary>
    private Timestamp EarliestDust(Timestamp due, PlanOrder order, decimal? price, Timestamp at) =>
        !order.Order.Filled.IsZero && !order.Order.IsFinal && OrderFindings.IsLeftover(order.Order.Remaining, price, order.Plan.Instrument)
            ? Earliest(due, order, OrderFindings.Dust, FirstLook(order, OrderFindings.DustMs, at)) : due;

    private Timestamp Earliest(Timestamp due, PlanOrder order, string code, Timestamp look) =>
        look < due && !order.Order.IsFinal && !_said.Contains((code, order.Id)) ? look : due;

    /// <summary>The first of the ten minutes, from now on, at which an order has this age.</summary>
    private Timestamp FirstLook(PlanOrder order, long ageMs, Timestamp at) =>
        TenMinutesAfter(Math.Max(Math.Max(order.Order.CreatedAt.Ms + ageMs, _lookedMs + 1), at.Ms) - 1);

    private static Timestamp TenMinutesAfter(long ms) => new(((ms / EveryMs) + 1) * EveryMs);

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
}
