using System.Text.Json;
using System.Text.Json.Serialization;

namespace StrategyHost.Bybit.Wire;

/// <summary>A REST reply. Success is retCode 0 and nothing else; any other may be missing (Bybit V5 guide, read 2026-07-24).</summary>
public sealed class RestReply<T> : WireObject
{
    public int? RetCode { get; set; }
    public string? RetMsg { get; set; }
    public T? Result { get; set; }

    /// <summary>Raw: an empty object, or the per-item codes of a batch (<see cref="BatchCodes"/>).</summary>
    public JsonElement? RetExtInfo { get; set; }

    /// <summary>Server time in ms.</summary>
    public long? Time { get; set; }

    [JsonIgnore]
    public bool IsSuccess => RetCode == 0;
}

/// <summary>
/// The result of writes whose answer is not used: trading-stop answers nothing at all, create and cancel two ids that the stream tells.
/// </summary>
public sealed class EmptyRow : WireObject;

/// <summary>The result of every listing endpoint. The cursor is opaque; null or empty on the last page.</summary>
public sealed class ListResult<T> : WireObject
{
    public string? Category { get; set; }
    public string? Symbol { get; set; }
    public T[]? List { get; set; }
    public string? NextPageCursor { get; set; }

    /// <summary>"1" or "0" on cancel-all.</summary>
    public string? Success { get; set; }
}

/// <summary>
/// A data message of a public or private stream. Public ones carry type and ts, private ones id and creationTime; all times in ms.
/// The order of the fields differs between topics.
/// </summary>
public sealed class StreamMessage<T> : WireObject
{
    public string? Id { get; set; }
    public string? Topic { get; set; }
    public WireMessageType Type { get; set; }
    public T? Data { get; set; }

    /// <summary>When the message was made.</summary>
    public long? Ts { get; set; }

    /// <summary>When the matching engine made the data; comparable with a trade's time.</summary>
    public long? Cts { get; set; }

    /// <summary>Cross sequence of a ticker.</summary>
    public long? Cs { get; set; }
    public long? CreationTime { get; set; }
}

/// <summary>
/// An answer to one of our messages on any stream: acknowledgements of auth, subscribe, ping and orders. Public and private streams speak
/// of success and ret_msg, the trade stream of retCode and retMsg.
/// </summary>
public sealed class StreamReply : WireObject
{
    public bool? Success { get; set; }

    [JsonPropertyName("ret_msg")]
    public string? StreamMsg { get; set; }

    [JsonPropertyName("conn_id")]
    public string? ConnectionId { get; set; }

    [JsonPropertyName("req_id")]
    public string? RequestId { get; set; }
    public string? Op { get; set; }
    public string? Type { get; set; }

    /// <summary>The server's time of a private pong.</summary>
    public string[]? Args { get; set; }
    public string? ReqId { get; set; }
    public int? RetCode { get; set; }
    public string? RetMsg { get; set; }
    public string? ConnId { get; set; }

    /// <summary>Raw: an order id pair, a batch list, topics, or the server's time of a trade pong.</summary>
    public JsonElement? Data { get; set; }
    public JsonElement? RetExtInfo { get; set; }
    public Dictionary<string, string>? Header { get; set; }
}
