using StrategyHost.Core.Domain;
using StrategyHost.Host.Alerts;

namespace StrategyHost.Host.Tests.Alerts;

/// <summary>Until when, in a chat: how long, or when.</summary>
public sealed class ChatUntilTests
{
    private static readonly Timestamp Noon = UtcTime.TryParse("2026-08-01T12:00")!.Value;

    [Theory]
    [InlineData("30s", "2026-08-01T12:00:30")]
    [InlineData("90m", "2026-08-01T13:30")]
    [InlineData("2h", "2026-08-01T14:00")]
    [InlineData("30d", "2026-08-31T12:00")]
    [InlineData("2026-08-02", "2026-08-02")]
    [InlineData("2026-08-01T18:00Z", "2026-08-01T18:00")]
    [InlineData("31d", null)]
    [InlineData("0h", null)]
    [InlineData("-2h", null)]
    [InlineData("2", null)]
    [InlineData("h", null)]
    [InlineData("99999999999h", null)]
    [InlineData("soon", null)]
    public void Word_is_a_time_or_none(string word, string? until) =>
        Assert.Equal(until is null ? null : UtcTime.TryParse(until), ChatUntil.Read(word, Noon));
}
