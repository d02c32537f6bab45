using StrategyHost.Core.Domain;
using StrategyHost.Core.MarketData;
using StrategyHost.Storage.Ticks;

namespace StrategyHost.Storage.Recording;

/// <summary>Rows of one symbol that wait to become blocks; book updates wait in the writer.</summary>
internal sealed class RowBuffers(Symbol symbol)
{
    /// <summary>Rows that are written without waiting for the time; bounds the memory.</summary>
    public const int RowsMax = 8_192;

    private readonly List<TradeBlock> _trades = [];
    private readonly List<(long Time, long Mark, long Index)> _tickers = [];
    private readonly List<(Interval Interval, Kline Kline)> _klines = [];
    private readonly List<FundingRate> _funding = [];
    private int _tradeRows;

    public bool IsFull => _tradeRows + _tickers.Count + _klines.Count + _funding.Count >= RowsMax;

    public void Add(TradeBlock trades)
    {
        _trades.Add(trades);
        _tradeRows += trades.Count;
    }

    public void Add(long timeMs, long mark, long index) => _tickers.Add((timeMs, mark, index));

    public void Add(Interval interval, Kline kline) => _klines.Add((interval, kline));

    public void Add(FundingRate rate) => _funding.Add(rate);

    /// <summary>Writes one block of each kind that has rows, and is empty.</summary>
    public void WriteTo(TickSegmentWriter writer)
    {
        if (_trades.Count > 0)
        {
            writer.Add(Join.Trades(_trades));
        }

        foreach (var group in _klines.GroupBy(k => k.Interval).OrderBy(g => g.Key))
        {
            writer.Add(KlineBlocks.Of(symbol, group.Key, [.. group.Select(k => k.Kline)]));
        }

        if (_tickers.Count > 0)
        {
            writer.Add(new TickerBlock(
                symbol, [.. _tickers.Select(t => t.Time)], [.. _tickers.Select(t => t.Mark)], [.. _tickers.Select(t => t.Index)]));
        }

        writer.Add(_funding);
        Clear();
    }

    public void Clear()
    {
        _trades.Clear();
        _tickers.Clear();
        _klines.Clear();
        _funding.Clear();
        _tradeRows = 0;
    }
}
