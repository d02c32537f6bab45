using StrategyHost.Core.Domain;
using StrategyHost.Core.Kernel;
using StrategyHost.Core.Kernel.Saved;
using StrategyHost.Host.Journal;
using StrategyHost.Storage.Journal;

namespace StrategyHost.Host.Replay;

/// <summary>
/// The first step at which the replay is not the run. Expected is what was recorded, Actual what the kernel does now; null: nothing.
/// </summary>
internal sealed record ReplayDifference(long Seq, int Part, Timestamp At, string Input, string What)
{
    public string? Expected { get; init; }
    public string? Actual { get; init; }
}

/// <summary>How far a replay came. Unrecorded: effects that the run did not live to write.</summary>
internal sealed record ReplayResult(
    long Steps, long Effects, long Unrecorded, long Hashes, ReplayEnding Ending, ReplayDifference? Difference);

/// <summary>
/// Steps a fresh kernel through what was recorded of a run and compares its effects, each by kind and content, in their order. It ends with
/// the first difference, or with the last step that is whole in the records.
/// </summary>
internal sealed class RunReplay
{
    private readonly RecordedRun _run;
    private readonly EngineKernel _kernel;
    private readonly RecordedInputs _inputs;
    private readonly EffectList _effects = new();
    private readonly HashSet<AccountId> _accounts;
    private long _steps;
    private long _compared;
    private long _unrecorded;
    private long _hashes;

    public RunReplay(RecordedRun run)
    {
        _run = run;
        _kernel = new EngineKernel(run.Facts.Options);
        if (run.Facts.Saved is { } saved)
        {
            _kernel.Restore(saved); // what could not be taken up then cannot be now
        }

        _inputs = new RecordedInputs(_kernel);
        _accounts = [.. _kernel.Accounts.Select(a => a.Account)];
    }

    /// <param name="each">Called after each step with its number.</param>
    public ReplayResult Run(Action<long> each)
    {
        foreach (var step in _run.Read())
        {
            var input = _inputs.Of(step);
            if (!input.IsOk)
            {
                return Result(Broken(step, input.Errors[0]));
            }

            if (IsCut(step, input.Value.Parts))
            {
                var why = $"the run was killed or still runs: of step {step.Seq} not all is in the files";
                return Result(null, new ReplayEnding("not_ended", why));
            }

            _kernel.Step(input.Value.Input, _effects);
            _steps++;
            if (Compare(step, input.Value.Input, input.Value.Parts) is { } difference)
            {
                return Result(difference);
            }

            each(step.Seq);
        }

        return Result(null);
    }

    private ReplayResult Result(ReplayDifference? difference, ReplayEnding? ending = null) => new(
        _steps, _compared, _unrecorded, _hashes,
        ending ?? _run.Ending ?? new ReplayEnding("difference", "the replay ended with the first difference"), difference);

    /// <summary>Reports that came together may have been cut apart by the end of the process.</summary>
    private bool IsCut(RecordedStep step, int parts) =>
        step.Market is null && step.Rows[parts - 1] is var (owner, last)
        && JournalCodec.Decode(last) is { IsOk: true, Value: ExchangeReport } && _run.IsCutAt(owner, step.Seq, last.Stamp.Part);

    private ReplayDifference? Compare(RecordedStep step, EngineInput input, int parts)
    {
        var effects = step.Rows.Where(r => r.Row.Stamp.Part >= parts || step.Market is not null);
        var recorded = new Queue<(string Owner, JournalRow Row)>(effects);
        for (var part = parts; _effects.TryTake(out var effect); part++)
        {
            if (effect is CallScript call)
            {
                _inputs.Called(call, input.At);
            }

            var stamp = new JournalStamp(step.Seq, part, input.At);
            if (recorded.TryPeek(out var expected) && expected.Row.Stamp.Part == part)
            {
                recorded.Dequeue();
                _compared++;
                if (!AreSame(expected.Row, effect!, stamp))
                {
                    return Different(step, stamp, input, expected.Row, effect);
                }
            }
            else if (_run.IsBeyond(OwnerOf(effect!), step.Seq, part))
            {
                _unrecorded++;
            }
            else
            {
                return Different(step, stamp, input, null, effect);
            }
        }

        return Rest(step, input, recorded);
    }

