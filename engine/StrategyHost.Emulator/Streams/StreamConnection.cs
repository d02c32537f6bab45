using System.Net.WebSockets;
using System.Text;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using StrategyHost.Emulator.Control;
using StrategyHost.Emulator.Rest;

namespace StrategyHost.Emulator.Streams;

/// <summary>Which of the three WebSockets.</summary>
internal enum StreamKind { Public, Private, Trade }

/// <summary>
/// One WebSocket of a client. Frames go out in the order in which they were given, by one writer; nobody who gives one waits. A client that
/// does not read is cut off when <see cref="QueuedFramesMax"/> frames wait.
/// </summary>
internal sealed class StreamConnection(StreamKind kind, string id, FaultTable faults, TimeProvider time) : IDisposable
{
    private const int QueuedFramesMax = 50_000;
    private const int FrameBytesMax = 262_144;
    private static readonly TimeSpan CloseTimeout = TimeSpan.FromSeconds(1);
    private readonly Channel<(byte[] Frame, long DueMs)> _outgoing = Channel.CreateBounded<(byte[], long)>(QueuedFramesMax);
    private readonly CancellationTokenSource _closing = new();

    public StreamKind Kind { get; } = kind;
    public string Id { get; } = id;

    /// <summary>Who has authenticated; null before.</summary>
    public EmulatedAccount? Account { get; set; }

    /// <summary>Cancelled when the connection ends.</summary>
    public CancellationToken Closed => _closing.Token;

    /// <summary>Subscribed topics; changed and read under the hub's lock.</summary>
    public HashSet<string> Topics { get; } = new(StringComparer.Ordinal);

    /// <summary>Request ids seen, trade stream only.</summary>
    public HashSet<string> RequestIds { get; } = new(StringComparer.Ordinal);

    public string Path => Kind switch
    {
        StreamKind.Public => "/v5/public/linear",
        StreamKind.Private => "/v5/private",
        StreamKind.Trade => "/v5/trade",
    };

    public string KindName => Kind switch
    {
        StreamKind.Public => "public",
        StreamKind.Private => "private",
        StreamKind.Trade => "trade",
    };

    /// <summary>An answer; message faults leave it alone.</summary>
    public void Send(JsonObject message) => Write(Encoding.UTF8.GetBytes(message.ToJsonString()));

    /// <summary>Data of a topic, as the faults let it through.</summary>
    public void Deliver(string topic, byte[] frame)
    {
        foreach (var (passed, delayMs) in faults.OnMessage(this, topic, frame))
        {
            Write(passed, delayMs);
        }
    }

    /// <summary>Puts a frame in the queue. A late one holds up what is behind it, as a slow network does.</summary>
    public void Write(byte[] frame, int delayMs = 0)
    {
        if (!_outgoing.Writer.TryWrite((frame, delayMs == 0 ? 0 : NowMs + delayMs)))
        {
            Close();
        }
    }

    /// <summary>Ends the connection without a farewell, as a lost network does.</summary>
    public void Close()
    {
        // Ending wakes the reader, which may dispose this while one message of several is still being delivered: only the first call ends.
        if (_outgoing.Writer.TryComplete())
        {
            _closing.Cancel();
        }
    }

    /// <summary>Reads and writes until the client leaves, the server stops or <see cref="Close"/> is called.</summary>
    public async Task RunAsync(WebSocket socket, Func<StreamConnection, byte[], Task> onFrame, CancellationToken stopping)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(stopping, _closing.Token);
        var writing = WriteAllAsync(socket, ended.Token);
        try
        {
            await ReadAllAsync(socket, onFrame, ended.Token);
            if (socket.State == WebSocketState.CloseReceived)
            {
                using var patience = new CancellationTokenSource(CloseTimeout);
                await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, patience.Token);
            }
        }
        catch (Exception lost) when (lost is OperationCanceledException or WebSocketException or IOException)
        {
            socket.Abort();
        }
        finally
        {
            Close();
            await writing;
        }
    }

    public void Dispose() => _closing.Dispose();

    private long NowMs => time.GetUtcNow().ToUnixTimeMilliseconds();

    private async Task ReadAllAsync(WebSocket socket, Func<StreamConnection, byte[], Task> onFrame, CancellationToken ended)
    {
        var buffer = new byte[16_384];
        using var frame = new MemoryStream();
        while (socket.State == WebSocketState.Open)
        {
            var part = await socket.ReceiveAsync(buffer.AsMemory(), ended);
            if (part.MessageType == WebSocketMessageType.Close || frame.Length + part.Count > FrameBytesMax)
            {
                return;
            }

            frame.Write(buffer, 0, part.Count);
            if (part.EndOfMessage)
            {
                await onFrame(this, frame.ToArray());
                frame.SetLength(0);
            }
        }
    }

    private async Task WriteAllAsync(WebSocket socket, CancellationToken ended)
    {
        try
        {
            await foreach (var (frame, dueMs) in _outgoing.Reader.ReadAllAsync(ended))
            {
                if (dueMs > NowMs)
                {
                    await Task.Delay(TimeSpan.FromMilliseconds(dueMs - NowMs), time, ended);
                }

                await socket.SendAsync(frame, WebSocketMessageType.Text, endOfMessage: true, ended);
            }
        }
        catch (Exception lost) when (lost is OperationCanceledException or WebSocketException or IOException or ObjectDisposedException)
        {
            socket.Abort();
        }
    }
}
