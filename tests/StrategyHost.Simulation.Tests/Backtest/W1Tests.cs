using System.Globalization;
using System.IO.Compression;
using StrategyHost.Core.Domain;
using StrategyHost.Core.MarketData;
using StrategyHost.Simulation.Backtest;
using StrategyHost.TestKit;
using Xunit;

namespace StrategyHost.Simulation.Tests.Backtest;

/// <summary>
/// Works W1 and W1b, whose answers independent engines agree on (backtrader, backtesting.py, vectorbt, LEAN): the whole kernel and
/// exchange, with the strategy in C#.
/// </summary>
public sealed class W1Tests
{
    private static readonly Lazy<KlineBlock> Klines = new(Load);

    [SharedFact]
    public void W1_gives_the_known_answer_on_main_and_half_of_it_on_the_mirror() =>
        Check(new CrossoverScript(2, 4), signal: 7167, target: 4, trail: 0, main: 76_907.97m);

    [SharedFact]
    public void W1b_whose_stops_are_met_gives_the_known_answer_on_both_accounts() =>
        Check(new CrossoverScript(0.4, 1), signal: 1729, target: 600, trail: 4842, main: 77_849.06m);

    private static void Check(CrossoverScript script, int signal, int target, int trail, decimal main)
    {
        var result = Backtests.Run(Backtests.Options(script), new SymbolTape { Symbol = Backtests.Fine.Symbol, Klines = [Klines.Value] });
        foreach (var account in result.Accounts)
        {
            var trades = result.Trades.Where(t => t.Account == account.Account).ToArray();
            Assert.Equal(signal, trades.Count(t => t.ExitReason == ExitReason.Signal));
            Assert.Equal(target, trades.Count(t => t.ExitReason == ExitReason.TakeProfit));
            Assert.Equal(trail, trades.Count(t => t.ExitReason == ExitReason.TrailingStop));
            Assert.Equal(signal + target + trail, trades.Length);
        }

        Assert.Equal(main, decimal.Round(Of(result, AccountId.Main).EndEquity, 2));

        // The mirror trades half of main's size, so it loses half as much.
        Assert.InRange(Of(result, AccountId.Mirror).EndEquity - 50_000m, ((main - 100_000m) / 2) - 0.01m, ((main - 100_000m) / 2) + 0.01m);
        Assert.Equal(0, Of(result, AccountId.Main).Coverage.NakedMs);
    }

    private static AccountResult Of(BacktestResult result, AccountId account) => result.Accounts.Single(a => a.Account == account);

    private static KlineBlock Load()
    {
        using var file = File.OpenRead(SharedFolder.Path("bench", "w1-klines.csv.gz"));
        using var reader = new StreamReader(new GZipStream(file, CompressionMode.Decompress));
        reader.ReadLine();
        var rows = new List<decimal[]>();
        while (reader.ReadLine() is { } line)
        {
            rows.Add([.. line.Split(',').Select(c => decimal.Parse(c, CultureInfo.InvariantCulture))]);
        }

        long[] Column(int i) => [.. rows.Select(r => FixedPoint.Units(r[i]))];
        return new KlineBlock(
            Backtests.Fine.Symbol, new Interval(1), [.. rows.Select(r => (long)r[0])], Column(1), Column(2), Column(3), Column(4),
            Column(5), new double[rows.Count]);
    }
}
