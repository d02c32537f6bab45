using StrategyHost.Host.Configuration;
using StrategyHost.Host.Live;
using StrategyHost.Scripting;

namespace StrategyHost.Host.Doctor;

/// <summary>What the machine has: a script engine, the strategies as files, time zones.</summary>
internal static class MachineChecks
{
    public static IEnumerable<Finding> Look(HostOptions options) => [.. Scripts(options), Zones()];

    private static IEnumerable<Finding> Scripts(HostOptions options)
    {
        var chosen = ScriptEngines.Choose("auto");
        if (!chosen.IsOk)
        {
            return chosen.Errors.Select(e => Finding.Of("script engine", e));
        }

        var isFast = ScriptEngines.Choose("javascriptcore").IsOk;
        const string Install = "install libjavascriptcoregtk-4.1-0";
        var engine = isFast ? Finding.Ok("script engine", chosen.Value.Why)
            : options.EffectiveMode == HostMode.Live && !options.AllowJintLive
                ? Finding.Problem("script engine", chosen.Value.Why, Install + ": mode live refuses Jint")
                : Finding.Warning("script engine", chosen.Value.Why, Install);
        return [engine, .. Strategies(options, chosen.Value)];
    }

    private static IEnumerable<Finding> Strategies(HostOptions options, ChosenEngine engine)
    {
        if (options.Strategies.Count == 0)
        {
            return [Finding.Warning("strategies", "there are none", "name one under strategies in the configuration")];
        }

        var loaded = StrategyPool.Load(engine.Engine, options);
        if (!loaded.IsOk)
        {
            return loaded.Errors.Select(e => new Finding("strategies", FindingLevel.Problem, e.ToString()));
        }

        using var pool = loaded.Value;
        return [Finding.Ok("strategies", string.Join(", ", pool.Loaded.Select(
            s => $"{s.Loaded.Id.Name} on {string.Join(' ', s.Symbols.Select(y => y.Name))}")))];
    }

    private static Finding Zones() =>
        TimeZoneInfo.TryFindSystemTimeZoneById("America/New_York", out var zone) && zone.SupportsDaylightSavingTime
        ? Finding.Ok("time zones", "known to this machine")
        : Finding.Warning("time zones", "this machine knows UTC only", "install tzdata, for risk.noEntry with a zone");
}
