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

        var warmUp = WarmUpPlan.Of(feeds.Value, options);
        return warmUp.IsOk
            ? new Replay(options, feeds.Value, warmUp.Value, progress, cancelled).Run(data)
            : Result<BacktestResult>.Failed(warmUp.Errors);
    }

    private sealed class Replay
    {
        private readonly BacktestOptions _options;
        private readonly IReadOnlyList<SymbolFeed> _feeds;
        private readonly WarmUpPlan _warmUp;
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
            BacktestOptions options, IReadOnlyList<SymbolFeed> feeds, WarmUpPlan warmUp, IProgress<long>? progress,
            CancellationToken cancelled)
        {
            var bars = options.Exchange.Fill == FillModel.Bar;
            _options = options;
            _feeds = feeds;
            _warmUp = warmUp;
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
            _span = new ReplaySpan(feeds, warmUp.Start, new Timestamp(feeds.Max(f => f.ToMs)));
            _clock = new ReplayClock(_kernel, _exchange, _loop, _collector, _span);
            _run = new ReplayRun(_collector, _span, progress, cancelled)
            {
                OneByOne = options.OneByOne,
                Grouping = options.GroupingSeed is { } seed ? new Prng(seed) : null,
            };
            _bars = bars ? new BarReplay(_kernel, _exchange, _loop, _clock, _run) : null;
            _ticks = bars ? null : new TickReplay(_kernel, _exchange, _loop, _clock, _run);
        }

        public BacktestResult Run(DataUsed data)
        {
            Configure();
            var watch = Stopwatch.StartNew();
            var start = WarmUp();
            _clock.AnnounceFunding(start);
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
            foreach (var candles in _warmUp.Candles())
            {
                _loop.Feed(candles);
            }

            _bars?.SkipTo(_warmUp.Start.Ms);
            _ticks?.SkipTo(_warmUp.Start.Ms);
            return _warmUp.Start;
        }

        private BacktestResult Result(DataUsed data, long wallMs, double eventsPerSecond) => new()
        {
            Strategies = [.. _options.Engine.Strategies.Zip(_options.ScriptFiles).Select(
                s => new ScriptUsed(s.First.Strategy, s.Second, s.First.ScriptSha256))],
            Engine = _options.EngineName,
            Data = data with { Events = _run.Events },
            FillModel = FillModelText.Name(_options.Exchange.Fill),
            Assumptions = FillModelText.Assumptions(_options, _feeds),
            Warnings =
            [
                .. _options.Warnings, .. _feeds.SelectMany(f => f.Warnings), .. _warmUp.Warnings, .. _collector.Warnings, .. NeverRan(),
            ],
            Seed = _options.Exchange.Seed,
            WallMs = wallMs,
            EventsPerSecond = eventsPerSecond,
            Signals = _collector.Signals(),
            SignalLedger = _collector.SignalLedger,
            Accounts = [.. _collector.Accounts(_span.To).Select(a => a with { WalletBalance = _exchange.WalletBalance(a.Account) })],
            Orders = _collector.Orders(),
            Trades = _collector.Trades,
            Prices = [.. _feeds.Select(f => PriceThinning.Thin(f))],
            Profile = _collector.Profile,
            SignalOfOrder = _collector.SignalOfOrder,
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
    }
}
