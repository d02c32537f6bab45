using System.Globalization;
using StrategyHost.Core.Domain;
using StrategyHost.Core.Kernel;
using StrategyHost.Core.MarketData;

namespace StrategyHost.Simulation.Backtest;

/// <summary>
/// When trading starts, and which candles come before (contracts §2). Where the data hold fewer candles before the wanted time than a
/// strategy asks for, trading starts later, when there are enough.
/// </summary>
internal sealed class WarmUpPlan
{
    private readonly IReadOnlyList<SymbolFeed> _feeds;
    private readonly bool _isNeeded;

    private WarmUpPlan(IReadOnlyList<SymbolFeed> feeds, Timestamp start, bool isNeeded, IReadOnlyList<string> warnings)
    {
        (_feeds, Start, _isNeeded, Warnings) = (feeds, start, isNeeded, warnings);
    }

    /// <summary>Trading starts here; with bars, where one begins.</summary>
    public Timestamp Start { get; }
    public IReadOnlyList<string> Warnings { get; }

    public static Result<WarmUpPlan> Of(IReadOnlyList<SymbolFeed> feeds, BacktestOptions options)
    {
        var from = feeds.Min(f => f.FromMs);
        var asked = BarBoundary(feeds, Math.Max(from, options.TradeFrom?.Ms ?? from));
        if (asked > from && asked >= feeds.Max(f => f.ToMs))
        {
            return new Error
            {
                Rule = "no_data",
                Field = "--from",
                Value = options.TradeFrom.ToString(),
                Message = $"there are no market data from {options.TradeFrom} on",
            };
        }

        var start = asked;
        var warnings = new List<string>();
        foreach (var block in feeds.SelectMany(f => f.AllCandles))
        {
            var wanted = Wanted(options, block);
            if (wanted > 0 && wanted >= block.Count)
            {
                return NotEnough(wanted, block);
            }

            var have = CountEnded(block, asked);
            if (have >= wanted)
            {
                continue;
            }

            start = Math.Max(start, EndOf(block, wanted - 1));
            if (options.TradeFrom is not null)
            {
                warnings.Add($"{block.Symbol}: the warm-up takes {wanted} candles of {block.Interval} and the data have {have} "
                    + $"before {new Timestamp(asked)}");
            }
        }

        var at = new Timestamp(start);
        return new WarmUpPlan(feeds, at, start > from, [.. warnings.Select(w => $"{w}; trading starts at {at}")]);
    }

    /// <summary>
    /// The candles in the order of their ends; those of one instant together, longest interval first, then in the order of the symbols.
    /// </summary>
    public IEnumerable<KlinesClosed> Candles()
    {
        if (!_isNeeded)
        {
            return [];
        }

        var candles = _feeds.SelectMany(f => f.AllCandles).SelectMany(b =>
            Enumerable.Range(0, CountEnded(b, Start.Ms)).Select(i => (End: EndOf(b, i), Range: new KlineRange(b, i, i + 1))));
        return candles.GroupBy(c => c.End).OrderBy(g => g.Key).Select(instant =>
            new KlinesClosed([.. instant.Select(c => c.Range).OrderByDescending(r => r.Block.Interval.Minutes)])
            {
                At = new Timestamp(instant.Key),
                Warming = true,
            });
    }

    /// <summary>A candle cannot be traded from its middle on.</summary>
    private static long BarBoundary(IReadOnlyList<SymbolFeed> feeds, long ms) =>
        feeds[0].Bars is { } bars ? (ms + bars.Interval.Ms - 1) / bars.Interval.Ms * bars.Interval.Ms : ms;

    private static int Wanted(BacktestOptions options, KlineBlock block) => options.Engine.Strategies
        .Where(s => s.Symbols.Contains(block.Symbol)).Max(s => s.Settings.WarmupOf(block.Interval));

    private static int CountEnded(KlineBlock block, long ms)
    {
        var at = Array.BinarySearch(block.Start, ms - block.Interval.Ms);
        return at < 0 ? ~at : at + 1;
    }

    private static long EndOf(KlineBlock block, int index) => block.Start[index] + block.Interval.Ms;

    /// <summary>A warm-up that uses up the data leaves nothing to test.</summary>
    private static Error NotEnough(int wanted, KlineBlock block) => new()
    {
        Rule = "not_enough_history",
        Field = "warmup",
        Value = wanted.ToString(CultureInfo.InvariantCulture),
        Message = $"the warm-up takes {wanted} candles of {block.Interval} and the data of {block.Symbol} have {block.Count}; "
            + "give more data or a shorter warm-up",
    };
}
