using System.Globalization;
using System.Text;
using System.Text.Json.Serialization;

namespace StrategyHost.Benchmarks.Coverage;

/// <summary>One run: milliseconds from the last entry seen filled to the last target seen open, and the requests that wrote meanwhile.</summary>
internal sealed record CoverageRow(bool Limits, bool Batches, double CoveredMs)
{
    public int Requests { get; init; }
}

/// <summary>What the coverage benchmark found.</summary>
internal sealed record CoverageReport(string Engine, IReadOnlyList<CoverageRow> Rows)
{
    public string Text()
    {
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"100 positions from filled to three open targets each, ms, {Engine}");
        text.AppendLine(CultureInfo.InvariantCulture, $"{"limits",-8}{"batches",-9}{"runs",6}{"median",10}{"min",10}{"max",10}{"requests",10}");
        foreach (var group in Rows.GroupBy(r => (r.Limits, r.Batches)))
        {
            var sorted = group.Select(r => r.CoveredMs).Order().ToArray();
            text.AppendLine(CultureInfo.InvariantCulture,
                $"{Word(group.Key.Limits),-8}{Word(group.Key.Batches),-9}{sorted.Length,6}{sorted[sorted.Length / 2],10:0}"
                + $"{sorted[0],10:0}{sorted[^1],10:0}{group.Max(r => r.Requests),10}");
        }

        return text.ToString();
    }

    private static string Word(bool isOn) => isOn ? "on" : "off";
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(CoverageReport))]
internal sealed partial class CoverageJson : JsonSerializerContext;
