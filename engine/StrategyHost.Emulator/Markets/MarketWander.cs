using StrategyHost.Core.Domain;
using StrategyHost.Core.MarketData;
using StrategyHost.Simulation;

namespace StrategyHost.Emulator.Markets;

/// <summary>
/// A seeded market for one symbol: a fair price that keeps within 0.04 % of a base which itself moves at most 0.01 % a minute, so that no
/// minute spans 0.1 %; a book of 200 levels around it; trades at the touch. Same seed and calls, same market.
/// </summary>
internal sealed class MarketWander
{
    /// <summary>Time between two steps in ms.</summary>
    public const int StepMs = 100;
    private const int Levels = 200;
    private const double OffsetMax = 0.0004;
    private const double BaseStepMax = 0.0001 / 600;
    private const double StepDeviation = 0.00002;
    private const double Pull = 0.005;
    private const double HistoryDeviation = 0.0004;
    private const double HistoryStepMax = 0.0009;
    private readonly Prng _prng;
    private readonly Instrument _instrument;
    private readonly int[] _jitter = new int[64];
    private double _base;
    private double _offset;

    public MarketWander(Instrument instrument, long seed, long price)
    {
        _instrument = instrument;
        _prng = new Prng(seed);
        _base = price;
    }

    private long Tick => _instrument.TickSize.Units;

    /// <summary>The best bid; the best ask is one tick above.</summary>
    public long Bid => Math.Max(Tick, (long)(_base * (1 + _offset)) / Tick * Tick);

    /// <summary>Everything goes on from this price.</summary>
    public void Restart(long price)
    {
        _base = price;
        _offset = 0;
    }

    /// <summary>One step of time.</summary>
    public void Step()
    {
        _base *= 1 + (BaseStepMax * ((2 * _prng.NextDouble()) - 1));
        _offset = Math.Clamp((_offset * (1 - Pull)) + (StepDeviation * _prng.NextNormal()), -OffsetMax, OffsetMax);
        _jitter[_prng.Below(_jitter.Length)] = _prng.Below(1000);
        _jitter[_prng.Below(_jitter.Length)] = _prng.Below(1000);
    }

    /// <summary>Trades of this step, some 2 a second: size and taker side.</summary>
    public IEnumerable<(long Size, Side Side)> Prints()
    {
        if (!_prng.Chance(0.15))
        {
            yield break;
        }

        var side = _prng.Chance(0.5) ? Side.Buy : Side.Sell;
        for (var count = 1 + _prng.Below(2); count > 0; count--)
        {
            yield return (LotSize(1 + _prng.Below(50)), side);
        }
    }

    /// <summary>The book around a best bid.</summary>
    public BookSnapshot Book(long bid)
    {
        var bids = new List<BookLevel>(Levels);
        var asks = new List<BookLevel>(Levels);
        for (var i = 0; i < Levels; i++)
        {
            var (below, above) = (bid - (i * Tick), bid + ((i + 1) * Tick));
            if (below > 0)
            {
                bids.Add(new BookLevel(below, SizeAt(below, i)));
            }

            asks.Add(new BookLevel(above, SizeAt(above, i)));
        }

        return new BookSnapshot([.. bids], [.. asks]);
    }

    /// <summary>Closed minutes that lead to the price, oldest first; no minute spans 0.1 %.</summary>
    public IReadOnlyList<Kline> History(long endMs, int minutes, long price)
    {
        var candles = new Kline[minutes];
        double close = price;
        for (var i = minutes - 1; i >= 0; i--)
        {
            var step = Math.Clamp(HistoryDeviation * _prng.NextNormal(), -HistoryStepMax, HistoryStepMax);
            var open = close / (1 + step);
            var wick = (0.00095 - Math.Abs(step)) / 2;
            var high = Math.Max(open, close) * (1 + (wick * _prng.NextDouble()));
            var low = Math.Min(open, close) * (1 - (wick * _prng.NextDouble()));
            var volume = LotSize(500 + _prng.Below(20_000));
            var turnover = close / FixedPoint.Scale * ((double)volume / FixedPoint.Scale);
            var start = endMs - ((minutes - i) * MinuteCandles.MinuteMs);
            candles[i] = new Kline(start, OnTick(open), OnTick(high), OnTick(low), OnTick(close), volume, Math.Round(turnover, 4));
            close = open;
        }

        return candles;
    }

    private long OnTick(double price) => Math.Max(Tick, (long)Math.Round(price / Tick) * Tick);

    /// <summary>Deeper levels are thicker; the same price keeps its size until its jitter changes.</summary>
    private long SizeAt(long price, int rank)
    {
        var slot = (int)(price / Tick * 2_654_435_761L >> 8 & 63);
        return LotSize(200 + (rank * 20) + _jitter[slot] + (slot * 7));
    }

    private long LotSize(int lots) => Math.Max(_instrument.MinQty.Units, lots * _instrument.QtyStep.Units);
}
