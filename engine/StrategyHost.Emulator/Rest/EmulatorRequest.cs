using Microsoft.AspNetCore.Http;

namespace StrategyHost.Emulator.Rest;

/// <summary>
/// A request as it came over the wire. <see cref="RawQuery"/> (without the question mark) and <see cref="Body"/> are the bytes that were
/// signed; <see cref="Query"/> is the same query decoded, for the handlers only. At is the server's time in ms.
/// </summary>
public sealed record EmulatorRequest
{
    public required string Method { get; init; }
    public required string Path { get; init; }
    public required string RawQuery { get; init; }
    public required IQueryCollection Query { get; init; }
    public required IHeaderDictionary Headers { get; init; }
    public required ReadOnlyMemory<byte> Body { get; init; }
    public required long AtMs { get; init; }

    /// <summary>So many items of a batch are within the quota.</summary>
    public int ItemsGranted { get; init; } = int.MaxValue;

    /// <summary>A query parameter, null where absent or empty.</summary>
    public string? Parameter(string name) => Query[name].ToString() is { Length: > 0 } value ? value : null;
}
