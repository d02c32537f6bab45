using System.Diagnostics;
using StrategyHost.Core.Domain;
using StrategyHost.Core.Kernel;
using StrategyHost.Core.MarketData;
using StrategyHost.Core.Strategies;
using StrategyHost.Simulation.Exchange;

namespace StrategyHost.Simulation.Backtest;

/// <summary>
/// Replays recorded market data through the kernel and a simulated exchange, for main and mirror in one pass. Single-threaded, and on the
/// thread that loaded the scripts. The same data, scripts, options and build give the same orders.
/// </summary>
public static class BacktestRunner
{
    /// <summary>
    /// Runs one backtest. Progress counts market events. Cancelling ends the run early with what there is: see
    /// <paramref name="cancelled"/>.
    /// </summary>
    public static Result<BacktestResult> Run(
        BacktestOptions options, MarketTape tape, DataUsed data, IProgress<long>? progress = null, CancellationToken cancelled = default)
    {
        var bars = options.Exchange.Fill == FillModel.Bar;
        var feeds = FeedBuilder.Build(tape, options.Engine, bars);
        if (!feeds.IsOk)
        {
            return Result<BacktestResult>.Failed(feeds.Errors);
        }

        var replay = new Replay(options, feeds.Value, bars, progress, cancelled);
        return replay.NotEnough() is { } error ? error : replay.Run(data);
    }

    private sealed class Replay
    {
        private readonly BacktestOptions _options;
        private readonly IReadOnlyList<SymbolFeed> _feeds;
        private readonly EngineKernel _kernel;
        private readonly SimulatedExchange _exchange;
        private readonly ResultCollector _collector;
        private readonly EffectLoop _loop;
        private readonly ReplayClock _clock;
        private readonly ReplayRun _run;
        private readonly ReplaySpan _span;
        private readonly BarReplay? _bars;
        private readonly TickReplay? _ticks;

        public Replay(
            BacktestOptions options, IReadOnlyList<SymbolFeed> feeds, bool bars, IProgress<long>? progress, CancellationToken cancelled)
        {
            _options = options;
            _feeds = feeds;
            _kernel = new EngineKernel(options.Engine);
            _exchange = new SimulatedExchange(options.Exchange, options.Engine.Instruments);
            foreach (var account in _kernel.Accounts)
            {
                _exchange.AddAccount(new AccountOptions
                {
                    Account = account.Account,
                    Balance = account.Setup.StartBalance,
                    PositionMode = account.Setup.PositionMode,
                    MarginMode = options.MarginMode,
                    Leverage = account.Setup.Leverage,
                });
            }

            _collector = new ResultCollector(_kernel);
            _loop = new EffectLoop(_kernel, _exchange, options, _collector);
            _span = new ReplaySpan(feeds, new Timestamp(feeds.Min(Start)), new Timestamp(feeds.Max(End)));
            _clock = new ReplayClock(_kernel, _exchange, _loop, _collector, _span);
            _run = new ReplayRun(_collector, _span, progress, cancelled) { OneByOne = options.OneByOne };
            _bars = bars ? new BarReplay(_kernel, _exchange, _loop, _clock, _run) : null;
            _ticks = bars ? null : new TickReplay(_kernel, _exchange, _loop, _clock, _run);
        }

        public BacktestResult Run(DataUsed data)
        {
            Configure();
            var watch = Stopwatch.StartNew();
            var start = WarmUp();
            _loop.Feed(new Started { At = start });
            _collector.EndDay(start); // the curve begins with the start balance
            _bars?.Play();
            _ticks?.Play();
            var seconds = Math.Max(watch.Elapsed.TotalSeconds, 1e-9);
            _loop.Feed(new Stopping { At = _span.To });
            _collector.EndDay(_span.To);
            _collector.Sample(_span.To);
            return Result(data, watch.ElapsedMilliseconds, _run.Events / seconds);
        }

        private void Configure()
        {
            foreach (var (script, setup) in _options.Scripts.Zip(_options.Engine.Strategies))
            {
                script.Configure(new ScriptEnvironment
                {
                    Instruments = [.. setup.Symbols.Select(s => _kernel.Market[s].Instrument)],
                    Intervals = [setup.Settings.Interval, .. setup.Settings.Intervals],
                    Parameters = [.. setup.Settings.Parameters.Select(p => KeyValuePair.Create(p.Name, p.Default))],
                });
            }
        }

        /// <summary>Gives each strategy its warm-up candles; trading starts when the longest warm-up is over.</summary>
        private Timestamp WarmUp()
        {
            var start = _span.From;
            foreach (var feed in _feeds)
            {
                foreach (var block in feed.Bars is null ? feed.Candles : feed.Candles.Append(feed.Bars))
                {
                    var candles = Math.Min(Warmup(feed.Symbol, block.Interval), block.Count);
                    if (candles > 0)
                    {
                        var end = new Timestamp(block.Start[candles - 1] + block.Interval.Ms);
                        start = end > start ? end : start;
                    }
                }
            }

            if (start == _span.From)
            {
                return start;
            }

            Warm(start);
            _bars?.SkipTo(start.Ms);
            _ticks?.SkipTo(start.Ms);
            return start;
        }

