using System.Text.Json;
using System.Text.Json.Nodes;
using StrategyHost.Emulator.Control;
using StrategyHost.Emulator.Trading;
using StrategyHost.Emulator.Wire;

namespace StrategyHost.Emulator.Streams;

/// <summary>
/// Answers the frames of public and private connections: auth, subscribe, unsubscribe, ping (Bybit V5 connect page, read 2026-07-24).
/// </summary>
internal sealed class StreamServer(
    TradingFloor floor, StreamHub hub, PublicFeed feed, StreamAuthentication authentication, (FaultTable Faults, RequestLog Log) control)
{
    private static readonly string[] PrivateTopics =
        ["order", "execution", "execution.fast", "position", "wallet", "greeks", "dcp", "dcp.future", "dcp.linear", "strategy", "adlAlert"];

    public Task OnFrame(StreamConnection connection, byte[] frame)
    {
        if (Fields.Body(frame) is not { } message)
        {
            connection.Send(Reply(connection, null, "", (false, "Params Error")));
            return Task.CompletedTask;
        }

        var op = Fields.Of(message).Text("op") ?? "";
        if (op != "ping")
        {
            control.Log.Add(new LoggedRequest(floor.NowMs, "ws", connection.Path)
            {
                Account = connection.Account?.Key,
                Op = op,
                Body = op == "auth" ? "" : message.GetRawText(),
            });
        }

        switch (op)
        {
            case "ping":
                connection.Send(Pong(connection, message));
                break;
            case "auth" when connection.Kind == StreamKind.Private:
                Authenticate(connection, message);
                break;
            case "subscribe":
                Subscribe(connection, message);
                break;
            case "unsubscribe":
                hub.Unsubscribe(connection, Args(message));
                connection.Send(Reply(connection, message, op, (true, "")));
                break;
            default:
                connection.Send(Reply(connection, message, op, (false, $"error:unknown op,{op}")));
                break;
        }

        return Task.CompletedTask;
    }

    private static string[] Args(JsonElement message) =>
        message.TryGetProperty("args", out var args) && args.ValueKind == JsonValueKind.Array
            ? [.. args.EnumerateArray().Select(a => a.ValueKind == JsonValueKind.String ? a.GetString()! : a.GetRawText())]
            : [];

    /// <summary>The id as text: ccxt sends a number and finds it by its text.</summary>
    private static string? IdText(JsonElement? message) =>
        message is { } m && m.TryGetProperty("req_id", out var id) ? id.ToString() : null;

    private static JsonObject Reply(StreamConnection connection, JsonElement? message, string op, (bool Success, string Text) outcome)
    {
        var reply = new JsonObject
        {
            ["success"] = outcome.Success,
            ["ret_msg"] = outcome.Text,
            ["conn_id"] = connection.Id,
        };
        if (IdText(message) is { } id)
        {
            reply["req_id"] = id;
        }

        reply["op"] = op;
        return reply;
    }

    private JsonObject Pong(StreamConnection connection, JsonElement message)
    {
        var id = IdText(message) ?? "";
        return connection.Kind == StreamKind.Public
            ? new JsonObject
            {
                ["success"] = true,
                ["ret_msg"] = "pong",
                ["conn_id"] = connection.Id,
                ["req_id"] = id,
                ["op"] = "ping",
            }
            : new JsonObject
            {
                ["req_id"] = id,
                ["op"] = "pong",
                ["args"] = new JsonArray(WireText.Of(floor.NowMs)),
                ["conn_id"] = connection.Id,
            };
    }

    private void Authenticate(StreamConnection connection, JsonElement message)
    {
        var clock = control.Faults.OnRequest(Args(message).FirstOrDefault(), connection.Path, connection.KindName)
            .FirstOrDefault(f => f.Action == FaultAction.Clock);
        var (account, refusal) = authentication.Check(Args(message), floor.NowMs + (clock?.OffsetMs ?? 0));
        connection.Account = account ?? connection.Account;
        connection.Send(Reply(connection, message, "auth", (account is not null, refusal.Text ?? "")));
    }

    private void Subscribe(StreamConnection connection, JsonElement message)
    {
        var topics = Args(message);
        lock (floor.Gate)
        {
            var problem = Problem(connection, topics);
            if (problem is null)
            {
                hub.Subscribe(connection, topics);
            }

            connection.Send(Reply(connection, message, "subscribe", (problem is null, problem ?? "")));
            foreach (var topic in problem is null && connection.Kind == StreamKind.Public ? topics : [])
            {
                if (feed.First(topic, floor.NowMs) is { } first)
                {
                    connection.Deliver(topic, first);
                }
            }
        }
    }

    private string? Problem(StreamConnection connection, string[] topics)
    {
        if (topics.Length == 0)
        {
            return "Params Error";
        }

        if (connection is { Kind: StreamKind.Private, Account: null })
        {
            return "Request not authorized";
        }

        foreach (var topic in topics)
        {
            var isKnown = connection.Kind == StreamKind.Public ? feed.IsKnown(topic) : IsPrivate(topic);
            if (!isKnown)
            {
                return "error:handler not found,topic:" + topic;
            }

            if (hub.IsSubscribed(connection, topic))
            {
                return "error:already subscribed,topic:" + topic;
            }

            if (topic.EndsWith(".linear", StringComparison.Ordinal) && topics.Contains(topic[..^".linear".Length]))
            {
                return "Params Error, all-in-one and categorised topic in one request: " + topic;
            }
        }

        return null;
    }

    private static bool IsPrivate(string topic)
    {
        string[] categories = ["linear", "inverse", "spot", "option"];
        var dot = topic.LastIndexOf('.');
        return PrivateTopics.Contains(topic)
            || (dot > 0 && categories.Contains(topic[(dot + 1)..]) && PrivateTopics.Contains(topic[..dot]));
    }
}
