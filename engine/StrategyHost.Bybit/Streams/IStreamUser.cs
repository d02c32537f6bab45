using StrategyHost.Core.Ports;

namespace StrategyHost.Bybit.Streams;

/// <summary>
/// What a connection is for. Messages come one at a time; <see cref="OpenedAsync"/> and <see cref="Changed"/> run beside them.
/// </summary>
internal interface IStreamUser
{
    /// <summary>Silence of the data means that something is wrong.</summary>
    bool ExpectsData { get; }

    /// <summary>A connection is open: authenticate and subscribe. Null: done, the link is up; else why it failed.</summary>
    Task<string?> OpenedAsync(StreamConnection connection, CancellationToken cancellation);

    /// <summary>A data message; it is gone after the call.</summary>
    void Received(string topic, ReadOnlySpan<byte> message);

    void Changed(LinkState state, string why);
}
