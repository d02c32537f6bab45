using Xunit;
using Xunit.Abstractions;
using StrategyHost.Reliability.Tests.Faults;
using StrategyHost.Reliability.Tests.World;

namespace StrategyHost.Reliability.Tests.Runs;

/// <summary>Runs seeds that nobody has seen.</summary>
public sealed class DebugSeeds(ITestOutputHelper output)
{
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
