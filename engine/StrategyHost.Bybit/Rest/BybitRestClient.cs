using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using StrategyHost.Bybit.Wire;
using StrategyHost.Core.Domain;

namespace StrategyHost.Bybit.Rest;

/// <summary>How a client talks; the defaults are for the real exchange.</summary>
public sealed record RestOptions
{
    public required Uri Address { get; init; }

    /// <summary>Whose budget is used; a client for public data has a name of its own.</summary>
    public required AccountId Account { get; init; }

    /// <summary>Null: public requests only.</summary>
    public ApiCredentials? Credentials { get; init; }

    /// <summary>How late a signed request may arrive: it bounds the time in which a lost one can still take effect.</summary>
    public int ReceiveWindowMs { get; init; } = 3000;
    public int TimeoutMs { get; init; } = 8000;

    /// <summary>The clock offset is measured again after this.</summary>
    public int ClockAgeMsMax { get; init; } = 300_000;

    /// <summary>Another way to the server than a socket, for simulations; the client owns what it gives.</summary>
    internal Func<HttpMessageHandler>? Way { get; init; }
}

/// <summary>
/// REST for one account, or for public data. Thread-safe. 1. Every failure is a value; nothing is thrown but cancellation. 2. The bytes
/// that are signed are the bytes that are sent. 3. No request is sent twice here: repeating is the caller's decision. 4. Replies above 8
/// MB, redirects and compressed surprises are refused. 5. No text that leaves holds a key, a secret or a signature.
/// </summary>
public sealed class BybitRestClient : IDisposable
{
    private const int ReplyBytesMax = 8 * 1024 * 1024;
    private readonly RestOptions _options;
    private readonly RequestGate _gate;
    private readonly TimeProvider _time;
    private readonly RequestSigner? _signer;
    private readonly HttpClient _http;
    private readonly SemaphoreSlim _clockTurn = new(1, 1);
    private volatile ServerClock _clock = ServerClock.Unset;
    private long _clockMeasuredMs = long.MinValue;

    public BybitRestClient(RestOptions options, RequestGate gate, TimeProvider time)
    {
        _options = options.Address.Scheme == Uri.UriSchemeHttps || options.Address.IsLoopback
            ? options
            : throw new ArgumentException("plain http is for loopback only", nameof(options));
        _gate = gate;
        _time = time;
        _signer = options.Credentials is { } credentials ? new RequestSigner(credentials) : null;
        _http = new HttpClient(options.Way?.Invoke() ?? Sockets(options.Address))
        {
            BaseAddress = options.Address,
            Timeout = Timeout.InfiniteTimeSpan,
            MaxResponseContentBufferSize = ReplyBytesMax,
        };
    }

    public AccountId Account => _options.Account;
    public int ReceiveWindowMs => _options.ReceiveWindowMs;

    /// <summary>The signer of the account's streams. Throws without credentials.</summary>
    public RequestSigner Signer => _signer ?? throw new InvalidOperationException("this client has no credentials");

    /// <summary>The server's clock as far as it is known, else our own.</summary>
    public Timestamp ServerNow => _clock.Estimate(Now);

    /// <summary>Server minus local in ms; null before it was measured.</summary>
    public long? ClockOffsetMs => _clock.IsSet ? _clock.OffsetMs : null;

    private Timestamp Now => new(_time.GetUtcNow().ToUnixTimeMilliseconds());

    /// <summary>Sends one request once.</summary>
    public async Task<RestResult<T>> SendAsync<T>(RestRequest<T> request, CancellationToken cancellation)
    {
        if (request.IsSigned && !await EnsureClockAsync(cancellation).ConfigureAwait(false))
        {
            return new Retryable<T>(0, "the server's clock could not be read, and a request without it cannot be signed", null);
        }

        var budget = new BudgetRequest(_options.Account, request.Path, request.Priority, request.Cost);
        var grant = await _gate.TakeAsync(budget, request.BudgetWaitMs, cancellation).ConfigureAwait(false);
        return grant.IsGranted
            ? await ExchangeAsync(request, budget, cancellation).ConfigureAwait(false)
            : new Retryable<T>(0, "the request budget is spent", grant.ReadyAt);
    }

    /// <summary>Measures the clock offset anew from three samples; false: the server did not answer.</summary>
    public async Task<bool> MeasureClockAsync(CancellationToken cancellation)
    {
        var clock = ServerClock.Unset;
        for (var i = 0; i < 3; i++)
        {
            var request = new RestRequest<ServerTimeRow>("/v5/market/time", BybitJson.Default.TimeReply) { IsSigned = false };
            var budget = new BudgetRequest(_options.Account, request.Path, RequestPriority.Protective);
            if (!(await _gate.TakeAsync(budget, request.BudgetWaitMs, cancellation).ConfigureAwait(false)).IsGranted)
            {
                break;
            }

            var sentAt = Now;
            var result = await ExchangeAsync(request, budget, cancellation).ConfigureAwait(false);
            var nano = (result as Ok<ServerTimeRow>)?.Value.TimeNano;
            if ((nano is null ? result.ServerTime : new Timestamp(nano.Value / 1_000_000)) is { } server && result is Ok<ServerTimeRow>)
            {
                clock = clock.Add(new ClockSample(sentAt, Now, server));
            }
        }

        if (clock.IsSet)
        {
            _clock = clock;
            Interlocked.Exchange(ref _clockMeasuredMs, Now.Ms);
        }

        return clock.IsSet;
    }

    public void Dispose()
    {
        _http.Dispose();
        _clockTurn.Dispose();
    }

