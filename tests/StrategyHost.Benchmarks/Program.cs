using System.Globalization;
using System.Text.Json;
using StrategyHost.Benchmarks;
using StrategyHost.Benchmarks.Coverage;
using StrategyHost.Benchmarks.Latency;
using StrategyHost.Benchmarks.Views;
using StrategyHost.Scripting;

// Works W1, W1b and W2 through the whole backtest, beside baseline.js on the same core, small stopwatch benchmarks of its parts,
// the way of an order from the market frame to the wire, the time from 100 filled positions to fully covered ones, and questions to the
// tables of an account with many trades, and to a running host about them, and what rules against fragmentation make of a small account.
//   dotnet run -c Release --project tests/StrategyHost.Benchmarks -- w1|w1b|w2|all|parts|latency|journal|coverage|views|performance|capital
//     [--engine auto|javascriptcore|jint] [--runs 7] [--core 1] [--limits] [--json]
// Each work runs in a child process of its own ("child WORK ENGINE RUNS"), so that cold is cold and its peak memory is its own.
ScriptEngines.Prepare();
try
{
    if (args is ["child", var work, var childEngine, var childRuns])
    {
        var measured = Suite.Measure(Suite.Find(work), childEngine, int.Parse(childRuns, CultureInfo.InvariantCulture));
        Console.WriteLine(JsonSerializer.Serialize(measured, MeasurementJson.Default.Measurement));
        return 0;
    }

    var arguments = BenchmarkArguments.Parse(args);
    if (arguments is null)
    {
        Console.Error.WriteLine("usage: w1|w1b|w2|all|parts|latency|journal|coverage|views|performance|capital "
            + "[--engine auto|javascriptcore|jint] [--runs N] [--core N] [--limits] [--json]");
        return 2;
    }

    if (arguments.What == "parts")
    {
        Parts.Run(arguments.Engine);
        return 0;
    }

    if (arguments.What == "views")
    {
        var report = ViewCost.Measure();
        Console.WriteLine(arguments.Json ? JsonSerializer.Serialize(report, LatencyJson.Default.LatencyReport) : report.Text());
        return 0;
    }

    if (arguments.What == "performance")
    {
        var report = PerformanceCost.Measure();
        Console.WriteLine(arguments.Json ? JsonSerializer.Serialize(report, LatencyJson.Default.LatencyReport) : report.Text());
        return 0;
    }

    if (arguments.What == "capital")
    {
        Console.WriteLine(CapitalUse.Text(arguments.Engine));
        return 0;
    }

    if (arguments.What == "latency")
    {
        var report = await LatencyRun.MeasureAsync(arguments);
        Console.WriteLine(arguments.Json ? JsonSerializer.Serialize(report, LatencyJson.Default.LatencyReport) : report.Text());
        return 0;
    }

    if (arguments.What == "journal")
    {
        var report = JournalCost.Report();
        Console.WriteLine(arguments.Json ? JsonSerializer.Serialize(report, LatencyJson.Default.LatencyReport) : report.Text());
        return 0;
    }

    if (arguments.What == "coverage")
    {
        var report = await CoverageRun.MeasureAsync(arguments);
        Console.WriteLine(arguments.Json ? JsonSerializer.Serialize(report, CoverageJson.Default.CoverageReport) : report.Text());
        return 0;
    }

    var compared = Suite.Run(arguments);
    Console.WriteLine(arguments.Json
        ? JsonSerializer.Serialize(compared, MeasurementJson.Default.ListComparison)
        : ComparisonTable.Text(compared));
    return 0;
}
catch (Exception problem) when (problem is MissingPartException or WrongAnswerException)
{
    Console.Error.WriteLine(problem.Message);
    return 1;
}
