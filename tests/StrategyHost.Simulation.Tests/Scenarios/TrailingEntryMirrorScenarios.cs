using StrategyHost.Core.Kernel;
using Xunit;

namespace StrategyHost.Simulation.Tests.Scenarios;

/// <summary>The mirror waits for the same turn with an order and a trail of its own.</summary>
public sealed class TrailingEntryMirrorScenarios
{
    private const string Buy = "buy quantity=1 type=trailing_stop trail_percent=2 stop_loss_percent=5 tag=t";

    [Fact]
    public void Mirror_enters_at_the_same_turn()
    {
        var outcome = Scenario.Candles("100", "100 100 90 90", "90 92 90 92", "92 92 80 80", "80").WithMirror().At(0, Buy).Run();
        outcome.Closes("long 1 91.8>87.3 stop_loss");
        outcome.Mirror.Closes("long 0.5 91.8>87.3 stop_loss").IsFlat().IsCovered();
    }

    [Fact]
    public void Mirror_enters_at_market_too_when_the_market_turned_within_a_candle()
    {
        var outcome = Scenario.Candles("100", "100 100 90 95", "96", "96").WithMirror().At(0, Buy).Run();
        outcome.Mirror.IsOpen().IsCovered().Leaves("entry trailing_stop buy 0.5 cancelled", "entry market buy 0.5 filled");
    }

    [Fact]
    public void Cancel_and_modify_reach_the_mirrors_order()
    {
        var outcome = Scenario.Candles("100", "100 100 90 90", "90 92 90 92", "92", "92").WithMirror().At(0, Buy)
            .At(1, "modify order=t trail_percent=4").At(2, "cancel order=t").Run();
        outcome.Leaves("entry trailing_stop buy 1 cancelled");
        outcome.Mirror.Leaves("entry trailing_stop buy 0.5 cancelled");
    }

    [Fact]
    public void Delayed_mirror_takes_the_low_that_main_has_seen()
    {
        var placed = Scenario.Candles("100", "100 100 90 90", "90", "90").WithMirror(new MirrorSettings { DelayMs = 90_000 })
            .At(0, Buy).RunForEffects().OfType<PlaceOrder>().Last();
        Assert.Equal((Core.Domain.AccountId.Mirror, 91.8m), (placed.Account, placed.Request.Trigger!.Value.Price.Value));
    }

    [Fact]
    public void Delayed_mirror_enters_at_market_where_main_has_had_its_turn() =>
        Scenario.Candles("100", "100 100 90 90", "90 92 90 92", "92", "92", "92")
            .WithMirror(new MirrorSettings { DelayMs = 150_000, EntryTtlMs = 120_000 })
            .At(0, Buy).Run().Mirror.IsOpen().IsCovered().Leaves("entry market buy 0.5 filled");

    [Fact]
    public void Reversed_mirror_leaves_it_out()
    {
        var outcome = Scenario.Candles("100", "100", "100").WithMirror(new MirrorSettings { Reverse = true }).At(0, Buy).Run();
        outcome.Mirror.Leaves();
        outcome.Mirror.Warns("mirror_skipped");
    }

    [Fact]
    public void Held_entries_of_both_are_sent_together()
    {
        var effects = Scenario.Candles("100", "100 100 94 94", "94").WithMirror().At(0, Buy + " trail_activation=95").RunForEffects();
        Assert.Equal([95.8m, 95.8m], effects.OfType<PlaceOrder>().Select(p => p.Request.Trigger!.Value.Price.Value));
    }
}
