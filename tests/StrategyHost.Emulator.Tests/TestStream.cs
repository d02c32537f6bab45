using System.Globalization;
using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace StrategyHost.Emulator.Tests;

/// <summary>A WebSocket client of the tests' own, which reads frames one after the other.</summary>
internal sealed class TestStream : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly ClientWebSocket _socket = new();
    private readonly byte[] _buffer = new byte[1 << 20];

    /// <summary>Everything read so far.</summary>
    public List<JsonElement> Seen { get; } = [];

    public static async Task<TestStream> OpenAsync(EmulatorFixture emulator, string path)
    {
        var stream = new TestStream();
        var at = new UriBuilder(new Uri(emulator.Server.BaseAddress, path)) { Scheme = "ws" };
        await stream._socket.ConnectAsync(at.Uri, CancellationToken.None);
        return stream;
    }

    /// <summary>A private or trade stream with its owner told.</summary>
    public static async Task<TestStream> AuthenticatedAsync(EmulatorFixture emulator, string path, SignedBy by, params string[] topics)
    {
        var stream = await OpenAsync(emulator, path);
        await stream.SendAsync(AuthFrame(by));
        await stream.NextAsync(f => f.Has("op", "auth"));
        if (topics.Length > 0)
        {
            await stream.SubscribeAsync(topics);
        }

        return stream;
    }

    public static string AuthFrame(SignedBy by, long offsetMs = 10_000)
    {
        var expires = (ManualTimeProvider.StartMs + offsetMs).ToString(CultureInfo.InvariantCulture);
        var hash = HMACSHA256.HashData(Encoding.UTF8.GetBytes(by.Secret), Encoding.UTF8.GetBytes("GET/realtime" + expires));
        return $$"""{"req_id":"a1","op":"auth","args":["{{by.Key}}",{{expires}},"{{Convert.ToHexStringLower(hash)}}"]}""";
    }

    public async Task<JsonElement> SubscribeAsync(params string[] topics)
    {
        await SendAsync($$"""{"req_id":"s1","op":"subscribe","args":{{JsonSerializer.Serialize(topics)}}}""");
        return await NextAsync(f => f.Has("op", "subscribe"));
    }

    public Task SendAsync(string frame) =>
        _socket.SendAsync(Encoding.UTF8.GetBytes(frame), WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);

    /// <summary>The next frame that is wanted; others are kept in <see cref="Seen"/>.</summary>
    public async Task<JsonElement> NextAsync(Func<JsonElement, bool> wanted)
    {
        while (true)
        {
            var text = await ReadAsync() ?? throw new InvalidOperationException("the stream was closed");
            using var json = JsonDocument.Parse(text);
            var frame = json.RootElement.Clone();
            Seen.Add(frame);
            if (wanted(frame))
            {
                return frame;
            }
        }
    }

    public Task<JsonElement> NextAsync(string topic) => NextAsync(f => f.Has("topic", topic));

    /// <summary>Everything up to the pong of a ping sent now, which comes after all that was sent before.</summary>
    public async Task<IReadOnlyList<JsonElement>> UpToPongAsync()
    {
        var before = Seen.Count;
        await SendAsync("""{"req_id":"p1","op":"ping"}""");
        await NextAsync(f => f.Has("op", "pong") || f.Has("ret_msg", "pong"));
        return Seen.GetRange(before, Seen.Count - before - 1);
    }

    /// <summary>One frame as text; null when the stream is closed or cut.</summary>
    public async Task<string?> ReadAsync()
    {
        using var patience = new CancellationTokenSource(Patience);
        try
        {
            var length = 0;
            while (true)
            {
                var part = await _socket.ReceiveAsync(_buffer.AsMemory(length), patience.Token);
                if (part.MessageType == WebSocketMessageType.Close)
                {
                    return null;
                }

                length += part.Count;
                if (part.EndOfMessage)
                {
                    return Encoding.UTF8.GetString(_buffer, 0, length);
                }
            }
        }
        catch (WebSocketException)
        {
            return null;
        }
    }

    public void Dispose() => _socket.Dispose();
}
