using StrategyHost.Core.Domain;
using StrategyHost.Core.MarketData;
using StrategyHost.Core.Strategies;

namespace StrategyHost.Scripting.Border;

/// <summary>Numbers for symbols and for (symbol, interval) series, as the prelude counts them; what is met later is defined then.</summary>
internal sealed class SymbolTable(Action<Operation, string> define)
{
    private readonly Dictionary<Symbol, int> _symbols = [];
    private readonly Dictionary<(Symbol, Interval), int> _series = [];
    private Interval _main = new(1);

    public void Configure(ScriptEnvironment environment)
    {
        foreach (var instrument in environment.Instruments)
        {
            _symbols.Add(instrument.Symbol, _symbols.Count);
            foreach (var interval in environment.Intervals)
            {
                _series.Add((instrument.Symbol, interval), _series.Count);
            }
        }

        _main = environment.Intervals.Count > 0 ? environment.Intervals[0] : _main;
    }

    public int Symbol(Symbol symbol)
    {
        if (_symbols.TryGetValue(symbol, out var index))
        {
            return index;
        }

        index = _symbols.Count;
        _symbols.Add(symbol, index);
        define(Operation.AddSymbol, Payloads.Instrument(new Instrument
        {
            Symbol = symbol,
            TickSize = default,
            QtyStep = default,
            MinQty = default,
        }));
        Series(symbol, _main);
        return index;
    }

    public int Series(Symbol symbol, Interval interval)
    {
        if (_series.TryGetValue((symbol, interval), out var index))
        {
            return index;
        }

        var owner = Symbol(symbol);
        if (_series.TryGetValue((symbol, interval), out index))
        {
            return index;
        }

        index = _series.Count;
        _series.Add((symbol, interval), index);
        define(Operation.AddSeries, Payloads.Series(owner, interval));
        return index;
    }
}
