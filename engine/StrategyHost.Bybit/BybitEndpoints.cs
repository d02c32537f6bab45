using StrategyHost.Core.Domain;

namespace StrategyHost.Bybit;

/// <summary>
/// The hosts of one environment (Bybit V5 integration guide, read 2026-07-24). Keys belong to exactly one of them. Demo trades on its own
/// host and private stream but shows the market of live; a loopback emulator is just another set of hosts.
/// </summary>
public sealed record BybitEndpoints
{
    public static readonly BybitEndpoints Live = Of("https://api.bybit.com", "wss://stream.bybit.com", "wss://stream.bybit.com");
    public static readonly BybitEndpoints Demo = Of("https://api-demo.bybit.com", "wss://stream.bybit.com", "wss://stream-demo.bybit.com");
    public static readonly BybitEndpoints Testnet =
        Of("https://api-testnet.bybit.com", "wss://stream-testnet.bybit.com", "wss://stream-testnet.bybit.com");

    private BybitEndpoints() { }

    /// <summary>Base of REST, without path.</summary>
    public required Uri Rest { get; init; }

    /// <summary>Whole address of the public stream of linear contracts.</summary>
    public required Uri PublicStream { get; init; }

    /// <summary>Whole address of the private stream.</summary>
    public required Uri PrivateStream { get; init; }

    /// <summary>
    /// These hosts with some replaced (contracts §3, <c>endpoints</c>); null keeps one. A stream's address without a path gets the
    /// exchange's path. Refused: anything but https and wss, except to loopback, because signed requests would be readable on the way.
    /// </summary>
    public Result<BybitEndpoints> With(string? rest, string? publicStream, string? privateStream)
    {
        var errors = new List<Error>();
        var changed = this with
        {
            Rest = Address(errors, "endpoints.rest", rest, Rest, "http"),
            PublicStream = Address(errors, "endpoints.publicStream", publicStream, PublicStream, "ws"),
            PrivateStream = Address(errors, "endpoints.privateStream", privateStream, PrivateStream, "ws"),
        };
        return errors.Count == 0 ? changed : Result<BybitEndpoints>.Failed(errors);
    }

    private static BybitEndpoints Of(string rest, string publicHost, string privateHost) => new()
    {
        Rest = new Uri(rest),
        PublicStream = new Uri(publicHost + "/v5/public/linear"),
        PrivateStream = new Uri(privateHost + "/v5/private"),
    };

    private static Uri Address(List<Error> errors, string field, string? text, Uri known, string scheme)
    {
        if (text is null)
        {
            return known;
        }

        if (!Uri.TryCreate(text, UriKind.Absolute, out var uri) || (uri.Scheme != scheme && uri.Scheme != scheme + "s"))
        {
            errors.Add(Wrong(field, text, "endpoint_invalid", $"{field} is no {scheme}s address. Write {scheme}s://host."));
            return known;
        }

        if (uri.Scheme == scheme && !uri.IsLoopback)
        {
            errors.Add(Wrong(
                field, text, "endpoint_plain",
                $"{field} is plain {scheme} to another machine. Use {scheme}s; plain is for loopback only."));
            return known;
        }

        if (uri.UserInfo.Length > 0 || uri.Query.Length > 0)
        {
            errors.Add(Wrong(field, uri.Host, "endpoint_invalid", $"{field} may hold no user and no query. Write host and path only."));
            return known;
        }

        return scheme == "ws" && uri.AbsolutePath == "/" ? new Uri(uri, known.AbsolutePath) : uri;
    }

    private static Error Wrong(string field, string value, string rule, string message) => new()
    {
        Field = field,
        Value = value,
        Rule = rule,
        Message = message,
    };
}
