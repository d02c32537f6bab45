namespace StrategyHost.Host.Tests.Situations;

/// <summary>
/// What goes wrong on accounts while strategies trade them, told as it happens (the mission's documents 000 to 003), on the simulated exchange
/// in process and through the adapters on the emulator.
/// </summary>
public sealed class SituationTests
{
    public static TheoryData<string> Worlds { get; } = ["simulated", "emulated"];

    private const string Holding = """
        host starts
        strategy buy quantity=0.1 stop_loss_percent=1 take_profit=2%:50/4%:50
        until main: long 0.1; always covered; stop -1%; targets 0.05@2% 0.05@4%; stop orders none
        until mirror: long 0.05; stop -1%; targets 0.025@2% 0.025@4%

        """;

    [Theory]
    [MemberData(nameof(Worlds))]
    public Task Missing_stop_is_set_again(string world) => Situation.PlayAsync(world, Holding + """
        hand main takes the stop away
        until main: long 0.1; stop -1%; targets 0.05@2% 0.05@4%
        hand main sets the stop to 50000
        until main: stop -1%
        """);

    [Theory]
    [MemberData(nameof(Worlds))]
    public Task Missing_target_is_placed_again(string world) => Situation.PlayAsync(world, Holding + """
        hand main cancels targets
        until main: long 0.1; stop -1%; targets 0.05@2% 0.05@4%
        """);

    [Theory]
    [MemberData(nameof(Worlds))]
    public Task Position_that_its_orders_cover_in_part_is_covered_whole(string world) => Situation.PlayAsync(world, Holding + """
        hand main resizes targets to 0.01
        until main: long 0.1; stop -1%; targets 0.05@2% 0.05@4%
        said main order_altered
        """);

    [Theory]
    [MemberData(nameof(Worlds))]
    public Task Order_that_nobody_can_classify_is_left_alone(string world) => Situation.PlayAsync(world, Holding + """
        hand main rests buy 0.03 at 55000 as what-is-this
        hand main rests sell 0.02 at 66000 as or-this
        audits 3
        until main: long 0.1; stop -1%; order what-is-this; order or-this
        hand main closes 0.1
        audits 3
        until main: flat; targets none; order what-is-this; order or-this
        """);

    [Theory]
    [MemberData(nameof(Worlds))]
    public Task Position_grown_by_hand_is_covered_whole_and_said(string world) => Situation.PlayAsync(world, Holding + """
        hand main buys 0.2
        said main position_differs
        until main: long 0.3; always covered; targets 0.05@2% 0.05@4%
        price 59000
        until main: flat; no orders
        """);

    [Theory]
    [MemberData(nameof(Worlds))]
    public Task Position_shrunk_by_hand_has_targets_for_what_is_left(string world) => Situation.PlayAsync(world, Holding + """
        hand main closes 0.06
        until main: long 0.04; stop -1%; targets 0.02@2% 0.02@4%
        until mirror: long 0.05; stop -1%; targets 0.025@2% 0.025@4%
        """);

    [Theory]
    [MemberData(nameof(Worlds))]
    public Task Second_entry_with_another_stop_has_it_for_its_own_part(string world) => Situation.PlayAsync(world, Tranches + """
        price 59300
        until main: long 0.1; stop 58800; stop orders none; targets 0.1@63000
        until mirror: long 0.05; stop 58800; stop orders none; targets 0.05@63000
        price 58700
        until main: flat; no orders
        until mirror: flat; no orders
        """);

    [Theory]
    [MemberData(nameof(Worlds))]
    public Task Stop_of_one_part_that_somebody_cancels_or_cuts_is_put_right(string world) => Situation.PlayAsync(world, Tranches + """
        hand main cancels stop orders
        until main: long 0.3; stop 58800; stop orders 0.2@59400
        hand main resizes stop orders to 0.05
        said main order_altered
        until main: long 0.3; stop 58800; stop orders 0.2@59400
        """);

    [Theory]
    [MemberData(nameof(Worlds))]
    public Task Parts_past_breakeven_are_merged_under_the_tightest_stop(string world) => Situation.PlayAsync(world, """
        host starts
        strategy buy quantity=0.1 stop_loss=58800 take_profit_percent=10 breakeven=after_percent:1 tranche=a
        until main: long 0.1; stop 58800
        strategy buy quantity=0.2 stop_loss=59400 take_profit_percent=20 breakeven=after_percent:1 tranche=b
        until main: long 0.3; stop 58800; stop orders 0.2@59400; targets 0.1@10% 0.2@20%
        price 60700
        until main: long 0.3; always covered; stop 0%; stop orders none; targets 0.1@10% 0.2@20%
        until mirror: long 0.15; stop 0%; stop orders none; targets 0.05@10% 0.1@20%
        price 59900
        until main: flat; no orders
        until mirror: flat; no orders
        """);

    [Theory]
    [MemberData(nameof(Worlds))]
    public Task Mirror_whose_orders_somebody_cancelled_gets_them_again(string world) => Situation.PlayAsync(world, Holding + """
        hand mirror cancels targets
        hand mirror takes the stop away
        until mirror: long 0.05; stop -1%; targets 0.025@2% 0.025@4%
        until main: long 0.1; stop -1%; targets 0.05@2% 0.05@4%
        """);

