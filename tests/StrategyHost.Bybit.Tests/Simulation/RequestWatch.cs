using System.Text.Json;

namespace StrategyHost.Bybit.Tests.Simulation;

/// <summary>One request of the adapter on its way.</summary>
internal sealed record SentRequest(string Account, string Path, long LeftMs)
{
    /// <summary>Order ids of a create, in the rows' order; empty for other requests.</summary>
    public IReadOnlyList<string> Creates { get; init; } = [];
    public string Body { get; init; } = "";
    public bool IsLate { get; set; }
}

/// <summary>
/// Sees every request leave, reach the emulator and be answered, and judges the adapter by what the exchange's documents say, not by the
/// adapter's own tables. 1. A create is sent again only after an answer that says it was not taken. 2. No more leaves in any rolling window
/// than the quotas allow. 3. After a 403 nothing leaves for 600 s. 4. With clocks and line in order no stamp and no quota is refused.
/// </summary>
internal sealed class RequestWatch(VirtualTime time, Tally tally)
{
    private const long BanMs = 600_000;
    private const long QuietMs = 30_000;
    private static readonly string[] Tens =
    [
        "/v5/order/create", "/v5/order/amend", "/v5/order/cancel", "/v5/order/create-batch", "/v5/order/amend-batch",
        "/v5/order/cancel-batch", "/v5/position/trading-stop",
    ];

    private static readonly string[] Fifties =
        ["/v5/order/realtime", "/v5/order/history", "/v5/execution/list", "/v5/position/list", "/v5/account/wallet-balance"];

    // Codes after which the order may stand all the same (Bybit V5 error codes, read 2026-07-24).
    private static readonly int[] Doubtful = [-1, 429, 10000, 10016, 10019, 10429, 40004, 110030, 110079, 340099, 500000];
    private readonly Dictionary<(string Account, string Path), Queue<long>> _sent = [];
    private readonly Queue<long> _ofAddress = [];
    private readonly Dictionary<string, string> _creates = [];
    private long _bannedAt = long.MinValue;

    public long Requests { get; private set; }

    /// <summary>When a clock or the line was last disturbed.</summary>
    public long TroubleMs { get; set; } = long.MinValue / 2;

    /// <summary>Requests arrive much closer together than they left, or the server's clock runs wild: its quotas are not judged.</summary>
    public bool IsServerOdd { get; set; }

    public bool WasBanned => _bannedAt > long.MinValue;

    public SentRequest Leaves(HttpRequestMessage message, byte[] body)
    {
        Requests++;
        var path = message.RequestUri!.AbsolutePath; // the client always makes it absolute
        var account = message.Headers.TryGetValues("X-BAPI-API-KEY", out var keys) ? keys.First() : "";
        var rows = Rows(path, body);
        var sent = new SentRequest(account, path, time.NowMs)
        {
            Creates = path is "/v5/order/create" or "/v5/order/create-batch" ? rows : [],
            Body = body.Length == 0 ? message.RequestUri.Query : System.Text.Encoding.UTF8.GetString(body),
        };
        tally.Note($"> {account} {path} {sent.Body}");
        if (WasBanned && time.NowMs > _bannedAt && time.NowMs < _bannedAt + BanMs)
        {
            tally.Broken("silence after 403", $"{path} left {time.NowMs - _bannedAt} ms after the ban");
        }

        Count(sent, Math.Max(1, rows.Count));
        foreach (var id in sent.Creates)
        {
            if (_creates.TryGetValue(id, out var before) && before != "not taken")
            {
                tally.Broken("one create", $"{id} is sent again although its last attempt is {before}");
            }
            else if (before is not null)
            {
                tally.Mark("recovery: create sent again, not taken before");
            }

            _creates[id] = "under way";
        }

        tally.Mark(path.EndsWith("-batch", StringComparison.Ordinal) ? "way: batch" : rows.Count > 0 ? "way: single" : "way: other");
        return sent;
    }

    /// <summary>It never reached the exchange, and the client knows or does not know.</summary>
    public void Ends(SentRequest sent, string how)
    {
        tally.Mark("line: " + how);
        if (how == "refused")
        {
            Judge(sent.Creates, "not taken");
        }
    }

