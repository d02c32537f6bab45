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

    private EngineInput Input()
    {
        _at += _random.Next(3) == 0 ? 0 : Next(1, 500);
        var (at, symbol) = (new Timestamp(_at), new Symbol($"S{_random.Next(10)}USDT"));
        switch (_random.Next(6))
        {
            case 0:
                var count = _random.Next(5) == 0 ? Next(2, 5) : 1;
                long[] prices = [.. Enumerable.Range(0, count + 2).Select(_ => Price())];
                return new TradesPrinted(new TradeBlock(symbol, [.. prices.Select(_ => _at - _random.Next(-5, 300))], prices, new long[count + 2],
                    new sbyte[count + 2]), 1, count + 1) { At = at };
            case 1:
                return new BookChanged(symbol, Side(), Side()) { At = at };
            case 2:
                return new BookChanged(symbol, [new BookLevel(60_000_000_000_000, 5)], [new BookLevel(60_000_100_000_000, 7)]) { At = at };
            case 3:
                return new MarkChanged(symbol, Maybe() ? new Price(Price()) : null, Maybe() ? new Price(Price()) : null,
                    Maybe() ? _random.Next(3) * 0.0001 : null, Maybe() ? new Timestamp(1_700_000_000_000 + (_random.Next(3) * 28_800_000L)) : null) { At = at };
            case 4:
                return new KlineChanged(symbol, new Interval(5), Kline()) { At = at };
            default:
                return new KlinesClosed([.. Enumerable.Range(0, _random.Next(1, 4)).Select(i => new KlineRange(
                    KlineBlocks.Of(new Symbol($"S{_random.Next(10)}USDT"), new Interval(i + 1), [Kline(), Kline(), Kline()]), 1, Next(2, 4)) { Drives = Maybe() })])
                {
                    At = at,
                    Warming = Maybe(),
                    Late = Maybe(),
                };
        }
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
