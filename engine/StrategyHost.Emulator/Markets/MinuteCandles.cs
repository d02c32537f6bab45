using StrategyHost.Core.Domain;
using StrategyHost.Core.MarketData;

namespace StrategyHost.Emulator.Markets;

/// <summary>
/// Candles of one minute without holes, the last one running; longer ones are put together from them on demand. A minute without trades is
/// flat at the previous close.
/// </summary>
internal sealed class MinuteCandles
{
    public const long MinuteMs = 60_000;

    private readonly List<Kline> _closed = [];

    public MinuteCandles(long nowMs, long price) => Current = Flat(nowMs - (nowMs % MinuteMs), price);

    public Kline Current { get; private set; }

    /// <summary>Puts closed candles before the running one; they must end where it starts.</summary>
    public void Prepend(IReadOnlyList<Kline> history) => _closed.InsertRange(0, history);

    /// <summary>Moves time on; true when at least one minute has closed.</summary>
    public bool Advance(long nowMs)
    {
        var isClosed = false;
        while (nowMs >= Current.Start + MinuteMs)
        {
            _closed.Add(Current);
            Current = Flat(Current.Start + MinuteMs, Current.Close);
            isClosed = true;
        }

        return isClosed;
    }

    public void Add(long price, long size)
    {
        var turnover = (double)price / FixedPoint.Scale * ((double)size / FixedPoint.Scale);
        Current = Current with
        {
            High = Math.Max(Current.High, price),
            Low = Math.Min(Current.Low, price),
            Close = price,
            Volume = Current.Volume + size,
            Turnover = Current.Turnover + turnover,
        };
    }

    /// <summary>The price moved without a trade, as mark and index prices do.</summary>
    public void Touch(long price) => Add(price, 0);

    /// <summary>All candles of an interval from the first minute on, oldest first; the last may be running.</summary>
    public List<Kline> Of(KlineInterval interval)
    {
        var candles = new List<Kline>();
        foreach (var minute in _closed.Append(Current))
        {
            var start = interval.StartOf(minute.Start);
            if (candles.Count > 0 && candles[^1].Start == start)
            {
                candles[^1] = Join(candles[^1], minute);
            }
            else
            {
                candles.Add(minute with { Start = start });
            }
        }

        return candles;
    }

    /// <summary>The candle of this interval that starts there; null when nothing of it is known.</summary>
    public Kline? At(KlineInterval interval, long start)
    {
        Kline? joined = null;
        for (var i = FirstAtOrAfter(start); i <= _closed.Count; i++)
        {
            var minute = i == _closed.Count ? Current : _closed[i];
            if (interval.StartOf(minute.Start) != start)
            {
                break;
            }

            joined = joined is { } part ? Join(part, minute) : minute with { Start = start };
        }

        return joined;
    }

    /// <summary>The minutes since a moment, the running one included.</summary>
    public IEnumerable<Kline> Since(long ms)
    {
        for (var i = FirstAtOrAfter(ms); i < _closed.Count; i++)
        {
            yield return _closed[i];
        }

        yield return Current;
    }

    private int FirstAtOrAfter(long ms)
    {
        if (_closed.Count == 0)
        {
            return 0;
        }

        // No holes: the place follows from the time.
        var steps = (ms - _closed[0].Start + MinuteMs - 1) / MinuteMs;
        return (int)Math.Clamp(steps, 0, _closed.Count);
    }

    private static Kline Join(in Kline a, in Kline b) => a with
    {
        High = Math.Max(a.High, b.High),
        Low = Math.Min(a.Low, b.Low),
        Close = b.Close,
        Volume = a.Volume + b.Volume,
        Turnover = a.Turnover + b.Turnover,
    };

    private static Kline Flat(long start, long price) => new(start, price, price, price, price, 0, 0);
}
