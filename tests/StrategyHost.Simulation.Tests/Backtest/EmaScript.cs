using StrategyHost.Core.Strategies;
using StrategyHost.TestKit;

namespace StrategyHost.Simulation.Tests.Backtest;

/// <summary>
/// The strategy of work W2 on shorter periods: an EMA of the trades; every n-th trade, when flat, 0.1 into the direction of the price
/// against it, with a 0.1 % stop and a 0.2 % target.
/// </summary>
internal sealed class EmaScript(int period, int every) : CSharpScript
{
    private double _ema = double.NaN;
    private int _count;

    public override ScriptCallbacks Callbacks => ScriptCallbacks.Trade;

    protected override ScriptValue OnTrade(long timeMs, long price, double stop) => Decide(price) is var side && side == 0
        || View.Positions.Count > 0 || View.Orders.Count > 0
        ? default
        : Signal(("action", side > 0 ? "buy" : "sell"), ("quantity", 0.1), ("stop_loss_percent", 0.1), ("take_profit_percent", 0.2));

    /// <summary>+1 or −1 at each n-th trade, else 0; called once a trade.</summary>
    public int Decide(long price)
    {
        var value = price / 1e9;
        _ema = double.IsNaN(_ema) ? value : _ema + (2.0 / (period + 1) * (value - _ema));
        return ++_count % every != 0 ? 0 : value > _ema ? 1 : -1;
    }
}
