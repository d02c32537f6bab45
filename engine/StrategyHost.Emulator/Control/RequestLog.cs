using System.Text.Json.Nodes;
using StrategyHost.Core.Domain;

namespace StrategyHost.Emulator.Control;

/// <summary>One request as it came; retCode is null where no answer left.</summary>
internal sealed record LoggedRequest(long AtMs, string Transport, string Path)
{
    public string? Account { get; init; }
    public string Method { get; init; } = "";
    public string Query { get; init; } = "";
    public string Op { get; init; } = "";
    public string Body { get; init; } = "";
    public int? RetCode { get; init; }
    public int? HttpStatus { get; init; }
}

/// <summary>The last requests of all accounts, oldest first, for tests that ask what a client has sent.</summary>
internal sealed class RequestLog
{
    private const int RequestsMax = 20_000;
    private readonly Lock _gate = new();
    private readonly Queue<LoggedRequest> _requests = new();

    public void Add(LoggedRequest request)
    {
        lock (_gate)
        {
            _requests.Enqueue(request);
            if (_requests.Count > RequestsMax)
            {
                _requests.Dequeue();
            }
        }
    }

    public JsonObject List(string? account)
    {
        lock (_gate)
        {
            var rows = _requests.Where(r => account is null || r.Account == account).Select(r => (JsonNode)Row(r));
            return new JsonObject { ["requests"] = new JsonArray([.. rows]) };
        }
    }

    private static JsonObject Row(LoggedRequest request) => new()
    {
        ["time"] = new Timestamp(request.AtMs).ToString(),
        ["account"] = request.Account,
        ["transport"] = request.Transport,
        ["method"] = request.Method,
        ["path"] = request.Path,
        ["query"] = request.Query,
        ["op"] = request.Op,
        ["body"] = request.Body,
        ["retCode"] = request.RetCode,
        ["httpStatus"] = request.HttpStatus,
    };
}
