using System.Diagnostics;
using System.Text.Json;
using StrategyHost.Bybit.Wire;
using StrategyHost.Core.Domain;

namespace StrategyHost.Bybit.Rest;

/// <summary>
/// From HTTP status and body to a result. Pure. Only a whole envelope with retCode 0 is a success; a page of HTML, half a body, an empty
/// body or an unknown code is never one, and never a refusal either (bybit-v5 §1.3, reliability N03 to N06).
/// </summary>
internal static class ReplyReader
{
    public static RestResult<T> Read<T>(RestRequest<T> request, int status, ReadOnlySpan<byte> body)
    {
        if (Parse(request, body) is not { RetCode: { } code } reply)
        {
            return status == 200
                ? new Ambiguous<T>(0, "the answer is no envelope")
                : Judge<T>(ErrorTable.OfHttpStatus(status), $"HTTP {status}");
        }

        var at = reply.Time is { } ms ? new Timestamp(ms) : (Timestamp?)null;
        if (code != 0)
        {
            return Judge<T>(ErrorTable.OfRetCode(code, request.Kind, reply.RetMsg), reply.RetMsg ?? "") with { ServerTime = at };
        }

        // What answers nothing may leave its result out (bybit-v5 §1.3); everything else must have one.
        return status == 200 && (reply.Result ?? (typeof(T) == typeof(EmptyRow) ? (T)(object)new EmptyRow() : default)) is { } value
            ? new Ok<T>(value) { ServerTime = at, ExtInfo = reply.RetExtInfo }
            : new Ambiguous<T>(status == 200 ? 0 : status, "a success without result") { ServerTime = at };
    }

    private static RestReply<T>? Parse<T>(RestRequest<T> request, ReadOnlySpan<byte> body)
    {
        try
        {
            return body.IsEmpty ? null : JsonSerializer.Deserialize(body, request.Reply);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>The result that a verdict stands for; also of one row of a batch.</summary>
    public static RestResult<T> Judge<T>(ErrorAdvice advice, string text)
    {
        var full = text.Length == 0 ? advice.Advice : text;
        return advice.Class switch
        {
            ErrorClass.Definitive => new Refused<T>(advice.Code, full),
            ErrorClass.Fatal when advice.Outcome == RequestOutcome.NotAccepted => new Refused<T>(advice.Code, full) { IsFatal = true },
            ErrorClass.Fatal => new Ambiguous<T>(advice.Code, full),
            ErrorClass.SuccessLike => new AlreadyDone<T>(advice.Code, full),
            ErrorClass.Retryable when advice.Outcome == RequestOutcome.NotAccepted => new Retryable<T>(advice.Code, full, null),
            ErrorClass.Retryable => new Ambiguous<T>(advice.Code, full),
            ErrorClass.Ambiguous => new Ambiguous<T>(advice.Code, full),
            _ => throw new UnreachableException(advice.ToString()),
        };
    }
}
