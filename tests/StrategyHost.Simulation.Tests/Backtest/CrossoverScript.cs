using StrategyHost.Core.MarketData;
using StrategyHost.Core.Strategies;
using StrategyHost.TestKit;

namespace StrategyHost.Simulation.Tests.Backtest;

/// <summary>The strategy of works W1 and W1b: SMA(10) over SMA(50), with a percent trail and a percent target.</summary>
internal sealed class CrossoverScript(double trailPercent, double targetPercent) : CSharpScript
{
    private readonly MovingAverage _fast = new(10);
    private readonly MovingAverage _slow = new(50);
    private double _previousFast = double.NaN;
    private double _previousSlow = double.NaN;

    public override ScriptCallbacks Callbacks => ScriptCallbacks.Kline;

    protected override ScriptValue OnKline(Kline kline, double stop)
    {
        var close = (double)kline.Close / 1e9;
        var fast = _fast.Add(close);
        var slow = _slow.Add(close);
        var isBullish = fast > slow && _previousFast <= _previousSlow;
        var isBearish = fast < slow && _previousFast >= _previousSlow;
        _previousFast = fast;
        _previousSlow = slow;
        var isLong = View.Positions.Count > 0;
        return isBullish && !isLong
            ? Signal(("action", "buy"), ("quantity", 0.1), ("trail_percent", trailPercent), ("take_profit_percent", targetPercent))
            : isBearish && isLong ? Signal(("action", "close")) : default;
    }

    private sealed class MovingAverage(int period)
    {
        private readonly double[] _values = new double[period];
        private int _count;
        private double _sum;

        /// <summary>NaN until there are enough values.</summary>
        public double Add(double value)
        {
            _sum += value - _values[_count % period];
            _values[_count++ % period] = value;
            return _count >= period ? _sum / period : double.NaN;
        }
    }
}