    /// <summary>What the exchange answered, whether or not it arrives. Null: it broke the connection.</summary>
    public void Served(SentRequest sent, int? status, byte[] body)
    {
        var text = System.Text.Encoding.UTF8.GetString(body);
        tally.Note($"= {sent.Account} {sent.Path} {status} {(sent.Path.Contains("/order/", StringComparison.Ordinal) ? text : "")}");
        if (Code(body) == 10006 && !text.Contains("planned", StringComparison.Ordinal))
        {
            tally.Mark("seen: own 10006");
            if (!IsServerOdd)
            {
                tally.Broken("quota", $"{sent.Path} was refused with 10006");
            }
        }

        if (Code(body) == 10002 && !text.Contains("planned", StringComparison.Ordinal))
        {
            tally.Mark("seen: 10002");
            if (!sent.IsLate && sent.LeftMs > TroubleMs + QuietMs)
            {
                tally.Broken("stamp", $"{sent.Path}: {text}");
            }
        }
    }

    /// <summary>What the client was told.</summary>
    public void Answered(SentRequest sent, HttpResponseMessage reply)
    {
        if ((int)reply.StatusCode == 403)
        {
            tally.Mark("seen: 403");
            _bannedAt = WasBanned ? _bannedAt : time.NowMs;
        }

        if (sent.Creates.Count == 0)
        {
            return;
        }

        var body = reply.Content.ReadAsByteArrayAsync().Result; // in memory
        if (reply.StatusCode != System.Net.HttpStatusCode.OK || Code(body) is not { } code)
        {
            Judge(sent.Creates, "in doubt");
        }
        else if (code != 0)
        {
            Judge(sent.Creates, Outcome(code));
        }
        else
        {
            JudgeRows(sent, JsonDocument.Parse(body).RootElement);
        }
    }

    private void JudgeRows(SentRequest sent, JsonElement envelope)
    {
        if (!envelope.TryGetProperty("retExtInfo", out var info) || !info.TryGetProperty("list", out var codes))
        {
            Judge(sent.Creates, "taken");
            return;
        }

        var row = 0;
        foreach (var code in codes.EnumerateArray().Select(c => c.GetProperty("code").GetInt32()))
        {
            Judge([sent.Creates[row++]], code == 0 ? "taken" : Outcome(code));
        }
    }

    private static string Outcome(int code) => Doubtful.Contains(code) ? "in doubt" : "not taken";

    private void Judge(IReadOnlyList<string> creates, string outcome)
    {
        foreach (var id in creates)
        {
            _creates[id] = outcome;
            tally.Mark("create: " + outcome);
        }
    }

    private void Count(SentRequest sent, int weight)
    {
        _ofAddress.Enqueue(time.NowMs);
        Window(_ofAddress, 5000, 600, "the address");
        var limit = Tens.Contains(sent.Path) ? 10 : Fifties.Contains(sent.Path) ? 50 : int.MaxValue;
        if (!_sent.TryGetValue((sent.Account, sent.Path), out var calls))
        {
            _sent.Add((sent.Account, sent.Path), calls = new Queue<long>());
        }

        for (var i = 0; i < weight; i++)
        {
            calls.Enqueue(time.NowMs);
        }

        Window(calls, 1000, limit, $"{sent.Account} {sent.Path}");
    }

    private void Window(Queue<long> calls, int windowMs, int limit, string whose)
    {
        while (calls.TryPeek(out var first) && first + windowMs <= time.NowMs)
        {
            calls.Dequeue();
        }

        if (calls.Count > limit)
        {
            tally.Broken("requests per window", $"{whose}: {calls.Count} within {windowMs} ms");
        }
    }

    private static int? Code(byte[] body)
    {
        try
        {
            return JsonDocument.Parse(body).RootElement.TryGetProperty("retCode", out var code) ? code.GetInt32() : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static IReadOnlyList<string> Rows(string path, byte[] body)
    {
        if (body.Length == 0 || !path.StartsWith("/v5/order/", StringComparison.Ordinal))
        {
            return [];
        }

        var json = JsonDocument.Parse(body).RootElement;
        return json.TryGetProperty("request", out var rows)
            ? [.. rows.EnumerateArray().Select(IdOf)]
            : [IdOf(json)];
    }

    private static string IdOf(JsonElement row) =>
        row.TryGetProperty("orderLinkId", out var id) ? id.GetString() ?? "" : row.GetProperty("orderId").GetString() ?? "";
}
