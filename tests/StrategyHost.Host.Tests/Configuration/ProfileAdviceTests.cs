using StrategyHost.Core.Domain;
using StrategyHost.Host.Configuration;

namespace StrategyHost.Host.Tests.Configuration;

public sealed class ProfileAdviceTests
{
    /// <summary>Profile, balance → what is advised; empty: nothing.</summary>
    [Theory]
    [InlineData(false, 0, "")]
    [InlineData(false, 14.99, "even micro_cap")]
    [InlineData(false, 15, "micro_cap is recommended")]
    [InlineData(false, 500, "micro_cap is recommended")]
    [InlineData(false, 999.99, "micro_cap is recommended")]
    [InlineData(false, 1000, "")]
    [InlineData(true, 15, "")]
    [InlineData(true, 999.99, "")]
    [InlineData(true, 1000, "standard fits")]
    [InlineData(true, 14, "even micro_cap")]
    public void Profile_IsHeldAgainstTheBalance(bool isMicroCap, decimal balance, string advice)
    {
        var said = ProfileAdvice.Of(AccountId.Main, isMicroCap ? AccountProfile.MicroCap : AccountProfile.Standard, balance);

        Assert.Equal(advice.Length == 0, said is null);
        Assert.Contains(advice, said ?? "", StringComparison.Ordinal);
    }
}
