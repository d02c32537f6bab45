using System.Reflection;
using StrategyHost.Core.Domain;
using StrategyHost.Core.Kernel;
using StrategyHost.Host.Configuration;
using StrategyHost.Storage.Journal;

namespace StrategyHost.Host.Journal;

/// <summary>What a run is known by.</summary>
internal static class RunFacts
{
    /// <summary>Version of this program.</summary>
    public static string Build { get; } =
        typeof(RunFacts).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "";

    public static JournalRun Of(HostOptions options, EngineOptions engine, DateTimeOffset now) => new()
    {
        Name = FormattableString.Invariant($"{now.UtcDateTime:yyyy-MM-dd'T'HH-mm-ss'Z'}-{engine.Installation}"),
        StartedAt = new Timestamp(now.ToUnixTimeMilliseconds()),
        Build = Build,
        ConfigurationSha256 = ConfigurationHash.Of(options),
        ScriptSha256 = engine.Strategies.ToDictionary(s => s.Strategy.Name, s => s.ScriptSha256),
        Installation = engine.Installation,
    };
}
