using StrategyHost.Core.Domain;
using StrategyHost.Core.Kernel;

namespace StrategyHost.Core.Tests.Kernel;

/// <summary>What the strategy closes on both accounts is closed on both: where the mirror's part fails it is done again, once main is out.</summary>
public sealed class MirrorCloseTests
{
    private static readonly (string, object)[] Buy = [("action", "buy"), ("quantity", 1), ("stop_loss_percent", 5)];
    private static readonly (string, object)[] Close = [("action", "close")];
    private readonly KernelDesk _desk = new(following: new MirrorSettings());

    public MirrorCloseTests()
    {
        _desk.Price(100m, Buy);
        foreach (var entry in _desk.Placed.ConvertAll(p => p.Request))
        {
            _desk.Fills(entry, entry.Quantity.Value, 100m);
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Refused_close_of_the_mirror_is_sent_again_once_main_is_out(bool isRefusedFirst)
    {
        var (main, mirror) = Asked(Close);
        Action[] told = [() => _desk.Fills(main, 1m, 100m), () => _desk.Refuses(mirror, 10006)];
        foreach (var tell in isRefusedFirst ? told.Reverse() : told)
        {
            tell();
        }

        Assert.Equal(mirror.Quantity, Assert.Single(_desk.PlacedOn(AccountId.Mirror)).Quantity);
        Assert.Contains(_desk.MirrorAlerts, a => a.StartsWith("mirror_not_closed", StringComparison.Ordinal));
    }

    [Fact]
    public void Close_that_the_exchange_cuts_off_is_gone_on_with()
    {
        var (main, mirror) = Asked(Close);
        _desk.Fills(main, 1m, 100m);
        _desk.Fills(mirror, 0.2m, 100m);
        _desk.Says(mirror, OrderStatus.Cancelled, 0.2m);
        Assert.Equal(Quantity.Of(0.3m), Assert.Single(_desk.PlacedOn(AccountId.Mirror)).Quantity);
    }

    /// <summary>Seed 20260831: the close of the rest counted on the part, of which nobody knew yet that it had never left.</summary>
    [Fact]
    public void Part_that_was_refused_goes_with_the_rest()
    {
        var (part, refused) = Asked(("action", "close"), ("share", 50));
        var (main, mirror) = Asked(Close);
        _desk.Fills(part, part.Quantity.Value, 100m);
        _desk.Fills(main, main.Quantity.Value, 100m);
        _desk.Fills(mirror, mirror.Quantity.Value, 100m);
        _desk.Refuses(refused, 10006);
        Assert.Equal(refused.Quantity, Assert.Single(_desk.PlacedOn(AccountId.Mirror)).Quantity);
    }

    [Fact]
    public void Mirror_stays_where_mains_close_was_refused_as_well()
    {
        var (main, mirror) = Asked(Close);
        _desk.Refuses(main, 10006);
        _desk.Refuses(mirror, 10006);
        Assert.Empty(_desk.PlacedOn(AccountId.Mirror));
    }

    /// <summary>What came to nothing on main is forgotten: main's stop later on is its own, and the mirror has its own.</summary>
    [Fact]
    public void Mirror_stays_where_mains_stop_takes_what_a_refused_close_has_left()
    {
        var (_, its) = Asked(("action", "close"), ("share", 50), ("type", "limit"), ("price", 110));
        var (main, mirror) = Asked(Close);
        _desk.Refuses(main, 10006);
        _desk.Refuses(mirror, 10006);
        _desk.Stops(AccountId.Main, 1m, 95m);
        _desk.Says(its, OrderStatus.Cancelled, 0m);
        Assert.Empty(_desk.PlacedOn(AccountId.Mirror));
    }

    [Fact]
    public void Mirror_stays_where_main_alone_was_closed()
    {
        _desk.Price(100m, [.. Close, ("accounts", "main")]);
        _desk.Fills(_desk.PlacedOn(AccountId.Main).Single(), 1m, 100m);
        Assert.Empty(_desk.PlacedOn(AccountId.Mirror));
    }

    /// <summary>Main's and the mirror's order of a signal.</summary>
    private (OrderRequest Main, OrderRequest Mirror) Asked(params (string, object)[] signal)
    {
        _desk.Price(100m, signal);
        return (_desk.PlacedOn(AccountId.Main)[^1], _desk.PlacedOn(AccountId.Mirror)[^1]);
    }
}
