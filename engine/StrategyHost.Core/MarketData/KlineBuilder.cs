using StrategyHost.Core.Domain;

namespace StrategyHost.Core.MarketData;

/// <summary>
/// Builds candles of one symbol and interval from one source: trades, or smaller candles. Called by whoever owns the market state; it
/// allocates nothing. Before each event, and for any other event of the symbol that only moves time (a book, a timer), take what has
/// closed:
/// <code>
/// while (builder.TryClose(eventTimeMs, out var kline)) { … }
/// builder.AddTrade(eventTimeMs, price, size);
/// </code>
/// With smaller candles: <see cref="AddKline"/> first, then <see cref="TryClose"/> with that candle's end.
/// <list type="number">
/// <item>A candle closes with the first event at or after its end (contracts §2), so that its last millisecond is complete.</item>
/// <item>Open and close are the first and last price inside the candle; the first candle may be partial.</item>
/// <item>A candle without trades is produced flat: all prices at the previous close, volume 0, so that indicators keep time as on
/// exchanges that publish such candles. After one day of flat candles (<see cref="FlatMsMax"/>) the builder stops and starts afresh with
/// the next trade: a hole in the data must not become a flat market.</item>
/// <item>The result depends on the trades and candles alone, not on how often time was moved in between.</item>
/// </list>
/// </summary>
public sealed class KlineBuilder(Symbol symbol, Interval interval)
{
    /// <summary>Longest run of flat candles after a trade, in ms.</summary>
    public const long FlatMsMax = 86_400_000;

    private readonly long _ms = interval.Ms;
    private long _flatMs;
    private bool _hasOpen;
    private Kline _current;

    public Symbol Symbol { get; } = symbol;
    public Interval Interval { get; } = interval;

    /// <summary>Events older than the open candle; they are left out and counted here, since a closed candle never changes.</summary>
    public long LateEvents { get; private set; }

    /// <summary>The candle in the making, or null before the first trade and after a long gap.</summary>
    public Kline? Current => _hasOpen ? _current : null;

    /// <summary>The next candle that has ended at or before the moment; call until false. Times in ms.</summary>
    public bool TryClose(long timeMs, out Kline closed)
    {
        closed = _current;
        if (!_hasOpen || timeMs < _current.Start + _ms)
        {
            return false;
        }

        var isFlat = _flatMs > 0;
        var price = closed.Close;
        _current = new Kline(closed.Start + _ms, price, price, price, price, 0, 0);
        _flatMs += _ms;
        if (isFlat && _flatMs > FlatMsMax)
        {
            _hasOpen = false;
            _flatMs = 0;
        }

        return true;
    }

    /// <summary>Adds a trade; price and size in units of 1e-9. False when it is older than the open candle and was left out.</summary>
    public bool AddTrade(long timeMs, long price, long size)
    {
        var turnover = (double)price / FixedPoint.Scale * ((double)size / FixedPoint.Scale);
        return Add(timeMs, new Kline(timeMs, price, price, price, price, size, turnover));
    }

    /// <summary>Adds a closed candle of a smaller interval that divides this one.</summary>
    public bool AddKline(in Kline part) => Add(part.Start, part);

    private bool Add(long timeMs, in Kline part)
    {
        if (!_hasOpen)
        {
            _current = part with { Start = timeMs - (timeMs % _ms) };
            _hasOpen = true;
            _flatMs = 0;
            return true;
        }

        if (timeMs < _current.Start)
        {
            LateEvents++;
            return false;
        }

        if (timeMs >= _current.Start + _ms)
        {
            throw new InvalidOperationException($"candles that ended before {timeMs} must be taken with TryClose first");
        }

        // A flat part repeats what is known; skipping it keeps the open of the larger candle at its first trade.
        if (part.Volume == 0 && part.High == part.Low && part.Close == _current.Close)
        {
            return true;
        }

        _current = _flatMs > 0 ? part with { Start = _current.Start } : Merge(part);
        _flatMs = 0;
        return true;
    }

    private Kline Merge(in Kline part) => _current with
    {
        High = Math.Max(_current.High, part.High),
        Low = Math.Min(_current.Low, part.Low),
        Close = part.Close,
        Volume = AddSaturating(_current.Volume, part.Volume),
        Turnover = _current.Turnover + part.Turnover,
    };

    // 9.2e9 base units do not overflow for any listed contract in a day, except for tokens priced at 1e-6; volume is shown, not traded on.
    private static long AddSaturating(long a, long b) => a > long.MaxValue - b ? long.MaxValue : a + b;
}
