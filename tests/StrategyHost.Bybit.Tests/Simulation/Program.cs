using System.Diagnostics;
using System.Globalization;

namespace StrategyHost.Bybit.Tests.Simulation;

/// <summary>
/// The simulation as a program of its own: it needs a thread pool with one worker. <c>simulate FROM COUNT [SECONDS] [--log]</c> plays seeds
/// until the seconds are over and prints one line for each broken law, then the marks. Exit code 1: a law was broken.
/// </summary>
internal static class Program
{
    private static readonly TimeSpan HangGuard = TimeSpan.FromSeconds(60);

    public static int Main(string[] args)
    {
        if (args is not ["simulate", var from, var count, ..])
        {
            return 0; // the test host asks for nothing
        }

        if (!OneThread.IsAlone)
        {
            Console.Error.WriteLine("start it with DOTNET_PROCESSOR_COUNT=1 and DOTNET_ThreadPool_ForceMaxWorkerThreads=1");
            return 2;
        }

        var seconds = args.Length > 3 && int.TryParse(args[3], CultureInfo.InvariantCulture, out var given) ? given : int.MaxValue;
        var log = args.Contains("--log") ? Console.WriteLine : (Action<string>?)null;
        return Run((long.Parse(from, CultureInfo.InvariantCulture), int.Parse(count, CultureInfo.InvariantCulture)), seconds, log);
    }

    private static int Run((long From, int Count) seeds, int seconds, Action<string>? log)
    {
        var watch = Stopwatch.StartNew();
        var marks = new SortedDictionary<string, long>(StringComparer.Ordinal);
        var (played, broken, virtualMs) = (0, 0, 0L);
        for (var seed = seeds.From; played < seeds.Count && watch.Elapsed.TotalSeconds < seconds; seed++)
        {
            var episode = Episode.RunAsync(seed, log);
            if (!episode.Wait(HangGuard))
            {
                Console.WriteLine($"seed {seed}: it hangs");
                return 3;
            }

            var result = episode.Result;
            played++;
            virtualMs += result.VirtualMs;
            foreach (var (name, times) in result.Tally.Marks)
            {
                marks[name] = marks.GetValueOrDefault(name) + times;
            }

            marks["sum: requests"] = marks.GetValueOrDefault("sum: requests") + result.Requests;
            marks["sum: asked"] = marks.GetValueOrDefault("sum: asked") + result.Asked;
            marks["sum: timers"] = marks.GetValueOrDefault("sum: timers") + result.Timers;
            broken += result.Tally.Violations.Count > 0 ? 1 : 0;
            result.Tally.Violations.ForEach(v => Console.WriteLine($"seed {seed}: {v}"));
            Console.WriteLine($"trace {seed} {result.Tally.Trace:x16}");
        }

        foreach (var (name, times) in marks)
        {
            Console.WriteLine($"mark {times} {name}");
        }

        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"played {played} seeds, {broken} broken, {played / watch.Elapsed.TotalSeconds:F2} seeds/s, "
            + $"{virtualMs / 1000.0 / watch.Elapsed.TotalSeconds:F0} virtual seconds a second"));
        return broken > 0 ? 1 : 0;
    }
}
