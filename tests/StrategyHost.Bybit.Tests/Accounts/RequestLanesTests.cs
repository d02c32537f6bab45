using StrategyHost.Bybit.Accounts;
using StrategyHost.Core.Domain;
using StrategyHost.Core.Kernel;
using Xunit;

namespace StrategyHost.Bybit.Tests.Accounts;

/// <summary>Named cases of <see cref="RequestLanes"/>.</summary>
public sealed class RequestLanesTests
{
    private static readonly OrderFacts Entry = new(IsReduceOnly: false, IsConditional: false);

    [Theory]
    [InlineData("stop", "Stop")]
    [InlineData("close", "Close")]
    [InlineData("target", "Place")]
    [InlineData("conditional", "Place")]
    [InlineData("entry", "Enter")]
    [InlineData("cancel of nobody's order", "Cancel")]
    [InlineData("cancel of an entry", "CancelEntry")]
    [InlineData("amend of an entry", "AmendEntry")]
    [InlineData("amend of an entry's stop", "Amend")]
    [InlineData("amend of nobody's order", "Amend")]
    public void Request_belongs_to_a_way(string what, string way)
    {
        var (effect, facts) = what switch
        {
            "stop" => ((AccountEffect)Wish.Stop(1), (OrderFacts?)null),
            "close" => (Wish.Close("a"), null),
            "target" => (Wish.Target("a"), null),
            "conditional" => (Wish.Conditional("a"), null),
            "entry" => (Wish.Enter("a"), null),
            "cancel of nobody's order" => (Wish.Cancel("a"), null),
            "cancel of an entry" => (Wish.Cancel("a"), Entry),
            "amend of an entry" => (Wish.Amend("a", price: 1), Entry),
            "amend of an entry's stop" => (Wish.Amend("a", price: 1, stop: 0.5m), Entry),
            _ => (Wish.Amend("a", price: 1), null),
        };

        Assert.Equal(way, RequestWays.Of(effect, facts).ToString());
    }

    [Fact]
    public void Stop_leaves_before_a_thousand_entries()
    {
        var lanes = new RequestLanes(new LaneLimits());
        Enumerable.Range(0, 1000).ToList().ForEach(i => lanes.Add(Wish.Enter($"e{i}", $"S{i}USDT"), null, 0));
        lanes.Add(Wish.Stop(0.9m, "S500USDT"), null, 0);

        Assert.IsType<SetTradingStop>(lanes.Take(0)!.Requests[0].Effect);
    }

    [Fact]
    public void Targets_leave_ten_at_a_time_and_entries_eight()
    {
        var lanes = new RequestLanes(new LaneLimits());
        Enumerable.Range(0, 12).ToList().ForEach(i => lanes.Add(Wish.Target($"t{i}"), null, 0));
        Enumerable.Range(0, 12).ToList().ForEach(i => lanes.Add(Wish.Enter($"e{i}", "OTHERUSDT"), null, 0));

        Assert.Equal(Enumerable.Range(0, 10).Select(i => $"t{i}"), lanes.Take(0)!.Requests.Select(r => r.Order.Value));
        Assert.Equal(Enumerable.Range(0, 8).Select(i => $"e{i}"), lanes.Take(0)!.Requests.Select(r => r.Order.Value));
        Assert.Null(lanes.Take(0)); // what is left stays behind its symbol
    }

    [Fact]
    public void While_a_batch_is_under_way_one_at_a_time_goes_alone_and_the_other_way_round()
    {
        var lanes = new RequestLanes(new LaneLimits { RowsMax = 2 });
        Enumerable.Range(0, 6).ToList().ForEach(i => lanes.Add(Wish.Target($"t{i}", $"S{i}USDT"), null, 0));
        var batch = lanes.Take(0)!;
        var single = lanes.Take(0)!;
        Assert.Equal((2, 1), (batch.Requests.Count, single.Requests.Count));
        Assert.Null(lanes.Take(0));

        Answer(lanes, batch);
        Assert.Equal("t3 t4", string.Join(' ', lanes.Take(0)!.Requests.Select(r => r.Order.Value)));
        Assert.Null(lanes.Take(0));
        Answer(lanes, single);
        Assert.Equal("t5", Answer(lanes, lanes.Take(0)!));
    }

    [Fact]
    public void Without_batches_each_goes_alone()
    {
        var lanes = new RequestLanes(new LaneLimits { RowsMax = 1 });
        lanes.Add(Wish.Target("a"), null, 0);
        lanes.Add(Wish.Target("b"), null, 0);

        Assert.Equal("a", Assert.Single(lanes.Take(0)!.Requests).Order.Value);
    }

    [Fact]
    public void Amendment_of_a_conditional_order_travels_alone()
    {
        var lanes = new RequestLanes(new LaneLimits());
        foreach (var order in new[] { Wish.Target("a"), Wish.Conditional("b"), Wish.Target("c") })
        {
            lanes.Add(order, null, 0);
        }

        Answer(lanes, lanes.Take(0)!);
        new[] { "a", "b", "c" }.ToList().ForEach(id => lanes.Add(Wish.Amend(id, quantity: 5), null, 0));

        string[] parcels = [Answer(lanes, lanes.Take(0)!), Answer(lanes, lanes.Take(0)!), Answer(lanes, lanes.Take(0)!)];
        Assert.Equal(["a", "b", "c"], parcels);
    }

