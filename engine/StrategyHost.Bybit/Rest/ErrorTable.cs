using System.Collections.Frozen;
using StrategyHost.Core.Domain;

namespace StrategyHost.Bybit.Rest;

/// <summary>
/// What each retCode and HTTP status means for the sender (Bybit V5 error codes, read 2026-07-24).
/// 1. A code that is not listed is ambiguous: silence and riddles are not failures (rule 10).
/// 2. A code may mean different things for a new order and for a cancel: the request's kind is part of the question.
/// 3. Only 10001 is judged by its text; every other text is for people.
/// </summary>
public static class ErrorTable
{
    private static readonly FrozenDictionary<int, ErrorAdvice> Codes = ErrorCodes.All().ToFrozenDictionary(a => a.Code);

    /// <summary>Every listed retCode, ascending.</summary>
    public static IReadOnlyList<ErrorAdvice> Listed { get; } = [.. Codes.Values.OrderBy(a => a.Code)];

    /// <summary>Verdict on a reply whose retCode is not zero.</summary>
    public static ErrorAdvice OfRetCode(int retCode, RequestKind request, string? retMsg = null) => retCode switch
    {
        10001 => OfParameterError(request, retMsg ?? ""),
        110001 or 110008 or 110010 => OfGoneOrder(retCode, request),
        _ => Codes.TryGetValue(retCode, out var advice) ? advice : Unlisted(retCode),
    };

    /// <summary>Verdict on a reply without a readable envelope: an error status, an HTML page, an empty body.</summary>
    public static ErrorAdvice OfHttpStatus(int status) => status switch
    {
        400 => new(status, ErrorClass.Definitive, RequestOutcome.NotAccepted, "Malformed request: a bug, report it."),
        401 => new(status, ErrorClass.Fatal, RequestOutcome.NotAccepted, "Authentication missing or wrong: check key, secret and host."),
        403 => new(status, ErrorClass.Fatal, RequestOutcome.Unknown, "Address banned or region refused: rest 10 minutes, resolve."),
        404 => new(status, ErrorClass.Definitive, RequestOutcome.NotAccepted, "Wrong path or category for this account: a bug, report it."),
        429 => new(status, ErrorClass.Ambiguous, RequestOutcome.Unknown, "System protection: back off with jitter; resolve orders."),
        _ => new(status, ErrorClass.Ambiguous, RequestOutcome.Unknown, "No readable answer: resolve by orderLinkId."),
    };

    private static ErrorAdvice OfParameterError(RequestKind request, string text)
    {
        if (text.Contains("duplicate", StringComparison.OrdinalIgnoreCase))
        {
            return new(10001, ErrorClass.Ambiguous, RequestOutcome.Unknown, "Duplicate id: an earlier attempt may stand, resolve it.");
        }

        // The code of an amend without effect is not documented; the text is what has been seen.
        var isUnchanged = text.Contains("not modified", StringComparison.OrdinalIgnoreCase);
        return isUnchanged && (request is RequestKind.Amend or RequestKind.TradingStop)
            ? new(10001, ErrorClass.SuccessLike, RequestOutcome.AlreadyDone, "Nothing to change: verify by a read.")
            : new(10001, ErrorClass.Definitive, RequestOutcome.NotAccepted, "A parameter was refused: read the message and correct it.");
    }

    private static ErrorAdvice OfGoneOrder(int retCode, RequestKind request) => request switch
    {
        RequestKind.Cancel =>
            new(retCode, ErrorClass.SuccessLike, RequestOutcome.AlreadyDone, "No longer open: read history to learn its fills."),
        RequestKind.Place or RequestKind.Amend or RequestKind.TradingStop =>
            new(retCode, ErrorClass.Definitive, RequestOutcome.NotAccepted, "No longer open: read history, then decide anew."),
    };

    private static ErrorAdvice Unlisted(int retCode) => retCode is >= 170_000 and <= 170_999
        ? new(retCode, ErrorClass.Ambiguous, RequestOutcome.Unknown, "A spot code: check that the category is linear, resolve.")
        : new(retCode, ErrorClass.Ambiguous, RequestOutcome.Unknown, "Unknown code: resolve by orderLinkId and report the code.");
}
