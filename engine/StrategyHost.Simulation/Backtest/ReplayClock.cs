using StrategyHost.Core.Domain;
using StrategyHost.Core.Kernel;
using StrategyHost.Core.MarketData;
using StrategyHost.Simulation.Exchange;

namespace StrategyHost.Simulation.Backtest;

/// <summary>
/// What happens between market events, each at its own time: requests arrive, time exits and timers fall due, funding settles, days
/// end. <see cref="PassTo"/> is called before every event; quiet runs end before <see cref="NextMs"/>.
/// </summary>
internal sealed class ReplayClock
{
    private const double DefaultFundingRate = 0.0001;
    private const long DayMs = 86_400_000;

    private readonly EngineKernel _kernel;
    private readonly SimulatedExchange _exchange;
    private readonly EffectLoop _loop;
    private readonly ResultCollector _collector;
    private readonly FundingSchedule[] _funding;
    private long _nextDay;

    public ReplayClock(EngineKernel kernel, SimulatedExchange exchange, EffectLoop loop, ResultCollector collector, ReplaySpan span)
    {
        _kernel = kernel;
        _exchange = exchange;
        _loop = loop;
        _collector = collector;
        _funding = [.. span.Feeds.Where(f => kernel.Market[f.Symbol].Instrument.HasFunding)
            .Select(f => new FundingSchedule(f, kernel.Market[f.Symbol].Instrument.FundingIntervalMinutes, span.From.Ms))];
        _nextDay = span.From.Ms - (span.From.Ms % DayMs) + DayMs;
    }

    /// <summary>The earliest moment at which something other than the market happens, kernel's own due times left out.</summary>
    public long NextMs
    {
        get
        {
            var next = Math.Min(_nextDay, _loop.NextArrival.Ms);
            foreach (var funding in _funding)
            {
                next = Math.Min(next, funding.NextMs);
            }

            return next;
        }
    }

    public void PassTo(long ms)
    {
        while (true)
        {
            var due = _kernel.NextDue.Ms;
            var next = Math.Min(NextMs, due);
            if (next > ms)
            {
                return;
            }

            if (due == next)
            {
                _loop.Feed(new TimePassed { At = new Timestamp(due) });
            }
            else
            {
                Pass(next);
            }

            _collector.Observe(new Timestamp(next));
        }
    }

    /// <summary>Rates that are known before the first settlement: scripts see them from the start.</summary>
    public void AnnounceFunding(Timestamp at)
    {
        foreach (var funding in _funding)
        {
            _loop.Feed(new MarkChanged(funding.Symbol, null, null, funding.Announced, funding.Next) { At = at });
        }
    }

    /// <summary>
    /// Settles what falls inside a bar, both ends left out. A candle does not say what in its range came before a stamp, so that the
    /// position after the open's fills pays, at the open's price; the kernel hears of it at the open, since its time never goes back.
    /// </summary>
    public void SettleInside(Symbol symbol, long startMs, long endMs)
    {
        foreach (var funding in _funding)
        {
            while (funding.Symbol == symbol && funding.NextMs > startMs && funding.NextMs < endMs)
            {
                Settle(funding, new Timestamp(startMs));
            }
        }
    }

    private void Pass(long ms)
    {
        var at = new Timestamp(ms);
        if (_loop.NextArrival.Ms == ms)
        {
            _loop.Arrive(at);
        }

        foreach (var funding in _funding)
        {
            if (funding.NextMs == ms)
            {
                Settle(funding, at);
            }
        }

        if (_nextDay == ms)
        {
            _nextDay += DayMs;
            _collector.EndDay(at);
        }
    }

    private void Settle(FundingSchedule funding, Timestamp at)
    {
        var stamp = funding.NextMs;
        var rate = funding.Take();
        _exchange.OnFunding(funding.Symbol, rate, stamp);
        _loop.Settle(at);
        _loop.Feed(new MarkChanged(funding.Symbol, null, null, (double)rate, funding.Next) { At = at });
    }

    /// <summary>Recorded settlements, or the default rate each interval (contracts §6).</summary>
    private sealed class FundingSchedule(SymbolFeed feed, int intervalMinutes, long fromMs)
    {
        private readonly long _intervalMs = intervalMinutes * 60_000L;
        private readonly IReadOnlyList<FundingRate> _recorded = [.. feed.Funding.Where(f => f.Time > fromMs)];
        private int _taken;
        private long _next = fromMs - (fromMs % (intervalMinutes * 60_000L)) + (intervalMinutes * 60_000L);

        public Symbol Symbol => feed.Symbol;
        private bool IsRecorded => feed.Funding.Count > 0;
        public long NextMs => !IsRecorded ? _next : _taken < _recorded.Count ? _recorded[_taken].Time : long.MaxValue;

        /// <summary>The latest rate before the start, else the first one recorded, else the default.</summary>
        public double? Announced => !IsRecorded ? DefaultFundingRate
            : feed.Funding.LastOrDefault(f => f.Time <= fromMs, feed.Funding[0]).Rate;

        public Timestamp? Next => NextMs == long.MaxValue ? null : new Timestamp(NextMs);

        public decimal Take()
        {
            if (IsRecorded)
            {
                return (decimal)_recorded[_taken++].Rate;
            }

            _next += _intervalMs;
            return (decimal)DefaultFundingRate;
        }
    }
}

/// <summary>What a replay covers.</summary>
internal sealed record ReplaySpan(IReadOnlyList<SymbolFeed> Feeds, Timestamp From, Timestamp To);
