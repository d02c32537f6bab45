using StrategyHost.Core.Domain;
using StrategyHost.Core.MarketData;
using StrategyHost.Core.Strategies;

namespace StrategyHost.TestKit;

/// <summary>
/// A strategy written in C# behind the script port, for tests of everything that is not a script engine. A run stops at the first row that
/// returns something, as the engines do.
/// </summary>
public abstract class CSharpScript : IScriptInstance
{
    public virtual ScriptValue Settings => ScriptValue.Undefined;
    public abstract ScriptCallbacks Callbacks { get; }
    public virtual string Sha256 => new('0', 64);
    public virtual ScriptFault? Fault => null;
    protected ScriptView View { get; private set; } = ScriptView.Empty;

    /// <summary>Every call as it came, for assertions.</summary>
    public List<ScriptCall> Calls { get; } = [];

    public void Configure(ScriptEnvironment environment)
    {
    }

    public ScriptAnswer Call(ScriptCall call, ScriptView view)
    {
        View = view;
        Calls.Add(call);
        return call switch
        {
            KlineRun run => Rows(run.To - run.From, i => run.Callback ? OnKline(run.Block[run.From + i], StopOf(run.Stops, i)) : default),
            TradeRun run =>
                Rows(run.To - run.From, i => OnTrade(run.Block.Time[run.From + i], run.Block.Price[run.From + i], StopOf(run.Stops, i))),
            KlineUpdateCall update => new ScriptAnswer { Value = OnKlineUpdate(update) },
            OrderBookCall book => new ScriptAnswer { Value = OnBook(book) },
            FillCall fill => new ScriptAnswer { Value = OnFill(fill.Fill) },
            OrderCall order => new ScriptAnswer { Value = OnOrder(order) },
            _ => ScriptAnswer.Nothing,
        };
    }

    public virtual Result<string?> ExportState() => Result<string?>.Ok(null);

    public virtual ScriptFault? ImportState(string json) => null;

    public void Dispose() => GC.SuppressFinalize(this);

    /// <summary>The stop is that of the open position after this row; NaN: none, or not moved by this run.</summary>
    protected virtual ScriptValue OnKline(Kline kline, double stop) => default;

    protected virtual ScriptValue OnKlineUpdate(KlineUpdateCall update) => default;

    protected virtual ScriptValue OnTrade(long timeMs, long price, double stop) => default;

    protected virtual ScriptValue OnBook(OrderBookCall book) => default;

    protected virtual ScriptValue OnFill(ScriptFill fill) => default;

    protected virtual ScriptValue OnOrder(OrderCall order) => default;

    /// <summary>A signal from field names and values.</summary>
    protected static ScriptValue Signal(params (string Name, object Value)[] fields) => ScriptValue.Of(
        [.. fields.Select(f => KeyValuePair.Create(f.Name, Value(f.Value)))]);

    private static ScriptValue Value(object value) => value switch
    {
        string text => ScriptValue.Of(text),
        bool flag => ScriptValue.Of(flag),
        double number => ScriptValue.Of(number),
        int number => ScriptValue.Of((double)number),
        decimal number => ScriptValue.Of((double)number),
        ScriptValue script => script,
        _ => throw new ArgumentException($"no script value for {value.GetType()}", nameof(value)),
    };

    private double StopOf(double[]? stops, int row) =>
        stops is not null ? stops[row] : View.Positions.Count > 0 ? View.Positions[0].StopPrice : double.NaN;

    private static ScriptAnswer Rows(int count, Func<int, ScriptValue> row)
    {
        for (var i = 0; i < count; i++)
        {
            var value = row(i);
            if (!value.IsNothing)
            {
                return new ScriptAnswer { Consumed = i + 1, Value = value };
            }
        }

        return new ScriptAnswer { Consumed = count };
    }
}
