using System.Globalization;
using System.Text;

namespace StrategyHost.Benchmarks;

/// <summary>Comparisons as a table: rates in million events per second.</summary>
internal static class ComparisonTable
{
    public static string Text(IEnumerable<Comparison> comparisons)
    {
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture,
            $"{"work",-5}{"program",-30}{"cold M/s",10}{"median M/s",12}{"min M/s",10}{"ratio",8}"
            + $"{"cpu ms",9}{"peak MiB",10}{"trades",8}{"final",12}");
        foreach (var comparison in comparisons)
        {
            Row(text, comparison.StrategyHost, comparison.Ratio);
            if (comparison.Baseline is { } baseline)
            {
                Row(text, baseline, null);
            }
        }

        return text.ToString();
    }

    private static void Row(StringBuilder text, Measurement row, double? ratio)
    {
        var peak = row.PeakMib == 0 ? "" : row.PeakMib.ToString("0", CultureInfo.InvariantCulture);
        var share = ratio?.ToString("0.000", CultureInfo.InvariantCulture) ?? "";
        text.AppendLine(CultureInfo.InvariantCulture,
            $"{row.Work,-5}{row.Program,-30}{row.Cold / 1e6,10:0.00}{row.Median / 1e6,12:0.00}{row.Min / 1e6,10:0.00}{share,8}"
                + $"{row.CpuMs,9:0}{peak,10}{row.Trades,8}{row.Final,12:0.00}");
    }
}
