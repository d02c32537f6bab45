using StrategyHost.Core.Domain;
using StrategyHost.Core.Kernel;
using StrategyHost.Core.Risk;

namespace StrategyHost.Core.Tests.Kernel;

/// <summary>A person's <c>halt</c> and <c>resume</c> (contracts §1).</summary>
public sealed class HaltTests
{
    private static readonly (string, object)[] Buy = [("action", "buy"), ("quantity", 0.1), ("stop_loss", 90)];
    private static readonly (string, object)[] Limit =
        [("action", "buy"), ("quantity", 0.1), ("type", "limit"), ("price", 95), ("stop_loss", 90)];

    private readonly KernelDesk _desk = new(change: o => o with { SavesState = true });

    [Fact]
    public void Entry_is_refused_while_halted_and_taken_after_resume()
    {
        _desk.Price(100m);
        Halt(HaltScope.All);
        _desk.Price(100m, Buy);
        Assert.Equal("risk:halted", _desk.Outcomes[^1]);
        Assert.Empty(_desk.Placed);
        Resume(HaltScope.All);
        _desk.Price(100m, Buy);
        Assert.Equal("accepted", _desk.Outcomes[^1]);
        Assert.Single(_desk.Placed);
    }

    [Fact]
    public void Resting_entry_is_taken_back_and_position_keeps_its_stop_and_can_be_closed()
    {
        _desk.Price(100m, Buy);
        _desk.Fills(_desk.Placed[0].Request, 0.1m, 100m);
        _desk.Price(100m, [.. Limit, ("scale_in", true)]);
        var entry = _desk.Placed[^1].Request;
        _desk.Requests.Clear();
        Halt(HaltScope.All);
        Assert.Equal(entry.ClientOrderId, Assert.Single(_desk.Requests.OfType<CancelOrder>()).Id);
        Assert.Empty(_desk.Requests.OfType<SetTradingStop>());
        _desk.Price(100m, ("action", "hold"), ("stop_loss", 96));
        Assert.Equal(96m, _desk.Requests.OfType<SetTradingStop>().Last().Wanted.StopLoss!.Value.Value);
        _desk.Price(100m, ("action", "close"));
        Assert.Equal("accepted", _desk.Outcomes[^1]);
        Assert.True(_desk.Placed[^1].Request.ReduceOnly);
    }

    [Fact]
    public void Flip_closes_nothing_while_halted()
    {
        _desk.Price(100m, Buy);
        _desk.Fills(_desk.Placed[0].Request, 0.1m, 100m);
        Halt(HaltScope.All);
        _desk.Requests.Clear();
        _desk.Price(100m, ("action", "sell"), ("quantity", 0.1), ("stop_loss", 110), ("flip", true));
        Assert.Equal("risk:halted", _desk.Outcomes[^1]);
        Assert.Empty(_desk.Placed);
    }

    /// <summary>Strategy and symbol of the halt → what becomes of an entry of strategy <c>test</c> on BTCUSDT.</summary>
    public static TheoryData<string?, string?, string> Scopes { get; } = new()
    {
        { null, null, "risk:halted" },
        { "test", null, "risk:halted" },
        { null, "BTCUSDT", "risk:halted" },
        { "test", "BTCUSDT", "risk:halted" },
        { "other", null, "accepted" },
        { null, "ETHUSDT", "accepted" },
        { "test", "ETHUSDT", "accepted" },
        { "other", "BTCUSDT", "accepted" },
    };

    [Theory]
    [MemberData(nameof(Scopes))]
    public void Only_what_the_scope_means_is_halted(string? strategy, string? symbol, string outcome)
    {
        Halt(Scope(strategy, symbol));
        _desk.Price(100m, Buy);
        Assert.Equal(outcome, _desk.Outcomes[^1]);
    }

    /// <summary>Halt, resume → whether the halt is lifted.</summary>
    public static TheoryData<string?, string?, string?, string?, bool> Lifts { get; } = new()
    {
        { null, null, null, null, true },
        { "test", null, null, null, true },
        { null, "BTCUSDT", null, null, true },
        { "test", "BTCUSDT", "test", null, true },
        { "test", "BTCUSDT", null, "BTCUSDT", true },
        { "test", "BTCUSDT", "other", null, false },
        { null, null, "test", null, false },
        { null, "BTCUSDT", "test", null, false },
    };

    [Theory]
    [MemberData(nameof(Lifts))]
    public void Resume_lifts_what_it_contains(string? strategy, string? symbol, string? resumed, string? on, bool isLifted)
    {
        Halt(Scope(strategy, symbol));
        Resume(Scope(resumed, on));
        Assert.Equal(isLifted ? 0 : 1, _desk.Kernel.Main.Halts.Halts.Count);
        _desk.Price(100m, Buy);
        Assert.Equal(isLifted ? "accepted" : "risk:halted", _desk.Outcomes[^1]);
    }

    [Fact]
    public void Halt_with_an_end_lets_go_in_event_time_and_not_a_moment_earlier()
    {
        _desk.Price(100m);
        var until = _desk.Now.AddMs(10_000);
        Halt(HaltScope.All, until);
        _desk.Waits(until.Ms - _desk.Now.Ms - 2001);
        _desk.Price(100m, Buy); // comes 2 s later: 1 ms before the end
        Assert.Equal("risk:halted", _desk.Outcomes[^1]);
        _desk.Waits(1);
        Assert.Empty(_desk.Kernel.Main.Halts.Halts);
        _desk.Price(100m, Buy);
        Assert.Equal("accepted", _desk.Outcomes[^1]);
    }

