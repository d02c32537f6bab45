using System.Threading.Channels;
using StrategyHost.Bybit.Accounts;
using StrategyHost.Bybit.Rest;
using StrategyHost.Bybit.Streams;
using StrategyHost.Core.Domain;
using StrategyHost.Core.Kernel;
using StrategyHost.Core.Ports;

namespace StrategyHost.Bybit;

/// <summary>
/// One Bybit account behind the port: requests by REST in two lanes, reports by the private stream, and reads wherever either leaves
/// a doubt. Nothing happens before <see cref="Start"/>. The client is the caller's and is disposed by the caller, after this.
/// </summary>
public sealed class BybitAccount : IExchangeAccount, IAsyncDisposable
{
    private const int StreamLagMs = 3000;
    private readonly BybitRestClient _client;
    private readonly IExchangeListener _listener;
    private readonly BybitAccountOptions _options;
    private readonly TimeProvider _time;
    private readonly AccountFeed _feed;
    private readonly AccountSync _sync;
    private readonly RequestSender _sender;
    private readonly StreamConnection _stream;
    private readonly BackgroundTasks _tasks = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly Channel<bool> _asks = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    private readonly Lock _linkLock = new();
    private bool? _isReachable;
    private int _isReadingAgain;
    private volatile bool _isUp;
    private Timestamp _upSince;

    public BybitAccount(BybitRestClient client, BybitAccountOptions options, IExchangeListener listener, TimeProvider time)
    {
        if (options.PrivateStream.Scheme != "wss" && !options.PrivateStream.IsLoopback)
        {
            throw new ArgumentException("plain ws is for loopback only", nameof(options));
        }

        (_client, _options, _listener, _time) = (client, options, listener, time);
        var reads = new AccountReads(client);
        _feed = new AccountFeed(new AccountBook(client.Account, options.PositionMode), client.Account, listener) { OnProblems = Problems };
        _sync = new AccountSync(reads, _feed, () => client.ServerNow)
        {
            ExecutionsSince = options.Recovery?.ExecutionsSince ?? options.ExecutionsSince,
            Expected = [.. options.Recovery?.Orders.Where(o => o.IsAnswered) ?? []],
        };
        _stream = new StreamConnection(options.PrivateStream, new PrivateStream(client, _feed, _sync, StreamChanged), options.Stream, time);
        _sender = new RequestSender(new SenderParts
        {
            Client = client,
            Reads = reads,
            Feed = _feed,
            Resolver = new OrderResolver(reads, _feed, time),
            Tasks = _tasks,
            Options = options,
            Time = time,
            Reachable = Reachable,
            StreamIsSilent = StreamIsSilent,
        }, _stop.Token);
    }

    public AccountId Account => _client.Account;

    /// <summary>Ends only when something of the adapter failed by a bug; the host ends the account then.</summary>
    public Task Completion => _tasks.Completion;

    /// <summary>Rows that could not be read; the account is read again by itself. Called from any thread.</summary>
    public Action<IReadOnlyList<Error>>? OnProblems { get; init; }

    /// <summary>Opens the stream and begins to send. Called once.</summary>
    public void Start()
    {
        _tasks.Add(_stream.RunAsync(_stop.Token));
        _tasks.Add(_sender.RunAsync());
        _tasks.Add(AnswerAsksAsync(_stop.Token));
        _tasks.Add(ReconcileAsync(_stop.Token));
        foreach (var order in _options.Recovery?.Orders.Where(o => !o.IsAnswered) ?? [])
        {
            Resolve(order.Request, order.SentAt);
        }
    }

    public void Send(AccountEffect request)
    {
        if (request.Account != Account)
        {
            throw new ArgumentException($"a request of {request.Account} was given to {Account}", nameof(request));
        }

        if (WireEvents.Log.IsEnabled())
        {
            WireEvents.Log.RequestQueued(Account.Name);
        }

        _sender.Add(request);
    }

    public void AskSnapshot() => _asks.Writer.TryWrite(true);

    /// <summary>
    /// Takes up a new order that an earlier life of the host may have sent at this moment, by the server's clock: it is reported Unknown,
    /// then found or refused like any order in doubt. What is sent about it meanwhile waits.
    /// </summary>
    public void Resolve(OrderRequest request, Timestamp sentAt) => _sender.Resolve(request, sentAt);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _tasks.WhenEnded().ConfigureAwait(false);
        _sender.Dispose();
        _stream.Dispose();
        _sync.Dispose();
        _stop.Dispose();
    }

    private async Task AnswerAsksAsync(CancellationToken cancellation)
    {
        var backoff = new Backoff(500, 10_000, 1);
        while (await _asks.Reader.WaitToReadAsync(cancellation).ConfigureAwait(false))
        {
            _asks.Reader.TryRead(out _);
            while (await _sync.ReadAsync(cancellation).ConfigureAwait(false) is null)
            {
                await Task.Delay(backoff.Next(), _time, cancellation).ConfigureAwait(false);
            }

            backoff.Reset();
            _feed.TellSnapshot(_client.ServerNow);
        }
    }

    private async Task ReconcileAsync(CancellationToken cancellation)
    {
        while (true)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(_options.ReconcileMs), _time, cancellation).ConfigureAwait(false);
            var (at, isUp, upSince) = (_client.ServerNow, _isUp, _upSince);
            if (await _sync.ReadAsync(cancellation).ConfigureAwait(false) is not { } news)
            {
                continue;
            }

            // Entries wait for the requests' link, and on a flat account nothing else is sent that could bring it back.
            Reachable(true, "reads are answered");
            if (isUp && news.Any(n => n is FillReport or OrderReport && n.At > upSince && n.At.AddMs(StreamLagMs) < at))
            {
                StreamIsSilent("a read found what it had not told");
            }
        }
    }

    private void Problems(IReadOnlyList<Error> problems)
    {
        OnProblems?.Invoke(problems);

        // A row that stays unreadable must not keep the host reading.
        if (Interlocked.Exchange(ref _isReadingAgain, 1) == 0)
        {
            _tasks.Add(ReadAgainAsync(_stop.Token));
        }
    }

    private async Task ReadAgainAsync(CancellationToken cancellation)
    {
        await _sync.ReadAsync(cancellation).ConfigureAwait(false);
        await Task.Delay(TimeSpan.FromMilliseconds(_options.ReconcileMs), _time, cancellation).ConfigureAwait(false);
        Volatile.Write(ref _isReadingAgain, 0);
    }

    private void StreamIsSilent(string why)
    {
        if (_isUp)
        {
            StreamChanged(LinkState.Stale, why);
            _stream.Restart(why);
        }
    }

    private void StreamChanged(LinkState state, string why)
    {
        lock (_linkLock)
        {
            _isUp = state == LinkState.Up;
            _upSince = _isUp ? _client.ServerNow : _upSince;
            _listener.OnLink(new LinkNews(Link.Private, Account, state, Now, why));
        }
    }

    private void Reachable(bool isReachable, string why)
    {
        lock (_linkLock)
        {
            if (_isReachable != isReachable)
            {
                _isReachable = isReachable;
                _listener.OnLink(new LinkNews(Link.Requests, Account, isReachable ? LinkState.Up : LinkState.Down, Now, why));
            }
        }
    }

    private Timestamp Now => new(_time.GetUtcNow().ToUnixTimeMilliseconds());
}
