using StrategyHost.Core.Ports;

namespace StrategyHost.Bybit.Streams;

/// <summary>What a connection is for. Calls come one at a time, except that <see cref="OpenedAsync"/> runs beside <see cref="Received"/>.</summary>
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
