namespace StrategyHost.Host.Alerts;

/// <summary>Carries a message to where people read it. One attempt; the route decides what follows.</summary>
internal interface IAlertSender
{
    /// <summary>For the log, such as <c>webhook</c> or <c>telegram 1234</c>; no secret.</summary>
    string Name { get; }

    /// <summary>Ends when the token says so; every failure of the other side is a value.</summary>
    Task<Delivery> SendAsync(AlertMessage message, CancellationToken cancellation);
}

internal enum DeliveryKind
{
    Done,

    /// <summary>It may work later: no answer, 408, 425, 429, 5xx.</summary>
    Later,

    /// <summary>The same message will never be taken: wrong address, wrong token, wrong form.</summary>
    Refused,
}

/// <summary>How an attempt ended.</summary>
/// <param name="Kind">What it means.</param>
/// <param name="Why">For the log; never a secret.</param>
/// <param name="After">How long the other side asked to wait; null: it did not say.</param>
internal readonly record struct Delivery(DeliveryKind Kind, string Why = "", TimeSpan? After = null)
{
    public static Delivery Done => new(DeliveryKind.Done);
}