    /// <summary>What was recorded and did not come now: marks of the state are compared, effects are missing.</summary>
    private ReplayDifference? Rest(RecordedStep step, EngineInput input, Queue<(string Owner, JournalRow Row)> recorded)
    {
        foreach (var (_, row) in recorded)
        {
            if (row.Kind != nameof(StateMark))
            {
                return Different(step, row.Stamp, input, row, null);
            }

            _hashes++;
            var now = new StateMark(StateHash.Of(_kernel.Save()), row.Stamp.Part == int.MaxValue);
            if (JournalCodec.Decode(row) is not { IsOk: true, Value: StateMark then } || then.Hash != now.Hash)
            {
                return Different(step, row.Stamp, input, row, null) with { What = "state", Actual = $"StateMark {now.Hash}" };
            }
        }

        return null;
    }

    private string OwnerOf(Effect effect) =>
        RunJournal.AccountOf(effect) is { } account && _accounts.Contains(account) ? account.Name : RunJournal.HostOwner;

    private static bool AreSame(JournalRow expected, Effect effect, JournalStamp stamp)
    {
        var actual = JournalCodec.Encode(stamp, effect);
        if (actual.Kind != expected.Kind || actual.Body == expected.Body)
        {
            return actual.Kind == expected.Kind;
        }

        var decoded = JournalCodec.Decode(expected);
        return effect is CallScript call
            ? decoded is { IsOk: true, Value: CallScriptNote note } && note.Strategy == call.Strategy
                && CallNotes.AreSame(note.Call, CallNote.Of(call.Call))
            : expected.Version < actual.Version && decoded is { IsOk: true, Value: Effect old }
                && JournalCodec.Encode(stamp, old).Body == actual.Body;
    }

    private static ReplayDifference Different(
        RecordedStep step, JournalStamp stamp, EngineInput input, JournalRow? expected, Effect? actual) =>
        new(step.Seq, stamp.Part, input.At, InputTexts.Of(step, input), "effect")
        {
            Expected = expected is null ? null : $"{expected.Kind} {expected.Body}",
            Actual = actual is null ? null : JournalCodec.Encode(stamp, actual) is var row ? $"{row.Kind} {row.Body}" : null,
        };

    private static ReplayDifference Broken(RecordedStep step, Error error) => new(
        step.Seq, 0, step.Rows.Count > 0 ? step.Rows[0].Row.Stamp.At : default, InputTexts.Of(step, null), "input")
    {
        Actual = error.Message,
    };
}

/// <summary>Inputs for people.</summary>
internal static class InputTexts
{
    public static string Of(RecordedStep step, EngineInput? input) => (step.Market ?? input) switch
    {
        TradesPrinted trades => $"TradesPrinted {trades.Block.Symbol} {new Price(trades.Block.Price[trades.From])}",
        BookChanged book => $"BookChanged {book.Symbol} {Best(book.Bids)} / {Best(book.Asks)}",
        MarkChanged mark => $"MarkChanged {mark.Symbol} mark {mark.Mark} index {mark.Index}",
        KlinesClosed klines => "KlinesClosed " + string.Join(", ", klines.Series.Select(s => $"{s.Block.Symbol} {s.Block.Interval}"))
            + (klines.Warming ? " (warm-up)" : ""),
        KlineChanged kline => $"KlineChanged {kline.Symbol} {kline.Interval}",
        Reported => string.Join("; ", step.Rows.Take(JournalCodec.PartsOf(input!)).Select(r => $"{r.Row.Kind} {r.Row.Body}")),
        _ => step.Rows.Count > 0 ? $"{step.Rows[0].Row.Kind} {step.Rows[0].Row.Body}" : "",
    };

    private static string Best(IReadOnlyList<Core.MarketData.BookLevel> side) => side.Count > 0 ? new Price(side[0].Price).ToString() : "-";
}
