using System.Globalization;
using System.Text.Json.Serialization;

namespace StrategyHost.Benchmarks;

/// <summary>
/// What one program reached on one work: events per second cold (first run), as median and slowest of the later runs, and the process's
/// peak.
/// </summary>
internal sealed record Measurement
{
    public required string Work { get; init; }
    public required string Program { get; init; }
    public required double Cold { get; init; }
    public required double Median { get; init; }
    public required double Min { get; init; }
    public double CpuMs { get; init; }
    public double GcMs { get; init; }
    public double AllocatedMib { get; init; }
    public double PeakMib { get; init; }
    public int Trades { get; init; }
    public decimal Final { get; init; }

    public static double MedianOf(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return sorted[sorted.Length / 2];
    }

    /// <summary>Peak resident set of this process in MiB (Linux: VmHWM in kB); 0 where it is not told.</summary>
    public static double PeakOfThisProcess()
    {
        const string File = "/proc/self/status";
        var line = System.IO.File.Exists(File)
            ? System.IO.File.ReadLines(File).FirstOrDefault(l => l.StartsWith("VmHWM:", StringComparison.Ordinal))
            : null;
        return line is null
            ? 0
            : double.Parse(line["VmHWM:".Length..].Replace("kB", "", StringComparison.Ordinal), CultureInfo.InvariantCulture) / 1024;
    }
}

/// <summary>Ours and the plain loop's, measured in the same minutes on the same core.</summary>
internal sealed record Comparison(Measurement StrategyHost, Measurement? Baseline)
{
    /// <summary>Our median as a share of the baseline's.</summary>
    public double? Ratio => Baseline is null ? null : StrategyHost.Median / Baseline.Median;
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(Measurement))]
[JsonSerializable(typeof(List<Comparison>))]
internal sealed partial class MeasurementJson : JsonSerializerContext;
