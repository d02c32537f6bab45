using StrategyHost.Core.Domain;
using StrategyHost.Core.MarketData;
using StrategyHost.Core.Strategies;
using StrategyHost.Host.Commands;
using StrategyHost.Host.Terminal;
using StrategyHost.Simulation.SampleTape;
using StrategyHost.Storage.Import;
using StrategyHost.Storage.Ticks;

namespace StrategyHost.Host.Backtests;

/// <summary>The data of a backtest, loaded once for all its strategies; without <c>--data</c> the synthetic sample tape.</summary>
internal sealed class TapeSource(BacktestArguments arguments, IProgressReporter progress, CancellationToken cancellation)
{
    private const int BookMinutes = 240;

    private readonly Dictionary<string, MarketTape> _loaded = [];

    public Result<MarketTape> For(IReadOnlyList<LoadedStrategy> strategies)
    {
        if (arguments.Data.Count == 0)
        {
            return Sample(strategies.Any(s => s.Script.Callbacks.HasFlag(ScriptCallbacks.OrderBook)));
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

    /// <summary>Days of trades; for strategies that look at the book some hours with one.</summary>
    private Result<MarketTape> Sample(bool withBook)
    {
        var options = withBook ? new SampleTapeOptions { Days = 1, BookMinutes = BookMinutes } : new SampleTapeOptions();
        var tape = Tape(withBook ? "sample with book" : "sample", () => Cut(SampleTapeGenerator.Generate(options), options));
        return arguments.Symbol is { } symbol && symbol != options.Symbol
            ? new Error
            {
                Field = "--symbol",
                Value = symbol.Name,
                Rule = "unknown_symbol",
                Message = $"the sample tape holds {options.Symbol}, not {symbol}; give data with --data",
            }
            : tape;
    }

    /// <summary>Trades beyond the book's end would meet a book that stands still.</summary>
    private static MarketTape Cut(MarketTape tape, SampleTapeOptions options) => options.BookMinutes == 0 ? tape : tape with
    {
        Symbols = [.. tape.Symbols.Select(s => TapeCut.Between(s, null, options.Start.AddMs(options.BookMinutes * 60_000L)))],
    };

    private Result<MarketTape> Load(Symbol? symbol)
    {
        var key = symbol?.Name ?? "";
        if (_loaded.TryGetValue(key, out var present))
        {
            return present;
        }

        var tape = MarketTapeLoader.Load(
            arguments.Data, new TapeFilter(symbol, arguments.From, arguments.To), new LoadProgress(progress, cancellation));
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
internal sealed class LoadProgress(IProgressReporter progress, CancellationToken cancellation) : IProgress<ImportProgress>
{
    public void Report(ImportProgress value)
    {
        cancellation.ThrowIfCancellationRequested();
        progress.Report(value.BytesRead, value.BytesTotal, "bytes");
    }
}
