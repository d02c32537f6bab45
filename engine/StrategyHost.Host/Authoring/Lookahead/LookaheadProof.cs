using System.Globalization;
using StrategyHost.Core.Domain;
using StrategyHost.Host.Backtests;
using StrategyHost.Simulation;
using StrategyHost.Simulation.Backtest;

namespace StrategyHost.Host.Authoring.Lookahead;

/// <summary>How much is proved: tapes that are cut, and ways to put events together, chosen from the seed.</summary>
internal sealed record LookaheadPlan(int Cuts, long Seed)
{
    public const int CutsDefault = 12;

    /// <summary>Ways to put events together: one by one, and two at random.</summary>
    public const int Groupings = 3;
}

/// <summary>The first answer in which a run differs from the first one; one of the two may be missing.</summary>
internal sealed record AnswerDifference(string Run, Timestamp? CutAt, RecordedAnswer? Expected, RecordedAnswer? Found)
{
    /// <summary>Where it shows.</summary>
    public RecordedAnswer Place => (Expected, Found) switch
    {
        ({ } expected, { } found) => found.Row < expected.Row ? found : expected,
        var (expected, found) => expected ?? found ?? throw new InvalidOperationException("a difference has a place"),
    };
}

/// <summary>What a proof found: the same answers in all runs, or where they begin to differ, at most one place a run.</summary>
internal sealed record LookaheadFindings(
    string File, int Runs, IReadOnlyList<Timestamp> Cuts, long Events, int Answers, IReadOnlyList<AnswerDifference> Differences);

/// <summary>
/// Shows that a strategy neither sees the future nor depends on chance: its answers are the same when it runs again, when its events come
/// in other groups, and, up to the cut, when the tape ends at a moment chosen at random. Half of the cuts are at random times, half right
/// at an answer, where somebody who looks ahead misses what he looked at. Instruments, settings and fill model come from the whole tape.
/// </summary>
internal sealed class LookaheadProof(BacktestSession session, LookaheadPlan plan)
{
    private readonly List<AnswerDifference> _differences = [];
    private int _runs;
    private double _left = 2 + LookaheadPlan.Groupings + (plan.Cuts / 2.0);

    /// <summary>For tests of the proof itself: stands between the engine and the script, and may cheat with the tape.</summary>
    public RunVariation Seam { get; init; } = RunVariation.None;

    /// <summary>Hears what is left when a run begins; null: nobody watches.</summary>
    public ProofProgress? Progress { get; init; }

    /// <summary>The first run's result stands for the dry run of <c>check</c>.</summary>
    public (Result<BacktestResult> First, LookaheadFindings? Findings) Run(string file)
    {
        var (result, first) = Play(file, new RunVariation());
        if (!result.IsOk || first is null)
        {
            return (result, null);
        }

        var random = new Prng(plan.Seed);
        Compare("a second run", null, first, Play(file, new RunVariation()).Recorded);
        Compare("one event at a time", null, first, Play(file, new RunVariation { Grouping = 0 }).Recorded);
        for (var i = 1; i < LookaheadPlan.Groupings; i++)
        {
            var seed = (long)(random.NextUInt64() >> 1);
            Compare($"events in random groups ({i})", null, first, Play(file, new RunVariation { Grouping = seed }).Recorded);
        }

        var cuts = Cuts(first, result.Value.Data.To, random);
        var data = result.Value.Data;
        double Share(Timestamp cut) => Math.Clamp((double)(cut.Ms - data.From.Ms) / Math.Max(1, data.To.Ms - data.From.Ms), 0, 1);
        foreach (var cut in cuts.ToArray())
        {
            _left = cuts.Where(c => c >= cut).Sum(Share);
            if (Play(file, new RunVariation { CutAt = cut }).Recorded is { } shorter)
            {
                Compare("a tape that ends there", cut, first, shorter);
            }
            else
            {
                cuts.Remove(cut); // too little is left to run at all
            }
        }

        return (result, new LookaheadFindings(file, _runs, cuts, first.Rows, first.Answers.Count, _differences));
    }

    private (Result<BacktestResult> Result, SignalRecorder? Recorded) Play(string file, RunVariation variation)
    {
        Progress?.Begin(_left--);
        SignalRecorder? recorder = null;
        var until = variation.CutAt ?? Timestamp.MaxValue;
        var result = session.Run([file], variation with
        {
            Wrap = (script, tape) => recorder = new SignalRecorder(Seam.Wrap(script, tape), until),
        });
        _runs++;
        return (result, result.IsOk ? recorder : null);
    }

    private List<Timestamp> Cuts(SignalRecorder first, Timestamp end, Prng random)
    {
        var cuts = new List<Timestamp>();
        if (first.FirstLive is not { } start || end.Ms - start.Ms < 2)
        {
            return cuts;
        }

        var answers = first.Answers.Where(a => a.Time > start && a.Time < end).Select(a => a.Time).Distinct().ToList();
        for (var i = 0; i < plan.Cuts; i++)
        {
            var atAnswer = i % 2 == 1 && answers.Count > 0;
            var at = atAnswer ? answers.Count : (int)Math.Min(int.MaxValue, end.Ms - start.Ms - 1);
            var drawn = random.Below(at);
            cuts.Add(atAnswer ? answers[drawn] : start.AddMs(1 + drawn));
        }

        return [.. cuts.Distinct().Order()];
    }

    /// <summary>Everything that the other run heard, the first one heard too: as many rows, with the same answers.</summary>
    private void Compare(string run, Timestamp? cut, SignalRecorder first, SignalRecorder? other)
    {
        if (other is null)
        {
            throw new InvalidOperationException($"{run} failed where the first run did not");
        }

        var rows = cut is null ? long.MaxValue : other.Rows;
        var expected = first.Answers.Where(a => a.Row < rows).ToArray();
        var found = other.Answers;
        var i = 0;
        while (i < expected.Length && i < found.Count && IsSame(expected[i], found[i]))
        {
            i++;
        }

        if (i < expected.Length || i < found.Count)
        {
            _differences.Add(new AnswerDifference(
                run, cut, i < expected.Length ? expected[i] : null, i < found.Count ? found[i] : null));
        }
    }

    private static bool IsSame(RecordedAnswer a, RecordedAnswer b) =>
        (a.Row, a.Time, a.Callback, a.Symbol) == (b.Row, b.Time, b.Callback, b.Symbol) && a.Json == b.Json;

    /// <summary>The errors that <c>check</c> lists: each says which event, and both answers.</summary>
    public static IEnumerable<Error> Errors(LookaheadFindings findings) => findings.Differences.Select(d => new Error
    {
        File = findings.File,
        Field = d.Place.Callback,
        Value = d.Place.Time.ToString(),
        Rule = d.CutAt is null ? "not_repeatable" : "look_ahead",
        Message = string.Create(CultureInfo.InvariantCulture, $"{d.Place.Callback} {d.Place.Symbol} at {d.Place.Time} answers ")
            + $"{Answer(d.Expected, d.Place)}, and with {d.Run}{(d.CutAt is { } cut ? $" ({cut})" : "")} {Answer(d.Found, d.Place)}; "
            + (d.CutAt is null
                ? "the same events must give the same answers: look for what hangs on speed, memory or the depth of the stack"
                : "an answer must not hang on what comes later"),
    });

    private static string Answer(RecordedAnswer? answer, RecordedAnswer place) =>
        answer is null || answer.Row != place.Row ? "nothing" : answer.Json;
}
