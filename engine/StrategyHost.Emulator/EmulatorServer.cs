using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using StrategyHost.Emulator.Rest;

namespace StrategyHost.Emulator;

/// <summary>
/// Bybit's V5 interface on loopback, for real clients.
/// 1. It listens on the loopback address only.
/// 2. Its wire code is its own (ADR 0010).
/// 3. Time comes from the given provider; every request has one moment, which its reply carries.
/// 4. It reads no configuration file and no environment.
/// Host's <c>emulate</c> and the tests start it; disposing stops it.
/// </summary>
public sealed class EmulatorServer : IAsyncDisposable
{
    /// <summary>Largest request body in bytes; a batch of 20 orders needs a few kilobytes.</summary>
    public const int BodyBytesMax = 262_144;

    private readonly WebApplication _app;
    private readonly Dictionary<(string Method, string Path), EmulatorRoute> _routes;
    private readonly Authentication _authentication;
    private readonly RateMeter _rates;
    private readonly TimeProvider _time;

    private EmulatorServer(EmulatorOptions options, TimeProvider time)
    {
        _time = time;
        _authentication = new Authentication(options.Accounts);
        _rates = new RateMeter(options.Limits);
        _routes = new MarketRoutes(options.Instruments).All().Concat(UserRoutes.All()).Concat(options.Routes)
            .ToDictionary(r => (r.Method, r.Path));
        _app = Build(options.Port);
        _app.Run(ServeAsync);
    }

    /// <summary>Where clients find it, for example <c>http://127.0.0.1:8787/</c>.</summary>
    public Uri BaseAddress { get; private set; } = new("http://127.0.0.1:0/");

    /// <summary>Starts to listen. Throws <see cref="IOException"/> when the port is taken.</summary>
    public static async Task<EmulatorServer> StartAsync(EmulatorOptions options, TimeProvider time, CancellationToken cancellation)
    {
        var server = new EmulatorServer(options, time);
        await server._app.StartAsync(cancellation);
        var addresses = server._app.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>();
        server.BaseAddress = new Uri(addresses.Addresses.Single());
        return server;
    }

    /// <summary>Adds an account or replaces the one of the same key; it counts from the next request.</summary>
    public void SetAccount(EmulatedAccount account) => _authentication.Set(account);

    /// <summary>Ends the requests under way and stops listening.</summary>
    public Task StopAsync(CancellationToken cancellation) => _app.StopAsync(cancellation);

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private static WebApplication Build(int port)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = BodyBytesMax;
            kestrel.Listen(IPAddress.Loopback, port, listen => listen.Protocols = HttpProtocols.Http1);
        });
        return builder.Build();
    }

    private async Task ServeAsync(HttpContext context)
    {
        var request = await ReadAsync(context);
        var reply = Answer(request, context.Response.Headers);
        var bytes = Encoding.UTF8.GetBytes(reply.ToJson(request.AtMs));
        context.Response.StatusCode = reply.HttpStatus;
        context.Response.ContentType = "application/json; charset=utf-8";
        context.Response.ContentLength = bytes.Length;
        await context.Response.Body.WriteAsync(bytes, context.RequestAborted);
    }

    private EmulatorReply Answer(EmulatorRequest request, IHeaderDictionary headers)
    {
        if (!_routes.TryGetValue((request.Method, request.Path), out var route))
        {
            return EmulatorReply.RouteNotFound();
        }

        if (route.Private is not { } access)
        {
            return route.Handle(request, null);
        }

        var (account, refusal) = _authentication.Check(request, access.Needs);
        if (account is null)
        {
            return refusal!; // one of the two is always there
        }

        var status = _rates.Count(account.Uid, route, request.AtMs);
        RateHeaders.Write(headers, status);
        return status.IsExceeded
            ? EmulatorReply.Refused(10006, "Too many visits. Exceeded the API Rate Limit.")
            : route.Handle(request, account);
    }

    // The raw target is what was signed: the decoded query would not show how a character was escaped.
    private async Task<EmulatorRequest> ReadAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        var target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        var mark = target.IndexOf('?', StringComparison.Ordinal);
        return new EmulatorRequest
        {
            Method = context.Request.Method,
            Path = context.Request.Path.Value ?? "",
            RawQuery = mark < 0 ? "" : target[(mark + 1)..],
            Query = context.Request.Query,
            Headers = context.Request.Headers,
            Body = body.ToArray(),
            AtMs = _time.GetUtcNow().ToUnixTimeMilliseconds(),
        };
    }
}
