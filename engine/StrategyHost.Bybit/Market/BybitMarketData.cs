using System.Text.Json;
using StrategyHost.Bybit.Market;
using StrategyHost.Bybit.Rest;
using StrategyHost.Bybit.Streams;
using StrategyHost.Core.Domain;
using StrategyHost.Core.Ports;

namespace StrategyHost.Bybit;

/// <summary>
/// Live market data over one public stream. 1. Within a topic, news come in order. 2. What is missing is said (GapNews), except candles:
/// they are fetched. 3. Streams that stay wanted are not touched by <see cref="Subscribe"/>. Candles are complete from the moment of
/// Subscribe on: subscribe first, then fetch the history before it. The client is the caller's.
/// </summary>
public sealed class BybitMarketData : IMarketData, IStreamUser, IAsyncDisposable
{
    /// <summary>The text of all topics of one connection (Bybit V5 connect, read 2026-07-24).</summary>
    private const int TopicTextMax = 21_000;
    private const int TopicsOfRequestMax = 10;
    private readonly IExchangeListener _listener;
    private readonly BybitRestClient _client;
    private readonly TimeProvider _time;
    private readonly StreamConnection _stream;
    private readonly KlineRepair _repair;
    private readonly Accounts.BackgroundTasks _tasks = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _lock = new();
    private readonly Dictionary<string, MarketTopic> _topics = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly HashSet<string> _subscribed = new(StringComparer.Ordinal);
    private readonly HashSet<string> _again = new(StringComparer.Ordinal);
    private StreamConnection? _open;

    public BybitMarketData(Uri publicStream, BybitRestClient client, StreamOptions options, IExchangeListener listener, TimeProvider time)
    {
        if (publicStream.Scheme != "wss" && !publicStream.IsLoopback)
        {
            throw new ArgumentException("plain ws is for loopback only", nameof(publicStream));
        }

        (_listener, _client, _time) = (listener, client, time);
        _stream = new StreamConnection(publicStream, this, options, time);
        _repair = new KlineRepair(client);
    }

    /// <summary>Ends only when something of the adapter failed by a bug.</summary>
    public Task Completion => _tasks.Completion;

    /// <summary>Messages that could not be read. Called from any thread.</summary>
    public Action<IReadOnlyList<Error>>? OnProblems { get; init; }

    bool IStreamUser.ExpectsData
    {
        get
        {
            lock (_lock)
            {
                return _topics.Count > 0;
            }
        }
    }

    /// <summary>Opens the stream. Called once.</summary>
    public void Start()
    {
        _tasks.Add(_stream.RunAsync(_stop.Token));
        _tasks.Add(WatchKlinesAsync(_stop.Token));
    }

    public void Subscribe(IReadOnlyList<MarketSubscription> wanted)
    {
        var names = wanted.SelectMany(MarketTopic.Names).Distinct(StringComparer.Ordinal).ToList();
        if (names.Sum(n => n.Length + 3) > TopicTextMax)
        {
            throw new ArgumentException($"{names.Count} topics do not fit one connection; want fewer symbols", nameof(wanted));
        }

        lock (_lock)
        {
            foreach (var gone in _topics.Keys.Except(names).ToList())
            {
                _topics.Remove(gone);
            }

            foreach (var name in names.Where(n => !_topics.ContainsKey(n)))
            {
                _topics[name] = MarketTopic.Of(name, wanted, _client.ServerNow);
            }
        }

        _tasks.Add(AdjustAsync(_stop.Token));
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _tasks.WhenEnded().ConfigureAwait(false);
        _stream.Dispose();
        _turn.Dispose();
        _stop.Dispose();
    }

    async Task<string?> IStreamUser.OpenedAsync(StreamConnection connection, CancellationToken cancellation)
    {
        // Candles are judged by the server's clock; without it ours must do.
        _ = _client.ClockOffsetMs is not null || await _client.MeasureClockAsync(cancellation).ConfigureAwait(false);
        lock (_lock)
        {
            _open = connection;
            _subscribed.Clear();
            _again.Clear();
            foreach (var topic in _topics.Values)
            {
                Tell(topic.Reconnected());
            }
        }

        return await SubscribeAsync(connection, cancellation).ConfigureAwait(false);
    }

