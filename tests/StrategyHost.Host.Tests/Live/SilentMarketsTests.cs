using StrategyHost.Core.Domain;
using StrategyHost.Core.Kernel;
using StrategyHost.Host.Live;

namespace StrategyHost.Host.Tests.Live;

/// <summary>A symbol that says nothing while others do.</summary>
public sealed class SilentMarketsTests
{
    private static readonly Symbol Btc = new("BTCUSDT");
    private static readonly Symbol Eth = new("ETHUSDT");
    private readonly SilentMarkets _markets = new();

    [Fact]
    public void Symbol_that_says_nothing_is_not_ready_until_it_is_heard_again()
    {
        Assert.Empty(_markets.Heard(Btc, At(0)));
        Assert.Empty(_markets.Heard(Eth, At(0)));
        Assert.Empty(_markets.Heard(Eth, At(70_000)));
        Assert.Empty(_markets.PassTime(At(SilentMarkets.SilenceMs - 1)));

        Assert.Equal((Btc, false), Change(_markets.PassTime(At(SilentMarkets.SilenceMs))));
        Assert.Equal([(Btc, At(0))], _markets.Silent);
        Assert.Empty(_markets.PassTime(At(SilentMarkets.SilenceMs + 1))); // said once

        Assert.Equal((Btc, true), Change(_markets.Heard(Btc, At(90_000))));
        Assert.Empty(_markets.Silent);
        Assert.Empty(_markets.Heard(Btc, At(90_001)));
    }

    [Fact]
    public void Next_look_is_when_the_one_that_was_heard_first_would_be_silent()
    {
        Assert.Equal(Timestamp.MaxValue, _markets.NextDue);
        _markets.Heard(Btc, At(0));
        _markets.Heard(Eth, At(10_000));
        Assert.Equal(At(SilentMarkets.SilenceMs), _markets.NextDue);
        Assert.Equal((Btc, false), Change(_markets.PassTime(At(SilentMarkets.SilenceMs))));
        Assert.Equal(At(10_000 + SilentMarkets.SilenceMs), _markets.NextDue);
        Assert.Equal((Eth, false), Change(_markets.PassTime(_markets.NextDue)));
        Assert.Equal(Timestamp.MaxValue, _markets.NextDue);
    }

    private static Timestamp At(long ms) => new(1_767_225_600_000 + ms);

    private static (Symbol? Symbol, bool IsReady) Change(IEnumerable<EngineInput> inputs)
    {
        var change = Assert.IsType<ReadinessChanged>(Assert.Single(inputs));
        Assert.Null(change.Account);
        return (change.Symbol, change.IsReady);
    }
}
