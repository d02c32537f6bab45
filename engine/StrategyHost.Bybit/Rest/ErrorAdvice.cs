namespace StrategyHost.Bybit.Rest;

/// <summary>What to do about a failed request.</summary>
public enum ErrorClass
{
    /// <summary>Send the same request again after a pause, with the same orderLinkId.</summary>
    Retryable,

    /// <summary>The request may have taken effect: resolve it by orderLinkId before anything else is sent (reliability §5.3).</summary>
    Ambiguous,

    /// <summary>Refused as it is: nothing happened, and the same request would be refused again.</summary>
    Definitive,

    /// <summary>The wanted state is already there; verify by a read.</summary>
    SuccessLike,

    /// <summary>Stop the account and call a person.</summary>
    Fatal,
}

/// <summary>What is known about the effect of a failed request.</summary>
public enum RequestOutcome { NotAccepted, Unknown, AlreadyDone }

/// <summary>
/// The verdict on one failure: <see cref="Code"/> is Bybit's retCode or the HTTP status, <see cref="Advice"/> one sentence for the log that
/// says what to do. A request whose outcome is not <see cref="RequestOutcome.NotAccepted"/> must never be replaced by one with another id.
/// </summary>
public sealed record ErrorAdvice(int Code, ErrorClass Class, RequestOutcome Outcome, string Advice);
