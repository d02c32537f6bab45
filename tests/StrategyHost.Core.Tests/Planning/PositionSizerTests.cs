using FsCheck.Fluent;
using StrategyHost.Core.Planning;
using StrategyHost.Core.Signals;
using StrategyHost.Core.Tests.Protection;

namespace StrategyHost.Core.Tests.Planning;

public sealed class PositionSizerTests
{
    private static SizingBasis Basis(decimal equity = 10_000m, decimal? available = null, decimal? stop = 99m) =>
        new(equity, available ?? equity, 5m, 100m, stop);

    public static TheoryData<string, SizeKind, decimal, decimal> Sizes => new()
    {
        { "base units", SizeKind.Quantity, 1.2345m, 1.234m },
        { "quote value", SizeKind.QuoteValue, 150.09m, 1.5m },
        { "percent of equity", SizeKind.EquityPercent, 50m, 50m },
        { "percent of equity above all of it", SizeKind.EquityPercent, 200m, 200m },

        // 100 lost at the stop: 1 per unit, and 0.1 % of 100 and of 99 in fees: 100 / 1.199
        { "risk with the fees of both ways", SizeKind.RiskPercent, 1m, 83.402m },
    };

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Size_is_resolved_and_rounded_down_to_the_lot(string name, SizeKind kind, decimal value, decimal expected)
    {
        Assert.NotEmpty(name);
        Assert.Equal(expected, PositionSizer.Size(new SizeSpec(kind, value), Basis(), Markets.Btc, allowClip: false).Value.Value);
    }

    public static TheoryData<string, SizeSpec, SizingBasis, string> Refusals => new()
    {
        { "below a lot", new SizeSpec(SizeKind.Quantity, 0.0009m), Basis(), "below_min_qty" },
        { "below the least value", new SizeSpec(SizeKind.Quantity, 0.049m), Basis(), "below_min_notional" },
        { "risk without a stop", new SizeSpec(SizeKind.RiskPercent, 1m), Basis(stop: null), "risk_without_stop" },
        { "more than the margin", new SizeSpec(SizeKind.Quantity, 600m), Basis(), "insufficient_margin" },
        { "nothing available", new SizeSpec(SizeKind.Quantity, 1m), Basis(available: -3m), "insufficient_margin" },
        { "a number beyond every limit", new SizeSpec(SizeKind.Quantity, 1e27m), Basis(), "insufficient_margin" },
        { "no equity left", new SizeSpec(SizeKind.EquityPercent, 10m), Basis(equity: -1m), "below_min_qty" },
    };

    [Theory]
    [MemberData(nameof(Refusals))]
    public void Size_that_cannot_be_is_refused_with_its_reason(string name, SizeSpec size, SizingBasis basis, string rule)
    {
        Assert.NotEmpty(name);
        Assert.Equal(rule, PositionSizer.Size(size, basis, Markets.Btc, allowClip: false).Errors[0].Rule);
    }

    [Fact]
    public void Clipped_size_and_the_fees_to_open_it_are_covered_by_the_margin()
    {
        var clipped = PositionSizer.Size(new SizeSpec(SizeKind.Quantity, 600m), Basis(), Markets.Btc, allowClip: true).Value.Value;

        // A unit of 100 needs 20 of margin, 0.1 to open it and 0.1 to close it.
        Assert.True(clipped is > 490m and <= 10_000m / 20.2m, clipped.ToString());
    }

    [Theory]
    [InlineData(3000, 30)]
    [InlineData(3000.09, 30)]
    [InlineData(90_000, 90)]
    public void Clipped_size_stays_within_the_cap(double cap, int quantity) => Assert.Equal(quantity, PositionSizer.Size(
        new SizeSpec(SizeKind.Quantity, 90m), Basis() with { NotionalMax = (decimal)cap }, Markets.Btc, allowClip: true).Value.Value);

    [Fact]
    public void Cap_that_leaves_nothing_is_a_refusal() => Assert.Equal("below_min_qty", PositionSizer.Size(
        new SizeSpec(SizeKind.Quantity, 90m), Basis() with { NotionalMax = -1m }, Markets.Btc, allowClip: true).Errors[0].Rule);

