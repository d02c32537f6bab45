using StrategyHost.Core.Domain;
using StrategyHost.Core.Kernel;
using StrategyHost.Core.MarketData;
using StrategyHost.Core.Ports;
using StrategyHost.Core.Strategies;

namespace StrategyHost.Host.Live;

/// <summary>The candles that strategies see before they trade.</summary>
internal static class WarmUp
{
    /// <summary>Candles that are loaded where a strategy asks for none, so that history and indicators are not empty.</summary>
    private const int CandlesMin = 200;

    /// <summary>One block per symbol and interval.</summary>
    public static async Task<Result<IReadOnlyList<KlineBlock>>> LoadAsync(
        IVenue venue, IReadOnlyList<StrategySetup> strategies, IReadOnlyList<MarketSubscription> subscriptions,
        CancellationToken cancellation)
    {
        var blocks = new List<KlineBlock>();
        var errors = new List<Error>();
        foreach (var (symbol, interval) in subscriptions.SelectMany(s => s.Intervals.Select(i => (s.Symbol, i))))
        {
            var wanted = strategies.Where(s => s.Symbols.Contains(symbol)).Max(s => s.Settings.WarmupOf(interval));
            var block = await venue.HistoryAsync(symbol, interval, Math.Max(wanted, CandlesMin), cancellation);
            errors.AddRange(block.IsOk && block.Value.Count < wanted
                ? [TooFew(symbol, interval, wanted, block.Value.Count)] : block.Errors);
            if (block.IsOk)
            {
                blocks.Add(block.Value);
            }
        }

        return errors.Count == 0 ? blocks : Result<IReadOnlyList<KlineBlock>>.Failed(errors);
    }

    /// <summary>Candles that closed at one instant together, oldest instant first, longest interval first within one.</summary>
    public static IEnumerable<IReadOnlyList<KlineRange>> Instants(IReadOnlyList<KlineBlock> blocks) => blocks
        .SelectMany(b => Enumerable.Range(0, b.Count).Select(i => (End: b.Start[i] + b.Interval.Ms, Range: new KlineRange(b, i, i + 1))))
        .GroupBy(c => c.End)
        .OrderBy(g => g.Key)
        .Select(g => (IReadOnlyList<KlineRange>)[.. g.Select(c => c.Range).OrderByDescending(r => r.Block.Interval.Minutes)]);

    /// <summary>Candles of one series: as many as a strategy wants, and some in any case.</summary>
    public static async Task<Result<KlineBlock>> LoadAsync(
        IVenue venue, (Symbol Symbol, Interval Interval) series, int wanted, CancellationToken cancellation)
    {
        var block = await venue.HistoryAsync(series.Symbol, series.Interval, Math.Max(wanted, CandlesMin), cancellation);
        return block.IsOk && block.Value.Count < wanted ? TooFew(series.Symbol, series.Interval, wanted, block.Value.Count) : block;
    }

    /// <summary>
    /// The calls of a warm-up outside the kernel, which are those that it would make: what is older than a start would load goes into
    /// history alone.
    /// </summary>
    public static IEnumerable<KlineRun> Calls(IReadOnlyList<KlineBlock> blocks, StrategySetup setup)
    {
        var newest = new List<KlineBlock>();
        foreach (var block in blocks)
        {
            var count = Math.Min(block.Count, Math.Max(setup.Settings.WarmupOf(block.Interval), CandlesMin));
            newest.Add(block.Last(count));
            if (block.Count > count)
            {
                yield return Run(block, 0, block.Count - count) with { Callback = false };
            }
        }

        foreach (var instant in Instants(newest))
        {
            foreach (var candle in instant.Count > 1 ? instant : [])
            {
                yield return Run(candle.Block, candle.From, candle.To) with { Callback = false };
            }

            foreach (var candle in instant)
            {
                var delivers = HeldCalls.Delivers(setup, candle.Block.Interval);
                if (delivers || instant.Count == 1)
                {
                    yield return Run(candle.Block, candle.From, candle.To) with { Callback = delivers, InHistory = instant.Count > 1 };
                }
            }
        }
    }

    /// <summary>Candles that enter history and are not heard.</summary>
    public static IEnumerable<KlineRun> Kept(IEnumerable<KlineBlock> blocks) =>
        blocks.Where(b => b.Count > 0).Select(b => Run(b, 0, b.Count) with { Callback = false });

    private static KlineRun Run(KlineBlock block, int from, int to) => new(block, from, to)
    {
        At = new Timestamp(block.Start[from] + block.Interval.Ms),
        Warming = true,
    };

    private static Error TooFew(Symbol symbol, Interval interval, int wanted, int got) => new()
    {
        Field = "warmup",
        Value = wanted.ToString(System.Globalization.CultureInfo.InvariantCulture),
        Rule = "not_enough_history",
        Message = $"the warm-up takes {wanted} candles of {interval} and there are {got} of {symbol}; shorten it",
    };
}
