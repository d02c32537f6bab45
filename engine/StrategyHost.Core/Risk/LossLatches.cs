using StrategyHost.Core.Domain;

namespace StrategyHost.Core.Risk;

/// <summary>
/// Loss limits of one account (contracts §3 <c>risk.dailyLossPercent</c>, <c>risk.drawdownPercent</c>; ADR 29 <c>risk.rollingLoss</c>) as
/// latches over its equity at mark. 1. The daily one holds until the UTC day ends, even when the equity recovers. 2. That of the drawdown
/// from the peak and that of the rolling loss hold until a person releases them. 3. A day is measured from the last equity before
/// it, or from the one at its very first millisecond; the last hours from the last equity before them. They move on in steps of a 24th.
/// </summary>
public sealed class LossLatches(RiskSettings settings, decimal startEquity)
{
    public const string DailyLoss = "risk:daily_loss";
    public const string Drawdown = "risk:drawdown";
    public const string RollingLoss = "risk:rolling_loss";
    internal const int Steps = 24;
    private const long DayMs = 86_400_000;
    private const long HourMs = 3_600_000;

    private readonly List<LossSample> _samples = [];
    private decimal _last = startEquity;
    private decimal _dayStart = startEquity;
    private decimal _peak = startEquity;
    private long _day = long.MinValue;
    private long? _lossDay;
    private bool _isDrawnDown;
    private bool _isRolledDown;

    /// <summary>The memory of the limits as a value; set once, before the first look.</summary>
    public LatchState State
    {
        get => new(_last, _dayStart, _peak, _day == long.MinValue ? null : _day, _lossDay, _isDrawnDown)
        {
            Samples = [.. _samples],
            IsRolledDown = _isRolledDown,
            Hours = settings.RollingLoss?.Hours ?? 0,
        };
        set
        {
            (_last, _dayStart, _peak) = (value.Last, value.DayStart, value.Peak);
            (_day, _lossDay, _isDrawnDown) = (value.Day ?? long.MinValue, value.LossDay, value.IsDrawnDown);
            _isRolledDown = value.IsRolledDown;
            _samples.Clear();
            _samples.AddRange(settings.RollingLoss is { } rule ? value.SamplesOver(rule.Hours) : []);
        }
    }

    /// <summary>The UTC day that was looked at last, counted from 1970; far below zero before the first look.</summary>
    public long Day => _day;

    /// <summary>The step of the last hours that was looked at last; 0: none.</summary>
    public long Step => _samples.Count == 0 ? 0 : _samples[^1].Step;

    /// <summary>Some limit is set.</summary>
    public bool IsOn => settings.DailyLossPercent is not null || settings.DrawdownPercent is not null || settings.RollingLoss is not null;

    /// <summary>Takes the equity at a moment; the code of the limit that it reached now, of several the longest; null: none.</summary>
    public string? Observe(decimal equity, Timestamp at)
    {
        var day = at.Ms / DayMs;
        if (day != _day)
        {
            _dayStart = at.Ms % DayMs == 0 ? equity : _last;
            _day = day;
        }

        if (settings.RollingLoss is { } rolling)
        {
            Sample(rolling, at);
        }

        _last = equity;
        _peak = Math.Max(_peak, equity);
        var drawn = !_isDrawnDown && IsBelow(equity, _peak, settings.DrawdownPercent);
        var rolled = !_isRolledDown && settings.RollingLoss is { } rule && IsBelow(equity, _samples[0].Equity, rule.Percent);
        var lost = _lossDay != day && IsBelow(equity, _dayStart, settings.DailyLossPercent);
        _isDrawnDown |= drawn;
        _isRolledDown |= rolled;
        _lossDay = lost ? day : _lossDay;
        return drawn ? Drawdown : rolled ? RollingLoss : lost ? DailyLoss : null;
    }

    /// <summary>The code of the limit that keeps entries out at a moment, the longest of them; null: none does.</summary>
    public string? Closed(Timestamp at) =>
        _isDrawnDown ? Drawdown : _isRolledDown ? RollingLoss : _lossDay == at.Ms / DayMs ? DailyLoss : null;

    /// <summary>All that keep entries out at a moment.</summary>
    public IReadOnlyList<string> Reached(Timestamp at)
    {
        var codes = new List<string>();
        if (_isDrawnDown)
        {
            codes.Add(Drawdown);
        }

        if (_isRolledDown)
        {
            codes.Add(RollingLoss);
        }

        if (_lossDay == at.Ms / DayMs)
        {
            codes.Add(DailyLoss);
        }

        return codes;
    }

    /// <summary>
    /// Opens what is closed at a moment: a fall is measured anew from the equity last seen, else the limit would be reached again at once.
    /// </summary>
    public void Release(Timestamp at)
    {
        if (_isDrawnDown)
        {
            (_isDrawnDown, _peak) = (false, _last);
        }

        if (_isRolledDown)
        {
            _isRolledDown = false;
            _samples.Clear(); // the next look begins anew with the equity last seen
        }

        if (_lossDay == at.Ms / DayMs)
        {
            (_lossDay, _dayStart) = (null, _last);
        }
    }

    private void Sample(RollingLossRule rule, Timestamp at)
    {
        var length = rule.Hours * HourMs / Steps;
        var step = at.Ms / length;
        if (_samples.Count == 0 || _samples[^1].Step != step)
        {
            _samples.RemoveAll(s => s.Step <= step - Steps || s.Step > step); // the latter of saves whose hours nobody knows
            _samples.Add(new LossSample(step, _last));
        }
    }

    private static bool IsBelow(decimal equity, decimal from, decimal? percent) =>
        percent is { } limit && equity <= from * (1 - (limit / 100m));
}

/// <summary>The last equity before a step of the rolling loss began.</summary>
public readonly record struct LossSample(long Step, decimal Equity);

/// <summary>
/// What <see cref="LossLatches"/> remember: equity last seen, at the day's start and at its peak; the day (UTC, counted from 1970; null:
/// none yet), the day whose limit was reached, and whether the fall from the peak was.
/// </summary>
public sealed record LatchState(decimal Last, decimal DayStart, decimal Peak, long? Day, long? LossDay, bool IsDrawnDown)
{
    /// <summary>Equities of the last hours, oldest first.</summary>
    public IReadOnlyList<LossSample> Samples { get; init; } = [];

    /// <summary>The rolling loss was reached.</summary>
    public bool IsRolledDown { get; init; }

    /// <summary>The hours that the samples go back and in 24ths of which their steps count; 0: none, or saved before it was kept.</summary>
    public int Hours { get; init; }

    /// <summary>The samples in steps of other hours. Those of more hours are not there: nobody kept them.</summary>
    public IReadOnlyList<LossSample> SamplesOver(int hours)
    {
        if (Hours == 0 || Hours == hours || Samples.Count == 0)
        {
            return Samples;
        }

        var first = (Samples[^1].Step * Hours / hours) - LossLatches.Steps;
        return [.. Samples.Select(s => s with { Step = s.Step * Hours / hours }).Where(s => s.Step > first).DistinctBy(s => s.Step)];
    }
}
