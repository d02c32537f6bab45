using System.Diagnostics;
using System.Globalization;

namespace StrategyHost.Bybit.Tests.Simulation;

/// <summary>
/// The simulation as a program of its own: it needs a thread pool with one worker. <c>simulate FROM COUNT [--log] [--plant=NAME]</c> plays
/// seeds, the first one twice, and prints one line for each broken law, then the marks. Exit code 1: a law was broken.
/// </summary>
internal static class Program
{
    private static readonly TimeSpan HangGuard = TimeSpan.FromMinutes(5);

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

        var plant = args.FirstOrDefault(a => a.StartsWith("--plant=", StringComparison.Ordinal))?["--plant=".Length..] ?? "";
        var log = args.Contains("--log") ? Console.WriteLine : (Action<string>?)null;
        return Run((long.Parse(from, CultureInfo.InvariantCulture), int.Parse(count, CultureInfo.InvariantCulture)), plant, log);
    }

    private static int Run((long From, int Count) seeds, string plant, Action<string>? log)
    {
        var watch = Stopwatch.StartNew();
        var sums = new Sums();
        var twice = Play(seeds.From, plant, null);
        for (var seed = seeds.From; sums.Played < seeds.Count && !(sums.Broken > 0 && plant.Length > 0); seed++)
        {
            var result = Play(seed, plant, log);
            if (seed == seeds.From && result.Tally.Trace != twice.Tally.Trace)
            {
                result.Tally.Broken("same seed, same run", $"{twice.Tally.Trace:x16} and {result.Tally.Trace:x16}");
            }

            sums.Add(result);
            result.Tally.Violations.ForEach(v => Console.WriteLine($"seed {seed}: {v}"));
        }

        foreach (var (name, times) in sums.Marks)
        {
            Console.WriteLine($"mark {times} {name}");
        }

        var seconds = watch.Elapsed.TotalSeconds;
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"played {sums.Played} seeds, {sums.Broken} broken, {sums.Played / seconds:F2} seeds/s, "
            + $"{sums.VirtualMs / 1000 / seconds:F0} virtual seconds a second, {sums.Requests / seconds:F0} requests/s"));
        return sums.Broken > 0 ? 1 : 0;
    }

    private static EpisodeResult Play(long seed, string plant, Action<string>? log)
    {
        var episode = Episode.RunAsync(seed, plant, log);
        return episode.Wait(HangGuard) ? episode.Result : throw new TimeoutException($"seed {seed} hangs");
    }

    private sealed class Sums
    {
        public int Played { get; private set; }
        public int Broken { get; private set; }
        public double VirtualMs { get; private set; }
        public long Requests { get; private set; }
        public SortedDictionary<string, long> Marks { get; } = new(StringComparer.Ordinal);

        public void Add(EpisodeResult result)
        {
            Played++;
            Broken += result.Tally.Violations.Count > 0 ? 1 : 0;
            VirtualMs += result.VirtualMs;
            Requests += result.Requests;
            foreach (var (name, times) in result.Tally.Marks)
            {
                Marks[name] = Marks.GetValueOrDefault(name) + times;
            }
        }
    }
}
