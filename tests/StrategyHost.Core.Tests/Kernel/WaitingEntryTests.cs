using StrategyHost.Core.Domain;
using StrategyHost.Core.Kernel;
using StrategyHost.Core.Strategies;

namespace StrategyHost.Core.Tests.Kernel;

/// <summary>A run ends while an entry waits for the cancel in front of it: the next one tells it as refused, once.</summary>
public sealed class WaitingEntryTests
{
    private static readonly StrategyId Id = new("test");
    private readonly KernelDesk _desk = new(change: o => o with { SavesState = true });

    [Fact]
    public void Entry_that_waited_when_the_run_ended_is_told_as_refused_to_the_script_and_the_record()
    {
        Replace();
        Assert.Equal(["accepted", "accepted"], _desk.Outcomes); // the first entry and its cancel
        var next = _desk.Restarted(out var lost);
        Assert.Empty(lost);
        next.Tell(new Started { At = next.Now });
        Assert.Equal(["entry_missed"], next.Outcomes);
        var told = Assert.IsType<OrderCall>(next.Kernel.Lanes[0].InFlight);
        Assert.Equal(("entry_missed", "refused", "b", "test-3"), (told.Code, told.Order.Status, told.Order.Tag, told.Order.Id));
        Assert.Contains("cancel", told.Text, StringComparison.Ordinal);

        var third = next.Restarted(out _);
        third.Tell(new Started { At = third.Now });
        Assert.Empty(third.Outcomes);
    }

    [Fact]
    public void Run_that_ends_before_its_start_leaves_it_to_the_next_one()
    {
        Replace();
        var next = _desk.Restarted(out _);
        next.Price(100m);
        var third = next.Restarted(out _);
        third.Tell(new Started { At = third.Now });
        Assert.Equal(["entry_missed"], third.Outcomes);
    }

    [Fact]
    public void Entry_whose_strategy_is_not_in_the_next_run_is_said_as_not_restored()
    {
        Replace();
        _desk.Restarted(out var lost, o => o with { Strategies = [o.Strategies[0] with { Strategy = new StrategyId("other") }] });
        Assert.Contains(lost, l => l.Code == "entry_missed" && l.Text.Contains("test-3", StringComparison.Ordinal));
    }

    [Fact]
    public void Entry_whose_cancel_is_confirmed_in_time_is_made_and_not_told_again()
    {
        var replaced = Replace();
        _desk.Says(replaced, OrderStatus.Cancelled, 0m);
        Assert.Equal(["accepted", "accepted", "accepted"], _desk.Outcomes);
        Assert.Equal(98m, Assert.Single(_desk.Placed).Request.Price!.Value.Value);
        var next = _desk.Restarted(out _);
        next.Tell(new Started { At = next.Now });
        Assert.Empty(next.Outcomes);
    }

    /// <summary>An entry rests, and one answer cancels it and gives another.</summary>
    private OrderRequest Replace()
    {
        _desk.Price(100m, Entry("a", 99));
        var entry = _desk.Placed.Single().Request;
        _desk.Says(entry, OrderStatus.New, 0m);
        _desk.IsSilent = true;
        _desk.Price(100m);
        var call = _desk.Kernel.Lanes[0].InFlight!; // it was just made
        var value = ScriptValue.Of([KernelDesk.Value([("action", "cancel"), ("order", "a")]), KernelDesk.Value(Entry("b", 98))]);
        while (call is not TradeRun)
        {
            _desk.Tell(new ScriptReturned(Id, call, new ScriptAnswer()) { At = _desk.Now });
            call = _desk.Kernel.Lanes[0].InFlight!;
        }

        _desk.Tell(new ScriptReturned(Id, call, new ScriptAnswer { Consumed = 1, Value = value }) { At = _desk.Now });
        Assert.Contains(_desk.Requests, r => r is CancelOrder);
        return entry;
    }

    private static (string, object)[] Entry(string tag, int price) =>
        [("action", "buy"), ("quantity", 0.1), ("stop_loss_percent", 2.0), ("type", "limit"), ("price", price), ("tag", tag)];
}
