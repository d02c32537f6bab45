using StrategyHost.Core.MarketData;
using StrategyHost.Core.Strategies;
using StrategyHost.TestKit;

namespace StrategyHost.Simulation.Tests.Scenarios;

/// <summary>Returns what it was told at the n-th candle or trade, and writes down what it saw.</summary>
internal sealed class ScriptedStrategy : CSharpScript
{
    private int _row;

    public Dictionary<int, Sig[]> Plan { get; } = [];
    public Func<ScriptFill, Sig?> FillAnswer { get; set; } = _ => null;

    /// <summary>Fills as given to on_fill, with the position that ctx showed.</summary>
    public List<(ScriptFill Fill, ScriptPosition? Position)> Fills { get; } = [];
    public List<OrderCall> Orders { get; } = [];

    /// <summary>What ctx showed at each candle or trade.</summary>
    public List<ScriptView> Views { get; } = [];

    public ScriptCallbacks Rows { get; set; } = ScriptCallbacks.Kline;
    public override ScriptCallbacks Callbacks => Rows | ScriptCallbacks.Fill | ScriptCallbacks.Order;

    protected override ScriptValue OnKline(Kline kline, double stop) => Row();

    protected override ScriptValue OnTrade(long timeMs, long price, double stop) => Row();

    protected override ScriptValue OnFill(ScriptFill fill)
    {
        Fills.Add((fill, View.Positions.Count > 0 ? View.Positions[0] : null));
        return FillAnswer(fill)?.Value ?? default;
    }

    protected override ScriptValue OnOrder(OrderCall order)
    {
        Orders.Add(order);
        return default;
    }

    private ScriptValue Row()
    {
        Views.Add(View);
        return Plan.TryGetValue(_row++, out var signals)
            ? signals.Length == 1 ? signals[0].Value : ScriptValue.Of([.. signals.Select(s => s.Value)])
            : default;
    }
}
