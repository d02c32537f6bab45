using System.Globalization;
using System.Text;
using System.Text.Json.Serialization;

namespace StrategyHost.Benchmarks.Latency;

/// <summary>Median and 99th percentile of a stretch of the way, in microseconds.</summary>
internal sealed record LatencyRow(string What, int Count, double P50Us, double P99Us)
{
    public static LatencyRow Of(string what, IEnumerable<double> microseconds)
    {
        var sorted = microseconds.Order().ToArray();
        return new LatencyRow(what, sorted.Length, At(sorted, 0.50), At(sorted, 0.99));
    }

    private static double At(double[] sorted, double share) => Math.Round(sorted[Math.Min((int)(sorted.Length * share), sorted.Length - 1)], 1);
}

/// <summary>What the latency benchmark found, and what it did not include.</summary>
internal sealed record LatencyReport(string Engine, IReadOnlyList<LatencyRow> Rows, IReadOnlyList<string> Notes)
{
    public string Text()
    {
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"latency on loopback, {Engine}");
        text.AppendLine(CultureInfo.InvariantCulture, $"{"",-72}{"count",7}{"p50 us",10}{"p99 us",10}");
        foreach (var row in Rows)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"{row.What,-72}{row.Count,7}{row.P50Us,10:0.0}{row.P99Us,10:0.0}");
        }

        Notes.ToList().ForEach(n => text.AppendLine(n));
        return text.ToString();
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(LatencyReport))]
internal sealed partial class LatencyJson : JsonSerializerContext;
