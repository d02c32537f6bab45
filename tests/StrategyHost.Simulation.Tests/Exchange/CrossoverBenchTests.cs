using System.Globalization;
using System.IO.Compression;
using StrategyHost.Core.Domain;
using StrategyHost.Core.MarketData;
using StrategyHost.Simulation.Exchange;
using StrategyHost.TestKit;
using Xunit;

namespace StrategyHost.Simulation.Tests.Exchange;

/// <summary>
/// A year of candles under a crossover with trail and target, driven by hand: independent engines agree on the trades, the exits by reason
/// and the final equity. Here the exchange alone answers for them, without kernel and runner.
/// </summary>
public sealed class CrossoverBenchTests
{
    private static readonly Symbol Coin = new("BENCHUSDT");
    private static readonly AccountId A = AccountId.Main;

    [SharedTheory]
    [InlineData(0.02, 0.04, 7171, 0, 4, 7167, 76_907.97)]
    [InlineData(0.004, 0.01, 7171, 4842, 600, 1729, 77_849.06)]
    public void Trades_exits_and_equity_are_those_of_independent_engines(
        double trail, double target, int trades, int stops, int targets, int signals, double equity)
    {
        var run = new Run((decimal)trail, (decimal)target);
        foreach (var bar in Bars())
        {
            run.Play(bar);
        }

        Assert.Equal((trades, stops, targets, signals), (run.Stops + run.Targets + run.Signals, run.Stops, run.Targets, run.Signals));
        Assert.Equal((decimal)equity, decimal.Round(run.Exchange.Equity(A), 2));
    }

    private static IEnumerable<Kline> Bars()
    {
        using var reader = new StreamReader(
            new GZipStream(File.OpenRead(SharedFolder.Path("bench", "w1-klines.csv.gz")), CompressionMode.Decompress));
        reader.ReadLine();
        while (reader.ReadLine() is { } line)
        {
            var fields = line.Split(',');
            long At(int i) => FixedPoint.Units(decimal.Parse(fields[i], CultureInfo.InvariantCulture));
            yield return new Kline(long.Parse(fields[0], CultureInfo.InvariantCulture), At(1), At(2), At(3), At(4), 0, 0);
        }
    }

    /// <summary>The strategy with its protection, in the place of script and kernel.</summary>
    private sealed class Run
    {
        private readonly decimal _trail;
        private readonly decimal _target;
        private readonly Average _fast = new(10);
        private readonly Average _slow = new(50);
        private long _ids;
        private decimal _peak;
        private bool _isLong;
        private bool _isTrailClose;
        private (double Fast, double Slow)? _before;

        public Run(decimal trail, decimal target)
        {
            (_trail, _target) = (trail, target);
            var instrument = new Instrument
            {
                Symbol = Coin,
                TickSize = new Price(1),
                QtyStep = new Quantity(1),
                MinQty = new Quantity(1),
                MakerFee = 0.00055m,
                HasFunding = false,
            };
            Exchange = new SimulatedExchange(new ExchangeOptions(), [instrument]);
            Exchange.AddAccount(new AccountOptions { Account = A, Balance = 100_000m });
        }

        public SimulatedExchange Exchange { get; }
        public int Stops { get; private set; }
        public int Targets { get; private set; }
        public int Signals { get; private set; }

        public void Play(in Kline bar)
        {
            var at = new Timestamp(bar.Start);
            Exchange.BarOpen(Coin, bar);
            Answer(at);
            while (Exchange.BarRange(Coin, bar))
            {
                Answer(at);
            }

            Answer(at);
            Exchange.BarClose(Coin, bar, bar.Start + 60_000);
            if (_isLong)
            {
                _peak = Math.Max(_peak, FixedPoint.ToDecimal(bar.High));
                Protect(new Timestamp(bar.Start + 60_000));
            }

            Decide(FixedPoint.ToDecimal(bar.Close), new Timestamp(bar.Start + 60_000));
        }

        private void Answer(Timestamp at)
        {
            foreach (var fill in Exchange.Reports.OfType<FillReport>().ToList())
            {
                _isLong = fill.Side == Side.Buy;
                if (_isLong)
                {
                    _peak = fill.Price.Value;
                    Protect(at);
                    Place(Side.Sell, at, r => r with { Type = OrderType.Limit, Price = Ceiling(_peak * (1 + _target)), ReduceOnly = true });
                    continue;
                }

                var isStop = fill.StopOrderType == StopOrderType.StopLoss || (!fill.IsMaker && _isTrailClose);
                Stops += isStop ? 1 : 0;
                Targets += fill.IsMaker ? 1 : 0;
                Signals += !isStop && !fill.IsMaker ? 1 : 0;
                _isTrailClose = false;
            }

            Exchange.Reports.Clear();
        }

        /// <summary>Raises the stop; one that the price has passed already closes at market.</summary>
        private void Protect(Timestamp at)
        {
            Exchange.SetTradingStop(A, new TradingStop { Symbol = Coin, StopLoss = Ceiling(_peak * (1 - _trail)) }, at);
            if (Exchange.Reports[^1] is RefusalReport { Code: OrderRules.Parameter })
            {
                _isTrailClose = true;
                Place(Side.Sell, at, r => r with { ReduceOnly = true });
            }
        }

        private void Decide(decimal close, Timestamp at)
        {
            var (fast, slow) = (_fast.Add((double)close), _slow.Add((double)close));
            if (slow is null || fast is null)
            {
                return;
            }

            var (before, now) = (_before, (fast.Value, slow.Value));
            _before = now;
            if (before is not { } b)
            {
                return;
            }

            if (!_isLong && now.Item1 > now.Item2 && b.Fast <= b.Slow)
            {
                Place(Side.Buy, at, r => r);
            }
            else if (_isLong && now.Item1 < now.Item2 && b.Fast >= b.Slow)
            {
                _isTrailClose = false;
                Place(Side.Sell, at, r => r with { ReduceOnly = true });
            }
        }

        private void Place(Side side, Timestamp at, Func<OrderRequest, OrderRequest> with) => Exchange.Place(
            A,
            with(new OrderRequest
            {
                ClientOrderId = new ClientOrderId($"b-{++_ids}"),
                Symbol = Coin,
                Side = side,
                Type = OrderType.Market,
                Quantity = Quantity.Of(0.1m),
            }),
            at);

        private static Price Ceiling(decimal price) => new((long)decimal.Ceiling(price * FixedPoint.Scale));
    }

    /// <summary>Running mean as the reference states it: <c>s += x - oldest; s / n</c>.</summary>
    private sealed class Average(int length)
    {
        private readonly Queue<double> _window = new();
        private double _sum;

        public double? Add(double value)
        {
            _window.Enqueue(value);
            _sum += _window.Count > length ? value - _window.Dequeue() : value;
            return _window.Count == length ? _sum / length : null;
        }
    }
}
