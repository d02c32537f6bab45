using System.Text;
using Microsoft.Extensions.Configuration;
using Serilog;
using Serilog.Core;
using Serilog.Events;
using Serilog.Formatting.Json;
using StrategyHost.Host.Terminal;

namespace StrategyHost.Host.Live;

/// <summary>
/// The host's log: stderr for people, <c>log/strategyhost-DATE.json</c> in the data directory for machines, both in UTC. The
/// configuration's <c>serilog</c> section may set levels and add sinks. Secrets never reach it: they are held nowhere that is logged.
/// </summary>
internal sealed class HostLog : IAsyncDisposable
{
    private const int DaysKept = 31;
    private const long FileBytesMax = 100 << 20;
    private readonly Logger _logger;

    private HostLog(Logger logger) => _logger = logger;

    public ILogger Logger => _logger;

    /// <param name="directory">The data directory.</param>
    /// <param name="serilogJson">Serilog's own section; <c>{}</c> where there is none.</param>
    /// <param name="quiet">Only warnings and errors on stderr.</param>
    /// <param name="screen">What stderr is; null: no terminal.</param>
    public static HostLog Open(string directory, string serilogJson, bool quiet, StreamTraits? screen = null)
    {
        using var section = new MemoryStream(Encoding.UTF8.GetBytes($$"""{"Serilog":{{serilogJson}}}"""));
        var configuration = new ConfigurationBuilder().AddJsonStream(section).Build();
        return new HostLog(new LoggerConfiguration()
            .MinimumLevel.Information()
            .MinimumLevel.Override("Microsoft", LogEventLevel.Warning)
            .ReadFrom.Configuration(configuration)
            .WriteTo.Sink(
                new ConsoleLines(Console.Error, screen ?? new StreamTraits(false, false), () => Console.WindowWidth),
                quiet ? LogEventLevel.Warning : LogEventLevel.Verbose)
            .WriteTo.File(
                new JsonFormatter(renderMessage: true),
                Path.Combine(directory, "log", "strategyhost-.json"),
                rollingInterval: RollingInterval.Day,
                rollOnFileSizeLimit: true,
                fileSizeLimitBytes: FileBytesMax,
                retainedFileCountLimit: DaysKept)
            .CreateLogger());
    }

    /// <summary>Writes what waits. On a full disk some of it is lost, and that never ends a run in another way than it ended.</summary>
    public async ValueTask DisposeAsync()
    {
        try
        {
            await _logger.DisposeAsync();
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            // It stood on stderr; there is no other place left to say so.
        }
    }
}
