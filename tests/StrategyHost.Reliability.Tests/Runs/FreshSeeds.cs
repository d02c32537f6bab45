using Xunit;
using Xunit.Abstractions;
using StrategyHost.Reliability.Tests.Faults;
using StrategyHost.Reliability.Tests.World;

namespace StrategyHost.Reliability.Tests.Runs;

/// <summary>Runs seeds that nobody has seen.</summary>
public sealed class FreshSeeds(ITestOutputHelper output)
{
    [Fact]
    public void First()
    {
        var n = int.Parse(Environment.GetEnvironmentVariable("STRATEGYHOST_SEEDS") ?? "50", System.Globalization.CultureInfo.InvariantCulture);
        var watch = System.Diagnostics.Stopwatch.StartNew();
        var broken = new List<RunResult>();
        var steps = 0L;
        var markers = new Markers();
        var struck = new long[100];
        var results = new RunResult[n];
        Parallel.For(0, n, new ParallelOptions { MaxDegreeOfParallelism = 2 }, s => results[s] = SimWorld.Run(Swarm.Draw((ulong)s + 1)));
        foreach (var r in results)
        {
            steps += r.Steps;
            markers.Add(r.Markers);
            for (var i = 0; i < r.Struck.Count; i++) { struck[i] += r.Struck[i]; }
            if (r.Broken is not null)
            {
                broken.Add(r);
            }
        }

        output.WriteLine($"{n} seeds {steps} steps {watch.Elapsed.TotalSeconds:F1} s; {broken.Count} broken");
        foreach (var g in broken.GroupBy(b => b.Broken).OrderBy(g => g.Key))
        {
            output.WriteLine($"{g.Key}: {g.Count()}");
            foreach (var r in g.Take(8))
            {
                output.WriteLine($"  seed {r.Options.Seed} event {r.Event} {r.Text[..Math.Min(500, r.Text.Length)]}");
            }
        }
        output.WriteLine(string.Join(", ", markers.Hits.Select(m => $"{m.Key} {m.Value}")));
        output.WriteLine(string.Join(", ", Enum.GetValues<FaultKind>().Select(k => $"{k} {struck[(int)k]}")));
    }

    [Fact]
    public void One()
    {
        if (Environment.GetEnvironmentVariable("SEED") is not { } list) { return; }
        Parallel.ForEach(list.Split(','), new ParallelOptions { MaxDegreeOfParallelism = 2 }, s => {
        var r = SimWorld.Run(Swarm.Draw(ulong.Parse(s, System.Globalization.CultureInfo.InvariantCulture)) with { KeepsTrace = true });
        if (r.Broken is not null && Environment.GetEnvironmentVariable("SHRINK") != "0") { r = Shrinker.Shrink(r); }
        System.IO.File.WriteAllLines($"/tmp/story_{s}.txt", r.Story);
        var o = r.Options;
        lock (output)
        {
        output.WriteLine($"SEED {s} {r.Broken} {r.Text} at {r.AtMs}");
        output.WriteLine($"   strikes {r.Strikes.Count}: {string.Join(' ', r.Strikes.Take(20).Select(x => $"{x.Kind}/{x.Where}/{x.Number}"))} crashes {r.Crashes}");
        output.WriteLine($"   events {o.Events} symbols {o.Symbols} strategies {o.Strategies} share {o.SharesSymbols} mirror {o.Mirror?.Proportion} rev {o.Mirror?.Reverse} delay {o.Mirror?.DelayMs} mode {o.Mode} fill {o.Fill} foreign {o.Foreign} attachFirst {o.Switches.AttachOnFirstFill} clearFlip {o.Switches.ClearStopsOnFlip} {o.Switches.ReduceOnlyOverflow}");
        } });
    }
}
