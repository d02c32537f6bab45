using StrategyHost.Core.Domain;
using StrategyHost.Core.MarketData;
using StrategyHost.Host.Commands;
using StrategyHost.Host.Terminal;
using StrategyHost.Simulation.SampleTape;
using StrategyHost.Storage.Import;
using StrategyHost.Storage.Ticks;

namespace StrategyHost.Host.Backtests;

/// <summary>The data of a backtest, loaded once for all its strategies; without <c>--data</c> the synthetic sample tape.</summary>
internal sealed class TapeSource(BacktestArguments arguments, IProgressReporter progress)
{
    private readonly Dictionary<string, MarketTape> _loaded = [];

    public Result<MarketTape> For(IReadOnlyList<LoadedStrategy> strategies)
    {
        if (arguments.Data.Count == 0)
        {
            return Sample();
        }

        var tape = Load(arguments.Symbol);
        if (tape.IsOk || tape.Errors.All(e => e.Rule != "symbol_unknown"))
        {
            return tape;
        }

        // Data that do not name their symbol are taken for the only one that the strategies want.
        var wanted = strategies.SelectMany(s => s.Settings.Symbols).Distinct().ToArray();
        return arguments.Symbol is null && wanted.Length == 1 ? Load(wanted[0]) : tape;
    }

    private Result<MarketTape> Sample()
    {
        var known = Tape("sample", () => SampleTapeGenerator.Generate());
        return arguments.Symbol is { } symbol && known.Symbols.All(s => s.Symbol != symbol)
            ? new Error { Field = "--symbol", Value = symbol.Name, Rule = "unknown_symbol", Message = $"the sample tape holds {known.Symbols[0].Symbol}, not {symbol}; give data with --data" }
            : known;
    }

    private Result<MarketTape> Load(Symbol? symbol)
    {
        var key = symbol?.Name ?? "";
        if (_loaded.TryGetValue(key, out var present))
        {
            return present;
        }

        var tape = MarketTapeLoader.Load(arguments.Data, new TapeFilter(symbol, arguments.From, arguments.To), new LoadProgress(progress));
        if (tape.IsOk)
        {
            _loaded.Add(key, tape.Value);
        }

        return tape;
    }

    private MarketTape Tape(string key, Func<MarketTape> make)
    {
        if (!_loaded.TryGetValue(key, out var tape))
        {
            _loaded.Add(key, tape = make());
        }

        return tape;
    }
}

/// <summary>Progress of reading files, in bytes of all of them.</summary>
internal sealed class LoadProgress(IProgressReporter progress) : IProgress<ImportProgress>
{
    public void Report(ImportProgress value) => progress.Report(value.BytesRead, value.BytesTotal, "bytes");
}
