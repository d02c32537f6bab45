using StrategyHost.Core.Domain;
using StrategyHost.Core.MarketData;

namespace StrategyHost.Simulation.Tests.Backtest;

/// <summary>Seeded random walks on a grid of 0.1 around 40,000.</summary>
internal static class RandomMarket
{
    private const long Tick = FixedPoint.Scale / 10;
    private const long Begin = 1_704_067_200_000;

    public static KlineBlock Klines(Symbol symbol, int seed, int count)
    {
        var random = new Random(seed);
        var columns = Enumerable.Range(0, 5).Select(_ => new long[count]).ToArray();
        var price = 400_000L;
        for (var i = 0; i < count; i++)
        {
            var path = Enumerable.Range(0, 6).Select(_ => price += random.Next(-160, 161)).ToArray();
            // Every third seed opens with gaps, so that a close beyond a trail may be followed by an open on its good side.
            columns[0][i] = (i == 0 ? 400_000 : (columns[3][i - 1] / Tick) + (seed % 3 == 0 ? random.Next(-400, 401) : 0)) * Tick;
            columns[1][i] = Math.Max(path.Max() * Tick, columns[0][i]);
            columns[2][i] = Math.Min(path.Min() * Tick, columns[0][i]);
            columns[3][i] = path[^1] * Tick;
            columns[4][i] = random.Next(1, 1000) * FixedPoint.Scale;
        }

        var starts = Enumerable.Range(0, count).Select(i => Begin + (i * 60_000L)).ToArray();
        return new KlineBlock(
            symbol, new Interval(1), starts, columns[0], columns[1], columns[2], columns[3], columns[4], new double[count]);
    }

    public static TradeBlock Trades(Symbol symbol, int seed, int count)
    {
        var random = new Random(seed);
        var time = new long[count];
        var price = new long[count];
        var size = new long[count];
        var side = new sbyte[count];
        long now = Begin, last = 400_000;
        for (var i = 0; i < count; i++)
        {
            time[i] = now += random.Next(0, 900);
            price[i] = (last += random.Next(-25, 26)) * Tick;
            size[i] = random.Next(1, 500) * FixedPoint.Scale / 1000;
            side[i] = (sbyte)(random.Next(2) == 0 ? 1 : -1);
        }

        return new TradeBlock(symbol, time, price, size, side);
    }
}
