using StrategyHost.Core.Domain;

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

    /// <summary>Addresses the key is bound to; empty: any.</summary>
    public IReadOnlyList<string> Ips { get; init; } = [];

    /// <summary>Wallet at the start in USDT. This and what follows belong to the user: the first key of a UID decides.</summary>
    public decimal Balance { get; init; } = 100_000m;
    public PositionMode PositionMode { get; init; } = PositionMode.OneWay;

    /// <summary>A unified account trades on cross margin until it is told otherwise.</summary>
    public MarginMode MarginMode { get; init; } = MarginMode.Cross;
    public decimal Leverage { get; init; } = 10m;

    public override string ToString() => $"EmulatedAccount({Key}, {Uid})";
}
