using System.Text.Json;
using System.Text.Json.Nodes;
using StrategyHost.Core.Domain;
using StrategyHost.Core.Kernel;
using StrategyHost.Reliability.Tests.Faults;
using StrategyHost.Reliability.Tests.World;
using StrategyHost.Simulation.Exchange;

namespace StrategyHost.Reliability.Tests.Runs;

/// <summary>
/// A run as a file: everything that was drawn for it, so that it plays again whatever the swarm draws by then; the strikes are its choice
/// log. Kept failures stand in <c>Regressions</c>.
/// </summary>
internal static class ReplayFile
{
    private static readonly JsonSerializerOptions Shape = new() { WriteIndented = true };

    public static string Write(RunResult result)
    {
        var o = result.Options;
        return new JsonObject
        {
            ["broken"] = result.Broken,
            ["text"] = result.Text.Split('\n')[0],
            ["seed"] = o.Seed,
            ["events"] = o.Events,
            ["symbols"] = o.Symbols,
            ["strategies"] = o.Strategies,
            ["sharesSymbols"] = o.SharesSymbols,
            ["mirror"] = o.Mirror is null ? null : JsonSerializer.SerializeToNode(o.Mirror with { Symbols = [] }),
            ["mode"] = o.Mode.ToString(),
            ["leverage"] = o.Leverage,
            ["foreign"] = o.Foreign.ToString(),
            ["fill"] = o.Fill.ToString(),
            ["switches"] = JsonSerializer.SerializeToNode(o.Switches),
            ["rates"] = new JsonObject(o.Rates.On.Select(k => KeyValuePair.Create(k.ToString(), (JsonNode?)o.Rates[k]))),
            ["leftOut"] = new JsonArray([.. o.LeftOut.Select(s => (JsonNode)$"{s.Kind}/{s.Where}/{s.Number}")]),
            ["lagMs"] = o.LagMs,
            ["paceMs"] = o.PaceMs,
            ["signalRate"] = o.SignalRate,
            ["crashAt"] = new JsonArray([.. o.CrashAt.Select(c => (JsonNode)c)]),
            ["strikes"] = new JsonArray([.. result.Strikes.Select(s => (JsonNode)$"{s.Kind}/{s.Where}/{s.Number}")]),
        }.ToJsonString(Shape);
    }

    public static WorldOptions Read(string json)
    {
        var file = JsonNode.Parse(json)!.AsObject(); // written by this class
        T Of<T>(string name) => file[name]!.GetValue<T>();
        T Named<T>(string name)
            where T : struct, Enum => Enum.Parse<T>(Of<string>(name));
        var rates = new FaultRates();
        foreach (var (kind, rate) in file["rates"]!.AsObject())
        {
            rates = rates.With(Enum.Parse<FaultKind>(kind), rate!.GetValue<double>());
        }

        return new WorldOptions
        {
            Seed = Of<ulong>("seed"),
            Events = Of<int>("events"),
            Symbols = Of<int>("symbols"),
            Strategies = Of<int>("strategies"),
            SharesSymbols = Of<bool>("sharesSymbols"),
            Mirror = file["mirror"]?.Deserialize<MirrorSettings>(),
            Mode = Named<PositionMode>("mode"),
            Leverage = Of<decimal>("leverage"),
            Foreign = Named<ForeignPositions>("foreign"),
            Fill = Named<FillModel>("fill"),
            Switches = file["switches"]!.Deserialize<ExchangeSwitches>()!,
            Rates = rates,
            LeftOut = file["leftOut"]!.AsArray().Select(s => StrikeOf(s!.GetValue<string>())).ToHashSet(),
            LagMs = Of<int>("lagMs"),
            PaceMs = Of<int>("paceMs"),
            SignalRate = Of<double>("signalRate"),
            CrashAt = [.. file["crashAt"]!.AsArray().Select(c => c!.GetValue<int>())],
        };
    }

    private static Strike StrikeOf(string text)
    {
        var parts = text.Split('/');
        return new Strike(Enum.Parse<FaultKind>(parts[0]), parts[1], int.Parse(parts[2], System.Globalization.CultureInfo.InvariantCulture));
    }
}
