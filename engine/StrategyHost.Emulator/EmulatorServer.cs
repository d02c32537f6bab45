using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
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
    private readonly EmulatedVenue _venue;

    private EmulatorServer(EmulatorOptions options, TimeProvider time)
    {
        _venue = new EmulatedVenue(options, time);
        _app = Build(options.Port);
        _app.UseWebSockets();
        _app.Run(_venue.ServeAsync);
    }

    /// <summary>Where clients find it, for example <c>http://127.0.0.1:8787/</c>.</summary>
    public Uri BaseAddress { get; private set; } = new("http://127.0.0.1:0/");

    /// <summary>Starts to listen and starts the market. Throws <see cref="IOException"/> when the port is taken.</summary>
    public static async Task<EmulatorServer> StartAsync(EmulatorOptions options, TimeProvider time, CancellationToken cancellation)
    {
        var server = new EmulatorServer(options, time);
        await server._app.StartAsync(cancellation);
        var addresses = server._app.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>();
        server.BaseAddress = new Uri(addresses.Addresses.Single());
        server._venue.Start();
        return server;
    }

    /// <summary>Adds an account or replaces the one of the same key; it counts from the next request.</summary>
    public void SetAccount(EmulatedAccount account) => _venue.SetAccount(account);

    /// <summary>Ends the streams and the requests under way and stops listening.</summary>
    public async Task StopAsync(CancellationToken cancellation)
    {
        await _venue.StopAsync();
        await _app.StopAsync(cancellation);
    }

    public async ValueTask DisposeAsync()
    {
        await _venue.StopAsync();
        await _app.DisposeAsync();
        _venue.Dispose();
    }

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
}
