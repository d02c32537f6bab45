using System.Globalization;
using Xunit;

namespace StrategyHost.Emulator.Tests;

// Each test has its own server: they move the clock and spend quotas.
public sealed class RateLimitTests : IAsyncLifetime
{
    private const string Echo = "/v5/test/echo";
    private readonly EmulatorFixture _emulator = new();

    public Task InitializeAsync() => _emulator.StartAsync(limits: true);

    public Task DisposeAsync() => _emulator.DisposeAsync();

    [Fact]
    public async Task Quota_of_a_second_is_counted_down_then_refused_then_free_again()
    {
        var codes = new List<int>();
        var left = new List<string>();
        for (var i = 0; i < 4; i++)
        {
            var answer = await _emulator.GetAsync(Echo, by: SignedBy.Main);
            codes.Add(answer.RetCode);
            left.Add(answer.Headers["X-Bapi-Limit-Status"]);
            Assert.Equal("3", answer.Headers["X-Bapi-Limit"]);
        }

        Assert.Equal([0, 0, 0, 10006], codes);
        Assert.Equal(["2", "1", "0", "0"], left);

        _emulator.Clock.Advance(1000);
        Assert.Equal(0, (await _emulator.GetAsync(Echo, by: SignedBy.Main)).RetCode);
    }

    [Fact]
    public async Task Exhausted_quota_names_the_moment_of_its_return()
    {
        await SpendAsync();

        var answer = await _emulator.GetAsync(Echo, by: SignedBy.Main);

        var expected = (ManualTimeProvider.StartMs + 1000).ToString(CultureInfo.InvariantCulture);
        Assert.Equal(expected, answer.Headers["X-Bapi-Limit-Reset-Timestamp"]);
        Assert.Equal(200, answer.HttpStatus);
    }

    [Fact]
    public async Task Quotas_of_two_users_are_separate()
    {
        await SpendAsync();

        Assert.Equal(0, (await _emulator.GetAsync(Echo, by: SignedBy.Mirror)).RetCode);
    }

    [Fact]
    public async Task Limits_that_are_off_count_and_refuse_nothing()
    {
        await _emulator.StartAsync(limits: false);
        await SpendAsync();

        var answer = await _emulator.GetAsync(Echo, by: SignedBy.Main);

        Assert.Equal((0, "0"), (answer.RetCode, answer.Headers["X-Bapi-Limit-Status"]));
    }

    private async Task SpendAsync()
    {
        for (var i = 0; i < 3; i++)
        {
            await _emulator.GetAsync(Echo, by: SignedBy.Main);
        }
    }
}
