using StrategyHost.Core.Domain;
using StrategyHost.Core.MarketData;
using StrategyHost.Core.Strategies;

namespace StrategyHost.ScriptProbe;

/// <summary>One symbol and a wandering price, from a fixed generator.</summary>
internal static class Samples
{
    public static readonly Symbol Symbol = new("BTCUSDT");

    public static ScriptEnvironment Environment { get; } = new()
    {
        Instruments = [new Instrument
        {
            Symbol = Symbol,
            TickSize = Price.Of(0.1m),
            QtyStep = Quantity.Of(0.001m),
            MinQty = Quantity.Of(0.001m),
        }],
        Intervals = [new Interval(1)],
        Parameters = [],
    };

    public static KlineBlock Klines(int count)
    {
        var (start, open, high, low) = (new long[count], new long[count], new long[count], new long[count]);
        var (close, volume, turnover) = (new long[count], new long[count], new double[count]);
        var price = 40_000_000_000_000L;
        var random = new Random(7);
        for (var i = 0; i < count; i++)
        {
            start[i] = i * 60_000L;
            open[i] = price;
            price += random.Next(-400, 401) * 100_000_000L;
            close[i] = price;
            high[i] = Math.Max(open[i], price) + 5_000_000_000L;
            low[i] = Math.Min(open[i], price) - 5_000_000_000L;
            volume[i] = random.Next(1, 1000) * 1_000_000L;
            turnover[i] = volume[i] / 1e9 * 40_000;
        }

        return new KlineBlock(Symbol, new Interval(1), start, open, high, low, close, volume, turnover);
    }

    public static TradeBlock Trades(int count)
    {
        var (time, price, size, side) = (new long[count], new long[count], new long[count], new sbyte[count]);
        var random = new Random(9);
        var at = 40_000_000_000_000L;
        for (var i = 0; i < count; i++)
        {
            time[i] = i * 20L;
            at += random.Next(-10, 11) * 100_000_000L;
            price[i] = at;
            size[i] = random.Next(1, 1000) * 1_000_000L;
            side[i] = (sbyte)(random.Next(2) == 0 ? 1 : -1);
        }

        return new TradeBlock(Symbol, time, price, size, side);
    }
}
