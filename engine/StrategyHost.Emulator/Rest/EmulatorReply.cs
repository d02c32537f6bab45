using System.Text.Json.Nodes;

namespace StrategyHost.Emulator.Rest;

/// <summary>
/// The part of the envelope that a route decides: retCode, retMsg, result. HTTP is 200 for refusals too, except where no route was found
/// (Bybit V5 guide, read 2026-07-24).
/// </summary>
public sealed record EmulatorReply(int RetCode, string RetMsg, JsonObject Result)
{
    public int HttpStatus { get; init; } = 200;

    /// <summary>Codes of a batch's items; empty elsewhere.</summary>
    public JsonObject RetExtInfo { get; init; } = [];

    public static EmulatorReply Ok(JsonObject result) => new(0, "OK", result);

    public static EmulatorReply Refused(int retCode, string retMsg) => new(retCode, retMsg, []);

    public static EmulatorReply RouteNotFound() => Refused(10017, "Route not found.") with { HttpStatus = 404 };

    /// <summary>The whole envelope, its time in ms as a number.</summary>
    public string ToJson(long atMs) => new JsonObject
    {
        ["retCode"] = RetCode,
        ["retMsg"] = RetMsg,
        ["result"] = Result.DeepClone(),
        ["retExtInfo"] = RetExtInfo.DeepClone(),
        ["time"] = atMs,
    }.ToJsonString();
}
