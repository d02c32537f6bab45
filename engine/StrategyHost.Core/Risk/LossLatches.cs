using StrategyHost.Core.Domain;

namespace StrategyHost.Core.Risk;

/// <summary>
/// Loss limits of one account (contracts §3 <c>risk.dailyLossPercent</c>, <c>risk.drawdownPercent</c>) as latches over its equity at mark.
/// 1. The daily one holds until the UTC day ends, even when the equity recovers. 2. That of the drawdown from the peak holds
/// until a person releases it.
/// 3. A day is measured from the last equity before it, or from the one at its very first millisecond.
/// </summary>
public sealed class LossLatches(RiskSettings settings, decimal startEquity)
{
    public const string DailyLoss = "risk:daily_loss";
    public const string Drawdown = "risk:drawdown";
    private const long DayMs = 86_400_000;

    private decimal _last = startEquity;
    private decimal _dayStart = startEquity;
    private decimal _peak = startEquity;
    private long _day = long.MinValue;
    private long? _lossDay;
    private bool _isDrawnDown;

    /// <summary>The memory of the limits as a value; set once, before the first look.</summary>
    public LatchState State
    {
        get => new(_last, _dayStart, _peak, _day == long.MinValue ? null : _day, _lossDay, _isDrawnDown);
        set
        {
            (_last, _dayStart, _peak) = (value.Last, value.DayStart, value.Peak);
            (_day, _lossDay, _isDrawnDown) = (value.Day ?? long.MinValue, value.LossDay, value.IsDrawnDown);
        }
    }

    /// <summary>The UTC day that was looked at last, counted from 1970; far below zero before the first look.</summary>
    public long Day => _day;

    /// <summary>Some limit is set.</summary>
    public bool IsOn => settings.DailyLossPercent is not null || settings.DrawdownPercent is not null;

    /// <summary>Takes the equity at a moment; the code of the limit that it reached now, null when none was.</summary>
    public string? Observe(decimal equity, Timestamp at)
    {
        var day = at.Ms / DayMs;
        if (day != _day)
        {
            _dayStart = at.Ms % DayMs == 0 ? equity : _last;
            _day = day;
        }

        _last = equity;
        _peak = Math.Max(_peak, equity);
        if (!_isDrawnDown && IsBelow(equity, _peak, settings.DrawdownPercent))
        {
            _isDrawnDown = true;
            return Drawdown;
        }

        if (_lossDay != day && IsBelow(equity, _dayStart, settings.DailyLossPercent))
        {
            _lossDay = day;
            return DailyLoss;
        }

        return null;
    }

    /// <summary>The code of the limit that keeps entries out at a moment; null: none does.</summary>
    public string? Closed(Timestamp at) => _isDrawnDown ? Drawdown : _lossDay == at.Ms / DayMs ? DailyLoss : null;

    /// <summary>
    /// Opens what is closed at a moment, and gives the codes: from the equity last seen on a day's loss, and the fall from the peak, count
    /// anew, else they would be reached again at once.
    /// </summary>
    public IReadOnlyList<string> Release(Timestamp at)
    {
        var released = new List<string>();
        if (_isDrawnDown)
        {
            (_isDrawnDown, _peak) = (false, _last);
            released.Add(Drawdown);
        }

        if (_lossDay is { } lost && lost == at.Ms / DayMs)
        {
            (_lossDay, _dayStart) = (null, _last);
            released.Add(DailyLoss);
        }

        return released;
    }

    private static bool IsBelow(decimal equity, decimal from, decimal? percent) =>
        percent is { } limit && equity <= from * (1 - (limit / 100m));
}

/// <summary>
/// What <see cref="LossLatches"/> remember: equity last seen, at the day's start and at its peak; the day (UTC, counted from 1970; null:
/// none yet), the day whose limit was reached, and whether the fall from the peak was.
/// </summary>
public sealed record LatchState(decimal Last, decimal DayStart, decimal Peak, long? Day, long? LossDay, bool IsDrawnDown);