    void IStreamUser.Received(string topic, ReadOnlySpan<byte> message)
    {
        lock (_lock)
        {
            if (!_topics.TryGetValue(topic, out var known))
            {
                return; // no longer wanted
            }

            try
            {
                var taken = known.Take(message);
                Tell(taken.News);
                Problem(taken.Errors);
                if (taken.SubscribeAgain && _again.Add(topic))
                {
                    _tasks.Add(AdjustAsync(_stop.Token));
                }
            }
            catch (JsonException e)
            {
                Problem([MarketTopic.Shape(topic, e)]);
            }
        }
    }

    void IStreamUser.Changed(LinkState state, string why)
    {
        lock (_lock)
        {
            _open = state == LinkState.Up ? _open : null;
            _listener.OnLink(new LinkNews(Link.Public, null, state, new Timestamp(_time.GetUtcNow().ToUnixTimeMilliseconds()), why));
        }
    }

    // Brings the open connection to what is wanted now; without one the next connection does.
    private async Task AdjustAsync(CancellationToken cancellation)
    {
        if (Volatile.Read(ref _open) is { } open && await SubscribeAsync(open, cancellation).ConfigureAwait(false) is { } failure)
        {
            open.Restart(failure);
        }
    }

    private async Task<string?> SubscribeAsync(StreamConnection connection, CancellationToken cancellation)
    {
        await _turn.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            var (off, on) = Difference();
            foreach (var part in off.Chunk(TopicsOfRequestMax))
            {
                if (await connection.AskAsync("unsubscribe", part, cancellation).ConfigureAwait(false) is { } failure)
                {
                    return failure;
                }
            }

            foreach (var part in on.Chunk(TopicsOfRequestMax))
            {
                if (await connection.AskAsync("subscribe", part, cancellation).ConfigureAwait(false) is { } failure
                    && !failure.Contains("already subscribed", StringComparison.Ordinal))
                {
                    return failure;
                }
            }

            return null;
        }
        finally
        {
            _turn.Release();
        }
    }

    private (string[] Off, string[] On) Difference()
    {
        lock (_lock)
        {
            string[] off = [.. _subscribed.Where(s => !_topics.ContainsKey(s) || _again.Contains(s)).Order(StringComparer.Ordinal)];
            _subscribed.ExceptWith(off);
            _again.Clear();
            string[] on = [.. _topics.Keys.Where(t => !_subscribed.Contains(t)).Order(StringComparer.Ordinal)];
            _subscribed.UnionWith(on);
            return (off, on);
        }
    }

    // Candles that did not come: the stream was down, the message was lost, or nothing traded and none was made.
    private async Task WatchKlinesAsync(CancellationToken cancellation)
    {
        while (true)
        {
            await Task.Delay(TimeSpan.FromSeconds(1), _time, cancellation).ConfigureAwait(false);
            List<(KlineTopic Topic, Timestamp From)> due;
            lock (_lock)
            {
                var now = _client.ServerNow;
                due =
                [
                    .. from topic in _topics.Values.OfType<KlineTopic>()
                       let missing = topic.MissingFrom(now)
                       where missing is not null
                       select (topic, missing.Value),
                ];
            }

            foreach (var (topic, from) in due)
            {
                var fetched = await _repair.FetchAsync(topic, from, cancellation).ConfigureAwait(false);
                lock (_lock)
                {
                    Tell(topic.Repaired(fetched, _client.ServerNow));
                }
            }
        }
    }

    private void Tell(IEnumerable<MarketNews> news)
    {
        foreach (var item in news)
        {
            _listener.OnMarket(item);
        }
    }

    private void Problem(IReadOnlyList<Error> errors)
    {
        if (errors.Count > 0)
        {
            OnProblems?.Invoke(errors);
        }
    }
}
