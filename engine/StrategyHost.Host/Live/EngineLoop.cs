using System.Collections.Concurrent;
using StrategyHost.Core.Domain;
using StrategyHost.Core.Kernel;
using StrategyHost.Core.Ports;
using StrategyHost.Storage.Journal;

namespace StrategyHost.Host.Live;

/// <summary>What the loop hands out: the kernel's effects, in order, and the inputs that caused them.</summary>
internal interface IEffectSink
{
    /// <summary>Before the step.</summary>
    void Take(EngineInput input, JournalStamp stamp);

    void Do(Effect effect, JournalStamp stamp);

    /// <summary>After the step and its effects.</summary>
    void Stepped(EngineKernel kernel, JournalStamp stamp)
    {
        // Who only carries out effects needs nothing else.
    }

    /// <summary>The loop has ended in order; the stamp is that of its last step.</summary>
    void Ended(EngineKernel kernel, JournalStamp stamp)
    {
        // As above.
    }
}

/// <summary>
/// The single writer (architecture §3): takes what came in one at a time, stamps it, steps the kernel and has its effects carried out
/// before the next. Anybody may post; only the loop's thread touches the kernel.
/// 1. At never decreases and never stands still, whatever the clock does. 2. What was posted is stepped in the order of posting; what
/// becomes of market news where the engine cannot keep up says <see cref="MarketBacklog"/>. 3. An exception in a step is a bug: the loop
/// ends and <see cref="Ended"/> says so; stops and targets rest on the exchange.
/// </summary>
internal sealed class EngineLoop : IExchangeListener, IAsyncDisposable
{
    private readonly BlockingCollection<Func<Timestamp, IEnumerable<EngineInput>>> _inbox = [];
    private readonly EngineKernel _kernel;
    private readonly IEffectSink _sink;
    private readonly LiveMarket _market;
    private readonly LinkBoard _links;
    private readonly MarketBacklog _backlog;
    private readonly TimeProvider _time;
    private readonly ITimer _timer;
    private readonly Thread _thread;
    private readonly EffectList _effects = new();
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _gone = new();
    private (long Stamp, Timestamp At)? _ahead;
    private int _waiting;
    private Timestamp _at;
    private Timestamp _armed = Timestamp.MaxValue;

