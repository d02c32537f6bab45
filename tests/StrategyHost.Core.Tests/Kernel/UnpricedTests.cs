using StrategyHost.Core.Domain;
using StrategyHost.Core.Kernel;
using StrategyHost.Core.MarketData;
using StrategyHost.Core.Tests.Protection;

namespace StrategyHost.Core.Tests.Kernel;

/// <summary>After a start a position may have no price yet: no equity and no limit can be judged, so nothing is entered; exits go on.</summary>
public sealed class UnpricedTests
{
    private static readonly Instrument Eth = Markets.Btc with { Symbol = new Symbol("ETHUSDT") };
    private static readonly (string, object)[] BuyEth = [("action", "buy"), ("symbol", "ETHUSDT"), ("quantity", 1), ("stop_loss", 50)];
    private static readonly (string, object)[] BuyBtc = [("action", "buy"), ("quantity", 1), ("stop_loss", 50)];

    [Fact]
    public void Entry_waits_for_the_price_of_every_symbol_with_a_position()
    {
        var desk = Holding().Restarted(out _, o => o with
        {
            Strategies = [.. o.Strategies.Select(s => s with { Symbols = [Markets.Btc.Symbol] })], // it has dropped the other
        });
        desk.Price(100m, BuyBtc);
        Assert.Equal("not_ready", desk.Outcomes[^1]);
        Assert.Empty(desk.Placed);
        EthTrades(desk);
        desk.Price(100m, BuyBtc);
        Assert.Equal("accepted", desk.Outcomes[^1]);
    }

    [Fact]
    public void Close_waits_for_no_price()
    {
        var desk = Holding().Restarted(out _);
        desk.Price(100m, ("action", "close"), ("symbol", "ETHUSDT"));
        Assert.True(desk.Placed.Single().Request.ReduceOnly);
    }

    private static KernelDesk Holding()
    {
        var desk = new KernelDesk(change: o => o with
        {
            SavesState = true,
            Instruments = [Markets.Btc, Eth],
            Strategies = [.. o.Strategies.Select(s => s with { Symbols = [Markets.Btc.Symbol, Eth.Symbol] })],
        });
        EthTrades(desk);
        desk.Price(100m, BuyEth);
        Assert.Equal("accepted", desk.Outcomes[^1]);
        desk.Fills(desk.Placed[^1].Request, 1m, 100m);
        return desk;
    }

    private static void EthTrades(KernelDesk desk)
    {
        var block = new TradeBlock(Eth.Symbol, [desk.Now.Ms], [FixedPoint.Units(100m)], [FixedPoint.Scale], [1]);
        desk.Tell(new TradesPrinted(block, 0, 1) { At = desk.Now });
        desk.Price(100m); // the script answers nothing to either
    }
}
