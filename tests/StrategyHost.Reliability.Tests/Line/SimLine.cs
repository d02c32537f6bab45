using StrategyHost.Bybit.Accounts;
using StrategyHost.Core.Domain;
using StrategyHost.Core.Kernel;
using StrategyHost.Core.Ports;
using StrategyHost.Reliability.Tests.Faults;
using StrategyHost.Reliability.Tests.World;

namespace StrategyHost.Reliability.Tests.Line;

/// <summary>
/// One account's line to the exchange: the adapter's own lanes (<see cref="RequestLanes"/>), and everything that the port allows to happen
/// to requests, answers and messages. What the adapter does about an answer is played as bybit.md describes it.
/// </summary>
internal sealed class SimLine : IExchangeAccount
{
    private const long TimeoutMs = 5000;
    private const long ReceiveWindowMs = 3000;
    private const int AttemptsMax = 4;
    private const long EntryRetryMs = 10_000;
    private const long ProtectiveRetryMs = 60_000;
    private readonly LineParts _parts;
    private readonly RequestLanes _lanes = new(new LaneLimits());
    private readonly LineReads _reads;
    private readonly LineStream _stream;
    private readonly LineFollower _follower;
    private readonly LineTrouble _trouble;
    private bool _isWaking;
    private long _wakeAt = long.MaxValue;
    private int _underWay;

    public SimLine(LineParts parts, LineTrouble trouble)
    {
        (_parts, _trouble) = (parts, trouble);
        Book = new LineBook(parts.Account);
        _reads = new LineReads(parts, Book, trouble, Tell);
        _stream = new LineStream(parts, Book, trouble, _reads, Tell);
        _follower = new LineFollower(parts, Book, _reads)
        {
            Again = SendAgain,
            Hold = Hold,
            Release = Release,
            Refuse = Refuse,
            Tell = Tell,
        };
    }

    public AccountId Account => _parts.Account;
    public LineBook Book { get; }
    public LineReads Reads => _reads;
    public LineStream Stream => _stream;
    public bool IsDead { get; private set; }

    /// <summary>Nothing waits, nothing is under way or in doubt, and nothing was said that has not been heard.</summary>
    public bool IsIdle => _lanes.Waiting == 0 && _underWay == 0 && _follower.Open == 0 && _stream.IsIdle && _reads.Open == 0;

    /// <summary>How many orders that may open a position are on their way, by what they could add in quote currency.</summary>
    public IReadOnlyCollection<OrderRequest> EntriesUnderWay => _entries.Values;

    private readonly Dictionary<string, OrderRequest> _entries = new(StringComparer.Ordinal);

    public void Send(AccountEffect request)
    {
        if (request is PlaceOrder { Request: { ReduceOnly: false } entry })
        {
            _entries[entry.ClientOrderId.Value] = entry;
        }

        _lanes.Add(request, Known(request), _parts.Time.NowMs);
        Wake();
    }

    public void AskSnapshot() => _reads.Snapshot();

    /// <summary>The process that held this line is gone: what is under way arrives, and nobody hears of it.</summary>
    public void Die()
    {
        IsDead = true;
        _reads.Die();
        _stream.Die();
        _follower.Die();
    }

    private OrderFacts? Known(AccountEffect request) =>
        request is AmendOrder or CancelOrder && Book.Order(RequestWays.OrderOf(request)) is { } order ? OrderFacts.Of(order) : null;

    private void Tell(IReadOnlyList<ExchangeReport> reports)
    {
        if (IsDead || reports.Count == 0 || _parts.Boundary("answered"))
        {
            return;
        }

        foreach (var report in reports)
        {
            if (report is RefusalReport { Request: RequestKind.Place } refused)
            {
                _entries.Remove(refused.ClientOrderId.Value ?? "");
            }
            else if (report is OrderReport { Status: not OrderStatus.Unknown } order)
            {
                _entries.Remove(order.ClientOrderId.Value ?? "");
            }
        }

        _follower.Look();
        _parts.Listener.OnReports(Account, reports);
    }

    private void Wake()
    {
        if (!_isWaking)
        {
            _isWaking = true;
            _parts.Time.After(0, _parts.Rank, () =>
            {
                _isWaking = false;
                HandOut();
            });
        }
    }

    private void HandOut()
    {
        if (IsDead)
        {
            return;
        }

        var now = _parts.Time.NowMs;
        while (_lanes.Take(now) is { } parcel)
        {
            Leave(parcel);
            if (_parts.Boundary("sent"))
            {
                return;
            }
        }

        foreach (var unsent in _lanes.TakeUnsent())
        {
            _parts.Markers.Hit(unsent.Refusal is null ? "line.withdrawn_unsent" : "line.entry_expired");
            var at = new Timestamp(now);
            Tell([unsent.Refusal is { } why ? RequestReports.Refusal(unsent.Order, 0, why, at) : RequestReports.Withdrawn(unsent.Order, at)]);
        }

        if (_lanes.NextDueMs(now) is { } due && due < _wakeAt)
        {
            _wakeAt = due;
            _parts.Time.At(due, _parts.Rank, () =>
            {
                _wakeAt = long.MaxValue;
                HandOut();
            });
        }
    }

