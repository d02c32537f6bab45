using StrategyHost.Core.Accounts;
using StrategyHost.Core.Domain;
using StrategyHost.Core.Risk;
using Xunit;

namespace StrategyHost.Simulation.Tests.Scenarios;

/// <summary>Orders that the exchange makes itself: their rows say which they are, and carry nothing that is not theirs.</summary>
public sealed class ExchangeOrderScenarios
{
    private static OrderRecord Closing(Outcome outcome) => Assert.Single(outcome.Orders, o => o.Role != "entry");

    [Fact]
    public void Row_of_an_attached_stop_has_the_exchanges_order_id()
    {
        var outcome = Scenario.Candles("100", "100", "100 100 94 94", "94").At(0, "buy quantity=1 stop_loss=95").Run()
            .Closes("long 1 100>95 stop_loss");
        var row = Closing(outcome);

        Assert.Equal(("S2", "stop", "stop_market", 95m), (row.OrderLinkId, row.Role, row.Type, row.TriggerPrice!.Value.Value));
        Assert.Equal("S2", outcome.Script.Fills[^1].Fill.OrderId);
        Assert.Equal("S2", outcome.Script.Orders[^1].Order.Id);
    }

    [Fact]
    public void Ids_of_the_exchange_do_not_tell_main_of_the_mirror()
    {
        var outcome = Scenario.Candles("100", "100", "100 100 94 94", "94").WithMirror().At(0, "buy quantity=1 stop_loss=95").Run();
        Assert.Equal(("S2", "S2"), (Closing(outcome).OrderLinkId, Closing(outcome.Mirror).OrderLinkId));
    }

    [Theory]
    [InlineData("buy quantity=400 stop_loss=70", "100 100 60 60")]
    [InlineData("sell quantity=400 stop_loss=130", "100 140 100 140")]
    [InlineData("buy quantity=400 stop_loss=70 slippage", "100 100 60 60")]
    public void Row_of_a_liquidation_is_a_market_order_without_trigger_and_slippage(string signal, string candle)
    {
        var outcome = Scenario.Candles("100", "100", candle, "100")
            .WithEngine(o => o with { Risk = new RiskSettings { MaxOrderNotionalPercent = 1000m } })
            .WithOptions(o => signal.EndsWith("slippage", StringComparison.Ordinal)
                ? o with { Exchange = o.Exchange with { SlippageTicks = 2 } }
                : o)
            .At(0, signal.Replace(" slippage", "", StringComparison.Ordinal)).Run();
        var row = Closing(outcome);
        var trade = Assert.Single(outcome.Trades);

        Assert.Equal(("liquidation", "market", (Price?)null, "S3"), (row.Role, row.Type, row.TriggerPrice, row.OrderLinkId));
        Assert.Equal(ExitReason.Liquidation, trade.ExitReason);
        Assert.True(trade.Slippage >= 0, $"slippage {trade.Slippage}");
    }
}
