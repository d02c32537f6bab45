using System.Globalization;

namespace StrategyHost.Host.Terminal;

/// <summary>How far a piece of work is, with rate and time to go. Rates count from the start of the unit.</summary>
internal readonly record struct ProgressSnapshot(long Done, long Total, string Unit, TimeSpan Elapsed)
{
    /// <summary>Units per second; 0 before any time has passed.</summary>
    public double Rate => Elapsed > TimeSpan.Zero ? Done / Elapsed.TotalSeconds : 0;

    /// <summary>0 to 100, or null where the total is not known.</summary>
    public double? Percent => Total > 0 ? Math.Clamp(100.0 * Done / Total, 0, 100) : null;

    /// <summary>Time to go at the rate so far; null where it cannot be told.</summary>
    public TimeSpan? TimeToGo => Total > 0 && Rate > 0 ? TimeSpan.FromSeconds(Math.Min(Math.Max(0, Total - Done) / Rate, 359_999)) : null;

    public string RateText => Rate switch
    {
        >= 1e6 => (Rate / 1e6).ToString("0.0", CultureInfo.InvariantCulture) + " M ",
        >= 1e3 => (Rate / 1e3).ToString("0.0", CultureInfo.InvariantCulture) + " k ",
        _ => Rate.ToString("0", CultureInfo.InvariantCulture) + " ",
    } + Unit + "/s";

    public string TimeToGoText => TimeToGo is { } time
        ? string.Create(CultureInfo.InvariantCulture, $"{(int)time.TotalHours:00}:{time.Minutes:00}:{time.Seconds:00}")
        : "--:--:--";

    /// <summary>How much is done, for example <c>45 % of 80,000 events</c>.</summary>
    public string Amount
    {
        get
        {
            var share = Percent is { } percent ? percent.ToString("0", CultureInfo.InvariantCulture) + " % of " : "";
            return $"{share}{(Total > 0 ? Total : Done).ToString("N0", CultureInfo.InvariantCulture)} {Unit}";
        }
    }

    /// <summary>One line without control characters.</summary>
    public override string ToString() => $"{Amount}, {RateText}, {TimeToGoText} to go";
}

/// <summary>What shows progress: a bar on a terminal, lines elsewhere.</summary>
internal interface IProgressView : IDisposable
{
    /// <summary>How often <see cref="Show"/> is wanted.</summary>
    TimeSpan Period { get; }
    void Show(ProgressSnapshot snapshot);
}

/// <summary>
/// Takes reports and shows them by a timer, so that the working thread only stores two numbers. Nothing is shown for work under 2 s.
/// </summary>
internal sealed class ProgressReporter : IProgressReporter
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private readonly Lock _gate = new();
    private readonly TimeProvider _time;
    private readonly IProgressView _view;
    private readonly ITimer _timer;
    private readonly long _begun;
    private long _unitBegun;
    private long _done;
    private long _total;
    private string _unit = "";
    private bool _isEnded;

    public ProgressReporter(TimeProvider time, IProgressView view)
    {
        (_time, _view) = (time, view);
        _begun = _unitBegun = time.GetTimestamp();
        _timer = time.CreateTimer(_ => Tick(), null, Patience, view.Period);
    }

    public void Report(long done, long total, string unit)
    {
        lock (_gate)
        {
            if (unit != _unit || done < _done)
            {
                (_unit, _unitBegun) = (unit, _time.GetTimestamp());
            }

            (_done, _total) = (done, total);
        }
    }

    public string SoFar
    {
        get
        {
            lock (_gate)
            {
                return _unit.Length == 0 ? "" : new ProgressSnapshot(_done, _total, _unit, TimeSpan.Zero).Amount;
            }
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _isEnded = true;
        }

        _timer.Dispose();
        _view.Dispose();
    }

    private void Tick()
    {
        lock (_gate)
        {
            if (!_isEnded && _unit.Length > 0 && _time.GetElapsedTime(_begun) >= Patience)
            {
                _view.Show(new ProgressSnapshot(_done, _total, _unit, _time.GetElapsedTime(_unitBegun)));
            }
        }
    }
}

/// <summary>A line each few seconds, for logs and pipes.</summary>
internal sealed class PlainProgressView(TextWriter writer) : IProgressView
{
    public TimeSpan Period => TimeSpan.FromSeconds(5);
    public void Show(ProgressSnapshot snapshot) => writer.WriteLine(snapshot.ToString());
    public void Dispose()
    {
        // Lines need no end.
    }
}
