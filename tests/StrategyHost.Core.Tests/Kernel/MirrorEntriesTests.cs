using StrategyHost.Core.Domain;
using StrategyHost.Core.Kernel;

namespace StrategyHost.Core.Tests.Kernel;

/// <summary>
/// Main's plan and the mirror's are not always one to one: an entry that finds no open plan begins one, and goes over to another when it
/// fills. What happens to main's entries happens to the mirror's of the same signal, wherever they are. Each was a seed of the simulation.
/// </summary>
public sealed class MirrorEntriesTests
{
    private static readonly (string, object)[] First =
        [("action", "buy"), ("quantity", 2), ("type", "limit"), ("price", 99.9), ("stop_loss", 95)];

    private static readonly (string, object)[] Second =
        [("action", "buy"), ("quantity", 1), ("type", "limit"), ("price", 99.8), ("stop_loss", 95), ("scale_in", true)];

    private readonly KernelDesk _desk = new(trail: TrailMode.Resting, following: new MirrorSettings());

    private (OrderRequest Main, OrderRequest Mirror) Enter(params (string, object)[] signal)
    {
        _desk.Requests.Clear();
        _desk.Price(100m, signal);
        return (_desk.PlacedOn(AccountId.Main).Single(), _desk.PlacedOn(AccountId.Mirror).Single());
    }

    private IEnumerable<ClientOrderId> CancelledOnMirror => _desk.Requests.OfType<CancelOrder>().Where(c => c.Account == AccountId.Mirror)
        .Select(c => c.Id);

    private Quantity Held => new(_desk.Mirror.Plans.Sum(p => p.Size.Units - p.Exiting.Units));

    /// <summary>Seed 5001792: only entries of the newest of the mirror's plans were taken back.</summary>
    [Fact]
    public void Close_takes_back_every_entry_of_the_mirror_that_follows_one_of_the_plan()
    {
        var (main, mirror) = Enter(First);
        _desk.Fills(main, 2m, 99.9m);
        var (_, second) = Enter(Second);
        Assert.Equal(2, _desk.Mirror.Plans.Count);
        _desk.Refuses(second, 110007);
        _desk.Requests.Clear();
        _desk.Price(100m, ("action", "close"));
        Assert.Equal([mirror.ClientOrderId], CancelledOnMirror);
        _desk.Fills(mirror, 1m, 99.9m); // the cancel comes too late
        Assert.Equal(Quantity.Zero, Held);
    }

    /// <summary>Seed 4001876: the mirror's whole position was closed, and the entries that it waited for cancelled.</summary>
    [Fact]
    public void Entry_that_main_never_got_is_undone_on_the_mirror_and_nothing_beside_it()
    {
        var (main, mirror) = Enter(First);
        var (never, second) = Enter(Second);
        _desk.Fills(mirror, 0.6m, 99.9m);
        _desk.Fills(second, 0.5m, 99.8m);
        _desk.Fills(main, 2m, 99.9m);
        _desk.Refuses(never, 110007);
        Assert.Empty(CancelledOnMirror);
        Assert.Equal(Quantity.Of(0.6m), Held);
        _desk.Fills(mirror, 0.4m, 99.9m);
        Assert.Equal(Quantity.Of(1m), Held);
    }

    [Fact]
    public void Entry_that_main_never_got_is_closed_where_the_mirrors_fills_before_its_cancel()
    {
        var (never, mirror) = Enter(First);
        _desk.Refuses(never, 110007);
        Assert.Equal([mirror.ClientOrderId], CancelledOnMirror);
        _desk.Fills(mirror, 1m, 99.9m);
        Assert.Equal(Quantity.Of(1m), Assert.Single(_desk.PlacedOn(AccountId.Mirror), o => o.ReduceOnly).Quantity);
        Assert.Equal(Quantity.Zero, Held);
    }

    /// <summary>Seed 5001102: of a close that never arrived the mirror kept its position, and main's later one found nothing to close.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Close_of_the_mirror_that_is_lost_is_sent_again_where_main_has_left(bool leaves)
    {
        var (main, mirror) = Enter(First);
        _desk.Fills(main, 2m, 99.9m);
        _desk.Fills(mirror, 1m, 99.9m);
        var (close, other) = Enter(("action", "close"));
        if (leaves)
        {
            _desk.Fills(close, 2m, 100m);
        }
        else
        {
            _desk.Refuses(close, 110007);
        }

        _desk.Refuses(other, 110007);
        _desk.Waits(1000);
        Assert.Equal(leaves ? [Quantity.Of(1m)] : [], _desk.PlacedOn(AccountId.Mirror).Select(o => o.Quantity));
    }
}
