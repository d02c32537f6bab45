using Xunit;
using Xunit.Abstractions;
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
        for (ulong s = 1; s <= (ulong)n; s++)
        {
            var r = SimWorld.Run(Swarm.Draw(s));
            steps += r.Steps;
            if (r.Broken is not null)
            {
                broken.Add(r);
            }
        }

        output.WriteLine($"{n} seeds {steps} steps {watch.Elapsed.TotalSeconds:F1} s; {broken.Count} broken");
        foreach (var g in broken.GroupBy(b => b.Broken))
        {
            output.WriteLine($"{g.Key}: {g.Count()}");
            foreach (var r in g.Take(6))
            {
                output.WriteLine($"  seed {r.Options.Seed} event {r.Event} {r.Text[..Math.Min(400, r.Text.Length)]}");
            }
        }
    }
}
