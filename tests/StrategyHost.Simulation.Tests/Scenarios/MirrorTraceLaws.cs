using StrategyHost.Core.Domain;
using StrategyHost.Core.Kernel;
using StrategyHost.Core.Strategies;
using Xunit;

namespace StrategyHost.Simulation.Tests.Scenarios;

/// <summary>
/// The core promise (architecture §3): main's effect trace is byte-identical whatever the mirror does. Signals of every kind at random; a
/// seed that fails is the report.
/// </summary>
public sealed class MirrorTraceLaws
{
    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 8)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Main_leaves_the_same_trace_whatever_becomes_of_the_mirror(int seed)
    {
        var settings = new MirrorSettings
        {
            Reverse = seed % 4 == 1,
            DelayMs = seed % 3 * 900,
            Approach = seed % 5 == 0 ? Core.Settings.Approach.Conservative : Core.Settings.Approach.Same,
        };
        var alone = Run(seed, MirrorTrouble.Absent, settings);
        Assert.True(alone.Trace.Count(l => l.Contains("PlaceOrder", StringComparison.Ordinal)) > 10, "main is busy");
        foreach (var trouble in Enum.GetValues<MirrorTrouble>())
        {
            var troubled = Run(seed, trouble, settings);
            Assert.Equal(trouble is not (MirrorTrouble.Absent or MirrorTrouble.Disabled), troubled.MirrorRequests > 0);
            Assert.Equal(alone.Trace, troubled.Trace);
        }
    }

    private static TroubledLine Run(int seed, MirrorTrouble trouble, MirrorSettings settings)
    {
        var (options, trades, script) = RandomSignalLaws.Market(seed, onTicks: true).WithMirror(settings, 3000).Parts();
        options = (trouble == MirrorTrouble.Absent ? options with { Mirror = null } : options) with { SavesState = true };
        var line = new TroubledLine(trouble, options, trades);
        line.Play(new BareKernel(options, script, line));
        return line;
    }

    private sealed class BareKernel(EngineOptions options, IScriptInstance script, TroubledLine line) : IDrivenEngine
    {
        private readonly EngineKernel _kernel = new(options);
        private readonly EffectList _effects = new();

        public Timestamp NextDue => _kernel.NextDue;

        public void Step(long ms, Func<Timestamp, EngineInput> input)
        {
            var at = new Timestamp(ms);
            _kernel.Step(input(at), _effects);
            while (_effects.TryTake(out var effect))
            {
                line.Take(effect!); // TryTake said that there is one
                if (effect is CallScript call)
                {
                    var answer = script.Call(call.Call, call.View);
                    _kernel.Step(new ScriptReturned(call.Strategy, call.Call, answer) { At = at }, _effects);
                }
            }
        }
    }
}
