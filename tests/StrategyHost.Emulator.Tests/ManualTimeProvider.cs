namespace StrategyHost.Emulator.Tests;

/// <summary>
/// A clock that stands until it is moved, with the system's timers: the emulator's requests wait and its market steps although time stands.
/// </summary>
internal sealed class ManualTimeProvider : TimeProvider
{
    public const long StartMs = 1_700_000_000_000;
    private long _ms = StartMs;

    public void Advance(long ms) => Interlocked.Add(ref _ms, ms);

    public override DateTimeOffset GetUtcNow() => DateTimeOffset.FromUnixTimeMilliseconds(Interlocked.Read(ref _ms));
}
