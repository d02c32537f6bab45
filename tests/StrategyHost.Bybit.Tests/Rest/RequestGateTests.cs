using StrategyHost.Bybit.Rest;
using StrategyHost.Bybit.Tests.Simulation;
using StrategyHost.Core.Domain;
using Xunit;

namespace StrategyHost.Bybit.Tests.Rest;

/// <summary>The gate when somebody sets the machine's clock.</summary>
public sealed class RequestGateTests
{
    private static readonly BudgetRequest Create = new(AccountId.Main, "/v5/order/create", RequestPriority.Protective, 10);
    private readonly VirtualTime _time = new(DateTimeOffset.UnixEpoch.AddDays(20_000));
    private readonly SetClock _clock;
    private readonly RequestGate _gate;

    public RequestGateTests()
    {
        _clock = new SetClock(_time);
        _gate = new RequestGate(RequestLimits.Default, _clock);
    }

    [Fact]
    public async Task Ban_lasts_though_the_clock_is_set_forward()
    {
        _gate.Banned();
        _clock.Offset = TimeSpan.FromHours(1);
        Pass(599_000);
        Assert.False(await IsGrantedAsync());

        Pass(2000);
        Assert.True(await IsGrantedAsync());
    }

    [Fact]
    public async Task Quota_comes_back_in_time_though_the_clock_is_set_back()
    {
        Assert.True(await IsGrantedAsync());
        _clock.Offset = -TimeSpan.FromHours(1);
        Pass(500);
        Assert.False(await IsGrantedAsync());

        Pass(1000);
        Assert.True(await IsGrantedAsync());
    }

    [Fact]
    public async Task Reset_of_a_refusal_is_a_moment_of_the_clock_as_it_is_set()
    {
        _clock.Offset = TimeSpan.FromHours(1);
        _gate.Exhausted(Create, new Timestamp(_clock.GetUtcNow().ToUnixTimeMilliseconds() + 700));
        Pass(600);
        Assert.False(await IsGrantedAsync());

        Pass(200);
        Assert.True(await IsGrantedAsync());
    }

    private async Task<bool> IsGrantedAsync() => (await _gate.TakeAsync(Create, 0, CancellationToken.None)).IsGranted;

    private void Pass(int ms)
    {
        var passed = _time.DelayAsync(ms);
        while (!passed.IsCompleted)
        {
            _time.FireNext();
        }
    }
}
