namespace StrategyHost.Host.Tests;

public sealed class NearestNameTests
{
    [Theory]
    [InlineData("proportoin", "proportion")]
    [InlineData("Proportion", "proportion")]
    [InlineData("stop_los_pct", "stop_loss_pct")]
    [InlineData("xyz", null)]
    [InlineData("", null)]
    public void Nearest_IsFoundWithinAThirdOfTheLetters(string typed, string? expected) =>
        Assert.Equal(expected, NearestName.Find(typed, ["proportion", "proportionOf", "stop_loss_pct"]));
}