    [Fact]
    public void Resume_with_an_end_is_a_halt_that_begins_then_and_takes_back_what_rests()
    {
        Halt(HaltScope.All);
        Resume(HaltScope.All, _desk.Now.AddMs(20_000));
        _desk.Price(100m, Limit);
        Assert.Equal("accepted", _desk.Outcomes[^1]);
        _desk.Wait(20_000);
        Assert.Single(_desk.Requests.OfType<CancelOrder>());
        _desk.Price(100m, Buy);
        Assert.Equal("risk:halted", _desk.Outcomes[^1]);
    }

    /// <summary>Seconds of the first halt and of the second, null: until resumed → of what holds then.</summary>
    public static TheoryData<int?, int?, int?> Ends { get; } = new()
    {
        { 60, null, null },
        { null, 60, null },
        { null, null, null },
        { 60, 30, 60 },
        { 60, 90, 90 },
    };

    [Theory]
    [MemberData(nameof(Ends))]
    public void Of_two_halts_of_a_scope_the_later_end_counts(int? first, int? second, int? end)
    {
        _desk.Price(100m);
        Timestamp? At(int? seconds) => seconds is { } s ? _desk.Now.AddMs(s * 1000) : null;
        Halt(HaltScope.All, At(first));
        Halt(HaltScope.All, At(second));
        Assert.Equal(At(end), Assert.Single(_desk.Kernel.Main.Halts.Halts).Until);
        Assert.Contains(end is null ? "until somebody resumes" : $"until {At(end)}", _desk.MainAlerts[^1].Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Halt_that_is_to_begin_later_is_kept_by_a_shorter_one_now()
    {
        _desk.Price(100m);
        Resume(HaltScope.All, _desk.Now.AddMs(60_000));
        Halt(HaltScope.All, _desk.Now.AddMs(10_000));
        _desk.Price(100m, Buy);
        Assert.Equal("risk:halted", _desk.Outcomes[^1]);
        _desk.Waits(20_000);
        _desk.Price(100m, Buy);
        Assert.Equal("accepted", _desk.Outcomes[^1]);
        _desk.Waits(60_000);
        Assert.Null(Assert.Single(_desk.Kernel.Main.Halts.Halts).Until);
        _desk.Price(100m, [.. Buy, ("scale_in", true)]);
        Assert.Equal("risk:halted", _desk.Outcomes[^1]);
    }

    [Fact]
    public void Halt_now_that_reaches_one_to_come_is_one_with_it()
    {
        _desk.Price(100m);
        Resume(HaltScope.All, _desk.Now.AddMs(10_000));
        Halt(HaltScope.All, _desk.Now.AddMs(60_000));
        var halt = Assert.Single(_desk.Kernel.Main.Halts.Halts);
        Assert.Equal((_desk.Now, null), (halt.From, halt.Until));
    }

    [Fact]
    public void Only_resume_shortens_a_halt()
    {
        _desk.Price(100m);
        Halt(HaltScope.All);
        Halt(HaltScope.All, _desk.Now.AddMs(1000));
        Resume(HaltScope.All);
        Halt(HaltScope.All, _desk.Now.AddMs(1000));
        _desk.Waits(1000);
        Assert.Empty(_desk.Kernel.Main.Halts.Halts);
    }

    [Fact]
    public void Halt_survives_a_restart()
    {
        _desk.Price(100m);
        Halt(Scope("test", null));
        var later = _desk.Restarted(out var lost);
        Assert.Empty(lost);
        Assert.Equal(_desk.Kernel.Main.Halts.Halts, later.Kernel.Main.Halts.Halts);
        later.Price(100m, Buy);
        Assert.Equal("risk:halted", later.Outcomes[^1]);
    }

    [Fact]
    public void End_of_a_halt_that_came_while_the_host_was_down_is_the_first_thing_after_it()
    {
        _desk.Price(100m);
        Halt(HaltScope.All, _desk.Now.AddMs(10_000));
        var later = _desk.Restarted(out _); // a minute later
        later.Waits(0);
        later.Price(100m, Buy);
        Assert.Equal("accepted", later.Outcomes[^1]);
    }

    [Fact]
    public void Halt_of_main_leaves_the_mirror_without_entries_and_one_of_the_mirror_leaves_main_alone()
    {
        var desk = new KernelDesk(hasMirror: true);
        desk.Price(100m);
        desk.Tell(new HaltAsked(AccountId.Mirror, HaltScope.All, "test") { At = desk.Now });
        desk.Price(100m, Buy);
        Assert.Single(desk.PlacedOn(AccountId.Main));
        Assert.Empty(desk.PlacedOn(AccountId.Mirror));
        Assert.Contains("risk:halted", desk.MirrorAlerts[^1], StringComparison.Ordinal);
    }

    [Fact]
    public void Held_trailing_entry_is_withdrawn()
    {
        _desk.Price(
            100m, ("action", "buy"), ("type", "trailing_stop"), ("trail_percent", 1), ("trail_activation", 95), ("quantity", 0.1),
            ("stop_loss_percent", 2));
        Assert.Equal("accepted", _desk.Outcomes[^1]);
        Assert.Empty(_desk.Placed);
        Halt(HaltScope.All);
        _desk.Price(94m);
        _desk.Price(96m);
        Assert.Empty(_desk.Placed);
        Assert.Empty(_desk.Kernel.Main.Plans);
    }

    private static HaltScope Scope(string? strategy, string? symbol) => new(
        strategy is null ? null : new StrategyId(strategy), symbol is null ? null : new Symbol(symbol));

    private void Halt(HaltScope scope, Timestamp? until = null) =>
        _desk.Tell(new HaltAsked(AccountId.Main, scope, "test") { At = _desk.Now, Until = until });

    private void Resume(HaltScope scope, Timestamp? until = null) =>
        _desk.Tell(new ResumeAsked(AccountId.Main, scope, "test") { At = _desk.Now, Until = until });
}
