using StrategyHost.Core.Domain;
using StrategyHost.Core.MarketData;
using StrategyHost.Host.Instruments;

namespace StrategyHost.Host.Backtests;

/// <summary>
/// Finds the most decimals in a symbol's recorded prices and sizes, from which an unknown instrument's filters are derived.
/// </summary>
internal static class TapeDecimals
{
    public static DataDecimals Of(SymbolTape tape)
    {
        var prices = tape.Klines.Select(k => Max(k.Open, k.High, k.Low, k.Close)).ToList();
        if (tape.Trades is { } trades)
        {
            prices.Add(Max(trades.Price));
        }

        prices.AddRange(tape.Book.Take(1000).Select(b => b.Bids.Concat(b.Asks).Select(l => Decimals(l.Price)).DefaultIfEmpty(0).Max()));
        return new DataDecimals(prices.DefaultIfEmpty(0).Max(), tape.Trades is { } sized ? Max(sized.Size) : null);
    }

    private static int Max(params long[][] columns) => columns.Max(c => c.Length == 0 ? 0 : MaxOf(c));

    private static int MaxOf(long[] column)
    {
        var most = 0;
        var unit = FixedPoint.Scale;
        foreach (var value in column)
        {
            while (value % unit != 0)
            {
                unit /= 10;
                most++;
            }
        }

        return most;
    }

    private static int Decimals(long value) => MaxOf([value]);
}
