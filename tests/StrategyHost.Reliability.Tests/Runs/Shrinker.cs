using System.Diagnostics;
using StrategyHost.Reliability.Tests.World;

namespace StrategyHost.Reliability.Tests.Runs;

/// <summary>
/// Makes a failing run smaller as long as the same invariant breaks: whole kinds of faults, mirror, symbols, strategies, events, then
/// single strikes. It ends with the smallest that it found in its time.
/// </summary>
internal static class Shrinker
{
    private const int RunsMax = 600;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public static RunResult Shrink(RunResult failed)
    {
        var best = failed;
        var watch = Stopwatch.StartNew();
        var runs = 0;
        bool Try(WorldOptions options)
        {
            if (runs++ >= RunsMax || watch.Elapsed > Patience)
            {
                return false;
            }

            var result = SimWorld.Run(options);
            if (result.Broken != failed.Broken)
            {
                return false;
            }

            best = result;
            return true;
        }

        for (var before = int.MaxValue; Size(best) < before;)
        {
            before = Size(best);
            Try(best.Options with { Events = Math.Min(best.Options.Events, Math.Max(1, best.Event)) });
            Try(best.Options with { Events = Math.Max(1, best.Options.Events / 2) });
            foreach (var kind in best.Options.Rates.On.ToArray())
            {
                Try(best.Options with { Rates = best.Options.Rates.With(kind, 0) });
            }

            Try(best.Options with { Mirror = null });
            Try(best.Options with { Strategies = 1 });
            Try(best.Options with { Symbols = Math.Max(best.Options.Strategies, best.Options.Symbols - 1) });
            Singles(() => best, Try);
        }

        return SimWorld.Run(best.Options with { KeepsTrace = true });
    }

    /// <summary>Halves of the strikes first, then smaller parts.</summary>
    private static void Singles(Func<RunResult> best, Func<WorldOptions, bool> tries)
    {
        for (var part = Math.Max(1, best().Strikes.Count / 2); part >= 1; part /= 2)
        {
            for (var from = 0; from < best().Strikes.Count;)
            {
                var without = best().Strikes.Skip(from).Take(part);
                if (!tries(best().Options with { LeftOut = best().Options.LeftOut.Concat(without).ToHashSet() }))
                {
                    from += part;
                }
            }
        }
    }

    private static int Size(RunResult result) => (result.Options.Events * 10) + (result.Strikes.Count * 10) + result.Options.Rates.On.Count()
        + (result.Options.Mirror is null ? 0 : 5) + result.Options.Symbols + result.Options.Strategies;
}
