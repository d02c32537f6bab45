namespace StrategyHost.Emulator.Rest;

/// <summary>What a key may do, in the words of query-api.</summary>
[Flags]
public enum KeyPermissions
{
    None = 0,
    Order = 1,
    Position = 2,
    Withdraw = 4,
    Trade = Order | Position,
}

/// <summary>
/// An API key and the user behind it. Two keys may belong to one user. The secrets are test values, served by nobody but the emulator.
/// </summary>
public sealed record EmulatedAccount
{
    public static readonly EmulatedAccount Main = new() { Key = "test-main", Secret = "test-main-secret", Uid = 100_001 };
    public static readonly EmulatedAccount Mirror = new() { Key = "test-mirror", Secret = "test-mirror-secret", Uid = 100_002 };

    public required string Key { get; init; }
    public required string Secret { get; init; }
    public required long Uid { get; init; }
    public KeyPermissions Permissions { get; init; } = KeyPermissions.Trade;

    public override string ToString() => $"EmulatedAccount({Key}, {Uid})";
}
