using StrategyHost.Core.Domain;
using StrategyHost.Core.Kernel;
using StrategyHost.Core.MarketData;
using StrategyHost.Core.Ports;

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
            var wanted = strategies.Where(s => s.Symbols.Contains(symbol)).Max(s => Math.Max(
                s.Settings.Interval == interval ? s.Settings.Warmup : 0,
                s.Settings.WarmupByInterval.Where(w => w.Key == interval).Sum(w => w.Value)));
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

    private static Error TooFew(Symbol symbol, Interval interval, int wanted, int got) => new()
    {
        Field = "warmup",
        Value = wanted.ToString(System.Globalization.CultureInfo.InvariantCulture),
        Rule = "not_enough_history",
        Message = $"the warm-up takes {wanted} candles of {interval} and there are {got} of {symbol}; shorten it",
    };
}
