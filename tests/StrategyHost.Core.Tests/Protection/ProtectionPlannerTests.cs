using StrategyHost.Core.Domain;
using StrategyHost.Core.Protection;

namespace StrategyHost.Core.Tests.Protection;

public sealed class ProtectionPlannerTests
{
    private static ProtectionSpec Stop(LevelKind kind, decimal value) => new() { Stop = Said<Level>.Of(new Level(kind, value)) };

    private static ProtectionSpec Target(LevelKind kind, decimal value) =>
        new() { Target = Said<TargetSpec>.Of(new TargetSpec([new TargetRung(new Level(kind, value), 100m)])) };

    public static TheoryData<string, PositionSide, LevelKind, decimal, decimal> Stops => new()
    {
        { "a price is itself", PositionSide.Long, LevelKind.Price, 95m, 95m },
        { "a long's price between ticks goes up", PositionSide.Long, LevelKind.Price, 95.01m, 95.1m },
        { "a short's price between ticks goes down", PositionSide.Short, LevelKind.Price, 105.09m, 105m },
        { "percent of a long lies below", PositionSide.Long, LevelKind.Percent, 2m, 98m },
        { "percent of a short lies above", PositionSide.Short, LevelKind.Percent, 2m, 102m },
        { "a multiple of ATR", PositionSide.Long, LevelKind.Atr, 2m, 97m },
        { "a multiple of ATR, short", PositionSide.Short, LevelKind.Atr, 2m, 103m },
    };

    [Theory]
    [MemberData(nameof(Stops))]
    public void Stop_counts_from_the_entry_and_rounds_toward_the_market(
        string name, PositionSide side, LevelKind kind, decimal value, decimal expected)
    {
        Assert.NotEmpty(name);
        Assert.Equal(expected, ProtectionPlanner.Stop(Stop(kind, value), side, 100m, 1.5m, Markets.Btc).FixedStop!.Value.Value);
    }

    public static TheoryData<string, PositionSide, LevelKind, decimal, decimal> Targets => new()
    {
        { "a long's target is never worse than asked", PositionSide.Long, LevelKind.Price, 105.01m, 105.1m },
        { "a short's target is never worse than asked", PositionSide.Short, LevelKind.Price, 95.09m, 95m },
        { "percent of a long lies above", PositionSide.Long, LevelKind.Percent, 3m, 103m },
        { "percent of a short lies below", PositionSide.Short, LevelKind.Percent, 3m, 97m },
        { "a multiple of ATR", PositionSide.Short, LevelKind.Atr, 2m, 97m },
    };

    [Theory]
    [MemberData(nameof(Targets))]
    public void Target_counts_from_the_entry_and_is_never_worse(
        string name, PositionSide side, LevelKind kind, decimal value, decimal expected)
    {
        Assert.NotEmpty(name);
        Assert.Equal(expected, ProtectionPlanner.Targets(Target(kind, value), side, 100m, 1.5m, Markets.Btc)[0].Price.Value);
    }

    [Theory]
    [InlineData(PositionSide.Long, false, 100)]
    [InlineData(PositionSide.Long, true, 100.2)]
    [InlineData(PositionSide.Short, false, 100)]
    [InlineData(PositionSide.Short, true, 99.8)]
    public void Breakeven_leaves_no_loss(PositionSide side, bool fees, double expected) =>
        Assert.Equal((decimal)expected, ProtectionPlanner.BreakevenStop(side, 100m, new BreakevenSpec(1, null, fees), Markets.Btc).Value);

    [Fact]
    public void First_level_that_speaks_wins_and_null_ends_the_search()
    {
        var signal = new ProtectionSpec { Stop = Said<Level>.None };
        var settings = Stop(LevelKind.Percent, 1m) with { Trail = Said<TrailSpec>.Of(new TrailSpec(2m, null, null)) };
        var symbol = Target(LevelKind.Percent, 5m) with { Trail = Said<TrailSpec>.Of(new TrailSpec(9m, null, null)) };

        var found = signal.Or(settings).Or(symbol);

        Assert.Null(found.Stop.Value);
        Assert.Equal(2m, found.Trail.Value!.Percent);
        Assert.Equal(5m, found.Target.Value!.Rungs[0].Level.Value);
    }
}
