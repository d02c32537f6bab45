using StrategyHost.Core.Domain;
using StrategyHost.Core.Signals;

namespace StrategyHost.Core.Tests.Signals;

public sealed class SideCheckTests
{
    [Theory]
    [InlineData(PositionSide.Long, 99, 101, null)]
    [InlineData(PositionSide.Long, 100, 101, "stop_wrong_side")]
    [InlineData(PositionSide.Long, 101, 101, "stop_wrong_side")]
    [InlineData(PositionSide.Long, 99, 100, "target_wrong_side")]
    [InlineData(PositionSide.Long, 99, 98, "target_wrong_side")]
    [InlineData(PositionSide.Short, 101, 99, null)]
    [InlineData(PositionSide.Short, 100, 99, "stop_wrong_side")]
    [InlineData(PositionSide.Short, 99, 99, "stop_wrong_side")]
    [InlineData(PositionSide.Short, 101, 100, "target_wrong_side")]
    [InlineData(PositionSide.Short, 101, 102, "target_wrong_side")]
    public void Stop_and_target_must_stand_on_their_sides(PositionSide side, int stop, int target, string? rule) =>
        Assert.Equal(rule, SideCheck.Check(side, Price.Of(100), Price.Of(stop), [Price.Of(target)])?.Rule);

    [Fact]
    public void Nothing_given_is_fine() => Assert.Null(SideCheck.Check(PositionSide.Long, Price.Of(100), null, []));

    [Fact]
    public void Any_wrong_target_of_a_ladder_is_found()
    {
        var error = SideCheck.Check(PositionSide.Long, Price.Of(100), null, [Price.Of(101), Price.Of(99), Price.Of(102)]);
        Assert.Equal(("target_wrong_side", "99"), (error?.Rule, error?.Value));
    }
}