    [Fact]
    public void Clipping_below_the_minimum_is_a_refusal() =>
        Assert.False(PositionSizer.Size(new SizeSpec(SizeKind.Quantity, 1m), Basis(available: 0.5m), Markets.Btc, allowClip: true).IsOk);

    /// <summary>Money that is held, at a leverage of 5 and a price of 100; what 1 % of the equity of 10,000 may lose at 99 → the most that fits.</summary>
    [Theory]
    [InlineData(10_000, "83.402")] // as much as the risk allows: it needs 1,685
    [InlineData(1_600, "79.129")] // a unit takes 20 of margin, 0.1 to open, and 0.12 to close where a short is bankrupt: 1,600 / 20.22
    [InlineData(0.05, null)]
    public void Only_what_is_not_held_is_spent(double available, string? most)
    {
        var size = PositionSizer.Size(
            new SizeSpec(SizeKind.RiskPercent, 1m), Basis(available: (decimal)available), Markets.Btc with { TakerFee = 0.001m }, allowClip: true);
        Assert.Equal(most, size.IsOk ? size.Value.ToString() : null);
    }

    [Fact]
    public void Size_of_any_kind_stays_within_what_was_asked_the_margin_and_the_cap_in_whole_lots() => Markets.Holds(
        from kind in Gen.Elements(SizeKind.Quantity, SizeKind.QuoteValue, SizeKind.EquityPercent, SizeKind.RiskPercent)
        from value in Gen.Choose(1, 100_000)
        from equity in Gen.Choose(10, 1_000_000)
        from held in Gen.Choose(0, 100)
        from cap in Gen.Choose(1, 1_000_000)
        select (kind, value, equity, held, cap),
        test =>
        {
            var (price, stop, percent) = (1000m, 990m, Math.Min(100m, test.value / 1000m));
            var asked = test.kind is SizeKind.EquityPercent or SizeKind.RiskPercent ? percent : test.value / 100m;
            var available = test.equity * (100m - test.held) / 100m;
            var basis = new SizingBasis(test.equity, available, 5m, price, stop) { NotionalMax = test.cap };
            foreach (var clips in (bool[])[false, true])
            {
                var size = PositionSizer.Size(new SizeSpec(test.kind, asked), basis, Markets.Btc, clips);
                if (!size.IsOk)
                {
                    continue;
                }

                var quantity = size.Value.Value;
                Assert.Equal(0m, quantity % Markets.Btc.QtyStep.Value);
                Assert.True(quantity <= test.kind switch
                {
                    SizeKind.Quantity => asked,
                    SizeKind.QuoteValue => asked / price,
                    SizeKind.EquityPercent => test.equity * asked / 100m / price,
                    _ => test.equity * asked / 100m / (price - stop + ((price + stop) * Markets.Btc.TakerFee)),
                });
                Assert.True(quantity * price / 5m <= available);
                Assert.True(!clips || quantity * price <= test.cap);
            }
        });

    [Fact]
    public void Risk_is_never_exceeded_and_a_lot_more_would() => Markets.Holds(
        from percent in Markets.Percents
        from distance in Gen.Choose(1, 500)
        from equity in Gen.Choose(100, 1_000_000)
        select (percent, distance, equity),
        test =>
        {
            var stop = 1000m - (test.distance * 0.1m);
            var basis = new SizingBasis(test.equity, 1e9m, 5m, 1000m, stop);
            var size = PositionSizer.Size(
                new SizeSpec(SizeKind.RiskPercent, test.percent), basis, Markets.Btc with { MinNotional = 0 }, false);
            var budget = test.equity * test.percent / 100m;
            var perUnit = 1000m - stop + ((1000m + stop) * Markets.Btc.TakerFee);
            if (size.IsOk)
            {
                Assert.True(size.Value.Value * perUnit <= budget);
                Assert.True((size.Value.Value + 0.001m) * perUnit > budget);
            }
            else
            {
                Assert.True(0.001m * perUnit > budget);
            }
        });
}
