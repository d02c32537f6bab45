using StrategyHost.Core.Domain;
using StrategyHost.Core.Kernel;
using StrategyHost.Core.Tests.Protection;

namespace StrategyHost.Core.Tests.Kernel;

/// <summary>Entries wait until everything that they need is there; exits never wait (contracts §2).</summary>
public sealed class ReadinessTests
{
    private static readonly (string, object)[] Buy = [("action", "buy"), ("quantity", 0.1), ("stop_loss_percent", 2.0)];
    private static readonly (string, object)[] Limit = [.. Buy[..1], ("quantity", 1), .. Buy[2..], ("type", "limit"), ("price", 99.8)];
    private readonly KernelDesk _desk = new();

    public static TheoryData<string?, string?, bool> Links { get; } = new()
    {
        { null, null, false },
        { "main", null, false },
        { null, "BTCUSDT", false },
        { "mirror", null, true },
        { null, "ETHUSDT", true },
    };

    [Theory]
    [MemberData(nameof(Links))]
    public void What_is_down_refuses_the_entries_that_need_it(string? account, string? symbol, bool isAccepted)
    {
        _desk.Tell(Change(account, symbol, isReady: false));
        _desk.Price(100m, Buy);
        Assert.Equal([isAccepted ? "accepted" : "not_ready"], _desk.Outcomes);
    }

    [Fact]
    public void Two_links_that_are_down_must_both_come_back()
    {
        _desk.Tell(Change(null, null, isReady: false));
        _desk.Tell(Change("main", null, isReady: false));
        _desk.Tell(Change(null, null, isReady: true));
        _desk.Price(100m, Buy);
        _desk.Tell(Change("main", null, isReady: true));
        _desk.Price(100m, Buy);
        Assert.Equal(["not_ready", "accepted"], _desk.Outcomes);
    }

    [Fact]
    public void Exit_goes_out_while_everything_is_down()
    {
        _desk.Price(100m, Buy);
        _desk.Fills(_desk.Placed[0].Request, 0.1m, 100m);
        _desk.Tell(Change(null, null, isReady: false));
        _desk.Price(100m, ("action", "close"));
        Assert.Contains(_desk.Placed, p => p.Request.ReduceOnly && p.Request.Type == OrderType.Market);
    }

    [Fact]
    public void Found_position_refuses_entries_until_the_exchange_says_that_it_is_flat()
    {
        _desk.Price(100m);
        _desk.Tell(new AccountShown(AccountId.Main, 0m, [Position(0.3m)], []) { At = _desk.Now });
        _desk.Price(100m, Buy);
        _desk.Tell(new Reported([Position(0.1m)]) { At = _desk.Now });
        _desk.Price(100m, Buy);
        _desk.Tell(new Reported([Position(0m)]) { At = _desk.Now });
        _desk.Price(100m, Buy);
        Assert.Equal(["not_ready", "not_ready", "accepted"], _desk.Outcomes);
    }

    [Fact]
    public void Position_that_appears_and_that_no_plan_knows_refuses_entries_until_it_is_flat()
    {
        _desk.Price(100m);
        _desk.Tell(new Reported([Position(0.3m)]) { At = _desk.Now });
        _desk.Price(100m, Buy);
        _desk.Tell(new Reported([Position(0m)]) { At = _desk.Now });
        _desk.Price(100m, Buy);
        Assert.Equal(["not_ready", "accepted"], _desk.Outcomes);
    }

    [Fact]
    public void Position_of_a_plan_is_no_found_one()
    {
        _desk.Price(100m, Buy);
        _desk.Fills(_desk.Placed[0].Request, 0.1m, 100m);
        _desk.Tell(new Reported([Position(0.1m)]) { At = _desk.Now });
        _desk.Price(100m, [.. Buy, ("scale_in", true)]);
        Assert.Equal(["accepted", "accepted"], _desk.Outcomes);
    }

