using System.Text.Json;
using Serilog;

namespace StrategyHost.Host.Alerts;

/// <summary>What puts money at risk and had not reached a route when its host ended.</summary>
internal sealed record KeptAlert(string Route, AlertNotice Notice);

/// <summary>
/// Alerts about money at risk that did not go out before the end: <c>alerts.json</c> in the data directory, for the next host. A host that
/// is killed writes nothing: the next one finds for itself what still stands.
/// </summary>
internal sealed class KeptAlerts(string directory, ILogger log)
{
    public const string FileName = "alerts.json";
    private readonly string _file = Path.Combine(directory, FileName);

    /// <summary>Gives them, and forgets them: from now on they are the routes' business.</summary>
    public IReadOnlyList<KeptAlert> Take()
    {
        try
        {
            if (!File.Exists(_file))
            {
                return [];
            }

            var rows = JsonSerializer.Deserialize<Row[]>(File.ReadAllBytes(_file)) ?? [];
            File.Delete(_file);
            return
            [
                .. rows.Where(r => r is { Route: not null, Account: not null, Code: not null, Text: not null })
                    .Select(r => new KeptAlert(r.Route, r.Notice)),
            ];
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException or JsonException)
        {
            log.Warning("what the run before could not say any more cannot be read ({File}): {Problem}", _file, problem.Message);
            return [];
        }
    }

    public void Keep(IReadOnlyList<KeptAlert> alerts)
    {
        if (alerts.Count == 0)
        {
            return;
        }

        try
        {
            File.WriteAllBytes(_file, JsonSerializer.SerializeToUtf8Bytes(alerts.Select(Row.Of)));
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            log.Error("{Count} alerts are not kept for the next start: {Problem}", alerts.Count, problem.Message);
        }
    }

    /// <summary>As text; the time is ISO-8601.</summary>
    private sealed record Row(string Route, string Account, string Code, string? Symbol, string Text, string At)
    {
        public AlertNotice Notice => new(
            Account, Code, $"{Text} (of {At}, when the host ended before it was told)", UtcTime.TryParse(At) ?? default)
        {
            Symbol = Symbol,
            AtRisk = true,
        };

        public static Row Of(KeptAlert kept) => new(
            kept.Route, kept.Notice.Account, kept.Notice.Code, kept.Notice.Symbol, kept.Notice.Text, kept.Notice.At.ToString());
    }
}
