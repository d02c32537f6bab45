using System.Buffers;
using System.Collections.Concurrent;
using System.Globalization;
using System.Net.WebSockets;
using System.Text.Json;
using StrategyHost.Bybit.Wire;
using StrategyHost.Core.Ports;

namespace StrategyHost.Bybit.Streams;

/// <summary>
/// Keeps one WebSocket open for ever: connect, let the user authenticate and subscribe, ping, watch for silence, and after any end come
/// back with growing pauses. 1. Up is told only after every acknowledgement has come (reliability N16). 2. One frame is handled at a time.
/// 3. A frame above 8 MB ends the connection. 4. Network failures never leave <see cref="RunAsync"/>; only cancellation ends it.
/// </summary>
internal sealed class StreamConnection(Uri address, IStreamUser user, StreamOptions options, TimeProvider time) : IDisposable
{
    private const int FrameBytesMax = 8 * 1024 * 1024;
    private readonly ConcurrentDictionary<string, TaskCompletionSource<StreamReply>> _waiting = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _sendTurn = new(1, 1);
    private WebSocket? _socket;
    private TaskCompletionSource<string>? _restart;
    private long _lastFrame;
    private long _lastData;
    private long _requests;

    public void Dispose() => _sendTurn.Dispose();

    public async Task RunAsync(CancellationToken cancellation)
    {
        var backoff = new Backoff(options.ReconnectDelayMs, options.ReconnectDelayMsMax, options.Seed);
        while (!cancellation.IsCancellationRequested)
        {
            try
            {
                var why = await LiveAsync(backoff, cancellation).ConfigureAwait(false);
                user.Changed(LinkState.Down, why);
                await Task.Delay(backoff.Next(), time, cancellation).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
            {
                return;
            }
        }
    }

    /// <summary>Ends the present connection, if any; a new one follows.</summary>
    public void Restart(string why) => Volatile.Read(ref _restart)?.TrySetResult(why);

    /// <summary>Sends a request and waits for its acknowledgement. Null: it succeeded; else why not.</summary>
    public async Task<string?> AskAsync(string op, IReadOnlyList<object> args, CancellationToken cancellation)
    {
        var id = "r" + Interlocked.Increment(ref _requests).ToString(CultureInfo.InvariantCulture);
        var answer = new TaskCompletionSource<StreamReply>(TaskCreationOptions.RunContinuationsAsynchronously);
        _waiting[id] = answer;
        try
        {
            if (!await SendAsync(Request(id, op, args), cancellation).ConfigureAwait(false))
            {
                return "the connection broke";
            }

            var wait = TimeSpan.FromMilliseconds(options.AnswerMs);
            var reply = await answer.Task.WaitAsync(wait, time, cancellation).ConfigureAwait(false);
            var isOk = reply.Success ?? reply.RetCode is 0 or 20001;
            return isOk ? null : $"{op} refused: {reply.RetCode} {reply.StreamMsg ?? reply.RetMsg}".Trim();
        }
        catch (TimeoutException)
        {
            return $"{op} was not answered";
        }
        finally
        {
            _waiting.TryRemove(id, out _);
        }
    }

    private async Task<string> LiveAsync(Backoff backoff, CancellationToken cancellation)
    {
        var (connected, failure) = await ConnectAsync(cancellation).ConfigureAwait(false);
        if (connected is null)
        {
            return failure;
        }

        using var socket = connected;
        using var session = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var restart = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        Volatile.Write(ref _restart, restart);
        _socket = socket;
        Seen(time.GetTimestamp(), isData: true);
        Task<string>[] parts =
        [
            ReceiveAsync(socket, session.Token), WatchAsync(session.Token), OpenAsync(backoff, session.Token), restart.Task,
        ];
        var why = await (await Task.WhenAny(parts).ConfigureAwait(false)).ConfigureAwait(false);
        await session.CancelAsync().ConfigureAwait(false);
        socket.Abort();
        restart.TrySetResult(why);
        await Task.WhenAll(parts).ConfigureAwait(false);
        cancellation.ThrowIfCancellationRequested();
        return why;
    }

    private async Task<(WebSocket? Socket, string Failure)> ConnectAsync(CancellationToken cancellation)
    {
        using var timeout = new CancellationTokenSource(TimeSpan.FromMilliseconds(options.AnswerMs), time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellation);
        try
        {
            return (await (options.Way ?? OpenSocketAsync)(address, both.Token).ConfigureAwait(false), "");
        }
        catch (WebSocketException e)
        {
            return (null, $"no connection: {e.WebSocketErrorCode}");
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return (null, "no connection in time");
        }
    }

    private static async Task<WebSocket> OpenSocketAsync(Uri address, CancellationToken cancellation)
    {
        var socket = new ClientWebSocket();
        try
        {
            socket.Options.KeepAliveInterval = TimeSpan.Zero;
            if (address.IsLoopback)
            {
                socket.Options.Proxy = null;
            }

            await socket.ConnectAsync(address, cancellation).ConfigureAwait(false);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    // Completes only when opening failed: an open stream ends by its other parts.
    private async Task<string> OpenAsync(Backoff backoff, CancellationToken session)
    {
        try
        {
            if (await user.OpenedAsync(this, session).ConfigureAwait(false) is { } failure)
            {
                return failure;
            }

            backoff.Reset();
            user.Changed(LinkState.Up, "subscribed");
            await Task.Delay(Timeout.InfiniteTimeSpan, time, session).ConfigureAwait(false);
            return "ended";
        }
        catch (OperationCanceledException)
        {
            return "ended";
        }
    }

    private async Task<string> WatchAsync(CancellationToken session)
    {
        var lastPing = time.GetTimestamp();
        try
        {
            while (true)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(Math.Min(1000, options.PingMs)), time, session).ConfigureAwait(false);
                if (Age(ref _lastFrame) > options.SilenceMs)
                {
                    return "silent";
                }

                if (user.ExpectsData && Age(ref _lastData) > options.DataSilenceMs)
                {
                    user.Changed(LinkState.Stale, "it answers pings but sends no data");
                    return "half-open";
                }

                if (time.GetElapsedTime(lastPing).TotalMilliseconds >= options.PingMs)
                {
                    lastPing = time.GetTimestamp();
                    await SendAsync(Request("p1", "ping", []), session).ConfigureAwait(false);
                }
            }
        }
        catch (OperationCanceledException)
        {
            return "ended";
        }
    }

    private async Task<string> ReceiveAsync(WebSocket socket, CancellationToken session)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(64 * 1024);
        var length = 0;
        try
        {
            while (true)
            {
                var part = await socket.ReceiveAsync(buffer.AsMemory(length), session).ConfigureAwait(false);
                if (part.MessageType == WebSocketMessageType.Close)
                {
                    return $"closed by the exchange: {socket.CloseStatus}";
                }

                length += part.Count;
                if (part.EndOfMessage)
                {
                    Handle(buffer.AsSpan(0, length));
                    length = 0;
                }
                else if (length == buffer.Length)
                {
                    if (length >= FrameBytesMax)
                    {
                        return $"a frame above {FrameBytesMax} bytes";
                    }

                    buffer = Grow(buffer);
                }
            }
        }
        catch (WebSocketException e)
        {
            return $"broken: {e.WebSocketErrorCode}";
        }
        catch (JsonException)
        {
            return "a frame that is no JSON";
        }
        catch (OperationCanceledException)
        {
            return "ended";
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private void Handle(ReadOnlySpan<byte> frame)
    {
        var now = time.GetTimestamp();
        if (StreamFrame.TopicOf(frame) is { } topic)
        {
            Seen(now, isData: true);
            if (WireEvents.Log.IsEnabled())
            {
                WireEvents.Log.FrameReceived(topic, now);
            }

            user.Received(topic, frame);
            return;
        }

        Seen(now, isData: false);
        var reply = JsonSerializer.Deserialize(frame, BybitJson.Default.StreamReply);
        if (reply is not null && (reply.RequestId ?? reply.ReqId) is { } id && _waiting.TryGetValue(id, out var answer))
        {
            answer.TrySetResult(reply);
        }
        else if (reply is { Op: "auth" } && !_waiting.IsEmpty)
        {
            // The private stream's answer to auth carries no req_id (bybit-v5 §6.1); nothing else is asked before it.
            _waiting.Values.First().TrySetResult(reply);
        }
    }

    private async Task<bool> SendAsync(byte[] message, CancellationToken cancellation)
    {
        if (_socket is not { } socket)
        {
            return false;
        }

        await _sendTurn.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            await socket.SendAsync(message, WebSocketMessageType.Text, endOfMessage: true, cancellation).ConfigureAwait(false);
            return true;
        }
        catch (Exception e) when (e is WebSocketException or InvalidOperationException)
        {
            return false; // closing: the receiving side says why
        }
        finally
        {
            _sendTurn.Release();
        }
    }

    private static byte[] Grow(byte[] buffer)
    {
        var larger = ArrayPool<byte>.Shared.Rent(buffer.Length * 2);
        buffer.CopyTo(larger, 0);
        ArrayPool<byte>.Shared.Return(buffer);
        return larger;
    }

    private static byte[] Request(string id, string op, IReadOnlyList<object> args)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            writer.WriteString("req_id", id);
            writer.WriteString("op", op);
            if (args.Count > 0)
            {
                writer.WriteStartArray("args");
                foreach (var arg in args)
                {
                    if (arg is long number)
                    {
                        writer.WriteNumberValue(number);
                    }
                    else
                    {
                        writer.WriteStringValue((string)arg);
                    }
                }

                writer.WriteEndArray();
            }

            writer.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    private void Seen(long now, bool isData)
    {
        Interlocked.Exchange(ref _lastFrame, now);
        if (isData)
        {
            Interlocked.Exchange(ref _lastData, now);
        }
    }

    private double Age(ref long since) => time.GetElapsedTime(Interlocked.Read(ref since)).TotalMilliseconds;
}
