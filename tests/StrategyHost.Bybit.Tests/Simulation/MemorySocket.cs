using System.Net.WebSockets;
using System.Threading.Channels;

namespace StrategyHost.Bybit.Tests.Simulation;

/// <summary>
/// One end of a WebSocket without a network. Frames arrive later than they were sent, in their order. An end that is aborted ends the other
/// one with an error after the way's time; on a dead way nothing arrives any more, not even that.
/// </summary>
internal sealed class MemorySocket : WebSocket
{
    private readonly VirtualTime _time;
    private readonly Func<int> _latencyMs;
    private readonly Channel<(byte[] Bytes, WebSocketMessageType Type)> _inbox =
        Channel.CreateUnbounded<(byte[], WebSocketMessageType)>();

    private MemorySocket? _peer;
    private ArraySegment<byte> _rest;
    private WebSocketState _state = WebSocketState.Open;
    private long _lastDueMs;

    private MemorySocket(VirtualTime time, Func<int> latencyMs) => (_time, _latencyMs) = (time, latencyMs);

    /// <summary>The way has been swallowed: both ends believe that it is open.</summary>
    public bool IsDead { get; set; }
    public override WebSocketCloseStatus? CloseStatus => _state is WebSocketState.CloseReceived ? WebSocketCloseStatus.NormalClosure : null;
    public override string? CloseStatusDescription => null;
    public override WebSocketState State => _state;
    public override string? SubProtocol => null;

    public static (MemorySocket Client, MemorySocket Server) Pair(VirtualTime time, Func<int> latencyMs)
    {
        var (client, server) = (new MemorySocket(time, latencyMs), new MemorySocket(time, latencyMs));
        (client._peer, server._peer) = (server, client);
        return (client, server);
    }

    public override Task SendAsync(
        ArraySegment<byte> buffer, WebSocketMessageType messageType, bool endOfMessage, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (_state is not (WebSocketState.Open or WebSocketState.CloseReceived))
        {
            throw new WebSocketException(WebSocketError.InvalidState);
        }

        var frame = buffer.ToArray();
        Carry(peer => peer.Arrived(frame, messageType));
        return Task.CompletedTask;
    }

    public override async Task<WebSocketReceiveResult> ReceiveAsync(ArraySegment<byte> buffer, CancellationToken cancellationToken)
    {
        if (_rest.Count == 0)
        {
            try
            {
                var (bytes, type) = await _inbox.Reader.ReadAsync(cancellationToken).ConfigureAwait(false);
                if (type == WebSocketMessageType.Close)
                {
                    _state = WebSocketState.CloseReceived;
                    return new WebSocketReceiveResult(0, WebSocketMessageType.Close, true);
                }

                _rest = bytes;
            }
            catch (ChannelClosedException)
            {
                throw new WebSocketException(WebSocketError.ConnectionClosedPrematurely);
            }
            catch (OperationCanceledException)
            {
                Abort(); // as real ones do
                throw;
            }
        }

        var count = Math.Min(buffer.Count, _rest.Count);
        _rest[..count].CopyTo(buffer);
        _rest = _rest[count..];
        return new WebSocketReceiveResult(count, WebSocketMessageType.Text, _rest.Count == 0);
    }

    public override void Abort()
    {
        if (_state is WebSocketState.Aborted or WebSocketState.Closed)
        {
            return;
        }

        _state = WebSocketState.Aborted;
        _inbox.Writer.TryComplete();
        Carry(peer => peer.Break());
    }

    public override Task CloseAsync(WebSocketCloseStatus closeStatus, string? statusDescription, CancellationToken cancellationToken) =>
        CloseOutputAsync(closeStatus, statusDescription, cancellationToken);

    public override Task CloseOutputAsync(
        WebSocketCloseStatus closeStatus, string? statusDescription, CancellationToken cancellationToken)
    {
        Carry(peer => peer.Arrived([], WebSocketMessageType.Close));
        return Task.CompletedTask;
    }

    public override void Dispose() => Abort();

    private void Arrived(byte[] frame, WebSocketMessageType type)
    {
        if (_state == WebSocketState.Open)
        {
            _inbox.Writer.TryWrite((frame, type));
        }
    }

    private void Break()
    {
        if (_state == WebSocketState.Open)
        {
            _state = WebSocketState.Aborted;
        }

        _inbox.Writer.TryComplete();
    }

    // Timers of one moment fire in their order, so a frame never overtakes the one before it.
    private void Carry(Action<MemorySocket> arrive)
    {
        var peer = _peer!; // both ends are made together
        _lastDueMs = Math.Max(_lastDueMs, _time.NowMs + _latencyMs());
        ITimer? timer = null;
        timer = _time.CreateTimer(
            _ =>
            {
                timer?.Dispose();
                if (!IsDead && !peer.IsDead)
                {
                    arrive(peer);
                }
            },
            null, TimeSpan.FromMilliseconds(_lastDueMs - _time.NowMs), Timeout.InfiniteTimeSpan);
    }
}
