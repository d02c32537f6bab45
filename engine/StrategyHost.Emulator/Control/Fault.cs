using System.Text.Json;
using System.Text.Json.Nodes;
using StrategyHost.Emulator.Wire;

namespace StrategyHost.Emulator.Control;

/// <summary>What a fault does (contracts §4).</summary>
internal enum FaultAction
{
    DropRequest,
    DropReply,
    Delay,
    Status,
    Truncate,
    RetCode,
    Ban,
    CloseStream,
    HalfOpen,
    DropMessage,
    Duplicate,
    Reorder,
    Clock,
}

/// <summary>Where a delay lies.</summary>
internal enum DelayPlace { Request, Reply, Message }

/// <summary>
/// What a fault applies to; a null field matches everything. Path and topic are exact, or a prefix that ends in <c>*</c>. The first
/// <see cref="After"/> matches pass, then <see cref="Count"/> are hit (−1: all).
/// </summary>
internal sealed record FaultMatch(string? Account, string? Path, string? Topic, string? Stream, int After, int Count)
{
    public bool MeansAccount(string? account) => Account is null || Account == account;

    public bool MeansTopic(string topic) => Topic is null || Glob(Topic, topic) || Topic + ".linear" == topic;

    public bool MeansPath(string path) => Path is null || Glob(Path, path);

    private static bool Glob(string pattern, string text) => pattern.EndsWith('*')
        ? text.StartsWith(pattern[..^1], StringComparison.Ordinal)
        : pattern == text;
}

/// <summary>One fault as it was asked for; parameters that its action does not know are ignored.</summary>
internal sealed record Fault
{
    private static readonly (string Name, FaultAction Action)[] Names =
    [
        ("drop_request", FaultAction.DropRequest), ("drop_reply", FaultAction.DropReply), ("delay", FaultAction.Delay),
        ("status", FaultAction.Status), ("truncate", FaultAction.Truncate), ("ret_code", FaultAction.RetCode), ("ban", FaultAction.Ban),
        ("close_stream", FaultAction.CloseStream), ("half_open", FaultAction.HalfOpen), ("drop_message", FaultAction.DropMessage),
        ("duplicate", FaultAction.Duplicate), ("reorder", FaultAction.Reorder), ("clock", FaultAction.Clock),
    ];

    public required string Id { get; init; }
    public required FaultMatch Match { get; init; }
    public required FaultAction Action { get; init; }
    public int Ms { get; init; }
    public DelayPlace Where { get; init; }
    public int Status { get; init; } = 500;
    public string Body { get; init; } = "";
    public string ContentType { get; init; } = "text/html";
    public int Bytes { get; init; }
    public int RetCode { get; init; } = 10016;
    public string RetMsg { get; init; } = "";

    /// <summary>With a retCode: the request is carried out all the same.</summary>
    public bool Accept { get; init; }
    public int Window { get; init; } = 2;
    public long OffsetMs { get; init; }

    /// <summary>As it was sent, for the list.</summary>
    public required JsonObject Asked { get; init; }

    /// <summary>A fault of requests and replies, as against one of stream messages.</summary>
    public bool IsOfRequests => Action switch
    {
        FaultAction.DropRequest or FaultAction.DropReply or FaultAction.Status or FaultAction.RetCode or FaultAction.Ban
            or FaultAction.Clock => true,
        FaultAction.Delay => Where != DelayPlace.Message,
        FaultAction.Truncate => Match.Topic is null && Match.Stream is null or "trade",
        FaultAction.CloseStream or FaultAction.HalfOpen or FaultAction.DropMessage or FaultAction.Duplicate or FaultAction.Reorder => false,
    };

    /// <summary>Reads <c>{"match":{…},"action":"delay","ms":500}</c>; the action may also be an object that holds its parameters.</summary>
    public static (Fault? Fault, string? Problem) Read(JsonElement? body, string id)
    {
        if (body is not { } json || !json.TryGetProperty("action", out var action))
        {
            return (null, "send {\"match\":{…},\"action\":…}");
        }

        var (name, own) = NameOf(action);
        var at = Array.FindIndex(Names, n => n.Name == name);
        if (at < 0)
        {
            return (null, $"action must be one of {string.Join(", ", Names.Select(n => n.Name))}");
        }

        var fields = new Fields(field => Fields.Of(own).Text(field) ?? (field == "action" ? null : Fields.Of(json).Text(field)));
        var match = Fields.Of(json.TryGetProperty("match", out var given) ? given : null);
        var fault = new Fault
        {
            Id = id,
            Match = new FaultMatch(
                match.Text("account"), match.Text("path"), match.Text("topic"), match.Text("stream"), Whole(match, "after", 0),
                Whole(match, "count", 1)),
            Action = Names[at].Action,
            Ms = Whole(fields, "ms", 0),
            Where = fields.Choice(
                "where",
                match.Text("topic") is not null || match.Text("stream") is "public" or "private" ? DelayPlace.Message : DelayPlace.Request,
                ("request", DelayPlace.Request),
                ("reply", DelayPlace.Reply),
                ("message", DelayPlace.Message)),
            Status = Whole(fields, "status", 500),
            Body = fields.Text("body") ?? "",
            ContentType = fields.Text("contentType") ?? "text/html",
            Bytes = Whole(fields, "bytes", 0),
            RetCode = Whole(fields, "retCode", 10016),
            RetMsg = fields.Text("retMsg") ?? "",
            Accept = fields.Flag("accept"),
            Window = Math.Max(2, Whole(fields, "window", 2)),
            OffsetMs = Whole(fields, "offsetMs", 0),
            Asked = JsonNode.Parse(json.GetRawText())!.AsObject(), // an object: it has an action
        };
        var refusal = fields.Refusal.IsRefused ? fields.Refusal : match.Refusal;
        return refusal.IsRefused ? (null, refusal.Text) : (fault, null);
    }

    private static (string? Name, JsonElement? Own) NameOf(JsonElement action)
    {
        if (action.ValueKind == JsonValueKind.String)
        {
            return (action.GetString(), null);
        }

        if (action.ValueKind != JsonValueKind.Object)
        {
            return (null, null);
        }

        // {"type":"delay","ms":1} or {"delay":{"ms":1}}
        var named = Fields.Of(action).Text("type") ?? Fields.Of(action).Text("name");
        if (named is not null)
        {
            return (named, action);
        }

        var first = action.EnumerateObject().FirstOrDefault();
        return (first.Name, first.Value.ValueKind == JsonValueKind.Object ? first.Value : null);
    }

    private static int Whole(Fields fields, string name, int otherwise)
    {
        if (fields.Number(name) is not { } number)
        {
            return otherwise;
        }

        if (number != decimal.Truncate(number) || Math.Abs(number) > int.MaxValue)
        {
            fields.Refuse($"{name} must be a whole number");
            return otherwise;
        }

        return (int)number;
    }
}
