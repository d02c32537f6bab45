namespace StrategyHost.Host.Alerts;

/// <summary>
/// HTTP as alerts use it: no redirects (they might lead out of TLS), no proxy to this machine, timeouts by the caller's token.
/// </summary>
internal static class WebClients
{
    /// <summary>Bytes of an answer that are read; what alerts' receivers answer is short.</summary>
    private const int AnswerBytesMax = 1 << 20;

    public static HttpClient For(Uri address)
    {
        var handler = new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = !address.IsLoopback, UseCookies = false };
        return new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan, MaxResponseContentBufferSize = AnswerBytesMax };
    }

    /// <summary>What an answer means for a delivery (RFC 9110 §15, RFC 6585 §4).</summary>
    public static Delivery Of(HttpResponseMessage answer, TimeProvider time)
    {
        var status = (int)answer.StatusCode;
        if (status is >= 200 and < 300)
        {
            return Delivery.Done;
        }

        var asked = answer.Headers.RetryAfter;
        var after = asked?.Delta ?? (asked?.Date is { } date ? date - time.GetUtcNow() : null);
        var isLater = status is 408 or 425 or 429 or >= 500;
        return new Delivery(isLater ? DeliveryKind.Later : DeliveryKind.Refused, $"HTTP {status}", after);
    }

    /// <summary>A connection that failed; the message names host and port only.</summary>
    public static Delivery Of(HttpRequestException problem) => new(DeliveryKind.Later, problem.HttpRequestError.ToString());
}
