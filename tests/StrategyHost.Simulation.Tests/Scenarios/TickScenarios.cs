using StrategyHost.Core.Kernel;
using StrategyHost.Core.Settings;
using Xunit;

namespace StrategyHost.Simulation.Tests.Scenarios;

/// <summary>
/// What only shows on ticks: trails that rest on the exchange, requests on their way; and the mirror's own approach.
/// </summary>
public sealed class TickScenarios
{
    [Fact]
    public void Resting_trail_moves_at_most_once_a_second()
    {
        var effects = Scenario.Trades(
            [.. Enumerable.Range(0, 40).Select(i => FormattableString.Invariant($"{1000 + (i * 100)} {100 + i}"))])
            .At(0, "buy quantity=1 trail_percent=2").RunForEffects();
        Assert.InRange(effects.OfType<SetTradingStop>().Count(), 3, 6);
    }

    [Fact]
    public void Latency_leaves_no_moment_without_a_stop() =>
        Scenario.Trades("1000 100", "1010 100", "1200 101", "1300 101", "1500 94", "1700 94")
            .WithOptions(o => o with { LatencyMs = 150 })
            .At(0, "buy quantity=1 stop_loss_percent=3")
            .Run().IsFlat().IsCovered();

    [Fact]
    public void Mirror_may_enter_fast_while_main_is_conservative()
    {
        var outcome = Scenario.Candles("100", "100", "100 100 97 98", "98")
            .With(StopScenarios.Settings("take_profit_percent", 4) with { Approach = Approach.Conservative })
            .WithMirror(new MirrorSettings { Approach = Approach.Fast })
            .At(0, "buy quantity=0.9 stop_loss=94").Run();
        outcome.IsOpen().IsCovered();
        Assert.Equal(["market 0.45"], outcome.Mirror.Orders.Where(o => o.Role == "entry").Select(o => $"{o.Type} {o.Quantity}"));
        Assert.Single(outcome.Mirror.Orders, o => o.Role == "target");
    }
}
