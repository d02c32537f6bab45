using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using StrategyHost.Emulator.Rest;
using StrategyHost.Emulator.Streams;

namespace StrategyHost.Emulator.Control;

/// <summary>The way of one REST request through the faults, the desk and back; control endpoints are free of faults.</summary>
internal sealed class RestServer(
    RequestDesk desk, ControlRoutes control, FaultTable faults, RequestLog log, PrivateFeed feed, TimeProvider time)
{
    private const string Json = "application/json; charset=utf-8";

    public async Task ServeAsync(HttpContext context)
    {
        var request = await ReadAsync(context);
        if (control.Find(request) is { } answer)
        {
            await WriteAsync(context, answer.Status, Json, Encoding.UTF8.GetBytes(answer.Json));
            return;
        }

        var key = request.Headers["X-BAPI-API-KEY"].ToString() is { Length: > 0 } given ? given : null;
        var hit = faults.OnRequest(key, request.Path, stream: null);
        var entry = new LoggedRequest(request.AtMs, "rest", request.Path)
        {
            Account = key,
            Method = request.Method,
            Query = request.RawQuery,
            Body = Encoding.UTF8.GetString(request.Body.Span),
        };
        log.Add(await AnswerAsync(context, request, hit, entry));
    }

    private static Fault? First(IReadOnlyList<Fault> hit, FaultAction action) => hit.FirstOrDefault(f => f.Action == action);

    private async Task<LoggedRequest> AnswerAsync(
        HttpContext context, EmulatorRequest request, IReadOnlyList<Fault> hit, LoggedRequest entry)
    {
        if (First(hit, FaultAction.Ban) is not null)
        {
            return await RawAsync(context, entry, 403, ("text/html", "access too frequent"));
        }

        if (First(hit, FaultAction.DropRequest) is not null)
        {
            context.Abort();
            return entry;
        }

        await DelayAsync(hit, DelayPlace.Request, context.RequestAborted);
        if (First(hit, FaultAction.Status) is { } status)
        {
            return await RawAsync(context, entry, status.Status, (status.ContentType, status.Body));
        }

        var atMs = NowMs + (First(hit, FaultAction.Clock)?.OffsetMs ?? 0);
        var code = First(hit, FaultAction.RetCode);
        var (reply, hold) = code is { Accept: false }
            ? (EmulatorReply.Refused(code.RetCode, code.RetMsg), null)
            : desk.Answer(request with { AtMs = atMs }, context.Response.Headers);
        reply = code is { Accept: true } ? EmulatorReply.Refused(code.RetCode, code.RetMsg) : reply;
        try
        {
            return await ReplyAsync(context, hit, (reply, atMs, hold), entry);
        }
        finally
        {
            Release(hold);
        }
    }

    private async Task<LoggedRequest> ReplyAsync(
        HttpContext context, IReadOnlyList<Fault> hit, (EmulatorReply Reply, long AtMs, Hold? Hold) answer, LoggedRequest entry)
    {
        if (First(hit, FaultAction.DropReply) is not null)
        {
            context.Abort();
            return entry;
        }

        if (hit.Any(f => f is { Action: FaultAction.Delay, Where: DelayPlace.Reply }))
        {
            Release(answer.Hold); // the order stands; only its answer is late
            await DelayAsync(hit, DelayPlace.Reply, context.RequestAborted);
        }

        var bytes = Encoding.UTF8.GetBytes(answer.Reply.ToJson(answer.AtMs));
        bytes = First(hit, FaultAction.Truncate) is { } cut ? bytes[..Math.Min(cut.Bytes, bytes.Length)] : bytes;
        await WriteAsync(context, answer.Reply.HttpStatus, Json, bytes);
        return entry with { RetCode = answer.Reply.RetCode, HttpStatus = answer.Reply.HttpStatus };
    }

    private void Release(Hold? hold)
    {
        if (hold is { IsReleased: false })
        {
            feed.Release(hold);
        }
    }

    private static async Task<LoggedRequest> RawAsync(
        HttpContext context, LoggedRequest entry, int status, (string Type, string Body) content)
    {
        await WriteAsync(context, status, content.Type, Encoding.UTF8.GetBytes(content.Body));
        return entry with { HttpStatus = status };
    }

    private async Task DelayAsync(IReadOnlyList<Fault> hit, DelayPlace place, CancellationToken cancellation)
    {
        foreach (var delay in hit.Where(f => f.Action == FaultAction.Delay && f.Where == place))
        {
            await Task.Delay(TimeSpan.FromMilliseconds(delay.Ms), time, cancellation);
        }
    }

    private static async Task WriteAsync(HttpContext context, int status, string type, byte[] body)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = type;
        context.Response.ContentLength = body.Length;
        await context.Response.Body.WriteAsync(body, context.RequestAborted);
        await context.Response.Body.FlushAsync(context.RequestAborted);
    }

    private long NowMs => time.GetUtcNow().ToUnixTimeMilliseconds();

    // The raw target is what was signed: the decoded query would not show how a character was escaped.
    private async Task<EmulatorRequest> ReadAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        var target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        var mark = target.IndexOf('?', StringComparison.Ordinal);
        return new EmulatorRequest
        {
            Method = context.Request.Method,
            Path = context.Request.Path.Value ?? "",
            RawQuery = mark < 0 ? "" : target[(mark + 1)..],
            Query = context.Request.Query,
            Headers = context.Request.Headers,
            Body = body.ToArray(),
            AtMs = NowMs,
        };
    }
}
