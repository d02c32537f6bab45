using StrategyHost.Core.Domain;
using StrategyHost.Core.Kernel;
using StrategyHost.Core.Strategies;
using StrategyHost.Storage.Journal;

namespace StrategyHost.Host.Replay;

/// <summary>
/// Records back into the input of their step. Answers of scripts are paired with the call that the kernel of the replay has under way; one
/// to another call is a difference.
/// </summary>
internal sealed class RecordedInputs(EngineKernel kernel)
{
    private readonly Dictionary<StrategyId, (ScriptCall Call, Timestamp At)> _called = [];

    /// <summary>A call that the replay's kernel made in a step at this time.</summary>
    public void Called(CallScript call, Timestamp at) => _called[call.Strategy] = (call.Call, at);

    /// <summary>The input, and how many parts of its step it took; an error where the records are none.</summary>
    public Result<(EngineInput Input, int Parts)> Of(RecordedStep step)
    {
        if (step.Market is { } market)
        {
            return (market, 1);
        }

        var reports = new List<ExchangeReport>();
        for (var part = 0; part < step.Rows.Count && step.Rows[part].Row is var row && row.Stamp.Part == part; part++)
        {
            var decoded = JournalCodec.Decode(row);
            if (!decoded.IsOk)
            {
                return Result<(EngineInput, int)>.Failed(decoded.Errors);
            }

            if (decoded.Value is not ExchangeReport report)
            {
                return reports.Count > 0 ? Reports(reports, step) : Single(decoded.Value, step);
            }

            reports.Add(report);
        }

        return reports.Count > 0 ? Reports(reports, step) : Difference(step, "the step has effects and no input");
    }

    private static (EngineInput Input, int Parts) Reports(List<ExchangeReport> reports, RecordedStep step)
    {
        var input = new Reported(reports) { At = step.Rows[0].Row.Stamp.At };
        return (input, JournalCodec.PartsOf(input));
    }

    private Result<(EngineInput Input, int Parts)> Single(object what, RecordedStep step) => what switch
    {
        EngineInput input => (input, 1),
        ScriptReturnedNote note when Lane(note.Strategy) is { } lane =>
            lane.IsParked || lane is { HasFault: true, InFlight: null } ? (Returned(note, lane, note.At), 1)
            : lane.InFlight is { } call && CallNotes.AreSame(CallNote.Of(call), note.Call) ? (Returned(note, call), 1)
            : Difference(step, $"{note.Strategy} answered {CallNotes.Text(note.Call)}, and the kernel waits for "
                + (lane.InFlight is { } other ? CallNotes.Text(CallNote.Of(other)) : "no answer")),
        ScriptOverdueNote note when Lane(note.Strategy) is not null => (Overdue(note), 1),
        _ => Difference(step, $"a {step.Rows[0].Row.Kind} is no input that this kernel can be given"),
    };

    private static ScriptReturned Returned(ScriptReturnedNote note, ScriptCall call) =>
        new(note.Strategy, call, note.Answer) { At = note.At };

    /// <summary>The strategy is parked: nobody looks at what was answered to.</summary>
    private static ScriptReturned Returned(ScriptReturnedNote note, StrategyLane lane, Timestamp at) =>
        Returned(note, lane.InFlight ?? new StopCall { At = at });

    /// <summary>
    /// The clock's message may have crossed the answer, and is then about a call that has ended: a call that was made only just is not the
    /// one that waited so long.
    /// </summary>
    private ScriptOverdue Overdue(ScriptOverdueNote note)
    {
        var isIt = Lane(note.Strategy)?.InFlight is { } call && CallNotes.AreSame(CallNote.Of(call), note.Call)
            && _called.TryGetValue(note.Strategy, out var called) && note.At.Ms - called.At.Ms >= note.AfterMs / 2;
        var overdue = isIt ? _called[note.Strategy].Call : new StopCall { At = note.At };
        return new ScriptOverdue(note.Strategy, overdue, note.AfterMs) { At = note.At };
    }

    private StrategyLane? Lane(StrategyId strategy) => kernel.Lanes.FirstOrDefault(l => l.Setup.Strategy == strategy);

    private static Error Difference(RecordedStep step, string what) => new()
    {
        Field = "input",
        Value = step.Rows.Count > 0 ? step.Rows[0].Row.Kind : null,
        Rule = "input_differs",
        Message = what,
    };
}

/// <summary>Notes of script calls, compared by what both sides know.</summary>
internal static class CallNotes
{
    /// <summary>Rows are told by their number and the time of the first; where in which block they stood is not kept.</summary>
    public static bool AreSame(CallNote a, CallNote b) => Plain(a) == Plain(b);

    public static string Text(CallNote note) => $"{note.Kind}{(note.Symbol is { } symbol ? $" of {symbol}" : "")} at {note.At}";

    private static CallNote Plain(CallNote note) => note with { From = 0, To = note.To - note.From };
}