    private static SocketsHttpHandler Sockets(Uri address) => new()
    {
        AllowAutoRedirect = false,
        AutomaticDecompression = DecompressionMethods.GZip | DecompressionMethods.Deflate,
        UseCookies = false,
        UseProxy = !address.IsLoopback,
        PooledConnectionLifetime = TimeSpan.FromMinutes(15),
    };

    // One at a time; the others use what it found. An old offset is better than none (reliability N22), for as long again.
    private async Task<bool> EnsureClockAsync(CancellationToken cancellation)
    {
        if (Age() <= _options.ClockAgeMsMax)
        {
            return true;
        }

        await _clockTurn.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            return Age() <= _options.ClockAgeMsMax || await MeasureClockAsync(cancellation).ConfigureAwait(false)
                || Age() <= 2L * _options.ClockAgeMsMax;
        }
        finally
        {
            _clockTurn.Release();
        }
    }

    private long Age() => Interlocked.Read(ref _clockMeasuredMs) is var at && at == long.MinValue ? long.MaxValue : Now.Ms - at;

    private async Task<RestResult<T>> ExchangeAsync<T>(RestRequest<T> request, BudgetRequest budget, CancellationToken cancellation)
    {
        if (WireEvents.Log.IsEnabled())
        {
            WireEvents.Log.RequestStarting(Account.Name, request.Path);
        }

        var stamp = request.IsSigned ? _clock.Stamp(Now).Ms : 0;
        using var message = Message(request, stamp);
        using var timeout = new CancellationTokenSource(TimeSpan.FromMilliseconds(_options.TimeoutMs), _time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellation);
        RestResult<T> result;
        try
        {
            using var reply = await _http.SendAsync(message, HttpCompletionOption.ResponseContentRead, both.Token).ConfigureAwait(false);
            var body = await reply.Content.ReadAsByteArrayAsync(both.Token).ConfigureAwait(false);
            result = ReplyReader.Read(request, (int)reply.StatusCode, body);
            Learn(budget, reply, result);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            result = new Ambiguous<T>(0, "no answer in time");
        }
        catch (HttpRequestException e) when (IsUnsent(e.HttpRequestError))
        {
            result = new Retryable<T>(0, $"no connection: {e.HttpRequestError}", null);
        }
        catch (HttpRequestException e)
        {
            result = new Ambiguous<T>((int)(e.StatusCode ?? 0), $"the connection broke: {e.HttpRequestError}");
        }
        catch (IOException)
        {
            result = new Ambiguous<T>(0, "the connection broke while the answer was read");
        }

        return result with { StampMs = stamp };
    }

    // The request never left: the address was not found, or nobody took the connection.
    private static bool IsUnsent(HttpRequestError error) => error is HttpRequestError.NameResolutionError
        or HttpRequestError.ConnectionError or HttpRequestError.SecureConnectionError or HttpRequestError.ProxyTunnelError;

    private HttpRequestMessage Message<T>(RestRequest<T> request, long stamp)
    {
        var message = new HttpRequestMessage(request.Body is null ? HttpMethod.Get : HttpMethod.Post, Target(request.Path, request.Query));
        if (request.Body is { } body)
        {
            message.Content = new ByteArrayContent(body) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
        }

        if (request.IsSigned)
        {
            var payload = request.Body ?? Encoding.UTF8.GetBytes(request.Query);
            var sign = Signer.Sign(new RequestStamp(stamp, _options.ReceiveWindowMs), payload);
            message.Headers.Add("X-BAPI-API-KEY", Signer.ApiKey);
            message.Headers.Add("X-BAPI-TIMESTAMP", stamp.ToString(CultureInfo.InvariantCulture));
            message.Headers.Add("X-BAPI-RECV-WINDOW", _options.ReceiveWindowMs.ToString(CultureInfo.InvariantCulture));
            message.Headers.Add("X-BAPI-SIGN", sign);
            message.Headers.Add("X-BAPI-SIGN-TYPE", "2");
        }

        return message;
    }

    // Escapes stay as they are written: the query is signed as text, and a canonical form would be another text.
    private Uri Target(string path, string query)
    {
        var text = _options.Address.GetLeftPart(UriPartial.Path).TrimEnd('/') + path + (query.Length == 0 ? "" : "?" + query);
        return new Uri(text, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });
    }

    private void Learn<T>(BudgetRequest budget, HttpResponseMessage reply, RestResult<T> result)
    {
        var resetMs = Header(reply, "X-Bapi-Limit-Reset-Timestamp") - (_clock.IsSet ? _clock.OffsetMs : 0);
        var reset = resetMs is { } ms ? new Timestamp(ms) : (Timestamp?)null;
        if (reply.StatusCode == HttpStatusCode.Forbidden && result is not Ok<T>)
        {
            _gate.Banned();
        }
        else if (result is Retryable<T> { RetCode: 10006 })
        {
            _gate.Exhausted(budget, reset);
        }
        else if (result is Retryable<T> { RetCode: 10002 })
        {
            // The clock was set here or there: the next signed request measures it first.
            Interlocked.Exchange(ref _clockMeasuredMs, long.MinValue);
        }
        else if (reset is { } at && Header(reply, "X-Bapi-Limit-Status") is { } remaining)
        {
            _gate.Observe(budget, new LimitHeaders((int)remaining, at));
        }
    }

    private static long? Header(HttpResponseMessage reply, string name) =>
        reply.Headers.TryGetValues(name, out var values)
        && long.TryParse(values.FirstOrDefault(), NumberStyles.None, CultureInfo.InvariantCulture, out var value)
            ? value
            : null;
}
