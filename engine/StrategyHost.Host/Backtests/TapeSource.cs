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

    /// <summary>Data that somebody has made, of the symbol that they are asked for; null: as the arguments say.</summary>
    public Func<Symbol, MarketTape>? Given { get; init; }

    public Result<MarketTape> For(IReadOnlyList<LoadedStrategy> strategies)
    {
        if (Given is not null)
        {
            var symbols = strategies.SelectMany(s => s.Settings.Symbols).Append(new SampleTapeOptions().Symbol);
            return Given(arguments.Symbol ?? symbols.First());
        }

        var from = LoadFrom(strategies);
        if (arguments.Data.Count == 0)
        {
            return Sample(strategies.Any(s => s.Script.Callbacks.HasFlag(ScriptCallbacks.OrderBook)), from);
        }

        var tape = Load(arguments.Symbol, from);
        if (tape.IsOk || tape.Errors.All(e => e.Rule != "symbol_unknown"))
        {
            return tape;
        }

        // Data that do not name their symbol are taken for the only one that the strategies want.
        var wanted = strategies.SelectMany(s => s.Settings.Symbols).Distinct().ToArray();
        return arguments.Symbol is null && wanted.Length == 1 ? Load(wanted[0], from) : tape;
    }

    /// <summary>Trading starts at <c>--from</c>; its warm-up, and the candles under way at that time, begin earlier.</summary>
    private Timestamp? LoadFrom(IReadOnlyList<LoadedStrategy> strategies)
    {
        if (arguments.From is not { } from)
        {
            return null;
        }

        return strategies.Select(s => s.Settings)
            .SelectMany(s => s.Intervals.Concat(s.WarmupByInterval.Select(w => w.Key)).Append(s.Interval)
                .Select(i => i.StartOf(from).AddMs(-s.WarmupOf(i) * i.Ms)))
            .Min();
    }

    /// <summary>Days of trades; for strategies that look at the book some hours with one.</summary>
    private Result<MarketTape> Sample(bool withBook, Timestamp? from)
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
            : Between(tape, from);
    }

    private Result<MarketTape> Between(MarketTape tape, Timestamp? from)
    {
        SymbolTape[] cut = [.. tape.Symbols.Select(s => TapeCut.Between(s, from, arguments.To))];
        return cut.Any(s => s.Events > 0) ? tape with { Symbols = cut } : new Error
        {
            Field = "--from",
            Value = arguments.From?.ToString(),
            Rule = "no_data",
            Message = $"the sample tape goes from {tape.From} to {tape.To}; choose a span inside, or give data with --data",
        };
    }

    /// <summary>Trades beyond the book's end would meet a book that stands still.</summary>
    private static MarketTape Cut(MarketTape tape, SampleTapeOptions options) => options.BookMinutes == 0 ? tape : tape with
    {
        Symbols = [.. tape.Symbols.Select(s => TapeCut.Between(s, null, options.Start.AddMs(options.BookMinutes * 60_000L)))],
    };

    private Result<MarketTape> Load(Symbol? symbol, Timestamp? from)
    {
        var key = $"{symbol} {from}";
        if (_loaded.TryGetValue(key, out var present))
        {
            return present;
        }

        var tape = MarketTapeLoader.Load(
            arguments.Data, new TapeFilter(symbol, from, arguments.To), new LoadProgress(progress, cancellation));
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
