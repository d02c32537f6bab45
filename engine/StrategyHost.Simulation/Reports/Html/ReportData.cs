using System.Text.Json;
using StrategyHost.Simulation.Backtest;

namespace StrategyHost.Simulation.Reports.Html;

/// <summary>
/// The data that <c>report.html</c> embeds, as compact JSON. Every list has a bound, so the file stays a few megabytes whatever the run.
/// The writer's default encoder escapes &lt;, &gt;, &amp; and quotes, so no text of a script can end the surrounding element.
/// </summary>
internal static class ReportData
{
    public const int TradesMax = 5_000;
    public const int EquityPointsMax = 3_000;
    public const int CandlesMax = 6_000;
    public const int CandlesMaxTotal = 48_000;
    public const int SignalsMax = 2_000;
    public const int LogsMax = 500;
    public const int TextLengthMax = 400;

    public static void Write(Utf8JsonWriter writer, BacktestReport report)
    {
        var run = report.Result;
        writer.WriteStartObject();
        WriteRun(writer, report);
        WriteSignals(writer, run);
        WriteProfile(writer, run);
        WritePrices(writer, run.Prices);
        writer.WriteStartArray("marketChange");
        foreach (var market in report.MarketChanges)
        {
            writer.WriteStartArray();
            writer.WriteStringValue(market.Symbol.Name);
            writer.Value(market.Change.Value);
            writer.WriteEndArray();
        }

        writer.WriteEndArray();
        writer.WriteStartArray("metrics");
        foreach (var text in MetricText.All)
        {
            writer.WriteStartObject();
            writer.WriteString("name", text.Name);
            writer.WriteString("label", text.Label);
            writer.WriteString("group", text.Group);
            writer.WriteString("help", text.Help);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteStartArray("accounts");
        foreach (var account in report.Accounts)
        {
            AccountData.Write(writer, account);
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    /// <summary>Bounded text; scripts may log megabytes.</summary>
    public static string Short(string? text) => text is null ? "" : text.Length <= TextLengthMax ? text : text[..TextLengthMax] + "…";

    private static void WriteRun(Utf8JsonWriter writer, BacktestReport report)
    {
        var run = report.Result;
        writer.WriteStartArray("strategies");
        foreach (var script in run.Strategies)
        {
            writer.WriteStartObject();
            writer.WriteString("name", script.Strategy.Name);
            writer.WriteString("file", script.File);
            writer.WriteString("sha256", script.Sha256);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteString("engine", run.Engine);
        writer.WriteString("fillModel", run.FillModel);
        writer.WriteNumber("seed", run.Seed);
        writer.WriteNumber("wallMs", run.WallMs);
        writer.WriteNumber("eventsPerSecond", double.IsFinite(run.EventsPerSecond) ? Math.Round(run.EventsPerSecond) : 0);
        writer.WriteString("orderListHash", report.OrderListHash);
        writer.Texts("assumptions", run.Assumptions);
        writer.Texts("warnings", run.Warnings);
        writer.Texts("logs", run.Logs.Take(LogsMax).Select(Short));
        writer.WriteNumber("logsTotal", run.Logs.Count);
        writer.WriteStartObject("data");
        writer.Texts("files", run.Data.Files);
        writer.WriteNumber("events", run.Data.Events);
        writer.WriteNumber("from", run.Data.From.Ms);
        writer.WriteNumber("to", run.Data.To.Ms);
        writer.WriteString("sha256", run.Data.Sha256);
        writer.WriteBoolean("synthetic", run.Data.IsSynthetic);
        writer.WriteEndObject();
    }

    private static void WriteSignals(Utf8JsonWriter writer, BacktestResult run)
    {
        writer.WriteStartObject("signals");
        writer.WriteNumber("accepted", run.Signals.Accepted);
        writer.WriteNumber("expired", run.Signals.Expired);
        writer.WriteNumber("droppedWarming", run.Signals.DroppedWarming);
        writer.WriteStartArray("refused");
        foreach (var (code, count) in run.Signals.Refused.Where(r => r.Value > 0).OrderByDescending(r => r.Value))
        {
            writer.WriteStartArray();
            writer.WriteStringValue(code);
            writer.WriteNumberValue(count);
            writer.WriteEndArray();
        }

        writer.WriteEndArray();
        writer.WriteNumber("rowsTotal", run.SignalLedger.Count);
        writer.WriteStartArray("rows");
        var consequences = new SignalConsequences(run);
        foreach (var row in Ledger(run.SignalLedger))
        {
            writer.WriteStartArray();
            writer.WriteNumberValue(row.Time.Ms);
            var followed = string.Join("; ", consequences.Of(row.SignalId));
            string[] texts =
            [
                row.Strategy.Name, row.Symbol.Name, row.Action, row.Outcome, row.Text, row.Tag, row.Reason, row.SignalId, followed,
            ];
            foreach (var text in texts)
            {
                writer.WriteStringValue(Short(text));
            }

            writer.WriteEndArray();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void WriteProfile(Utf8JsonWriter writer, BacktestResult run)
    {
        writer.WriteStartArray("profile");
        foreach (var time in run.Profile)
        {
            writer.WriteStartArray();
            writer.WriteStringValue(time.Strategy.Name);
            writer.WriteStringValue(time.Callback);
            writer.WriteNumberValue(time.Calls);
            writer.WriteNumberValue(time.Events);
            writer.WriteNumberValue(Math.Round(time.TotalMs, 3));
            writer.WriteNumberValue(Math.Round(time.SlowestMs, 3));
            writer.WriteEndArray();
        }

        writer.WriteEndArray();
    }

    /// <summary>Past the bound half of the room goes to refused signals: those are what a reader looks for.</summary>
    private static IEnumerable<SignalRow> Ledger(IReadOnlyList<SignalRow> rows)
    {
        if (rows.Count <= SignalsMax)
        {
            return rows;
        }

        var refused = rows.Where(r => r.Outcome != "accepted").Take(SignalsMax / 2).ToArray();
        var accepted = rows.Where(r => r.Outcome == "accepted").Take(SignalsMax - refused.Length);
        return refused.Concat(accepted).OrderBy(r => r.Time.Ms);
    }

    private static void WritePrices(Utf8JsonWriter writer, IReadOnlyList<PriceSeries> prices)
    {
        var countMax = Math.Max(1, Math.Min(CandlesMax, CandlesMaxTotal / Math.Max(1, prices.Count)));
        writer.WriteStartArray("prices");
        foreach (var series in prices)
        {
            var candles = CurveThinning.Candles(series.Candles, countMax);
            writer.WriteStartObject();
            writer.WriteString("symbol", series.Symbol.Name);
            writer.Numbers("t", candles.Select(c => (double)c.StartMs));
            writer.Numbers("o", candles.Select(c => c.Open));
            writer.Numbers("h", candles.Select(c => c.High));
            writer.Numbers("l", candles.Select(c => c.Low));
            writer.Numbers("c", candles.Select(c => c.Close));
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }
}
