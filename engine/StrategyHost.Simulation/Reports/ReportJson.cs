using System.Text.Json;
using StrategyHost.Core.Accounts;
using StrategyHost.Simulation.Backtest;

namespace StrategyHost.Simulation.Reports;

/// <summary>
/// <c>report.json</c> and the document of <c>backtest --json</c> (contracts §1): the contract's fields first and in its order, further
/// figures after them. Money and ratios are decimal strings, counts numbers, times ISO-8601. A figure without a value is null and its
/// reason stands in <c>nulls</c> under the same name.
/// </summary>
public static class ReportJson
{
    private const int CapacityBytes = 64 * 1024;

    private static readonly JsonWriterOptions Options = new() { Indented = false };

    public static byte[] ToBytes(BacktestReport report) => Build(writer => Write(writer, report));

    public static byte[] ToBytes(IReadOnlyList<BacktestReport> reports) => Build(writer => WriteAll(writer, reports));

    /// <summary>
    /// Several runs: <c>{"runs":[…]}</c>. A single run stands alone. What the caller has to add goes to the end of the outermost object.
    /// </summary>
    public static void WriteAll(Utf8JsonWriter writer, IReadOnlyList<BacktestReport> reports, Action<Utf8JsonWriter>? end = null)
    {
        if (reports.Count == 1)
        {
            Write(writer, reports[0], end);
            return;
        }

        writer.WriteStartObject();
        writer.WriteStartArray("runs");
        foreach (var report in reports)
        {
            Write(writer, report);
        }

        writer.WriteEndArray();
        end?.Invoke(writer);
        writer.WriteEndObject();
    }

    public static void Write(Utf8JsonWriter writer, BacktestReport report, Action<Utf8JsonWriter>? end = null)
    {
        var run = report.Result;
        writer.WriteStartObject();
        writer.Texts("strategy", run.Strategies.Select(s => s.Strategy.Name));
        writer.Texts("scriptSha256", run.Strategies.Select(s => s.Sha256));
        writer.WriteString("engine", run.Engine);
        WriteData(writer, run.Data);
        writer.WriteString("fillModel", run.FillModel);
        writer.Texts("assumptions", run.Assumptions);
        writer.WriteNumber("seed", run.Seed);
        writer.WriteString("orderListHash", report.OrderListHash);
        writer.WriteNumber("wallMs", run.WallMs);
        writer.WriteNumber("eventsPerSecond", double.IsFinite(run.EventsPerSecond) ? (long)Math.Min(run.EventsPerSecond, 1e15) : 0);
        WriteSignals(writer, run.Signals);
        writer.WriteStartArray("accounts");
        foreach (var account in report.Accounts)
        {
            AccountJson.Write(writer, account);
        }

        writer.WriteEndArray();
        writer.Texts("warnings", run.Warnings);
        writer.WriteStartObject("marketChange");
        foreach (var market in report.MarketChanges.DistinctBy(m => m.Symbol))
        {
            writer.Figure(market.Symbol.Name, market.Change);
        }

        writer.WriteEndObject();
        WriteProfile(writer, run.Profile);
        end?.Invoke(writer);
        writer.WriteEndObject();
    }

    private static void WriteProfile(Utf8JsonWriter writer, IReadOnlyList<CallbackTime> profile)
    {
        writer.WriteStartArray("profile");
        foreach (var time in profile)
        {
            writer.WriteStartObject();
            writer.WriteString("strategy", time.Strategy.Name);
            writer.WriteString("callback", time.Callback);
            writer.WriteNumber("calls", time.Calls);
            writer.WriteNumber("events", time.Events);
            writer.WriteNumber("totalMs", Math.Round(time.TotalMs, 3));
            writer.WriteNumber("slowestMs", Math.Round(time.SlowestMs, 3));
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static void WriteData(Utf8JsonWriter writer, DataUsed data)
    {
        writer.WriteStartObject("data");
        writer.Texts("files", data.Files);
        writer.WriteNumber("events", data.Events);
        writer.WriteString("from", data.From.ToString());
        writer.WriteString("to", data.To.ToString());
        writer.WriteString("sha256", data.Sha256);
        writer.WriteBoolean("synthetic", data.IsSynthetic);
        writer.WriteEndObject();
    }

    private static void WriteSignals(Utf8JsonWriter writer, SignalCounts signals)
    {
        writer.WriteStartObject("signals");
        writer.WriteNumber("accepted", signals.Accepted);
        writer.WriteStartObject("refused");
        foreach (var (code, count) in signals.Refused.OrderBy(r => r.Key, StringComparer.Ordinal))
        {
            writer.WriteNumber(code, count);
        }

        writer.WriteEndObject();
        writer.WriteNumber("expired", signals.Expired);
        writer.WriteNumber("droppedWarming", signals.DroppedWarming);
        writer.WriteEndObject();
    }

    internal static byte[] Build(Action<Utf8JsonWriter> write)
    {
        using var buffer = new PooledBuffer(CapacityBytes);
        using (var writer = new Utf8JsonWriter(buffer, Options))
        {
            write(writer);
        }

        return buffer.Written.ToArray();
    }
}

/// <summary>Shorthands of the report's JSON: decimal strings, lists of texts, figures.</summary>
internal static class JsonFields
{
    public static void Texts(this Utf8JsonWriter writer, string name, IEnumerable<string> values)
    {
        writer.WriteStartArray(name);
        foreach (var value in values)
        {
            writer.WriteStringValue(value);
        }

        writer.WriteEndArray();
    }

    public static void Money(this Utf8JsonWriter writer, string name, decimal value) => writer.WriteString(name, DecimalText.Of(value));

    public static void Figure(this Utf8JsonWriter writer, string name, Metric metric)
    {
        if (metric.Value is { } value)
        {
            writer.WriteString(name, DecimalText.Of(value));
        }
        else
        {
            writer.WriteNull(name);
        }
    }
}
