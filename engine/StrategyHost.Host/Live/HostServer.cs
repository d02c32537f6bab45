using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using StrategyHost.Core.Domain;
using StrategyHost.Host.Commands;
using StrategyHost.Host.Operating;
using StrategyHost.Host.Views;

namespace StrategyHost.Host.Live;

/// <summary>
/// The running host's own address, on loopback only: <c>GET /health</c> for anybody, the other documents for who knows the token of
/// <c>host.json</c>, who may also <c>POST</c> a person's order.
/// </summary>
internal sealed class HostServer : IAsyncDisposable
{
    private readonly WebApplication _app;

    private HostServer(WebApplication app, Uri address) => (_app, Address) = (app, address);

    public Uri Address { get; }

    /// <summary>Listens; 0 takes a free port. Throws <see cref="IOException"/> where the port is taken.</summary>
    public static async Task<HostServer> StartAsync(LiveSession session, int port, string token, CancellationToken cancellation)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Listen(IPAddress.Loopback, port, listen => listen.Protocols = HttpProtocols.Http1);
        });
        var app = builder.Build();
        app.Run(context => ServeAsync(context, session, token));
        await app.StartAsync(cancellation);
        var addresses = app.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>();
        return new HostServer(app, new Uri(addresses.Addresses.Single()));
    }

    /// <summary>Why nothing can listen there now; null: it can, or any free port will do.</summary>
    public static Error? Objection(int port)
    {
        if (port == 0)
        {
            return null;
        }

        try
        {
            using var probe = new TcpListener(IPAddress.Loopback, port);
            probe.Start();
            return null;
        }
        catch (SocketException problem)
        {
            return Taken(port, problem.Message);
        }
    }

    public static Error Taken(int port, string why) => new()
    {
        Field = "--port",
        Value = port.ToString(CultureInfo.InvariantCulture),
        Rule = "port_taken",
        Message = $"port {port} cannot be opened ({why.TrimEnd('.')}): stop what uses it, name another with --port, or leave --port out: "
            + "then a free one is taken",
    };

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync(new CancellationToken(canceled: true)); // requests under way are cut: the run is over
        await _app.DisposeAsync();
    }

    private static async Task ServeAsync(HttpContext context, LiveSession session, string token)
    {
        var path = context.Request.Path.Value;
        HaltOrder? halt = path switch { "/halt" => HaltOrder.Halt, "/resume" => HaltOrder.Resume, _ => null };
        OperatorOrder? order = path switch { "/rebalance" => OperatorOrder.Rebalance, "/flatten" => OperatorOrder.Flatten, _ => null };
        var isRead = context.Request.Method == "GET";
        if (!(isRead && path is "/health" or "/status" or "/positions" or "/orders" or "/performance" or "/verify")
            && !(order is not null && (isRead || context.Request.Method == "POST"))
            && !(halt is not null && context.Request.Method == "POST"))
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        if (path != "/health" && !Knows(context.Request.Headers.Authorization.ToString(), token))
        {
            context.Response.StatusCode = StatusCodes.Status401Unauthorized;
            return;
        }

        var asked = halt is { } known ? HaltRequest.Read(known, name => context.Request.Query[name]) : null;
        if ((asked is not null ? await asked.ObjectionAsync(session) : order is not null ? Unknown(context, session) : null) is { } problem)
        {
            context.Response.StatusCode = StatusCodes.Status400BadRequest;
            await context.Response.WriteAsync(problem, context.RequestAborted);
            return;
        }

        await (path switch
        {
            "/rebalance" or "/flatten" => AnswerAsync(context, SessionOperator.RunAsync(
                session, OrderRequested.Read(order!.Value, !isRead, name => context.Request.Query[name]), TimeProvider.System)),
            "/halt" or "/resume" => AnswerAsync(context, SessionHalts.HaltAsync(session, asked!, TimeProvider.System)),
            "/status" => AnswerAsync(context, SessionViews.StatusAsync(session)),
            "/positions" => AnswerAsync(context, SessionViews.PositionsAsync(session)),
            "/orders" => AnswerAsync(context, SessionViews.OrdersAsync(session)),
            "/performance" => AnswerAsync(context, SessionViews.PerformanceAsync(session, By(context))),
            "/verify" => AnswerAsync(context, SessionViews.VerifyAsync(session)),
            _ => AnswerAsync(context, SessionViews.HealthAsync(session)),
        });
    }

    private static GroupBy By(HttpContext context) =>
        Enum.TryParse<GroupBy>(context.Request.Query["by"], ignoreCase: true, out var by) && Enum.IsDefined(by) ? by : GroupBy.Strategy;

    private static string? Unknown(HttpContext context, LiveSession session)
    {
        var name = context.Request.Query["strategy"].ToString();
        return name.Length == 0 || session.Strategies.Any(s => s.Strategy.Name == name)
            ? null
            : $"no strategy {name} runs; there are: {string.Join(", ", session.Strategies.Select(s => s.Strategy.Name))}";
    }

    /// <summary>In pieces, as it is made: a thousand orders are more than half a megabyte.</summary>
    private static async Task AnswerAsync<T>(HttpContext context, Task<Document<T>> document)
    {
        var known = await document; // before the first byte: what fails here is still an error
        context.Response.ContentType = "application/json; charset=utf-8";
        await DocumentJson.WriteAsync(context.Response.BodyWriter, known, context.RequestAborted);
    }

    private static bool Knows(string header, string token) => CryptographicOperations.FixedTimeEquals(
        Encoding.UTF8.GetBytes(header), Encoding.UTF8.GetBytes("Bearer " + token));
}
