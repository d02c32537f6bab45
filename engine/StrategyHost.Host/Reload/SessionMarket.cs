using StrategyHost.Core.Domain;
using StrategyHost.Core.Kernel;
using StrategyHost.Core.MarketData;
using StrategyHost.Core.Ports;
using StrategyHost.Core.Strategies;
using StrategyHost.Host.Live;

namespace StrategyHost.Host.Reload;

/// <summary>
/// The market of a running session, for versions that come while it runs: it is asked for more where a version wants more, and gives what
/// strategies have seen so far. Nothing that was asked for is given up: plans on a symbol go on when no strategy names it any more. One
/// caller at a time.
/// </summary>
internal sealed class SessionMarket(EngineLoop loop, LiveMarket market, IVenue venue, IReadOnlyList<MarketSubscription> subscriptions)
{
    /// <summary>Levels that are always followed, as at a start.</summary>
    private const int BookDepthMin = 50;

    private IReadOnlyList<MarketSubscription> _subscriptions = subscriptions;

    public EngineLoop Loop => loop;

    /// <summary>Sees to it that the market, the kernel and the memory of candles have what a version wants; errors: they cannot.</summary>
    public async Task<IReadOnlyList<Error>> FollowAsync(ScriptVersion version, CancellationToken cancellation)
    {
        if (await AddAsync(version, cancellation) is { Count: > 0 } unknown)
        {
            return unknown;
        }

        var wanted = Merged(version);
        var had = _subscriptions.SelectMany(h => h.Intervals.Select(i => (h.Symbol, i))).ToHashSet();
        var missing = version.Series.Where(s => !had.Contains(s)).ToArray();
        if (!wanted.SequenceEqual(_subscriptions))
        {
            await loop.AskAsync((_, _) =>
            {
                market.Extend(wanted);
                return true;
            });
            venue.Follow(wanted);
            _subscriptions = wanted;
        }

        return await OpenAsync(version, missing, cancellation);
    }

    /// <summary>Gives a version the candles that the one which trades has had, and waits until it has them.</summary>
    public async Task WarmAsync(Candidate candidate)
    {
        var version = candidate.Version;
        var (parts, view) = await loop.AskAsync((kernel, _) =>
        {
            var lane = kernel.Lanes.Single(l => l.Setup.Strategy == version.Id);
            return (version.Series.Select(s => Had(candidate, lane, s)).ToArray(), lane.Look());
        });
        await Task.Run(() => candidate.Warm([.. parts.Select(p => p.Heard)], [.. parts.Select(p => p.Kept)], view));
    }

    /// <summary>What an instance of a version is configured with.</summary>
    public Task<ScriptEnvironment> EnvironmentAsync(StrategySetup setup) =>
        loop.AskAsync((kernel, _) => StrategyPool.Environment(setup, kernel));

    /// <summary>The newest candles of a version's finest interval, one block a symbol, from memory or from the venue.</summary>
    public async Task<IReadOnlyList<KlineBlock>> RecentAsync(ScriptVersion version, int count, CancellationToken cancellation)
    {
        var finest = version.Series.Min(s => s.Interval);
        var blocks = new List<KlineBlock>();
        foreach (var symbol in version.Setup.Symbols)
        {
            var known = await loop.AskAsync((_, _) => market.Candles.Between(symbol, finest).Last(count));
            var fetched = known.Count >= count ? known : Or(await venue.HistoryAsync(symbol, finest, count, cancellation), known);
            blocks.Add(fetched);
        }

        return blocks;
    }

    /// <summary>What was heard last of a version's symbols, and what a call of the version would be shown; all of it copies.</summary>
    public Task<(IReadOnlyList<RecentEvents> Events, ScriptView View, Timestamp At)> HeardAsync(ScriptVersion version) =>
        loop.AskAsync<(IReadOnlyList<RecentEvents>, ScriptView, Timestamp)>((kernel, at) =>
        {
            var lane = kernel.Lanes.Single(l => l.Setup.Strategy == version.Id);
            RecentEvents[] events = [.. version.Setup.Symbols.Select(s => new RecentEvents(market.Trades.Of(s), market.Book(s)))];
            return (events, lane.Look(version.Setup), at);
        });

    private static KlineBlock Or(Result<KlineBlock> fetched, KlineBlock known) =>
        fetched.IsOk && fetched.Value.Count > known.Count ? fetched.Value : known;

