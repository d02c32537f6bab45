using System.Globalization;
using System.Text.Json;

namespace StrategyHost.Benchmarks;

/// <summary>Runs works beside the baseline.</summary>
internal static class Suite
{
    private const int RunsDefault = 7;

    public static Work Find(string name) => Work.All.First(w => w.Name.Equals(name, StringComparison.OrdinalIgnoreCase));

    public static List<Comparison> Run(BenchmarkArguments arguments)
    {
        var works = arguments.What == "all" ? Work.All : [Find(arguments.What)];
        var data = new WorkData();
        return [.. works.Select(w => new Comparison(Ours(w, data, arguments), Baseline(w, data, arguments.Core)))];
    }

    /// <summary>In this process: a cold run, then as many as asked for.</summary>
    public static Measurement Measure(Work work, string engineName, int runs)
    {
        var engine = WorkRun.Engine(engineName);
        var run = new WorkRun(work, work.Tape(new WorkData()), engine);
        var cold = run.Once();
        var warm = Enumerable.Range(0, runs).Select(_ => run.Once()).ToArray();
        return new Measurement
        {
            Work = work.Name,
            Program = "strategyhost, " + engine.Name,
            Cold = cold.EventsPerSecond,
            Median = Measurement.MedianOf(warm.Select(w => w.EventsPerSecond)),
            Min = warm.Min(w => w.EventsPerSecond),
            CpuMs = Measurement.MedianOf(warm.Select(w => w.CpuMs)),
            GcMs = Measurement.MedianOf(warm.Select(w => w.GcMs)),
            AllocatedMib = Measurement.MedianOf(warm.Select(w => w.AllocatedMib)),
            PeakMib = Measurement.PeakOfThisProcess(),
            Trades = cold.Trades,
            Final = cold.Final,
        };
    }

    private static Measurement Ours(Work work, WorkData data, BenchmarkArguments arguments)
    {
        work.BaselineFile(data); // made here, so that the child's peak is that of its runs
        var program = Path.Combine(AppContext.BaseDirectory, "StrategyHost.Benchmarks.dll");
        string[] words = [program, "child", work.Name, arguments.Engine, (arguments.Runs ?? RunsDefault).ToString(CultureInfo.InvariantCulture)];
        var child = ChildProcess.RunPinned(arguments.Core, "dotnet", words);
        return child.ExitCode == 0
            ? JsonSerializer.Deserialize(child.Output, MeasurementJson.Default.Measurement)!
            : throw new WrongAnswerException(child.Error.TrimEnd());
    }

    /// <summary>The plain loop in the shape of engine and callback; null where there is no node.</summary>
    private static Measurement? Baseline(Work work, WorkData data, int core)
    {
        var node = ChildProcess.RunPinned(core, "node", [WorkData.Shared("baseline.js"), work.Name, "callback", work.BaselineFile(data)]);
        var line = node.Output.Split('\n').FirstOrDefault(l => l.StartsWith("RESULT ", StringComparison.Ordinal));
        if (node.ExitCode != 0 || line is null)
        {
            Console.Error.WriteLine($"no baseline for {work.Name}: {node.Error.Trim()}");
            return null;
        }

        var result = JsonDocument.Parse(line["RESULT ".Length..]).RootElement;
        double Seconds(string name) => result.GetProperty(name).GetDouble();
        return new Measurement
        {
            Work = work.Name,
            Program = "baseline.js, callback",
            Cold = work.Events / Seconds("cold_s"),
            Median = work.Events / Seconds("wall_s"),
            Min = work.Events / Seconds("wall_s"),
            CpuMs = Seconds("user_s") * 1000,
            Trades = result.GetProperty("trades").GetInt32(),
            Final = decimal.Round(result.GetProperty("final").GetDecimal(), 2),
        };
    }
}
