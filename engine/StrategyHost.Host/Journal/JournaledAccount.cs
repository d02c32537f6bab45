using System.Collections.Concurrent;
using StrategyHost.Core.Domain;
using StrategyHost.Core.Kernel;
using StrategyHost.Core.Ports;
using StrategyHost.Storage.Journal;

namespace StrategyHost.Host.Journal;

/// <summary>
/// The way out of one account's requests: written to its journal, committed, then sent (house rule 9). 1. Requests reach the exchange in
/// the order in which they came. 2. Nothing here waits: the journal's thread sends what it has committed. 3. What cannot be written, or
/// not within <see cref="Patience"/>, is sent all the same, except what would open or grow a position: that is refused.
/// </summary>
internal sealed class JournaledAccount : IDisposable
{
    /// <summary>A protective request waits so long for the disk and no longer (reliability I-02: 2 s in all).</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(250);

    private readonly IExchangeAccount _account;
    private readonly IRequestLog _writer;
    private readonly IExchangeListener _listener;
    private readonly TimeProvider _time;
    private readonly ITimer _watch;
    private readonly ConcurrentQueue<Waiting> _waiting = [];
    private readonly Lock _exit = new();
    private bool _isStuck;
    private bool _isClosed;

    public JournaledAccount(IExchangeAccount account, IRequestLog writer, IExchangeListener listener, TimeProvider time)
    {
        (_account, _writer, _listener, _time) = (account, writer, listener, time);
        _watch = time.CreateTimer(_ => Watch(), null, Look, Look);
    }

    /// <summary>Hears when the disk does not answer in time (why), and when it does again, be it by refusing (null).</summary>
    public Action<Error?>? Stuck { get; init; }

    /// <summary>Called by the loop's thread only.</summary>
    public void Send(AccountEffect request, JournalStamp stamp)
    {
        var waiting = new Waiting(request, _time.GetTimestamp());
        _waiting.Enqueue(waiting);
        _writer.Append(stamp, request, error => Leave(waiting, error));
    }

    /// <summary>A question writes nothing and waits for nothing.</summary>
    public void AskSnapshot() => _account.AskSnapshot();

    /// <summary>Nothing is sent any more: the exchange's side is going away.</summary>
    public void Dispose()
    {
        _watch.Dispose();
        lock (_exit)
        {
            _isClosed = true;
        }
    }

    /// <summary>The journal has written this one, or failed to.</summary>
    private void Leave(Waiting waiting, Error? error)
    {
        lock (_exit)
        {
            if (!waiting.HasLeft)
            {
                _waiting.TryDequeue(out _); // it is the first: the journal keeps the order, and so does the watch
                Send(waiting, error);
            }
            else if (_isStuck)
            {
                _isStuck = false; // whether it took this one, the journal's writer says
                Stuck?.Invoke(null);
            }
        }
    }

    private void Watch()
    {
        lock (_exit)
        {
            while (_waiting.TryPeek(out var first) && _time.GetElapsedTime(first.Since) > Patience)
            {
                _waiting.TryDequeue(out _);
                if (!_isStuck)
                {
                    _isStuck = true;
                    Stuck?.Invoke(NoAnswer);
                }

                Send(first, NoAnswer);
            }
        }
    }

    private Error NoAnswer => new()
    {
        Rule = "journal_stuck",
        Message = $"the disk has not taken a record of {_account.Account} for {Patience.TotalSeconds} s; look what keeps it busy",
    };

    private void Send(Waiting waiting, Error? error)
    {
        waiting.HasLeft = true;
        if (_isClosed)
        {
            return;
        }

        if (error is not null && waiting.Request is PlaceOrder { Request: { ReduceOnly: false } entry })
        {
            _listener.OnReports(_account.Account, [new RefusalReport
            {
                Account = _account.Account,
                At = new Timestamp(_time.GetUtcNow().ToUnixTimeMilliseconds()),
                Request = RequestKind.Place,
                Symbol = entry.Symbol,
                ClientOrderId = entry.ClientOrderId,
                PositionIdx = entry.PositionIdx,
                Code = 0,
                Text = "not sent: " + error.Message,
            }]);
            return;
        }

        _account.Send(waiting.Request);
    }

    private sealed class Waiting(AccountEffect request, long since)
    {
        public AccountEffect Request { get; } = request;
        public long Since { get; } = since;
        public bool HasLeft { get; set; }
    }
}