    /// <summary>
    /// Candles that it has not had and that do not wait for it: those that wait are given by the kernel, when it has taken over. Of candles
    /// that close at one instant some may be in history and wait to be delivered: those are kept and not heard now.
    /// </summary>
    private (KlineBlock Heard, KlineBlock Kept) Had(Candidate candidate, StrategyLane lane, (Symbol Symbol, Interval Interval) series)
    {
        var (given, delivered) = (long.MaxValue, long.MaxValue);
        foreach (var run in lane.Waiting.OfType<KlineRun>())
        {
            if (!run.Warming && run.Block.Symbol == series.Symbol && run.Block.Interval == series.Interval)
            {
                var start = run.Block.Start[run.From];
                (given, delivered) = run.InHistory ? (given, Math.Min(delivered, start)) : (Math.Min(given, start), delivered);
            }
        }

        var last = candidate.Until(series.Symbol, series.Interval);
        var first = Math.Min(given, delivered);
        return (
            market.Candles.Between(series.Symbol, series.Interval, last, first),
            first == given
                ? KlineBlocks.Of(series.Symbol, series.Interval, [])
                : market.Candles.Between(series.Symbol, series.Interval, Math.Max(last, first - 1), given));
    }

    private async Task<IReadOnlyList<Error>> AddAsync(ScriptVersion version, CancellationToken cancellation)
    {
        var unknown = await loop.AskAsync((kernel, _) => version.Setup.Symbols.Where(s => !kernel.Market.Knows(s)).ToArray());
        // One without candles is followed because something is open there, and nothing is set up for it.
        Symbol[] untraded = [.. version.Setup.Symbols.Where(s => _subscriptions.All(h => h.Symbol != s || h.Intervals.Count == 0))];
        if (untraded.Length == 0)
        {
            return [];
        }

        var added = await venue.AddAsync(untraded, cancellation);
        if (added.IsOk && unknown.Length > 0)
        {
            Instrument[] news = [.. added.Value.Where(i => unknown.Contains(i.Symbol))];
            loop.Post(at => new InstrumentsAdded(news) { At = at });
        }

        return added.Errors;
    }

    private async Task<IReadOnlyList<Error>> OpenAsync(
        ScriptVersion version, (Symbol Symbol, Interval Interval)[] missing, CancellationToken cancellation)
    {
        var (blocks, errors) = (new List<KlineBlock>(), new List<Error>());
        foreach (var series in missing)
        {
            var block = await WarmUp.LoadAsync(venue, series, version.Setup.Settings.WarmupOf(series.Interval), cancellation);
            errors.AddRange(block.Errors);
            blocks.Add(block.IsOk ? block.Value : KlineBlocks.Of(series.Symbol, series.Interval, []));
        }

        if (missing.Length > 0)
        {
            loop.Post(at => market.Opened(blocks, at)); // also after an error: other versions may want it
        }

        return errors.Count > 0 ? errors : await EnoughAsync(version, cancellation);
    }

    /// <summary>A longer warm-up than before may want more than is remembered of what is followed already.</summary>
    private async Task<IReadOnlyList<Error>> EnoughAsync(ScriptVersion version, CancellationToken cancellation)
    {
        var errors = new List<Error>();
        foreach (var (symbol, interval) in version.Series)
        {
            var wanted = version.Setup.Settings.WarmupOf(interval);
            var have = await loop.AskAsync((_, _) => market.Candles.Count(symbol, interval));
            if (have >= wanted)
            {
                continue;
            }

            var block = await WarmUp.LoadAsync(venue, (symbol, interval), wanted, cancellation);
            errors.AddRange(block.Errors);
            if (block.IsOk)
            {
                await loop.AskAsync((_, _) => market.Candles.AddBefore(block.Value));
            }
        }

        return errors;
    }

    private MarketSubscription[] Merged(ScriptVersion version)
    {
        var depth = (version.Setup.Callbacks & ScriptCallbacks.OrderBook) != 0 ? version.Setup.Settings.BookDepth : BookDepthMin;
        var merged = _subscriptions.Select(s => version.Setup.Symbols.Contains(s.Symbol) ? Merge(s, version, depth) : s).ToList();
        foreach (var symbol in version.Setup.Symbols.Where(s => merged.All(m => m.Symbol != s)))
        {
            merged.Add(Merge(new MarketSubscription(symbol) { Trades = true, Ticker = true }, version, Math.Max(depth, BookDepthMin)));
        }

        return [.. merged];
    }

    private static MarketSubscription Merge(MarketSubscription had, ScriptVersion version, int depth)
    {
        Interval[] intervals = [.. had.Intervals.Concat(version.Series.Select(s => s.Interval)).Distinct().Order()];
        return intervals.Length == had.Intervals.Count && depth <= had.BookDepth ? had : had with
        {
            Intervals = intervals,
            BookDepth = Math.Max(had.BookDepth, depth),
        };
    }
}
