using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace StrategyHost.Bybit.Rest;

/// <summary>
/// Signs what one API key sends: lower-case hex HMAC-SHA256 (Bybit V5 guide, read 2026-07-24). It signs bytes, never objects: the caller
/// serialises once and sends the very bytes that were signed, because a percent sign or a blank more breaks the signature.
/// Thread-safe; the REST client and the private streams of the account call it. The secret is never shown.
/// </summary>
public sealed class RequestSigner
{
    private readonly byte[] _secret;

    public RequestSigner(ApiCredentials credentials)
    {
        ApiKey = credentials.Key;
        _secret = Encoding.UTF8.GetBytes(credentials.Secret);
    }

    public string ApiKey { get; }

    /// <summary>
    /// Signature of a REST request over timestamp + key + receive window + payload. The payload is the query string as it stands on the
    /// wire without <c>?</c>, or the body; empty when there is none. Without a receive window neither header nor text carry one.
    /// </summary>
    public string Sign(RequestStamp stamp, ReadOnlySpan<byte> payload)
    {
        var window = stamp.ReceiveWindowMs?.ToString(CultureInfo.InvariantCulture) ?? "";
        var prefix = Encoding.UTF8.GetBytes(stamp.TimestampMs.ToString(CultureInfo.InvariantCulture) + ApiKey + window);
        var text = new byte[prefix.Length + payload.Length];
        prefix.CopyTo(text, 0);
        payload.CopyTo(text.AsSpan(prefix.Length));
        return Hex(text);
    }

    /// <summary>Signature of a stream's auth message; <paramref name="expiresMs"/> must still lie ahead when it arrives.</summary>
    public string SignStream(long expiresMs) =>
        Hex(Encoding.UTF8.GetBytes("GET/realtime" + expiresMs.ToString(CultureInfo.InvariantCulture)));

    private string Hex(ReadOnlySpan<byte> text) => Convert.ToHexStringLower(HMACSHA256.HashData(_secret, text));
}

/// <summary>Server time in ms at which a request claims to be made, and how many ms late it may come; null: the default, 5000.</summary>
public readonly record struct RequestStamp(long TimestampMs, int? ReceiveWindowMs = 5000);

/// <summary>An API key and its secret, from the environment or a file outside the repository. Its text form shows neither.</summary>
public sealed class ApiCredentials(string key, string secret)
{
    public string Key { get; } = key;
    public string Secret { get; } = secret;
    public override string ToString() => "ApiCredentials(hidden)";
}
