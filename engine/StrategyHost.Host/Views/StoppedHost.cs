using StrategyHost.Core.Domain;
using StrategyHost.Host.Commands;
using StrategyHost.Host.Configuration;

namespace StrategyHost.Host.Views;

/// <summary>The documents while no host runs.</summary>
internal static class StoppedHost
{
    public static Result<Document<T>> Read<T>(string directory, View view, HostOptions options, TimeProvider time) => new Error
    {
        File = directory,
        Field = "--data",
        Value = directory,
        Rule = "no_host",
        Message = "no host runs on this data directory and it holds no record of one; start it with: strategyhost run",
    };
}