    [Theory]
    [MemberData(nameof(Worlds))]
    public Task Ten_conditional_orders_of_others_leave_the_position_covered(string world) => Situation.PlayAsync(world, """
        host starts
        strategy buy quantity=0.1 stop_loss=58800 take_profit=63000 tranche=a
        until main: long 0.1; stop 58800; targets 0.1@63000

        """ + string.Concat(Enumerable.Range(0, 10).Select(i => $"hand main waits to sell 0.01 at {40000 + i} only to close as other-{i}\n")) + """
        audits 1
        strategy buy quantity=0.2 stop_loss=59400 take_profit=64000 tranche=b
        said main consolidated
        until main: long 0.3; stop 59400; stop orders none; targets 0.1@63000 0.2@64000; order other-0; order other-9; conditional ≤ 10
        hand main cancels other-0
        hand main cancels other-1
        hand main cancels other-2
        hand main cancels other-3
        audits 2
        until main: long 0.3; always covered; conditional ≤ 9
        price 58700
        until main: flat; targets none; stop orders none; order other-9
        """);

    [Theory]
    [MemberData(nameof(Worlds))]
    public Task Legacy_ids_stay_until_their_orders_are_replaced(string world) => Situation.PlayAsync(world, """
        hand main buys 0.2
        hand main sets the stop to 59000
        hand main rests sell 0.1 at 61000 only to close as TP1_BTCUSDT_old
        hand main rests sell 0.1 at 62000 only to close as BTCUSDT_TP2
        host starts adopt
        said main position_adopted
        until main: long 0.2; covered; targets 0.1@61000 0.1@62000; own targets 0
        hand main cancels TP1_BTCUSDT_old
        until main: long 0.2; covered; targets 0.1@61000 0.1@62000; own targets 1; order BTCUSDT_TP2
        hand main closes 0.1
        until main: long 0.1; covered; targets 0.05@61000 0.05@62000
        strategy close
        until main: flat; no orders
        """);

    [Theory]
    [MemberData(nameof(Worlds))]
    public Task Nothing_is_left_after_a_position_that_somebody_closed(string world) => Situation.PlayAsync(world, Tranches + """
        hand main closes 0.3
        until main: flat; no orders
        audits 3
        until main: flat; no orders
        """);

    [Theory]
    [MemberData(nameof(Worlds))]
    public Task Mirror_that_is_down_during_an_entry_costs_main_nothing_and_follows_the_next(string world) => Situation.PlayAsync(world, """
        host starts
        mirror breaks
        strategy buy quantity=0.1 stop_loss_percent=1 take_profit_percent=3
        until main: long 0.1; stop -1%; targets 0.1@3%
        audits 4
        mirror is back
        audits 3
        until mirror: flat; no orders
        strategy close
        until main: flat; no orders
        strategy buy quantity=0.2 stop_loss_percent=1 take_profit_percent=3
        until main: long 0.2; stop -1%; targets 0.2@3%
        until mirror: long 0.1; stop -1%; targets 0.1@3%
        """);

    [Theory]
    [MemberData(nameof(Worlds))]
    public Task Stop_on_a_thin_book_closes_all_of_its_position(string world) => Situation.PlayAsync(world, """
        host starts
        strategy buy quantity=0.4 stop_loss=59400 take_profit=63000
        until main: long 0.4; stop 59400; targets 0.4@63000
        strategy buy quantity=0.4 stop_loss=59400 take_profit=63000 scale_in=true
        until main: long 0.8; stop 59400
        price 59400
        until main: flat; no orders; sold below 59381
        until mirror: flat; no orders
        """, isThin: true);

    [Theory]
    [MemberData(nameof(Worlds))]
    public Task More_parts_than_conditional_orders_share_stops_toward_the_tighter(string world) => Situation.PlayAsync(world, "host starts\n"
        + string.Concat(Enumerable.Range(0, 12).Select(i => $"strategy buy quantity=0.1 stop_loss={58000 + (50 * i)} take_profit=70000 tranche=t{i}\n"
            + $"until main: long {0.1m * (i + 1)}\n")) + """
        said main consolidated
        until main: long 1.2; always covered; conditional ≤ 9
        until mirror: long 0.6; always covered; conditional ≤ 9
        hand main closes 1.2
        until main: flat; no orders
        price 57900
        until mirror: flat; no orders
        """);

    [Theory]
    [MemberData(nameof(Worlds))]
    public Task Remnants_of_a_host_that_died_are_cleared_by_the_next(string world) => Situation.PlayAsync(world, Tranches + """
        host dies
        hand main closes 0.3
        until main: flat; stop orders 0.2@59400
        host starts
        until main: flat; no orders
        said main orphan
        until mirror: long 0.15; always covered; stop orders 0.1@59400
        """);

    [Theory]
    [MemberData(nameof(Worlds))]
    public Task Legacy_stop_order_is_left_to_its_owner_beside_the_stop_of_the_plan(string world) => Situation.PlayAsync(world, """
        hand main buys 0.2
        hand main waits to sell 0.2 at 59000 only to close as BTCUSDT_SL_old
        hand main rests sell 0.2 at 61000 only to close as BTCUSDT_TP1_old
        host starts adopt
        said main position_adopted
        until main: long 0.2; covered; stop -1%; targets 0.2@61000; order BTCUSDT_SL_old
        strategy close
        until main: flat; targets none; order BTCUSDT_SL_old
        """);

    private const string Tranches = """
        host starts
        strategy buy quantity=0.1 stop_loss=58800 take_profit=63000 tranche=a
        until main: long 0.1; stop 58800; targets 0.1@63000
        strategy buy quantity=0.2 stop_loss=59400 take_profit=64000 tranche=b
        until main: long 0.3; always covered; stop 58800; stop orders 0.2@59400; targets 0.1@63000 0.2@64000
        until mirror: long 0.15; always covered; stop 58800; stop orders 0.1@59400; targets 0.05@63000 0.1@64000

        """;
}
