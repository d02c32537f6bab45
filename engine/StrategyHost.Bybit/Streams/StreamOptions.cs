using System.Net.WebSockets;

namespace StrategyHost.Bybit.Streams;

/// <summary>How a stream keeps alive and comes back; the defaults are for the real exchange (Bybit V5 connect, read 2026-07-24).</summary>
public sealed record StreamOptions
{
    public int PingMs { get; init; } = 20_000;

    /// <summary>No frame at all for so long, not even a pong: the connection is dead. More than <see cref="PingMs"/>.</summary>
    public int SilenceMs { get; init; } = 25_000;

    /// <summary>Pongs but no data for so long, where data must come: half-open.</summary>
    public int DataSilenceMs { get; init; } = 70_000;

    /// <summary>Connecting, and waiting for the answer to auth and subscribe.</summary>
    public int AnswerMs { get; init; } = 10_000;

    /// <summary>First pause before a reconnect; doubles up to the maximum, each with jitter.</summary>
    public int ReconnectDelayMs { get; init; } = 1000;
    public int ReconnectDelayMsMax { get; init; } = 60_000;

    /// <summary>Of the jitter.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>Another way to the server than a socket, for simulations; it fails as a socket does, with WebSocketException.</summary>
    internal Func<Uri, CancellationToken, Task<WebSocket>>? Way { get; init; }
}

/// <summary>
/// Pauses between attempts: each up to twice as long as the one before, never more than the maximum, spread over its upper half so that two
/// hosts do not knock in step. One owner.
/// </summary>
internal sealed class Backoff(int delayMs, int delayMsMax, int seed)
{
    private readonly Random _random = new(seed);
    private int _failures;

    public TimeSpan Next()
    {
        var full = Math.Min(delayMsMax, delayMs * Math.Pow(2, Math.Min(_failures++, 20)));
        return TimeSpan.FromMilliseconds(full * (0.5 + (_random.NextDouble() / 2)));
    }

    public void Reset() => _failures = 0;
}
