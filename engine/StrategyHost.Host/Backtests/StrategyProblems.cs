using System.Globalization;
using StrategyHost.Core.Domain;
using StrategyHost.Core.Signals;
using StrategyHost.Simulation.Backtest;

namespace StrategyHost.Host.Backtests;

/// <summary>
/// What a run showed to be wrong with its script, each kind once: a fault; signals that no market could make right (an unknown field, a
/// value that is no number); and stops or targets on the wrong side where no signal at all was accepted. Signals refused for the market's,
/// the account's or the risk rules' sake are results, not problems.
/// </summary>
internal static class StrategyProblems
{
    private static readonly HashSet<string> Sides = [SignalRules.StopWrongSide, SignalRules.TargetWrongSide];
    private static readonly HashSet<string> Mistakes = [.. SignalRules.All.Select(r => r.Key).Except(Sides)];

    public static IReadOnlyList<Error> Of(BacktestResult result, string file)
    {
        var problems = new List<Error>();
        foreach (var kind in result.SignalLedger
            .Where(s => s.Error is not null && IsProblem(s, result))
            .GroupBy(s => (s.Outcome, s.Error!.Field)))
        {
            var first = kind.First();
            var times = kind.Count() == 1 ? "once" : kind.Count().ToString(CultureInfo.InvariantCulture) + " times";
            // filtered above
            problems.Add(first.Error! with { File = file, Message = $"{first.Error!.Message} ({times}, first at {first.Time})" });
        }

        if (result.Fault is { } fault)
        {
            problems.Add(fault.Error);
        }

        return problems;
    }

    /// <summary>A rule that no market could make a signal keep.</summary>
    public static bool IsMistake(string rule) => Mistakes.Contains(rule);

    private static bool IsProblem(SignalRow signal, BacktestResult result) =>
        IsMistake(signal.Outcome) || (Sides.Contains(signal.Outcome) && result.Signals.Accepted == 0);
}
