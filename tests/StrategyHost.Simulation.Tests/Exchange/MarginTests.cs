using StrategyHost.Core.Domain;
using StrategyHost.Simulation.Exchange;
using Xunit;

namespace StrategyHost.Simulation.Tests.Exchange;

/// <summary>Margin, leverage, liquidation (bybit-v5 §7.7).</summary>
public sealed class MarginTests
{
    /// <summary>
    /// Long 1 at 20,000 with 50x and 0.5 %: 19,700 by the entry formula (published example), 19,698.49 at mark (bybit-v5 §7.7).
    /// </summary>
    [Theory]
    [InlineData(LiquidationFormula.Entry, PositionSide.Long, 19_700)]
    [InlineData(LiquidationFormula.Mark, PositionSide.Long, 19_698.49)]
    [InlineData(LiquidationFormula.Entry, PositionSide.Short, 20_300)]
    public void Liquidation_price_follows_the_formula(LiquidationFormula formula, PositionSide side, double price)
    {
        var options = new ExchangeOptions { Switches = new ExchangeSwitches { LiquidationFormula = formula } };
        var f = new Fixture(options, new AccountOptions { Account = Fixture.A, Balance = 100_000m, Leverage = 50m });
        f.Flat(20_000m);
        f.Place(side.OpeningSide(), 1m);
        f.Flat(20_000m);
        var position = f.Exchange.Positions(Fixture.A).Single();
        Assert.Equal((decimal)price, decimal.Round(position.LiquidationPrice!.Value.Value, 2));
    }

    [Fact]
    public void Liquidation_cancels_the_orders_and_closes_at_the_bankruptcy_price()
    {
        var f = new Fixture(account: new AccountOptions { Account = Fixture.A, Balance = 100_000m, Leverage = 50m });
        f.Flat(20_000m);
        f.Buy(1m);
        f.Flat(20_000m);
        var target = f.Sell(1m, r => r.Limit(21_000m).Reduce());
        var wallet = f.Exchange.WalletBalance(Fixture.A);
        f.Reports.Clear();
        f.Bar(20_000m, 20_000m, 19_500m, 19_600m);
        var fill = Assert.Single(f.Fills);
        Assert.Equal((19_600m, -400m), (fill.Price.Value, fill.RealisedPnl));
        Assert.Equal((ExecType.BustTrade, StopOrderType.Liquidation), (fill.ExecType, fill.StopOrderType));
        Assert.Equal("CancelAllBeforeLiq", f.Orders.Single(o => o.ClientOrderId == target).Reason);
        Assert.Equal(wallet - 400m - fill.Fee, f.Exchange.WalletBalance(Fixture.A));
    }

    [Fact]
    public void Nearer_stop_saves_a_position_from_liquidation_inside_a_bar()
    {
        var f = new Fixture(account: new AccountOptions { Account = Fixture.A, Balance = 100_000m, Leverage = 50m });
        f.Flat(20_000m);
        f.Buy(1m, r => r.Stopped(19_800m));
        f.Flat(20_000m);
        f.Bar(20_000m, 20_000m, 19_500m, 19_600m);
        Assert.Equal(StopOrderType.StopLoss, f.Fills[^1].StopOrderType);
    }

    [Fact]
    public void Mark_price_not_last_liquidates_where_it_is_recorded()
    {
        var f = new Fixture(
            new ExchangeOptions { Fill = FillModel.Touch },
            new AccountOptions { Account = Fixture.A, Balance = 100_000m, Leverage = 50m });
        f.Trade(20_000m);
        f.Mark(20_000m);
        f.Buy(1m);
        f.Trade(20_000m);
        f.Trade(19_500m);
        Assert.Single(f.Fills);
        f.Mark(19_690m);
        Assert.Equal(StopOrderType.Liquidation, f.Fills[^1].StopOrderType);
    }

    [Fact]
    public void Cross_position_may_use_the_whole_wallet()
    {
        var f = new Fixture(account: new AccountOptions
        {
            Account = Fixture.A,
            Balance = 5_000m,
            Leverage = 50m,
            MarginMode = MarginMode.Cross,
        });
        f.Flat(20_000m);
        f.Buy(1m);
        f.Flat(20_000m);
        f.Bar(20_000m, 20_000m, 16_000m, 16_000m);
        Assert.Single(f.Fills);
        f.Bar(16_000m, 16_000m, 15_000m, 15_000m);
        Assert.Equal(StopOrderType.Liquidation, f.Fills[^1].StopOrderType);
        Assert.InRange(f.Exchange.WalletBalance(Fixture.A), -10m, 0.1m);
    }

    [Fact]
    public void Order_margin_is_held_and_given_back()
    {
        var f = new Fixture();
        f.Flat(40_000m);
        var id = f.Buy(1m, r => r.Limit(39_000m));
        Assert.InRange(f.Exchange.State(Fixture.A).OrderMargin, 39_000m / 5, (39_000m / 5) + 60m);
        f.Cancel(id);
        Assert.Equal(0m, f.Exchange.State(Fixture.A).OrderMargin);
    }

    [Fact]
    public void Leverage_and_mode_answer_with_codes()
    {
        var f = new Fixture();
        f.Flat(40_000m);
        f.Buy(0.1m);
        f.Flat(40_000m);
        Assert.Equal(0, f.Exchange.SetLeverage(Fixture.A, Fixture.Btc, 10m).Code);
        Assert.Equal(110043, f.Exchange.SetLeverage(Fixture.A, Fixture.Btc, 10m).Code);
        Assert.Equal(10001, f.Exchange.SetLeverage(Fixture.A, Fixture.Btc, 1000m).Code);
        Assert.Equal(110025, f.Exchange.SetPositionMode(Fixture.A, Fixture.Btc, PositionMode.OneWay).Code);
        Assert.Equal(110024, f.Exchange.SetPositionMode(Fixture.A, Fixture.Btc, PositionMode.Hedge).Code);
    }
}