    [Fact]
    public void Unsent_entry_that_is_cancelled_is_withdrawn_with_all_about_it()
    {
        var lanes = new RequestLanes(new LaneLimits());
        lanes.Add(Wish.Enter("a"), null, 0);
        lanes.Add(Wish.Amend("a", stop: 0.5m), null, 0);
        lanes.Add(Wish.Cancel("a"), null, 0);

        Assert.Null(lanes.Take(0));
        Assert.Equal(("a", null), Assert.Single(lanes.TakeUnsent()) is var u ? (u.Order.Request.ClientOrderId.Value, u.Refusal) : default);
    }

    [Fact]
    public void Entry_that_was_not_taken_and_is_cancelled_meanwhile_is_withdrawn_when_it_comes_back()
    {
        var lanes = new RequestLanes(new LaneLimits());
        lanes.Add(Wish.Enter("a"), null, 0);
        var sent = lanes.Take(0)!.Requests[0];
        lanes.Add(Wish.Cancel("a"), null, 0);
        Assert.Null(lanes.Take(0));

        lanes.Return(sent, 300, "10006 limit");

        Assert.Null(Assert.Single(lanes.TakeUnsent()).Refusal);
        Assert.Null(lanes.Take(1000));
        Assert.Equal(0, lanes.Waiting);
    }

    [Fact]
    public void Unsent_entry_is_sent_amended()
    {
        var lanes = new RequestLanes(new LaneLimits());
        lanes.Add(Wish.Enter("a"), null, 0);
        lanes.Add(Wish.Amend("a", price: 3, stop: 0.5m), null, 0);
        lanes.Add(Wish.Amend("a", quantity: 7), null, 0);

        var order = ((PlaceOrder)Assert.Single(lanes.Take(0)!.Requests).Effect).Request;
        Assert.Equal((3m, 7m, 0.5m), (order.Price?.Value, order.Quantity.Value, order.Protection?.StopLoss?.Value));
    }

    [Fact]
    public void Amendment_and_cancel_wait_until_the_create_is_answered()
    {
        var lanes = new RequestLanes(new LaneLimits());
        lanes.Add(Wish.Target("a"), null, 0);
        var create = lanes.Take(0)!;
        lanes.Add(Wish.Amend("a", price: 3), null, 0);
        lanes.Add(Wish.Cancel("a"), null, 0);
        Assert.Null(lanes.Take(0));

        lanes.Done(create.Requests[0]);

        Assert.IsType<AmendOrder>(lanes.Take(0)!.Requests[0].Effect);
        Assert.Null(lanes.Take(0));
    }

    [Fact]
    public void Newest_wish_of_a_stop_takes_the_unsent_ones_place_and_keeps_what_it_leaves_open()
    {
        var lanes = new RequestLanes(new LaneLimits());
        lanes.Add(Wish.Stop(0.8m, target: 2), null, 0);
        lanes.Add(Wish.Stop(0.7m, "OTHERUSDT"), null, 0);
        lanes.Add(Wish.Stop(0.9m), null, 0);

        var wanted = ((SetTradingStop)lanes.Take(0)!.Requests[0].Effect).Wanted;
        Assert.Equal((0.9m, 2m), (wanted.StopLoss?.Value, wanted.TakeProfit?.Value));
        Assert.Equal(1, lanes.Waiting);
    }

    [Fact]
    public void Partial_stops_are_all_sent()
    {
        var lanes = new RequestLanes(new LaneLimits());
        lanes.Add(Wish.Stop(0.8m, mode: TpslMode.Partial), null, 0);
        lanes.Add(Wish.Stop(0.9m, mode: TpslMode.Partial), null, 0);

        Assert.Equal(2, lanes.Waiting);
    }

    [Fact]
    public void Stop_that_is_sent_again_does_not_undo_a_newer_wish_that_waits()
    {
        var lanes = new RequestLanes(new LaneLimits());
        lanes.Add(Wish.Stop(0.9m), null, 0);

        lanes.AddAgain(Wish.Stop(0.8m, target: 2), null, 0);

        var wanted = ((SetTradingStop)Assert.Single(lanes.Take(0)!.Requests).Effect).Wanted;
        Assert.Equal((0.9m, 2m), (wanted.StopLoss?.Value, wanted.TakeProfit?.Value));
    }

