namespace StrategyHost.Emulator.Rest;

/// <summary>
/// One endpoint. A private route names the permission its key needs (None: any valid key) and its quota per user in a rolling second;
/// a public one has neither. The handler sees a request that has already been authenticated, with the account of its key;
/// handlers run one after the other, under the lock of the simulated exchange, so none may wait for anything.
/// </summary>
public sealed record EmulatorRoute
{
    public required string Method { get; init; }
    public required string Path { get; init; }
    public PrivateAccess? Private { get; init; }
    public required Func<EmulatorRequest, EmulatedAccount?, EmulatorReply> Handle { get; init; }

    /// <summary>How much of the quota a request takes; null: one.</summary>
    public Func<EmulatorRequest, int>? Weight { get; init; }
}

/// <summary>What a private route asks of a key, and how often a user may call it per second.</summary>
public sealed record PrivateAccess(KeyPermissions Needs, int PerSecond);
