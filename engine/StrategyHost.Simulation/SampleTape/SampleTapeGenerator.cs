using System.Runtime.InteropServices;
using System.Security.Cryptography;
using StrategyHost.Core.Domain;
using StrategyHost.Core.MarketData;

namespace StrategyHost.Simulation.SampleTape;

/// <summary>
/// Generates the synthetic tape that <c>backtest</c> runs on when no data are named, so that the first command needs no download. Trades
/// come in bursts of one side that walk the book; funding every 8 hours. Nothing in it is recorded or fitted: it is marked synthetic, and
/// no result on it says anything about a strategy's worth.
/// <list type="number">
/// <item>Same options, same bytes, on every machine (<see cref="Prng"/>).</item>
/// <item>Times never fall; prices are on the 0.1 tick, sizes on the 0.001 lot, both above zero.</item>
/// </list>
/// </summary>
public static class SampleTapeGenerator
{
    internal const long TickUnits = FixedPoint.Scale / 10;
    internal const long LotUnits = FixedPoint.Scale / 1000;
    private const double MeanBurstGapMs = 10_800;
    private const int BookStepMs = 100;
    private const long FundingMs = 8 * 3_600_000;

    public static MarketTape Generate(SampleTapeOptions? options = null)
    {
        options ??= new SampleTapeOptions();
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Days, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.Days, 60);
        ArgumentOutOfRangeException.ThrowIfNegative(options.BookMinutes);
        var tape = new Generation(options).Run();
        return new MarketTape
        {
            Symbols = [tape],
            Files = [],
            Sha256 = Hash(tape),
            IsSynthetic = true,
            Warnings = [$"the data are synthetic (market model, seed {options.Seed}): results say nothing about real markets"],
        };
    }

    private static string Hash(SymbolTape tape)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var trades = tape.Trades!; // always generated
        foreach (var column in (long[][])[trades.Time, trades.Price, trades.Size])
        {
            hash.AppendData(MemoryMarshal.AsBytes(column.AsSpan()));
        }

        hash.AppendData(MemoryMarshal.AsBytes(trades.Side.AsSpan()));
        foreach (var update in tape.Book)
        {
            hash.AppendData(MemoryMarshal.AsBytes<long>([update.Time.Ms, update.UpdateId, update.Bids.Length, update.Asks.Length]));
            hash.AppendData(MemoryMarshal.AsBytes(update.Bids.AsSpan()));
            hash.AppendData(MemoryMarshal.AsBytes(update.Asks.AsSpan()));
        }

        foreach (var funding in tape.Funding)
        {
            hash.AppendData(MemoryMarshal.AsBytes<long>([funding.Time, BitConverter.DoubleToInt64Bits(funding.Rate)]));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private sealed class Generation
    {
        private readonly SampleTapeOptions _options;
        private readonly Prng _flow;
        private readonly MarketModel _market;
        private readonly BookModel _bookModel;
        private readonly List<long> _time = [];
        private readonly List<long> _price = [];
        private readonly List<long> _size = [];
        private readonly List<sbyte> _side = [];
        private readonly List<BookUpdate> _book = [];
        private readonly long _endMs;
        private readonly long _bookEndMs;
        private long _nextBookMs;

        public Generation(SampleTapeOptions options)
        {
            _options = options;
            // Three streams, so that more of one thing does not shift the chance of another.
            _flow = new Prng(options.Seed);
            _market = new MarketModel(new Prng(options.Seed ^ 0x5EED_0001), options.Start.Ms, (double)options.StartPrice * 10);
            _bookModel = new BookModel(options.Symbol, new Prng(options.Seed ^ 0x5EED_0002));
            _endMs = options.Start.Ms + (options.Days * 86_400_000L);
            _nextBookMs = options.Start.Ms;
            _bookEndMs = Math.Min(_endMs, options.Start.Ms + (options.BookMinutes * 60_000L));
        }

        public SymbolTape Run()
        {
            var now = _options.Start.Ms;
            while (true)
            {
                now += 1 + (long)(MeanBurstGapMs / _market.Activity * _flow.NextExponential());
                MoveMarket(Math.Min(now, _endMs));
                if (now >= _endMs)
                {
                    break;
                }

                now = Burst(now);
            }

            return new SymbolTape
            {
                Symbol = _options.Symbol,
                Trades = new TradeBlock(_options.Symbol, [.. _time], [.. _price], [.. _size], [.. _side]),
                Book = _book,
                Funding = Funding(),
            };
        }

        private void MoveMarket(long timeMs)
        {
            for (; _nextBookMs < _bookEndMs && _nextBookMs <= timeMs; _nextBookMs += BookStepMs)
            {
                _market.MoveTo(_nextBookMs);
                _book.Add(_bookModel.Update(_nextBookMs, BidTick, _market.Pressure));
            }

            _market.MoveTo(timeMs);
        }

        private long BidTick => (long)_market.Fair;

        // One taker: some fills within milliseconds, the same side, walking away from the touch. Returns the time of the last.
        private long Burst(long now)
        {
            var isBuy = _flow.Chance(0.5 + (0.35 * _market.Pressure));
            var tick = isBuy ? BidTick + 1 : BidTick;
            do
            {
                _time.Add(now);
                _price.Add(tick * TickUnits);
                _size.Add(Lots() * LotUnits);
                _side.Add(isBuy ? (sbyte)1 : (sbyte)-1);
                var walk = _flow.Below(4) == 0 ? 1 + _flow.Below(3) : 0;
                tick = Math.Max(tick + (isBuy ? walk : -walk), 1);
                now = Math.Min(now + _flow.Below(12), _endMs - 1);
            }
            while (_flow.Chance(0.58));

            return now;
        }

        // Many small, few large: lots fall with the square of their size, up to 20 coins.
        private long Lots() => Math.Min(20_000, (long)((1 + (9 * _flow.NextDouble())) / Math.Sqrt(1 - _flow.NextDouble())));

        private FundingRate[] Funding()
        {
            var chance = new Prng(_options.Seed ^ 0x5EED_0003);
            var rates = new List<FundingRate>();
            for (var at = (_options.Start.Ms / FundingMs * FundingMs) + FundingMs; at <= _endMs; at += FundingMs)
            {
                // Around the usual 0.01 %, in steps of 0.0001 %.
                rates.Add(new FundingRate(at, (100 + (long)(40 * chance.NextNormal())) / 1_000_000.0));
            }

            return [.. rates];
        }
    }
}
