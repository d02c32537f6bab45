using StrategyHost.Core.Domain;
using StrategyHost.Emulator.Rest;

namespace StrategyHost.Emulator;

/// <summary>What an emulator serves.</summary>
public sealed record EmulatorOptions
{
    /// <summary>Port on loopback; 0 takes a free one.</summary>
    public int Port { get; init; }

    /// <summary>Refuse with 10006 beyond the quotas (contracts §2, <c>--limits</c>).</summary>
    public bool Limits { get; init; }
    public IReadOnlyList<EmulatedAccount> Accounts { get; init; } = [EmulatedAccount.Main, EmulatedAccount.Mirror];
    public required IReadOnlyList<Instrument> Instruments { get; init; }

    /// <summary>Endpoints besides the built-in ones, such as the exchange's. The same method and path twice is a bug.</summary>
    public IReadOnlyList<EmulatorRoute> Routes { get; init; } = [];
}
