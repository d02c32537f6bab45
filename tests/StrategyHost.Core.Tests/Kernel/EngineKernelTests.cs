using StrategyHost.Core.Domain;
using StrategyHost.Core.Kernel;
using StrategyHost.Core.Settings;
using StrategyHost.Core.Strategies;
using StrategyHost.Core.Tests.Protection;

namespace StrategyHost.Core.Tests.Kernel;

public sealed class EngineKernelTests
{
    private static readonly StrategySetup Setup = new()
    {
        Strategy = new StrategyId("same"),
        Settings = new StrategySettings(),
        Symbols = [Markets.Btc.Symbol],
        Callbacks = ScriptCallbacks.None,
        ScriptSha256 = "",
    };

    [Fact]
    public void Two_strategies_of_one_name_are_refused()
    {
        var options = new EngineOptions
        {
            Main = new AccountSetup { Account = AccountId.Main, StartBalance = 1m },
            Strategies = [Setup, Setup with { Symbols = [new Symbol("ETHUSDT")] }],
            Instruments = [Markets.Btc, Markets.Btc with { Symbol = new Symbol("ETHUSDT") }],
        };

        Assert.Contains("same", Assert.Throws<ArgumentException>(() => new EngineKernel(options)).Message, StringComparison.Ordinal);
        Assert.Equal(2, new EngineKernel(options with
        {
            Strategies = [Setup, Setup with { Strategy = new StrategyId("other") }],
        }).Lanes.Count);
    }
}
