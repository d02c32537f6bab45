using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text;

namespace StrategyHost.Bybit.Tests.Loopback;

/// <summary>A request as it stood on the wire.</summary>
internal sealed record Seen(string Method, string Path, string Query, string Body, IReadOnlyDictionary<string, string> Headers);

/// <summary>An answer; CutAt breaks the connection after so many bytes of the body.</summary>
internal sealed record Answer(string Body, int Status = 200, string ContentType = "application/json")
{
    public int? CutAt { get; init; }
    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();

    /// <summary>The answer is held back until this ends.</summary>
    public Task After { get; init; } = Task.CompletedTask;
}

/// <summary>
/// A small HTTP and WebSocket server on loopback that answers what the test says. It knows nothing of the exchange but the time.
/// </summary>
internal sealed class LoopbackServer : IAsyncDisposable
{
    private readonly HttpListener _listener = new();
    private readonly Task _loop;
    private readonly BlockingCollection<LoopbackStream> _streams = [];
    private readonly TimeProvider _time;

    // A socket that nobody holds is closed when memory is collected.
    private readonly ConcurrentQueue<LoopbackStream> _open = [];

    public LoopbackServer(TimeProvider time)
    {
        _time = time;
        var port = FreePort();
        Rest = new Uri($"http://127.0.0.1:{port}");
        Stream = new Uri($"ws://127.0.0.1:{port}/v5/stream");
        _listener.Prefixes.Add($"http://127.0.0.1:{port}/");
        _listener.Start();
        _loop = AcceptAsync();
    }

    public Uri Rest { get; }
    public Uri Stream { get; }
    public ConcurrentQueue<Seen> Requests { get; } = [];

    /// <summary>Answers by path; without one, an empty list.</summary>
    public ConcurrentDictionary<string, Func<Seen, Answer>> Routes { get; } = new(StringComparer.Ordinal);

    /// <summary>Streams that were opened, in order.</summary>
    public Task<LoopbackStream> NextStreamAsync() => Task.Run(() =>
        _streams.TryTake(out var stream, TimeSpan.FromSeconds(90)) ? stream : throw new TimeoutException("no stream was opened"));

    public async ValueTask DisposeAsync()
    {
        if (_loop.IsCompleted)
        {
            return; // a test has ended it
        }

        _listener.Stop();
        await _loop;
        _listener.Close();
        _streams.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (true)
        {
            HttpListenerContext context;
            try
            {
                context = await _listener.GetContextAsync();
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
            {
                return;
            }

            _ = Task.Run(() => ServeAsync(context));
        }
    }

    private async Task ServeAsync(HttpListenerContext context)
    {
        if (context.Request.IsWebSocketRequest)
        {
            var socket = await context.AcceptWebSocketAsync(null);
            var stream = new LoopbackStream(socket.WebSocket);
            _open.Enqueue(stream);
            _streams.Add(stream);
            return;
        }

        var raw = context.Request.RawUrl!.Split('?', 2);
        using var reader = new StreamReader(context.Request.InputStream, Encoding.UTF8);
        var headers = context.Request.Headers.AllKeys.ToDictionary(k => k!, k => context.Request.Headers[k]!, StringComparer.OrdinalIgnoreCase);
        var seen = new Seen(context.Request.HttpMethod, raw[0], raw.Length > 1 ? raw[1] : "", await reader.ReadToEndAsync(), headers);
        Requests.Enqueue(seen);
        var answer = Routes.TryGetValue(seen.Path, out var route) ? route(seen) : Default(seen);
        await answer.After;
        await WriteAsync(context.Response, answer);
    }

    private static async Task WriteAsync(HttpListenerResponse response, Answer answer)
    {
        try
        {
            var bytes = Encoding.UTF8.GetBytes(answer.Body);
            response.StatusCode = answer.Status;
            response.ContentType = answer.ContentType;
            response.ContentLength64 = bytes.Length;
            foreach (var (name, value) in answer.Headers)
            {
                response.AddHeader(name, value);
            }

            await response.OutputStream.WriteAsync(bytes.AsMemory(0, answer.CutAt ?? bytes.Length));
            await response.OutputStream.FlushAsync();
            if (answer.CutAt is null)
            {
                response.Close();
            }
            else
            {
                response.Abort();
            }
        }
        catch (Exception e) when (e is HttpListenerException or IOException or InvalidOperationException)
        {
            // the client went away, as some tests want
        }
    }

    private Answer Default(Seen seen) => seen.Path == "/v5/market/time"
        ? Reply.Ok($$"""{"timeSecond":"0","timeNano":"{{_time.GetUtcNow().ToUnixTimeMilliseconds()}}000000"}""", _time)
        : Reply.Ok("""{"category":"linear","list":[],"nextPageCursor":""}""", _time);

    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }
}

/// <summary>Envelopes.</summary>
internal static class Reply
{
    public static Answer Ok(string result, TimeProvider time) =>
        new($$"""{"retCode":0,"retMsg":"OK","result":{{result}},"retExtInfo":{},"time":{{time.GetUtcNow().ToUnixTimeMilliseconds()}} }""");

    public static Answer List(TimeProvider time, params string[] rows) =>
        Ok($$"""{"category":"linear","list":[{{string.Join(',', rows)}}],"nextPageCursor":""}""", time);

    public static Answer Error(int retCode, string retMsg) =>
        new($$"""{"retCode":{{retCode}},"retMsg":"{{retMsg}}","result":{},"retExtInfo":{} }""");
}

/// <summary>The server's side of one WebSocket.</summary>
internal sealed class LoopbackStream(WebSocket socket)
{
    private static readonly TimeSpan HangGuard = TimeSpan.FromSeconds(90);

    /// <summary>The next message of the client; null: it went away.</summary>
    public async Task<string?> ReceiveAsync()
    {
        using var guard = new CancellationTokenSource(HangGuard);
        var buffer = new byte[64 * 1024];
        try
        {
            var part = await socket.ReceiveAsync(buffer.AsMemory(), guard.Token);
            return part.MessageType == WebSocketMessageType.Close ? null : Encoding.UTF8.GetString(buffer, 0, part.Count);
        }
        catch (WebSocketException)
        {
            return null;
        }
    }

    public Task SendAsync(string message) =>
        socket.SendAsync(Encoding.UTF8.GetBytes(message), WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);

    /// <summary>Reads the next message and acknowledges it.</summary>
    public async Task<string> AcknowledgeAsync(bool success = true)
    {
        var message = await ReceiveAsync() ?? throw new InvalidOperationException("the client went away");
        var json = System.Text.Json.JsonDocument.Parse(message).RootElement;
        var op = json.GetProperty("op").GetString();

        // The private stream's answer to auth has no req_id.
        var id = op == "auth" ? "" : $",\"req_id\":\"{json.GetProperty("req_id").GetString()}\"";
        await SendAsync($$"""{"success":{{(success ? "true" : "false")}},"ret_msg":"{{(success ? "" : "refused")}}","conn_id":"c1"{{id}},"op":"{{op}}"}""");
        return message;
    }

    /// <summary>The exchange ends the connection.</summary>
    public Task CloseAsync() => socket.CloseOutputAsync(WebSocketCloseStatus.EndpointUnavailable, null, CancellationToken.None);
}
