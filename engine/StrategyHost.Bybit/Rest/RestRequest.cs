using System.Text;
using System.Text.Json.Serialization.Metadata;
using StrategyHost.Bybit.Wire;
using StrategyHost.Core.Domain;

namespace StrategyHost.Bybit.Rest;

/// <summary>
/// One request: the very bytes of query or body, which are signed and sent as they are, and the type of its reply. Kind decides what an
/// error code means; reads count as places of nothing, so their unclear failures are ambiguous and harmless.
/// </summary>
public sealed record RestRequest<T>(string Path, JsonTypeInfo<RestReply<T>> Reply)
{
    /// <summary>GET: without <c>?</c>.</summary>
    public string Query { get; init; } = "";

    /// <summary>POST when set.</summary>
    public byte[]? Body { get; init; }
    public bool IsSigned { get; init; } = true;
    public RequestKind Kind { get; init; } = RequestKind.Place;
    public RequestPriority Priority { get; init; } = RequestPriority.Read;

    /// <summary>What it takes from the endpoint's budget: of a batch, its orders.</summary>
    public int Cost { get; init; } = 1;

    /// <summary>How long it may wait for the request budget; then it comes back as Retryable, unsent.</summary>
    public int BudgetWaitMs { get; init; } = 5000;
}

/// <summary>Builds query strings in the order given, percent-encoded once.</summary>
internal static class Query
{
    public static string Of(params ReadOnlySpan<(string Name, string? Value)> parameters)
    {
        var text = new StringBuilder();
        foreach (var (name, value) in parameters)
        {
            if (!string.IsNullOrEmpty(value))
            {
                text.Append(text.Length == 0 ? "" : "&").Append(name).Append('=').Append(Uri.EscapeDataString(value));
            }
        }

        return text.ToString();
    }

    /// <summary>
    /// The cursor of the next page is opaque and already percent-encoded (bybit-v5 §1.3): it goes back byte for byte, because encoding it
    /// again would name another page.
    /// </summary>
    public static string WithCursor(string query, string? cursor) =>
        string.IsNullOrEmpty(cursor) ? query : $"{query}{(query.Length == 0 ? "" : "&")}cursor={Escaped(cursor)}";

    private static string Escaped(string cursor) => cursor.Contains('%', StringComparison.Ordinal) ? cursor : Uri.EscapeDataString(cursor);
}