    private void Leave(Parcel parcel)
    {
        var (faults, name, dice, lag) = (_parts.Faults, _parts.Name, _parts.Dice, _parts.LagMs);
        _underWay++;
        foreach (var request in parcel.Requests)
        {
            _follower.Note(request.Effect);
        }

        if (!_trouble.IsReachable)
        {
            _trouble.Impair(0);
            Answer(dice.Int(0, lag), parcel, Outcome.NoConnection);
            return;
        }

        var way = dice.Int(lag / 2, lag * 2);
        var isLost = faults.Hits(FaultKind.RequestLost, name);
        var isReplyLost = faults.Hits(FaultKind.ReplyLost, name);
        way += faults.Hits(FaultKind.RequestSlow, name) ? dice.Int(300, 6000) : 0;
        if (isLost || isReplyLost || way > 200)
        {
            _trouble.Impair(TimeoutMs + 1000);
        }

        if (isLost || way > ReceiveWindowMs)
        {
            _parts.Say?.Invoke($"{name} {parcel.Requests.Count} requests are lost");
            Answer(TimeoutMs, parcel, Outcome.Silence);
            return;
        }

        _parts.Time.After(way, _parts.Rank, () => Arrive(parcel, isReplyLost, way));
    }

    private void Arrive(Parcel parcel, bool isReplyLost, int way)
    {
        if (!_trouble.IsReachable)
        {
            _trouble.Impair(TimeoutMs);
            Answer(TimeoutMs - way, parcel, Outcome.Silence);
            return;
        }

        var answers = new Outcome[parcel.Requests.Count];
        for (var i = 0; i < answers.Length; i++)
        {
            answers[i] = LineCounter.Take(parcel.Requests[i].Effect, _parts, out var isDone);
            if (!isDone || answers[i].Verdict is not Verdict.Taken)
            {
                _trouble.Impair(answers[i].Verdict is Verdict.Refused or Verdict.AlreadyDone ? 3000 : 6000);
            }
        }

        if (isReplyLost)
        {
            _parts.Say?.Invoke($"{_parts.Name} the answer to {parcel.Requests.Count} requests is lost");
            Array.Fill(answers, Outcome.Silence);
        }

        var back = isReplyLost ? TimeoutMs - way : _parts.Dice.Int(_parts.LagMs / 2, _parts.LagMs * 2);
        _parts.Time.After(Math.Max(1, back), _parts.Rank, () => Judge(parcel, answers));
    }

    private void Answer(long afterMs, Parcel parcel, Outcome outcome) => _parts.Time.After(Math.Max(1, afterMs), _parts.Rank, () =>
    {
        var answers = new Outcome[parcel.Requests.Count];
        Array.Fill(answers, outcome);
        Judge(parcel, answers);
    });

    private void Judge(Parcel parcel, Outcome[] answers)
    {
        _underWay--;
        if (IsDead)
        {
            return;
        }

        for (var i = 0; i < answers.Length; i++)
        {
            Judge(parcel.Requests[i], answers[i]);
        }

        Wake();
    }

    private void Judge(QueuedRequest request, Outcome outcome)
    {
        var now = _parts.Time.NowMs;
        if (request.Effect is SetTradingStop stop && outcome.Verdict == Verdict.Ambiguous)
        {
            _follower.Guard(stop);
        }

        var isOld = now - request.FirstSentMs > (request.Way == RequestWay.Enter ? EntryRetryMs : ProtectiveRetryMs);
        var isSentAgain = !isOld && (outcome.Verdict == Verdict.Retryable
            || (outcome.Verdict == Verdict.Ambiguous && request.Effect is not PlaceOrder && request.Attempts < AttemptsMax));
        if (isSentAgain)
        {
            _parts.Markers.Hit("line.sent_again");
            _lanes.Return(request, now + Pause(request), outcome.Text);
            return;
        }

        _follower.Answered(request, outcome);
        _lanes.Done(request);
    }

    /// <summary>As the adapter's: protection within a second.</summary>
    private static long Pause(QueuedRequest request) =>
        Math.Min(request.Way.Lane() == RequestLane.Protective ? 1000 : 5000, 300L << Math.Min(request.Attempts - 1, 5));

    private void SendAgain(AccountEffect request)
    {
        _lanes.AddAgain(request, Known(request), _parts.Time.NowMs);
        Wake();
    }

    private void Hold(ClientOrderId id) => _lanes.Hold(id);

    private void Release(ClientOrderId id)
    {
        _lanes.Release(id);
        Wake();
    }

    private void Refuse(AccountEffect effect, int code, string text) =>
        Tell([RequestReports.Refusal(effect, code, text, new Timestamp(_parts.Time.NowMs))]);

    /// <summary>
    /// Before it opens: what the host knows already is not told again, and what it left open is asked for (reliability.md §5.5). Orders that
    /// were never answered are in doubt.
    /// </summary>
    public void Resume(Memory memory)
    {
        Book.Forget(memory.Executions);
        Book.Fundings = memory.Fundings;
        _reads.SinceMs = memory.ExecutionsSince.Ms;
        _reads.FenceMs = _parts.Time.NowMs + LineFollower.FenceMs;
        foreach (var order in memory.Open)
        {
            var isAnswered = order.Order.Status is not (OrderStatus.Pending or OrderStatus.Unknown);
            _reads.LeftOpen.Add(order.Order.Request.ClientOrderId.Value);
            if (isAnswered)
            {
                _reads.Awaited.Add(order.Order.Request.ClientOrderId);
            }
            else
            {
                _parts.Markers.Hit("recover.in_doubt");
                _follower.Doubt(order.Order.Request, "the host ended before it was answered");
            }
        }
    }
}