    [Theory]
    [InlineData(5, true, true)]
    [InlineData(29, true, true)]
    [InlineData(31, true, false)]
    [InlineData(31, false, true)]
    [InlineData(3600, false, true)]
    public void Mirror_that_is_not_ready_follows_when_it_is_unless_main_has_filled_for_too_long(int seconds, bool mainHasFilled, bool follows)
    {
        var desk = new KernelDesk(hasMirror: true);
        Mirror(desk, isReady: false);
        desk.Price(100m, Limit);
        var entry = Assert.Single(desk.Placed);
        Assert.Equal(AccountId.Main, entry.Account);
        if (mainHasFilled)
        {
            desk.Fills(entry.Request, 1m, 99.8m);
        }

        desk.Wait(seconds * 1000);
        Assert.Empty(desk.PlacedOn(AccountId.Mirror));
        Mirror(desk, isReady: true);
        desk.Wait(1000);
        Assert.Equal(follows ? [0.5m] : [], desk.PlacedOn(AccountId.Mirror).Select(r => r.Quantity.Value));
        Assert.Equal(follows ? 0 : 1, desk.MirrorAlerts.Count(a => a.EndsWith("not_ready", StringComparison.Ordinal)));
    }

    [Fact]
    public void Mirror_that_becomes_ready_leaves_out_what_main_took_back_meanwhile()
    {
        var desk = new KernelDesk(hasMirror: true);
        Mirror(desk, isReady: false);
        desk.Price(100m, Limit);
        desk.Says(desk.Placed[0].Request, OrderStatus.Cancelled, 0m);
        Mirror(desk, isReady: true);
        desk.Wait(1000);
        Assert.Empty(desk.PlacedOn(AccountId.Mirror));
        Assert.EndsWith("leader_closed", Assert.Single(desk.MirrorAlerts), StringComparison.Ordinal);
    }

    [Fact]
    public void Group_is_not_kept_waiting_for_the_mirror()
    {
        var desk = new KernelDesk(hasMirror: true);
        Mirror(desk, isReady: false);
        desk.Price(100m, [.. Buy, ("group", "a")]);
        Mirror(desk, isReady: true);
        desk.Wait(2000);
        Assert.Empty(desk.PlacedOn(AccountId.Mirror));
        Assert.EndsWith("group a: not_ready", Assert.Single(desk.MirrorAlerts), StringComparison.Ordinal);
    }

    private static void Mirror(KernelDesk desk, bool isReady) =>
        desk.Tell(new ReadinessChanged(AccountId.Mirror, null, "Private", isReady, "a test") { At = desk.Now });

    [Fact]
    public void Mirror_stays_out_of_a_position_that_was_found()
    {
        var desk = new KernelDesk(hasMirror: true);
        desk.Tell(new AccountShown(AccountId.Mirror, 0m, [Position(0.3m) with { Account = AccountId.Mirror }], []) { At = desk.Now });
        desk.Price(100m, Buy);
        Assert.Equal([AccountId.Main], desk.Placed.Select(p => p.Account));
    }

    [Fact]
    public void Order_of_unknown_fate_refuses_further_entries()
    {
        _desk.Price(100m, [.. Buy, ("type", "limit"), ("price", 99.0)]);
        var entry = _desk.Placed[0].Request;
        _desk.Says(entry, OrderStatus.Unknown, 0m);
        _desk.Price(100m, [.. Buy, ("scale_in", true)]);
        _desk.Says(entry, OrderStatus.New, 0m);
        _desk.Price(100m, [.. Buy, ("scale_in", true)]);
        Assert.Equal(["accepted", "not_ready", "accepted"], _desk.Outcomes);
    }

    [Fact]
    public void Entry_from_an_event_that_is_too_old_is_refused_and_a_close_is_not()
    {
        _desk.ThinkingMs = 5001;
        _desk.Price(100m, Buy);
        _desk.ThinkingMs = 5000;
        _desk.Price(100m, Buy);
        _desk.Fills(_desk.Placed[0].Request, 0.1m, 100m);
        _desk.ThinkingMs = 60_000;
        _desk.Price(100m, ("action", "close"));
        Assert.Equal(["stale_event", "accepted", "accepted"], _desk.Outcomes);
    }

    private ReadinessChanged Change(string? account, string? symbol, bool isReady) => new(
        account is null ? null : new AccountId(account), symbol is null ? null : new Symbol(symbol), $"{account}{symbol}", isReady, "a test")
    {
        At = _desk.Now,
    };

    private PositionReport Position(decimal size) => new()
    {
        Account = AccountId.Main,
        At = _desk.Now,
        Symbol = Markets.Btc.Symbol,
        Size = Quantity.Of(size),
        AveragePrice = 100m,
    };
}
