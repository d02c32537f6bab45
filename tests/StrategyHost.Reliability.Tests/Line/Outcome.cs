using StrategyHost.Bybit.Rest;
using StrategyHost.Core.Domain;

namespace StrategyHost.Reliability.Tests.Line;

internal enum Verdict { Taken, AlreadyDone, Refused, Ambiguous, Retryable }

/// <summary>What came back for one request, judged by the adapter's own table.</summary>
internal readonly record struct Outcome(Verdict Verdict, int Code = 0, string Text = "")
{
    public static readonly Outcome Taken = new(Verdict.Taken);
    public static readonly Outcome Silence = new(Verdict.Ambiguous, 0, "no answer in time");
    public static readonly Outcome NoConnection = new(Verdict.Retryable, 0, "no connection");

    public static Outcome Of(RequestKind request, int code, string text)
    {
        var advice = ErrorTable.OfRetCode(code, request, text);
        return new Outcome(advice.Class switch
        {
            ErrorClass.SuccessLike => Verdict.AlreadyDone,
            ErrorClass.Definitive => Verdict.Refused,
            ErrorClass.Fatal or ErrorClass.Retryable when advice.Outcome == RequestOutcome.NotAccepted =>
                advice.Class == ErrorClass.Fatal ? Verdict.Refused : Verdict.Retryable,
            _ => Verdict.Ambiguous,
        }, code, text);
    }
}
