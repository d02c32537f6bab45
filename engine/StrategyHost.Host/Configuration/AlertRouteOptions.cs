namespace StrategyHost.Host.Configuration;

/// <summary>Where alerts go (engine/docs/alerts.md).</summary>
internal sealed record AlertDeliveryOptions
{
    public required int RepeatSeconds { get; init; }
    public required int QueueMax { get; init; }
    public required IReadOnlyList<AlertRouteOptions> Routes { get; init; }
    public required WebhookOptions Webhook { get; init; }
    public required TelegramOptions Telegram { get; init; }
    public required HeartbeatOptions Heartbeat { get; init; }
}

/// <summary>One rule: alerts whose code and account fit go there. Patterns are a text, a beginning and <c>*</c>, or <c>*</c>.</summary>
internal sealed record AlertRouteOptions(IReadOnlyList<string> Codes, IReadOnlyList<string> Accounts, IReadOnlyList<string> To)
{
    public bool Fits(string account, string code) => Accounts.Any(a => Matches(a, account)) && Codes.Any(c => Matches(c, code));

    private static bool Matches(string pattern, string text) =>
        pattern.EndsWith('*') ? text.StartsWith(pattern[..^1], StringComparison.Ordinal) : pattern == text;
}

/// <summary>An address that stands in the configuration, or in a variable because it is a secret; both null: off.</summary>
internal sealed record AddressOptions(Uri? Url, string? UrlEnv)
{
    public bool IsOff => Url is null && UrlEnv is null;
}

internal sealed record WebhookOptions(AddressOptions Address, string? TokenEnv, int PerMinute, int TimeoutSeconds);

internal sealed record TelegramOptions(string BotTokenEnv, IReadOnlyList<long> ChatIds, bool Commands, Uri Address)
{
    public required int PerMinute { get; init; }
    public required int TimeoutSeconds { get; init; }
    public bool IsOff => ChatIds.Count == 0;
}

internal sealed record HeartbeatOptions(AddressOptions Address, int Seconds);
