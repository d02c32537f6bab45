namespace StrategyHost.Core.MarketData;

/// <summary>
/// ATR(14) by Wilder's average (RMA), seeded with the mean of the first 14 true ranges: what <c>stop_loss_atr</c> multiplies.
/// </summary>
public sealed class AverageTrueRange
{
    private const int Period = 14;
    private int _count;
    private long _previousClose;
    private double _value;

    /// <summary>In quote units; null until there are 14 candles.</summary>
    public decimal? Value => _count >= Period ? (decimal)(_value / Domain.FixedPoint.Scale) : null;

    public void Add(long high, long low, long close)
    {
        double range = high - low;
        if (_count > 0)
        {
            range = Math.Max(range, Math.Max(Math.Abs(high - _previousClose), Math.Abs(low - _previousClose)));
        }

        _count++;
        _value = _count <= Period ? _value + ((range - _value) / _count) : _value + ((range - _value) / Period);
        _previousClose = close;
    }
}
