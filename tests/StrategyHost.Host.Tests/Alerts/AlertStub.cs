using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;

namespace StrategyHost.Host.Tests.Alerts;

/// <summary>How the stub answers one request to the webhook.</summary>
internal enum HookAnswer
{
    Takes,
    Hangs,
    Fails,
    Limits,
    Refuses,
}

/// <summary>
/// A webhook, a heartbeat's address and Telegram's Bot API on loopback, as a test wants them. Telegram's clock is the test's:
/// <see cref="TelegramSeconds"/>.
/// </summary>
internal sealed class AlertStub : IAsyncDisposable
{
    public const string Token = "12345:a-good_token";
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<HookAnswer> _answers = new();
    private readonly List<object> _updates = [];
    private readonly Lock _lock = new();
    private readonly CancellationTokenSource _end = new();
    private TaskCompletionSource _news = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _beats;

    private AlertStub(WebApplication app) => _app = app;

    public Uri Address { get; private set; } = null!; // set by StartAsync
    public ConcurrentQueue<JsonElement> Hooks { get; } = new();
    public ConcurrentQueue<(long Chat, string Text)> Sent { get; } = new();
    public int Attempts { get; private set; }
    public int Beats => Volatile.Read(ref _beats);
    public string? Authorization { get; private set; }

    /// <summary>Polls so far, with the number from which they asked.</summary>
    public ConcurrentQueue<long?> Polls { get; } = new();

    /// <summary>Telegram's own time; 0: the machine's.</summary>
    public long TelegramSeconds { get; set; }

    /// <summary>Telegram forgets what was confirmed, and sends it again.</summary>
    public bool Replays { get; set; }

    public static async Task<AlertStub> StartAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var app = builder.Build();
        var stub = new AlertStub(app);
        app.Run(stub.ServeAsync);
        await app.StartAsync();
        stub.Address = new Uri(app.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.Single());
        return stub;
    }

    /// <summary>What the next requests to the webhook get; after them all are taken.</summary>
    public void Next(params HookAnswer[] answers)
    {
        foreach (var answer in answers)
        {
            _answers.Enqueue(answer);
        }
    }

    /// <summary>Somebody writes to the bot.</summary>
    public void Write(long id, long chat, string text, long seconds) => Push(new
    {
        update_id = id,
        message = new { date = seconds, chat = new { id = chat, type = "private" }, from = new { id = chat }, text },
    });

    /// <summary>An update of whatever form.</summary>
    public void Push(object update)
    {
        lock (_lock)
        {
            _updates.Add(update);
            _news.TrySetResult();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _app.StopAsync(new CancellationToken(canceled: true));
        await _app.DisposeAsync();
        _end.Dispose();
    }

    private Task ServeAsync(HttpContext context) => context.Request.Path.Value switch
    {
        "/hook" => HookAsync(context),
        "/beat" => BeatAsync(context),
        "/bot" + Token + "/getMe" => AnswerAsync(context, new { ok = true, result = new { id = 1, is_bot = true, username = "a_bot" } }),
        "/bot" + Token + "/sendMessage" => SendAsync(context),
        "/bot" + Token + "/getUpdates" => PollAsync(context),
        _ => AnswerAsync(context, new { ok = false, error_code = 401, description = "Unauthorized" }, 401),
    };

    private async Task HookAsync(HttpContext context)
    {
        Attempts++;
        Authorization = context.Request.Headers.Authorization;
        var body = await BodyAsync(context);
        switch (_answers.TryDequeue(out var answer) ? answer : HookAnswer.Takes)
        {
            case HookAnswer.Hangs:
                await Task.WhenAny(Task.Delay(Timeout.InfiniteTimeSpan, context.RequestAborted), Task.Delay(Timeout.InfiniteTimeSpan, _end.Token));
                break;
            case HookAnswer.Fails:
                context.Response.StatusCode = 500;
                break;
            case HookAnswer.Limits:
                (context.Response.StatusCode, context.Response.Headers.RetryAfter) = (429, "7");
                break;
            case HookAnswer.Refuses:
                context.Response.StatusCode = 404;
                break;
            default:
                Hooks.Enqueue(body);
                break;
        }
    }

    private Task BeatAsync(HttpContext context)
    {
        Interlocked.Increment(ref _beats);
        return context.Response.WriteAsync("OK");
    }

    private async Task SendAsync(HttpContext context)
    {
        var body = await BodyAsync(context);
        Sent.Enqueue((body.GetProperty("chat_id").GetInt64(), body.GetProperty("text").GetString()!));
        await AnswerAsync(context, new { ok = true, result = new { message_id = Sent.Count } });
    }

    /// <summary>As Telegram: what is below the asked number is confirmed and gone; waits for the first, up to the asked time.</summary>
    private async Task PollAsync(HttpContext context)
    {
        var body = await BodyAsync(context);
        long? from = body.GetProperty("offset") is { ValueKind: JsonValueKind.Number } offset ? offset.GetInt64() : null;
        Polls.Enqueue(from);
        var wait = body.GetProperty("timeout").GetInt32();
        while (true)
        {
            object[] updates;
            Task news;
            lock (_lock)
            {
                _updates.RemoveAll(u => !Replays && Element(u).GetProperty("update_id").GetInt64() < from);
                updates = [.. _updates];
                if (_news.Task.IsCompleted)
                {
                    _news = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                }

                news = _news.Task;
            }

            if (updates.Length > 0 || wait == 0)
            {
                Date(context);
                await context.Response.WriteAsync($$"""{"ok":true,"result":[{{string.Join(',', updates.Select(u => Element(u).GetRawText()))}}]}""");
                return;
            }

            await Task.WhenAny(news, Task.Delay(Timeout.InfiniteTimeSpan, context.RequestAborted));
            context.RequestAborted.ThrowIfCancellationRequested();
        }
    }

    private Task AnswerAsync(HttpContext context, object body, int status = 200)
    {
        context.Response.StatusCode = status;
        Date(context);
        return context.Response.WriteAsJsonAsync(body);
    }

    private void Date(HttpContext context)
    {
        if (TelegramSeconds > 0)
        {
            context.Response.Headers.Date = DateTimeOffset.FromUnixTimeSeconds(TelegramSeconds).ToString("R", CultureInfo.InvariantCulture);
        }
    }

    /// <summary>One that a test wrote as text goes out as it is.</summary>
    private static JsonElement Element(object update) => update is JsonElement written ? written : JsonSerializer.SerializeToElement(update);

    private static async Task<JsonElement> BodyAsync(HttpContext context)
    {
        using var document = await JsonDocument.ParseAsync(context.Request.Body);
        return document.RootElement.Clone();
    }
}
