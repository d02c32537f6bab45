using Serilog;
using StrategyHost.Core.Domain;
using StrategyHost.Host.Configuration;

namespace StrategyHost.Host.Live;

/// <summary>Which venue a mode trades on.</summary>
internal static class Venues
{
    /// <param name="options">The configuration.</param>
    /// <param name="directory">The data directory.</param>
    /// <param name="environment">Looks up a variable of the environment.</param>
    /// <param name="log">Hears of what an exchange sends and nobody understands.</param>
    /// <param name="time">The clock.</param>
    public static Result<IVenue> Of(
        HostOptions options, string directory, Func<string, string?> environment, ILogger log, TimeProvider time)
    {
        if (options.EffectiveMode == HostMode.Simulated)
        {
            return Result<IVenue>.Ok(new SimulatedVenue(options, directory, log, time));
        }

        var isPaper = options.EffectiveMode == HostMode.Paper;
        var connection = BybitConnection.Open(options, environment, needsKeys: !isPaper, time);
        if (!connection.IsOk)
        {
            return Result<IVenue>.Failed(connection.Errors);
        }

        return Result<IVenue>.Ok(isPaper
            ? new PaperVenue(options, directory, connection.Value, log, time) : new BybitVenue(options, connection.Value, log, time));
    }
}
