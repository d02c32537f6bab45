using StrategyHost.Core.Domain;
using StrategyHost.Core.Kernel;
using StrategyHost.Core.MarketData;

namespace StrategyHost.Storage.Tests.RunTapes;

/// <summary>Market inputs of every kind, mostly near each other as real ones are, sometimes not.</summary>
internal sealed class AnyMarket(int seed)
{
    private readonly Random _random = new(seed);
    private long _price = 60_000_000_000_000;
    private long _at = 1_700_000_000_000;

    public static List<(long Seq, EngineInput Input)> Steps(int seed, int count)
    {
        var market = new AnyMarket(seed);
        var seq = 0L;
        return [.. Enumerable.Range(0, count).Select(_ => (seq += market.Next(1, 4), market.Input()))];
    }

    /// <summary>One symbol, an event each 12 or 13 ms; four of ten books have new best prices.</summary>
    public static List<(long Seq, EngineInput Input)> Busy(int seconds)
    {
        var market = new AnyMarket(5);
        var symbol = new Symbol("BTCUSDT");
        var (bid, ask) = (new BookLevel(market._price, 1), new BookLevel(market._price + 100_000_000, 1));
        return [.. Enumerable.Range(1, seconds * 80).Select(seq => ((long)seq, Input(seq)))];

        EngineInput Input(int seq)
        {
            var at = new Timestamp(market._at += 12 + (seq % 2));
            var move = market.Next(-8, 9) * 100_000_000L;
            switch (seq % 8)
            {
                case 0:
                    var (mark, index) = (new Price(bid.Price + (move / 10)), new Price(ask.Price + move));
                    return new MarkChanged(symbol, mark, index, 0.0001, new Timestamp(1_700_006_400_000)) { At = at };
                case 1 or 2:
                    return new TradesPrinted(new TradeBlock(symbol, [at.Ms - market.Next(2, 90)], [bid.Price + move], [1], [1]), 0, 1) { At = at };
                default:
                    (bid, ask) = market.Next(0, 10) < 4 ? (new BookLevel(bid.Price + move, 1), new BookLevel(ask.Price + move, 1)) : (bid, ask);
                    return new BookChanged(symbol, [bid], [ask]) { At = at };
            }
        }
    }

    private EngineInput Input()
    {
        _at += _random.Next(3) == 0 ? 0 : Next(1, 500);
        var (at, symbol) = (new Timestamp(_at), new Symbol($"S{_random.Next(10)}USDT"));
        switch (_random.Next(6))
        {
            case 0:
                var count = _random.Next(5) == 0 ? Next(2, 5) : 1;
                long[] prices = [.. Enumerable.Range(0, count + 2).Select(_ => Price())];
                long[] times = [.. prices.Select(_ => _at - _random.Next(-5, 300))];
                var block = new TradeBlock(symbol, times, prices, new long[count + 2], new sbyte[count + 2]);
                return new TradesPrinted(block, 1, count + 1) { At = at };
            case 1:
                return new BookChanged(symbol, Side(), Side()) { At = at };
            case 2:
                return new BookChanged(symbol, [new BookLevel(60_000_000_000_000, 5)], [new BookLevel(60_000_100_000_000, 7)]) { At = at };
            case 3:
                Price? mark = Maybe() ? new Price(Price()) : null;
                Timestamp? next = Maybe() ? new Timestamp(1_700_000_000_000 + (_random.Next(3) * 28_800_000L)) : null;
                return new MarkChanged(symbol, mark, Maybe() ? new Price(Price()) : null, Maybe() ? _random.Next(3) * 0.0001 : null, next) { At = at };
            case 4:
                return new KlineChanged(symbol, new Interval(5), Kline()) { At = at };
            default:
                return new KlinesClosed([.. Enumerable.Range(1, _random.Next(1, 4)).Select(Range)])
                {
                    At = at,
                    Warming = Maybe(),
                    Late = Maybe(),
                };
        }
    }

    private KlineRange Range(int minutes)
    {
        var block = KlineBlocks.Of(new Symbol($"S{_random.Next(10)}USDT"), new Interval(minutes), [Kline(), Kline(), Kline()]);
        return new KlineRange(block, 1, Next(2, 4)) { Drives = Maybe() };
    }

    private bool Maybe() => _random.Next(2) == 0;

    private int Next(int from, int to) => _random.Next(from, to);

    private long Price() => _random.Next(20) switch
    {
        0 => _random.NextInt64(long.MinValue, long.MaxValue),
        1 => _price + 1, // not on the tick
        _ => _price += _random.Next(-30, 31) * 100_000_000L,
    };

    private BookLevel[] Side() => _random.Next(8) == 0 ? [] : [new BookLevel(Price(), 1), new BookLevel(Price(), 2)];

    private Kline Kline() => new(_at - (_at % 60_000), Price(), Price(), Price(), Price(), 5, 1);
}
