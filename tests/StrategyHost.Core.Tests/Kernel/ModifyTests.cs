using StrategyHost.Core.Domain;
using StrategyHost.Core.Kernel;
using StrategyHost.Core.Tests.Protection;

namespace StrategyHost.Core.Tests.Kernel;

/// <summary>What a modification reaches, and what it leaves alone.</summary>
public sealed class ModifyTests
{
    private static readonly Instrument Eth = Markets.Btc with { Symbol = new Symbol("ETHUSDT") };

    /// <summary>Symbol of the modification → what becomes of it. A price of one market means nothing in another (seed 971175).</summary>
    [Theory]
    [InlineData("BTCUSDT", "accepted", 98.0)]
    [InlineData("ETHUSDT", "no_such_order", 99.0)]
    public void Tag_means_the_orders_of_the_signal_s_symbol(string symbol, string outcome, double price)
    {
        var desk = new KernelDesk(change: o => o with
        {
            Instruments = [Markets.Btc, Eth],
            Strategies = [.. o.Strategies.Select(s => s with { Symbols = [Markets.Btc.Symbol, Eth.Symbol] })],
        });
        desk.Price(100m, ("action", "buy"), ("quantity", 1), ("type", "limit"), ("price", 99), ("stop_loss_percent", 5), ("tag", "a"));
        var entry = desk.Placed.Single().Request.ClientOrderId;
        desk.Price(100m, ("action", "modify"), ("order", "a"), ("symbol", symbol), ("price", 98));

        Assert.Equal(outcome, desk.Outcomes[^1]);
        Assert.Equal(Price.Of((decimal)price), desk.Kernel.Main.Find(entry)!.Order.Request.Price);
    }

    [Fact]
    public void Cancel_of_a_tag_reaches_every_symbol()
    {
        var desk = new KernelDesk(change: o => o with
        {
            Instruments = [Markets.Btc, Eth],
            Strategies = [.. o.Strategies.Select(s => s with { Symbols = [Markets.Btc.Symbol, Eth.Symbol] })],
        });
        desk.Price(100m, ("action", "buy"), ("quantity", 1), ("type", "limit"), ("price", 99), ("stop_loss_percent", 5), ("tag", "a"));
        desk.Price(100m, ("action", "cancel"), ("order", "a"), ("symbol", "ETHUSDT"));

        Assert.Equal("accepted", desk.Outcomes[^1]);
        Assert.Single(desk.Requests.OfType<CancelOrder>());
    }

    /// <summary>Main sells at 210 while the market is at 100: as far on the other side there is no price (seed 971096).</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(5000)]
    public void Reversed_mirror_leaves_out_what_would_lie_below_zero(int delayMs)
    {
        var desk = new KernelDesk(following: new MirrorSettings
        {
            Reverse = true,
            DelayMs = delayMs,
        });
        desk.Price(100m, ("action", "sell"), ("quantity", 1), ("type", "limit"), ("price", 110), ("stop_loss_percent", 5), ("tag", "a"));
        desk.Price(100m, ("action", "modify"), ("order", "a"), ("price", 210));
        desk.Wait(5000);
        desk.Price(100m, ("action", "sell"), ("quantity", 1), ("type", "limit"), ("price", 220), ("stop_loss_percent", 5), ("scale_in", true));
        desk.Wait(5000);

        Assert.All(desk.PlacedOn(AccountId.Mirror), p => Assert.Equal(Price.Of(90m), p.Price));
        Assert.DoesNotContain(desk.Requests, r => r is AmendOrder { Account: var of } && of == AccountId.Mirror);
        Assert.Equal(2, desk.MirrorAlerts.Count(a => a.Contains("reversed_below_zero", StringComparison.Ordinal)));
    }
}
