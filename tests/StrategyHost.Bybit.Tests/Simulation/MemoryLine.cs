using System.Net;
using System.Net.WebSockets;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using StrategyHost.Emulator;
using StrategyHost.Simulation;

namespace StrategyHost.Bybit.Tests.Simulation;

/// <summary>How the line is now.</summary>
internal enum LineState
{
    Fine,

    /// <summary>Nobody takes a connection (maintenance).</summary>
    Down,

    /// <summary>Packets vanish; nobody says so.</summary>
    Dark,

    /// <summary>Requests take seconds, and arrive even when nobody waits for their answer any more.</summary>
    Late,
}

/// <summary>
/// The line between one host and the emulator, without sockets. It keeps no order among requests, as separate connections do not, and has its
/// own chance, so that what it draws does not depend on anything else of the seed.
/// </summary>
internal sealed class MemoryLine(EmulatedVenue venue, VirtualTime time, RequestWatch watch, long seed)
{
    private readonly Prng _prng = new(seed);
    private readonly List<MemorySocket> _sockets = [];
    private LineState _state;

    public LineState State
    {
        get => _state;
        set
        {
            _state = value;
            foreach (var socket in value is LineState.Down or LineState.Dark ? _sockets : [])
            {
                socket.IsDead = value == LineState.Dark;
                if (value == LineState.Down)
                {
                    socket.Abort();
                }
            }

            if (value is LineState.Down or LineState.Dark)
            {
                _sockets.Clear();
            }
        }
    }

    /// <summary>
    /// Younger orders and executions than this are missing from lists and history, as the exchange warns ("temporary delays", Bybit V5 open
    /// and closed orders, read 2026-07-24).
    /// </summary>
    public int ListsLagMs { get; set; }

    public HttpMessageHandler Handler() => new Requests(this);

    public async Task<WebSocket> ConnectAsync(Uri address, CancellationToken cancellation)
    {
        await time.DelayAsync(LatencyMs(), cancellation).ConfigureAwait(false);
        if (State == LineState.Dark)
        {
            await time.DelayAsync(double.PositiveInfinity, cancellation).ConfigureAwait(false);
        }

        if (State == LineState.Down)
        {
            throw new WebSocketException(WebSocketError.Faulted, "nobody takes the connection");
        }

        var (client, server) = MemorySocket.Pair(time, LatencyMs);
        _sockets.Add(client);
        var context = new DefaultHttpContext();
        context.Request.Path = address.AbsolutePath;
        context.Features.Set<IHttpWebSocketFeature>(new Upgrade(server));
        _ = venue.ServeAsync(context);
        return client;
    }

    private int LatencyMs() => 1 + _prng.Below(20);

    private async Task<HttpResponseMessage> SendAsync(HttpRequestMessage message, CancellationToken cancellation)
    {
        var body = message.Content is null ? [] : await message.Content.ReadAsByteArrayAsync(cancellation).ConfigureAwait(false);
        var sent = watch.Leaves(message, body);
        if (State == LineState.Down)
        {
            await time.DelayAsync(LatencyMs(), cancellation).ConfigureAwait(false);
            watch.Ends(sent, "refused");
            throw new HttpRequestException(HttpRequestError.ConnectionError, "nobody takes the connection");
        }

        if (State == LineState.Dark)
        {
            watch.Ends(sent, "dark");
            await time.DelayAsync(double.PositiveInfinity, cancellation).ConfigureAwait(false);
        }

        var carried = CarryAsync(message, body, sent);
        if (sent.IsLate && _prng.Chance(0.5))
        {
            // A gateway gave up on it, but it is still on its way.
            await time.DelayAsync(LatencyMs(), cancellation).ConfigureAwait(false);
            watch.Ends(sent, "given up, arrives later");
            throw new HttpRequestException(HttpRequestError.ResponseEnded, "the connection broke");
        }

        var reply = await carried.WaitAsync(cancellation).ConfigureAwait(false);
        watch.Answered(sent, reply);
        return reply;
    }

    private async Task<HttpResponseMessage> CarryAsync(HttpRequestMessage message, byte[] body, SentRequest sent)
    {
        sent.IsLate = State == LineState.Late && _prng.Chance(0.5);
        var way = sent.IsLate ? (int)Math.Exp(4 + (6 * _prng.NextDouble())) : LatencyMs();
        await time.DelayAsync(way).ConfigureAwait(false);
        var (context, aborted) = (Context(message, body), new Lifetime());
        context.Features.Set<IHttpRequestLifetimeFeature>(aborted);
        using var content = new MemoryStream();
        context.Response.Body = content;
        await venue.ServeAsync(context).ConfigureAwait(false);
        var answer = ListsLagMs > 0 ? LaggingList.Of(sent.Path, content.ToArray(), time.NowMs - ListsLagMs) : content.ToArray();
        watch.Served(sent, aborted.IsAborted ? null : context.Response.StatusCode, answer);
        await time.DelayAsync(LatencyMs()).ConfigureAwait(false);
        if (aborted.IsAborted)
        {
            throw new HttpRequestException(HttpRequestError.ResponseEnded, "the connection broke");
        }

        var reply = new HttpResponseMessage((HttpStatusCode)context.Response.StatusCode) { Content = new ByteArrayContent(answer) };
        foreach (var (name, value) in context.Response.Headers)
        {
            reply.Headers.TryAddWithoutValidation(name, value.ToString());
        }

        return reply;
    }

    private static DefaultHttpContext Context(HttpRequestMessage message, byte[] body)
    {
        var uri = message.RequestUri!; // the client always makes it absolute
        var context = new DefaultHttpContext();
        context.Request.Method = message.Method.Method;
        context.Request.Path = uri.AbsolutePath;
        context.Request.QueryString = new QueryString(uri.Query);
        context.Request.Body = new MemoryStream(body);
        context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget = uri.PathAndQuery;
        foreach (var (name, values) in message.Headers)
        {
            context.Request.Headers[name] = values.First();
        }

        return context;
    }

    private sealed class Requests(MemoryLine line) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            line.SendAsync(request, cancellationToken);
    }

    private sealed class Upgrade(WebSocket socket) : IHttpWebSocketFeature
    {
        public bool IsWebSocketRequest => true;

        public Task<WebSocket> AcceptAsync(WebSocketAcceptContext context) => Task.FromResult(socket);
    }

    private sealed class Lifetime : IHttpRequestLifetimeFeature
    {
        public bool IsAborted { get; private set; }
        public CancellationToken RequestAborted { get; set; }

        public void Abort() => IsAborted = true;
    }
}