    [Fact]
    public void Stop_that_was_not_taken_gives_way_to_the_newer_wish()
    {
        var lanes = new RequestLanes(new LaneLimits());
        lanes.Add(Wish.Stop(0.8m, target: 2), null, 0);
        var sent = lanes.Take(0)!.Requests[0];
        lanes.Add(Wish.Stop(0.9m), null, 0);

        lanes.Return(sent, 300, "10006 limit");

        Assert.Null(lanes.Take(299));
        var wanted = ((SetTradingStop)Assert.Single(lanes.Take(300)!.Requests).Effect).Wanted;
        Assert.Equal((0.9m, 2m), (wanted.StopLoss?.Value, wanted.TakeProfit?.Value));
    }

    [Fact]
    public void Stop_and_close_pass_targets_of_their_symbol_that_come_after_a_pause()
    {
        var lanes = new RequestLanes(new LaneLimits());
        lanes.Add(Wish.Target("t"), null, 0);
        lanes.Return(lanes.Take(0)!.Requests[0], 5000, "10006 limit");
        lanes.Add(Wish.Conditional("c"), null, 0);
        lanes.Add(Wish.Close("x"), null, 0);
        lanes.Add(Wish.Stop(0.9m), null, 0);

        Assert.Equal(RequestWay.Stop, lanes.Take(0)!.Way);
        Assert.Equal(RequestWay.Close, lanes.Take(0)!.Way);
        Assert.Null(lanes.Take(0)); // the conditional order keeps its place behind the target
    }

    [Fact]
    public void Entry_stays_behind_the_close_that_was_given_before_it()
    {
        var lanes = new RequestLanes(new LaneLimits());
        lanes.Add(Wish.Close("x"), null, 0);
        lanes.Add(Wish.Enter("e"), null, 0);
        var close = lanes.Take(0)!;
        Assert.Null(lanes.Take(0));

        lanes.Done(close.Requests[0]);

        Assert.Equal(RequestWay.Enter, lanes.Take(0)!.Way);
    }

    [Fact]
    public void Order_in_doubt_holds_up_nothing_but_itself()
    {
        var lanes = new RequestLanes(new LaneLimits());
        lanes.Hold(new ClientOrderId("a"));
        lanes.Add(Wish.Cancel("a"), null, 0);
        lanes.Add(Wish.Cancel("b"), null, 0);

        Assert.Equal("b", Answer(lanes, lanes.Take(0)!));
        Assert.Null(lanes.Take(0));
        lanes.Release(new ClientOrderId("a"));
        Assert.Equal("a", Answer(lanes, lanes.Take(0)!));
    }

    [Fact]
    public void Entry_that_waited_thirty_seconds_is_refused_and_protection_is_not()
    {
        var lanes = new RequestLanes(new LaneLimits());
        lanes.Add(Wish.Enter("a"), null, 0);
        lanes.Add(Wish.Target("t"), null, 0);
        var entry = lanes.Take(0); // the target, first
        Assert.Equal(RequestWay.Place, entry!.Way);
        lanes.Return(entry.Requests[0], 100_000, "10006 limit");

        Assert.Equal(30_000, lanes.NextDueMs(0));
        Assert.Null(lanes.Take(30_000) is { Way: RequestWay.Enter } late ? late : null);

        var unsent = Assert.Single(lanes.TakeUnsent());
        Assert.Equal("a", unsent.Order.Request.ClientOrderId.Value);
        Assert.Contains("30 s", unsent.Refusal, StringComparison.Ordinal);
        Assert.Equal("t", Answer(lanes, lanes.Take(100_000)!));
    }

    [Fact]
    public void Entries_beyond_the_bound_are_refused_and_protective_requests_never()
    {
        var lanes = new RequestLanes(new LaneLimits { EntriesMax = 2 });
        foreach (var id in new[] { "a", "b", "c" })
        {
            lanes.Add(Wish.Enter(id), null, 0);
            lanes.Add(Wish.Target("t" + id), null, 0);
        }

        Assert.Equal("c", Assert.Single(lanes.TakeUnsent()).Order.Request.ClientOrderId.Value);
        Assert.Equal(5, lanes.Waiting);
        Answer(lanes, lanes.Take(0)!); // targets
        Answer(lanes, lanes.Take(0)!); // entries: there is room again
        lanes.Add(Wish.Enter("d"), null, 0);
        Assert.Empty(lanes.TakeUnsent());
    }

    [Fact]
    public void Second_order_with_a_used_id_is_known_as_such_and_its_cancel_is_sent()
    {
        var lanes = new RequestLanes(new LaneLimits());
        lanes.Add(Wish.Enter("a"), null, 0);
        Answer(lanes, lanes.Take(0)!);
        lanes.Add(Wish.Enter("a"), null, 0);
        lanes.Add(Wish.Cancel("a"), null, 0);

        Assert.Empty(lanes.TakeUnsent());
        var again = lanes.Take(0)!;
        Assert.True(again.Requests[0].IsAgain);
        lanes.Done(again.Requests[0]);
        Assert.IsType<CancelOrder>(lanes.Take(0)!.Requests[0].Effect);
    }

    private static string Answer(RequestLanes lanes, Parcel parcel)
    {
        parcel.Requests.ToList().ForEach(lanes.Done);
        return string.Join(' ', parcel.Requests.Select(r => r.Order.Value));
    }
}
