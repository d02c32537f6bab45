using Serilog;
using StrategyHost.Host.Configuration;

namespace StrategyHost.Host.Live;

/// <summary>Which venue a mode trades on.</summary>
internal static class Venues
{
    public static IVenue Of(HostOptions options, string directory, ILogger log, TimeProvider time) => options.EffectiveMode switch
    {
        HostMode.Simulated => new SimulatedVenue(options, time),
        HostMode.Paper or HostMode.Demo or HostMode.Testnet or HostMode.Live => throw new NotSupportedException(),
    };
}
