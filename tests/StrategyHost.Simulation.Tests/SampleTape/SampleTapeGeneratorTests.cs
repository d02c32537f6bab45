using StrategyHost.Core.Domain;
using StrategyHost.Core.MarketData;
using StrategyHost.Simulation.SampleTape;
using Xunit;

namespace StrategyHost.Simulation.Tests.SampleTape;

public sealed class SampleTapeGeneratorTests
{
    private static readonly MarketTape Default = SampleTapeGenerator.Generate();

    [Fact]
    public void Same_options_give_the_same_tape_and_another_seed_another()
    {
        var options = new SampleTapeOptions { Days = 1, BookMinutes = 2 };
        var (a, b) = (SampleTapeGenerator.Generate(options), SampleTapeGenerator.Generate(options));
        Assert.Equal(a.Sha256, b.Sha256);
        Assert.Equal(a.Symbols[0].Trades!.Price, b.Symbols[0].Trades!.Price);
        Assert.NotEqual(a.Sha256, SampleTapeGenerator.Generate(options with { Seed = 2 }).Sha256);
    }

    [Fact]
    public void Tape_is_said_to_be_synthetic()
    {
        Assert.True(Default.IsSynthetic);
        Assert.Contains("synthetic", Assert.Single(Default.Warnings), StringComparison.Ordinal);
        Assert.Matches("^[0-9a-f]{64}$", Default.Sha256);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(77)]
    public void Trades_are_sorted_on_the_grid_and_of_both_sides(long seed)
    {
        var options = new SampleTapeOptions { Seed = seed };
        var trades = SampleTapeGenerator.Generate(options).Symbols[0].Trades!;
        Assert.InRange(trades.Count, 60_000, 110_000);
        Assert.All(trades.Price, p => Assert.True(p > 0 && p % (FixedPoint.Scale / 10) == 0));
        Assert.All(trades.Size, s => Assert.True(s > 0 && s % (FixedPoint.Scale / 1000) == 0));
        Assert.True(trades.Time.Zip(trades.Time.Skip(1)).All(t => t.First <= t.Second));
        Assert.InRange(trades.Time[0], options.Start.Ms, options.Start.Ms + 600_000);
        Assert.InRange(trades.Time[^1], options.Start.Ms + (3 * 86_400_000L) - 600_000, options.Start.Ms + (3 * 86_400_000L) - 1);
        Assert.InRange(trades.Side.Count(s => s > 0) / (double)trades.Count, 0.4, 0.6);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(77)]
    public void Market_moves_some_percent_a_day_and_crosses_its_average_often_enough_to_trade(long seed)
    {
        var trades = SampleTapeGenerator.Generate(new SampleTapeOptions { Seed = seed }).Symbols[0].Trades!;
        var range = (trades.Price.Max() - trades.Price.Min()) / (double)trades.Price[0];
        Assert.InRange(range, 0.015, 0.30);

        var closes = Closes(trades, minutes: 5);
        Assert.Equal(3 * 288, closes.Count + 1);
        Assert.InRange(Crossings(closes, 10, 50), 6, 80);
    }

    [Fact]
    public void Book_never_crosses_has_no_gap_and_holds_fifty_levels()
    {
        var tape = SampleTapeGenerator.Generate(new SampleTapeOptions { Days = 1, BookMinutes = 10 }).Symbols[0];
        Assert.Equal(6000, tape.Book.Count);
        Assert.Equal(1, tape.Book.Count(u => u.IsSnapshot));
        var book = new OrderBook(tape.Symbol, 50);
        foreach (var update in tape.Book)
        {
            Assert.True(book.Apply(update).IsApplied);
            Assert.Equal((50, 50), (book.Bids.Count, book.Asks.Count));
        }
    }

    [Fact]
    public void Trades_print_near_the_book()
    {
        var tape = SampleTapeGenerator.Generate(new SampleTapeOptions { Days = 1, BookMinutes = 10 }).Symbols[0];
        var book = new OrderBook(tape.Symbol, 50);
        var next = 0;
        for (var i = 0; tape.Trades!.Time[i] <= tape.Book[^1].Time.Ms; i++)
        {
            while (next < tape.Book.Count && tape.Book[next].Time.Ms <= tape.Trades.Time[i])
            {
                book.Apply(tape.Book[next++]);
            }

            var distance = Math.Abs(tape.Trades.Price[i] - book.Mid!.Value.Units) / (double)FixedPoint.Scale;
            Assert.InRange(distance, 0, 60);
        }
    }

    [Fact]
    public void Funding_settles_each_eight_hours()
    {
        var funding = Default.Symbols[0].Funding;
        Assert.Equal(9, funding.Length);
        Assert.All(funding, f => Assert.True(f.Time % (8 * 3_600_000) == 0 && Math.Abs(f.Rate) < 0.0005));
    }

    private static List<double> Closes(TradeBlock trades, int minutes)
    {
        var builder = new KlineBuilder(trades.Symbol, new Interval(minutes));
        var closes = new List<double>();
        for (var i = 0; i < trades.Count; i++)
        {
            while (builder.TryClose(trades.Time[i], out var kline))
            {
                closes.Add(kline.Close);
            }

            builder.AddTrade(trades.Time[i], trades.Price[i], trades.Size[i]);
        }

        return closes;
    }

    private static int Crossings(List<double> closes, int fast, int slow)
    {
        double Average(int end, int n) => closes.Skip(end - n).Take(n).Average();
        var above = Enumerable.Range(slow, closes.Count - slow).Select(end => Average(end, fast) > Average(end, slow)).ToList();
        return above.Zip(above.Skip(1)).Count(p => p.First != p.Second);
    }
}
