using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using StrategyHost.Emulator.Control;
using StrategyHost.Emulator.Rest;
using StrategyHost.Emulator.Trading;
using StrategyHost.Emulator.Wire;

namespace StrategyHost.Emulator.Streams;

/// <summary>
/// Order entry over WebSocket: each request runs through the REST route of the same name, so that both agree. Op and reqId come back on
/// errors too, since clients find their promise by them (Bybit V5 order entry guideline, read 2026-07-24).
/// </summary>
internal sealed class TradeServer(
    TradingFloor floor, StreamAuthentication authentication, RequestDesk desk, (FaultTable Faults, RequestLog Log) control,
    PrivateFeed feed, TimeProvider time)
{
    private const int RequestIdsMax = 10_000;
    private static readonly Dictionary<string, string> Paths = new(StringComparer.Ordinal)
    {
        ["order.create"] = "/v5/order/create",
        ["order.amend"] = "/v5/order/amend",
        ["order.cancel"] = "/v5/order/cancel",
        ["order.create-batch"] = "/v5/order/create-batch",
        ["order.amend-batch"] = "/v5/order/amend-batch",
        ["order.cancel-batch"] = "/v5/order/cancel-batch",
    };

    public async Task OnFrame(StreamConnection connection, byte[] frame)
    {
        if (Fields.Body(frame) is not { } message)
        {
            connection.Send(Short(connection, "", 10001, "Params Error"));
            return;
        }

        var op = Fields.Of(message).Text("op") ?? "";
        switch (op)
        {
            case "ping":
                var pong = Short(connection, "pong", 0, "OK");
                pong["data"] = new JsonArray(WireText.Of(floor.NowMs));
                connection.Send(pong);
                break;
            case "auth":
                Authenticate(connection, message);
                break;
            default:
                await ServeAsync(connection, message, op);
                break;
        }
    }

    private void Authenticate(StreamConnection connection, JsonElement message)
    {
        if (connection.Account is not null)
        {
            connection.Send(Short(connection, "auth", 20001, "Repeat auth"));
            return;
        }

        var args = message.TryGetProperty("args", out var given) && given.ValueKind == JsonValueKind.Array
            ? given.EnumerateArray().Select(a => a.ValueKind == JsonValueKind.String ? a.GetString()! : a.GetRawText()).ToArray()
            : [];
        var (account, refusal) = authentication.Check(args, floor.NowMs);
        connection.Account = account;
        connection.Send(Short(connection, "auth", refusal.Code, account is null ? refusal.Text : "OK"));
    }

    private async Task ServeAsync(StreamConnection connection, JsonElement message, string op)
    {
        var request = Request(op, message, HeaderOf(message));
        var hit = control.Faults.OnRequest(connection.Account?.Key, request.Path, connection.KindName);
        var entry = new LoggedRequest(request.AtMs, "ws", connection.Path)
        {
            Account = connection.Account?.Key,
            Op = op,
            Body = Encoding.UTF8.GetString(request.Body.Span),
        };
        if (hit.Any(f => f.Action == FaultAction.DropRequest))
        {
            control.Log.Add(entry);
            return;
        }

        await DelayAsync(connection, hit, DelayPlace.Request);
        request = request with { AtMs = floor.NowMs + (hit.FirstOrDefault(f => f.Action == FaultAction.Clock)?.OffsetMs ?? 0) };
        var (reply, rate, hold) = Answer(connection, message, request, hit);
        control.Log.Add(entry with { RetCode = reply.RetCode });
        if (hit.Any(f => f is { Action: FaultAction.Delay, Where: DelayPlace.Reply }) && hold is not null)
        {
            feed.Release(hold);
        }

        await DelayAsync(connection, hit, DelayPlace.Reply);
        if (!hit.Any(f => f.Action == FaultAction.DropReply))
        {
            var answer = Frame(connection, (op, Fields.Of(message).Text("reqId")), (reply, rate), request.AtMs);
            var frame = Encoding.UTF8.GetBytes(answer.ToJsonString());
            var cut = hit.FirstOrDefault(f => f.Action == FaultAction.Truncate);
            connection.Write(cut is null ? frame : frame[..Math.Min(cut.Bytes, frame.Length)]);
        }

        if (hold is { IsReleased: false })
        {
            feed.Release(hold);
        }
    }

    private async Task DelayAsync(StreamConnection connection, IReadOnlyList<Fault> hit, DelayPlace place)
    {
        foreach (var delay in hit.Where(f => f.Action == FaultAction.Delay && f.Where == place))
        {
            await Task.Delay(TimeSpan.FromMilliseconds(delay.Ms), time, connection.Closed);
        }
    }

    /// <summary>HTTP-like faults have the codes here that stand for them on this stream.</summary>
    private (EmulatorReply Reply, RateStatus? Rate, Hold? Hold) Answer(
        StreamConnection connection, JsonElement message, EmulatorRequest request, IReadOnlyList<Fault> hit)
    {
        var refused = hit.Select(f => f switch
        {
            { Action: FaultAction.Ban } => EmulatorReply.Refused(10403, "access too frequent"),
            { Action: FaultAction.Status, Status: 429 } => EmulatorReply.Refused(10429, "system protection"),
            { Action: FaultAction.Status } => EmulatorReply.Refused(10016, "Internal System Error."),
            { Action: FaultAction.RetCode, Accept: false } => EmulatorReply.Refused(f.RetCode, f.RetMsg),
            _ => null,
        }).FirstOrDefault(r => r is not null) ?? Refusal(connection, message, request);
        if (refused is not null)
        {
            return (refused, null, null);
        }

        var answer = desk.AnswerTrade(request, connection.Account!); // refused otherwise
        var code = hit.FirstOrDefault(f => f is { Action: FaultAction.RetCode, Accept: true });
        return code is null ? answer : (EmulatorReply.Refused(code.RetCode, code.RetMsg), answer.Rate, answer.Hold);
    }

    private static Fields HeaderOf(JsonElement message) => Fields.Of(message.TryGetProperty("header", out var given) ? given : null);

    /// <summary>What is wrong before the order itself is looked at.</summary>
    private static EmulatorReply? Refusal(StreamConnection connection, JsonElement message, EmulatorRequest request)
    {
        var (reqId, header) = (Fields.Of(message).Text("reqId"), HeaderOf(message));
        if (connection.Account is null)
        {
            return EmulatorReply.Refused(10003, "the session is not authenticated");
        }

        if (request.Path.Length == 0)
        {
            return EmulatorReply.Refused(10404, "op type is not found");
        }

        if (reqId is not null && !connection.RequestIds.Add(reqId))
        {
            return EmulatorReply.Refused(20006, "reqId is duplicated");
        }

        if (connection.RequestIds.Count > RequestIdsMax)
        {
            connection.RequestIds.Clear();
        }

        return Authentication.TimeRefusal(header.Text("X-BAPI-TIMESTAMP"), header.Text("X-BAPI-RECV-WINDOW"), request.AtMs);
    }

    private EmulatorRequest Request(string op, JsonElement message, Fields header)
    {
        var body = message.TryGetProperty("args", out var args) && args.ValueKind == JsonValueKind.Array && args.GetArrayLength() > 0
            ? args[0].GetRawText()
            : "{}";
        return new EmulatorRequest
        {
            Method = "POST",
            Path = Paths.GetValueOrDefault(op, ""),
            RawQuery = "",
            Query = QueryCollection.Empty,
            Headers = new HeaderDictionary { ["X-BAPI-TIMESTAMP"] = header.Text("X-BAPI-TIMESTAMP") ?? "" },
            Body = Encoding.UTF8.GetBytes(body),
            AtMs = floor.NowMs,
        };
    }

    private static JsonObject Frame(
        StreamConnection connection, (string Op, string? ReqId) of, (EmulatorReply Answer, RateStatus? Rate) reply, long atMs)
    {
        var header = new JsonObject
        {
            ["Traceid"] = connection.Id.Replace("-", "", StringComparison.Ordinal),
            ["Timenow"] = WireText.Of(atMs),
        };
        if (reply.Rate is { } rate)
        {
            header["X-Bapi-Limit"] = WireText.Of(rate.Limit);
            header["X-Bapi-Limit-Status"] = WireText.Of(rate.Remaining);
            header["X-Bapi-Limit-Reset-Timestamp"] = WireText.Of(rate.ResetMs);
        }

        var answer = new JsonObject();
        if (of.ReqId is not null)
        {
            answer["reqId"] = of.ReqId;
        }

        answer["retCode"] = reply.Answer.RetCode;
        answer["retMsg"] = reply.Answer.RetMsg;
        answer["op"] = of.Op;
        answer["data"] = reply.Answer.Result.DeepClone();
        answer["retExtInfo"] = reply.Answer.RetExtInfo.DeepClone();
        answer["header"] = header;
        answer["connId"] = connection.Id;
        return answer;
    }

    private static JsonObject Short(StreamConnection connection, string op, int code, string text) => new()
    {
        ["retCode"] = code,
        ["retMsg"] = text,
        ["op"] = op,
        ["connId"] = connection.Id,
    };
}