        /// <summary>Candles in the order of their ends; those of one instant together, longest interval first, then in the order of the
        /// symbols.</summary>
        private void Warm(Timestamp start)
        {
            var candles = _feeds.SelectMany(f => f.Bars is null ? f.Candles : f.Candles.Append(f.Bars))
                .SelectMany(b => Enumerable.Range(0, b.Count).Select(i =>
                    (End: b.Start[i] + b.Interval.Ms, Range: new KlineRange(b, i, i + 1)))
                    .TakeWhile(c => c.End <= start.Ms));
            foreach (var instant in candles.GroupBy(c => c.End).OrderBy(g => g.Key))
            {
                KlineRange[] series = [.. instant.Select(c => c.Range).OrderByDescending(r => r.Block.Interval.Minutes)];
                _loop.Feed(new KlinesClosed(series) { At = new Timestamp(instant.Key), Warming = true });
            }
        }

        /// <summary>A warm-up that uses up the data leaves nothing to test.</summary>
        public Error? NotEnough()
        {
            foreach (var feed in _feeds)
            {
                foreach (var block in feed.Bars is null ? feed.Candles : feed.Candles.Append(feed.Bars))
                {
                    if (Warmup(feed.Symbol, block.Interval) is var wanted && wanted > 0 && wanted >= block.Count)
                    {
                        return new Error
                        {
                            Rule = "not_enough_history",
                            Field = "warmup",
                            Value = wanted.ToString(System.Globalization.CultureInfo.InvariantCulture),
                            Message = $"the warm-up takes {wanted} candles of {block.Interval} and the data of {feed.Symbol} "
                                + $"have {block.Count}; "
                                + "give more data or a shorter warm-up",
                        };
                    }
                }
            }

            return null;
        }

        private int Warmup(Symbol symbol, Interval interval) => _options.Engine.Strategies.Where(s => s.Symbols.Contains(symbol)).Max(s =>
            Math.Max(
                s.Settings.Interval == interval ? s.Settings.Warmup : 0,
                s.Settings.WarmupByInterval.Where(w => w.Key == interval).Sum(w => w.Value)));

        private BacktestResult Result(DataUsed data, long wallMs, double eventsPerSecond) => new()
        {
            Strategies = [.. _options.Engine.Strategies.Zip(_options.ScriptFiles).Select(
                s => new ScriptUsed(s.First.Strategy, s.Second, s.First.ScriptSha256))],
            Engine = _options.EngineName,
            Data = data with { Events = _run.Events },
            FillModel = FillModelText.Name(_options.Exchange.Fill),
            Assumptions = FillModelText.Assumptions(_options, _feeds),
            Warnings = [.. _options.Warnings, .. _collector.Warnings, .. NeverRan()],
            Seed = _options.Exchange.Seed,
            WallMs = wallMs,
            EventsPerSecond = eventsPerSecond,
            Signals = _collector.Signals(),
            SignalLedger = _collector.SignalLedger,
            Accounts = _collector.Accounts(_span.To),
            Orders = _collector.Orders(),
            Trades = _collector.Trades,
            Prices = [.. _feeds.Select(f => PriceThinning.Thin(f))],
            Logs = _collector.Logs,
            WasCancelled = _run.WasCancelled,
            Fault = _collector.Fault,
        };

        /// <summary>A callback that no event ever reached is worth a warning at the top of the report (contracts §6).</summary>
        private IEnumerable<string> NeverRan()
        {
            foreach (var setup in _options.Engine.Strategies)
            {
                foreach (var callback in (ScriptCallbacks[])[
                    ScriptCallbacks.Kline, ScriptCallbacks.OrderBook, ScriptCallbacks.Ticker, ScriptCallbacks.Trade])
                {
                    if ((setup.Callbacks & callback) != 0 && (_collector.Ran & callback) == 0)
                    {
                        var name = FillModelText.Callback(callback);
                        yield return $"{setup.Strategy}: its {name} never ran, for the data have nothing that calls it";
                    }
                }
            }
        }

        private static long Start(SymbolFeed feed) =>
            Math.Min(
                feed.Bars?.Start[0] ?? feed.Trades?.Time[0] ?? long.MaxValue, feed.Books.Count > 0 ? feed.Books[0].Time.Ms : long.MaxValue);

        private static long End(SymbolFeed feed) => Math.Max(
            feed.Bars is { } bars ? bars.Start[^1] + bars.Interval.Ms : feed.Trades?.Time[^1] ?? 0,
            feed.Books.Count > 0 ? feed.Books[^1].Time.Ms : 0);
    }
}