    public EngineLoop(EngineKernel kernel, IEffectSink sink, LiveMarket market, LinkBoard links, TimeProvider time)
    {
        (_kernel, _sink, _market, _links, _time) = (kernel, sink, market, links, time);
        _backlog = new MarketBacklog(links.Warn);
        _timer = time.CreateTimer(_ => Post(Wake), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _thread = new Thread(Run) { IsBackground = true, Name = "engine loop" };
    }

    /// <summary>Completes when the loop has ended; faulted when a bug ended it.</summary>
    public Task Ended => _ended.Task;

    /// <summary>Inputs that are waiting.</summary>
    public int Waiting => Volatile.Read(ref _waiting);

    /// <summary>Inputs stepped so far: the number of the last one.</summary>
    public long Steps { get; private set; }

    /// <summary>Time of the last input.</summary>
    public Timestamp LastAt => _at;

    public void Start() => _thread.Start();

    /// <summary>Posts inputs that are made with the moment at which they are taken. Ignored once the loop was told to end.</summary>
    public void Post(Func<Timestamp, IEnumerable<EngineInput>> inputs)
    {
        try
        {
            _inbox.Add(inputs);
            Interlocked.Increment(ref _waiting);
        }
        catch (InvalidOperationException)
        {
            // The loop has been told to end, or is gone: nobody is left to hear it.
        }
    }

    public void Post(Func<Timestamp, EngineInput> input) => Post(at => [input(at)]);

    /// <summary>
    /// Looks at the kernel between two steps. What the look throws is thrown here and leaves the loop alone. Cancelled when the loop has
    /// ended.
    /// </summary>
    public async Task<T> AskAsync<T>(Func<EngineKernel, Timestamp, T> look)
    {
        var answer = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        Post(at =>
        {
            try
            {
                answer.TrySetResult(look(_kernel, at));
            }
#pragma warning disable CA1031 // A question must not end trading; who asked gets the exception.
            catch (Exception problem)
#pragma warning restore CA1031
            {
                answer.TrySetException(problem);
            }

            return [];
        });
        return await answer.Task.WaitAsync(_gone.Token); // leaves nothing behind, however often somebody asks
    }

    /// <summary>Something that the loop cannot do without has failed: it ends with this exception.</summary>
    public void Fail(Exception bug) =>
        Post(IEnumerable<EngineInput> (_) => throw new InvalidOperationException("a part of the engine failed", bug));

    /// <summary>What is posted already is still stepped; then the loop ends.</summary>
    public void End() => _inbox.CompleteAdding();

    public void OnReports(AccountId account, IReadOnlyList<ExchangeReport> reports) => Post(at =>
    {
        _links.Take(account, reports);
        return new Reported(reports) { At = at };
    });

    public void OnSnapshot(AccountSnapshot snapshot) => Post(
        at => new AccountShown(snapshot.Account, snapshot.WalletBalance, snapshot.Positions, snapshot.OpenOrders) { At = at });

    public void OnMarket(MarketNews news)
    {
        foreach (var waiting in _backlog.Offer(news, Waiting))
        {
            Post(at => Take(waiting, at));
        }
    }

    public void OnLink(LinkNews news) => Post(at =>
    {
        _links.Take(news);
        var isUp = news.State == LinkState.Up;
        return new ReadinessChanged(news.Account, null, news.Link.ToString(), isUp, $"the {news.Link} link is {news.State}: {news.Why}")
        {
            At = at,
        };
    });

    public async ValueTask DisposeAsync()
    {
        End();
        if (_thread.ThreadState != ThreadState.Unstarted)
        {
            await Task.WhenAny(Ended); // its failure, if any, is for who awaits Ended
        }

        await _timer.DisposeAsync();
        _inbox.Dispose();
    }

    private void Run()
    {
        try
        {
            foreach (var make in _inbox.GetConsumingEnumerable())
            {
                Interlocked.Decrement(ref _waiting);
                Take(make);
            }

            _sink.Ended(_kernel, new JournalStamp(Steps, 0, _at));
            _ended.SetResult();
            _gone.Cancel();
        }
#pragma warning disable CA1031 // The loop's entry: whatever happens here is a bug that ends the run, and the command reports it.
        catch (Exception bug)
#pragma warning restore CA1031
        {
            _inbox.CompleteAdding();
            _ended.SetException(bug);
            _gone.Cancel();
        }
    }

    private IEnumerable<EngineInput> Take(WaitingNews waiting, Timestamp at)
    {
        var (news, isOvertaken) = waiting.Take();
        var inputs = _market.Take(news, at); // a book has the update from here on
        return news is GapNews ? inputs : _links.Markets.Heard(news.Symbol, at).Concat(isOvertaken ? [] : inputs);
    }

    private void Take(Func<Timestamp, IEnumerable<EngineInput>> make)
    {
        _at = Now();
        foreach (var input in make(_at))
        {
            Step(input);
        }

        if (_kernel.NextDue <= _at)
        {
            Step(new TimePassed { At = _at });
        }

        Arm();
    }

    // A clock that was set back does not set the engine back, nor make it stand still, else trails and time exits would: its time goes at
    // half speed until the clock has caught up.
    private Timestamp Now()
    {
        var now = new Timestamp(_time.GetUtcNow().ToUnixTimeMilliseconds());
        if (now >= _at)
        {
            _ahead = null;
            return now;
        }

        var (stamp, at) = _ahead ??= (_time.GetTimestamp(), _at);
        var slow = at.AddMs((long)_time.GetElapsedTime(stamp).TotalMilliseconds / 2);
        return slow > _at ? slow : _at;
    }

    private void Step(EngineInput input)
    {
        var stamp = new JournalStamp(++Steps, 0, input.At);
        _sink.Take(input, stamp);
        _kernel.Step(input, _effects);
        for (var part = JournalCodec.PartsOf(input); _effects.TryTake(out var effect); part++)
        {
            _sink.Do(effect!, stamp with { Part = part }); // TryTake said that there is one
        }

        _sink.Stepped(_kernel, stamp);
    }

    private void Arm()
    {
        var due = _kernel.NextDue;
        due = _market.NextDue < due ? _market.NextDue : due;
        due = _links.Markets.NextDue < due ? _links.Markets.NextDue : due;
        if (due != _armed)
        {
            _armed = due;
            var wait = due == Timestamp.MaxValue
                ? Timeout.InfiniteTimeSpan : TimeSpan.FromMilliseconds(Math.Clamp(due.Ms - _at.Ms, 1, 60_000));
            _timer.Change(wait, Timeout.InfiniteTimeSpan);
        }
    }

    private IEnumerable<EngineInput> Wake(Timestamp at)
    {
        _armed = default; // fired: whatever is due next must be armed again
        return _links.Markets.PassTime(at).Concat(_market.PassTime(at));
    }
}
