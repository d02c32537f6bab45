using System.Threading.Channels;
using StrategyHost.Bybit.Rest;
using StrategyHost.Bybit.Wire;
using StrategyHost.Core.Domain;
using StrategyHost.Core.Kernel;

namespace StrategyHost.Bybit.Accounts;

/// <summary>What <see cref="RequestSender"/> works with.</summary>
internal sealed record SenderParts
{
    public required BybitRestClient Client { get; init; }
    public required AccountReads Reads { get; init; }
    public required AccountFeed Feed { get; init; }
    public required OrderResolver Resolver { get; init; }
    public required BackgroundTasks Tasks { get; init; }
    public required BybitAccountOptions Options { get; init; }
    public required TimeProvider Time { get; init; }

    /// <summary>Whether the exchange answers requests, and why not.</summary>
    public required Action<bool, string> Reachable { get; init; }

    /// <summary>A read found what the stream should have told.</summary>
    public required Action<string> StreamIsSilent { get; init; }
}

/// <summary>
/// Sends the requests of one account and sees to it that each is answered. What leaves when is decided by <see cref="RequestLanes"/>; here
/// it is sent and its answer judged. 1. A new order in doubt is never sent again; what concerns it waits until it is resolved, everything
/// else goes on. 2. Cancels, amendments and trading-stops say absolute values, so they may be sent again. 3. An acknowledgement whose
/// effect does not show is followed up. 4. Nothing waits with a thread: one task hands out parcels, each parcel is a task of its own.
/// </summary>
internal sealed class RequestSender : IDisposable
{
    private const int AttemptsMax = 4;
    private const int BudgetWaitMs = 5000;
    private readonly SenderParts _parts;
    private readonly RequestWire _wire;
    private readonly RequestFollower _follower;
    private readonly Lock _lock = new();
    private readonly RequestLanes _lanes;
    private readonly ITimer _timer;
    private readonly CancellationToken _stopped;
    private readonly Channel<bool> _signals = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    /// <param name="parts">What it works with.</param>
    /// <param name="stopped">The account ends: nothing more is sent, what has not left stays unsent.</param>
    public RequestSender(SenderParts parts, CancellationToken stopped)
    {
        (_parts, _stopped) = (parts, stopped);
        _wire = new RequestWire(parts.Client);
        _lanes = new RequestLanes(new LaneLimits
        {
            RowsMax = parts.Options.Batches ? new LaneLimits().RowsMax : 1,
            EntryWaitMs = parts.Options.EntryWaitMs,
            EntriesMax = parts.Options.EntriesWaitingMax,
        });
        _follower = new RequestFollower(parts)
        {
            Again = e => Queue(e, isAgain: true),
            Doubt = Doubt,
            Refuse = Refuse,
        };
        _timer = parts.Time.CreateTimer(_ => Wake(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    private long NowMs => (long)_parts.Time.GetElapsedTime(0).TotalMilliseconds;

    /// <summary>Throws for what is no request to an exchange: the caller's mistake.</summary>
    public void Add(AccountEffect effect) => Queue(effect, isAgain: false);

    public void Dispose() => _timer.Dispose();

    public async Task RunAsync()
    {
        while (true)
        {
            HandOut();
            await _signals.Reader.ReadAsync(_stopped).ConfigureAwait(false);
        }
    }

    /// <summary>Takes up an order of an earlier life that may have been sent at this moment, by the server's clock.</summary>
    public void Resolve(OrderRequest request, Timestamp sentAt) =>
        Doubt(new DoubtfulOrder(request, sentAt.Ms, 0, "the host ended before it was answered"));

    private void Queue(AccountEffect effect, bool isAgain)
    {
        var id = RequestWays.OrderOf(effect);
        var known = effect is AmendOrder or CancelOrder && _parts.Feed.Look(b => b.Order(id)) is { } order
            ? OrderFacts.Of(order)
            : (OrderFacts?)null;
        lock (_lock)
        {
            if (isAgain)
            {
                _lanes.AddAgain(effect, known, NowMs);
            }
            else
            {
                _lanes.Add(effect, known, NowMs);
            }
        }

        Wake();
    }

    private void Wake() => _signals.Writer.TryWrite(true);

    private void HandOut()
    {
        List<Parcel> parcels = [];
        IReadOnlyList<UnsentOrder> unsent;
        lock (_lock)
        {
            var now = NowMs;
            while (_lanes.Take(now) is { } parcel)
            {
                parcels.Add(parcel);
            }

            unsent = _lanes.TakeUnsent();
            if (_lanes.NextDueMs(now) is { } due)
            {
                _timer.Change(TimeSpan.FromMilliseconds(Math.Max(1, due - now)), Timeout.InfiniteTimeSpan);
            }
        }

        if (unsent.Count > 0)
        {
            _parts.Feed.Change(book => unsent.ToList().ForEach(u => book.Tell(Report(u))));
        }

        parcels.ForEach(p => _parts.Tasks.Add(SendAsync(p)));
    }

    private ExchangeReport Report(UnsentOrder unsent) => unsent.Refusal is { } why
        ? RequestReports.Refusal(unsent.Order, 0, why, _parts.Client.ServerNow)
        : RequestReports.Withdrawn(unsent.Order, _parts.Client.ServerNow);

    private async Task SendAsync(Parcel parcel)
    {
        foreach (var request in parcel.Requests)
        {
            _follower.Note(request.Effect);
        }

        var wait = parcel.Way == RequestWay.Enter
            ? Math.Clamp(parcel.Requests.Min(r => r.AddedMs) + _parts.Options.EntryWaitMs - NowMs, 0, BudgetWaitMs)
            : BudgetWaitMs;
        var results = await _wire.SendAsync(parcel, (int)wait, _stopped).ConfigureAwait(false);
        if (Array.Exists(results, IsAnswer))
        {
            _parts.Reachable(true, "answered");
        }
        else if (results[0] is not Retryable<EmptyRow> { RetCode: 0, NotBefore: not null }) // it was our own budget that kept it back
        {
            _parts.Reachable(false, Text(results[0]));
        }

        for (var i = 0; i < results.Length; i++)
        {
            Judge(parcel.Requests[i], results[i]);
        }

        Wake();
    }

    /// <summary>Answered, in doubt, or to be sent again: what must be held back is held before the request is done.</summary>
    private void Judge(QueuedRequest request, RestResult<EmptyRow> result)
    {
        var effect = request.Effect;
        if (effect is SetTradingStop { Wanted.Mode: TpslMode.Full } stop && result is Ambiguous<EmptyRow>)
        {
            _parts.Tasks.Add(_follower.GuardAsync(stop, _stopped));
        }

        if (IsSentAgain(request, result))
        {
            lock (_lock)
            {
                _lanes.Return(request, NowMs + (long)request.Backoff.Next().TotalMilliseconds, Text(result));
            }

            return;
        }

        Answer(request, result);
        lock (_lock)
        {
            _lanes.Done(request);
        }
    }

    private bool IsSentAgain(QueuedRequest request, RestResult<EmptyRow> result)
    {
        var retryMs = request.Way == RequestWay.Enter ? _parts.Options.EntryRetryMs : _parts.Options.ProtectiveRetryMs;
        var isOld = NowMs - request.FirstSentMs > retryMs;
        return result switch
        {
            Ambiguous<EmptyRow> => request.Effect is not PlaceOrder && request.Attempts < AttemptsMax && !isOld,
            Retryable<EmptyRow> r => !isOld && !(request.Effect is PlaceOrder && r.RetCode == 10002 && request.Attempts > 2),
            _ => false,
        };
    }

    private void Answer(QueuedRequest request, RestResult<EmptyRow> result)
    {
        var effect = request.Effect;
        switch (result)
        {
            case AlreadyDone<EmptyRow> done when effect is PlaceOrder place && !request.IsAgain:
                Doubt(new DoubtfulOrder(place.Request, done.StampMs, done.RetCode, done.RetMsg));
                break;
            case AlreadyDone<EmptyRow> done when effect is not PlaceOrder:
                Hold(request.Order, _follower.DoneBeforeAsync(effect, done, _stopped));
                break;
            case AlreadyDone<EmptyRow> done: // the same id a second time is the caller's mistake, and its refusal the caller's answer
                Refuse(effect, done.RetCode, done.RetMsg);
                break;
            case Refused<EmptyRow> { RetCode: 110001 or 110008 or 110010 } gone when effect is AmendOrder or CancelOrder:
                Hold(request.Order, _follower.GoneAsync(effect, gone, _stopped));
                break;
            case Refused<EmptyRow> refused:
                Refuse(effect, refused.RetCode, refused.RetMsg);
                break;
            case Ambiguous<EmptyRow> doubt when effect is PlaceOrder place:
                Doubt(new DoubtfulOrder(place.Request, result.StampMs, doubt.RetCode, doubt.Why));
                break;
            case Retryable<EmptyRow> retryable:
                Refuse(effect, retryable.RetCode, $"not taken: {retryable.Why}");
                break;
            default:
                _follower.Follow(effect, result.StampMs, _stopped);
                break;
        }
    }

    private static bool IsAnswer(RestResult<EmptyRow> result) =>
        result is not (Retryable<EmptyRow> { RetCode: 0 } or Ambiguous<EmptyRow> { RetCode: 0 or 403 }
            or Refused<EmptyRow> { IsFatal: true });

    /// <summary>Nothing about the order leaves until the work is done.</summary>
    private void Hold(ClientOrderId order, Task work)
    {
        if (order.IsNone)
        {
            _parts.Tasks.Add(work);
            return;
        }

        lock (_lock)
        {
            _lanes.Hold(order);
        }

        _parts.Tasks.Add(ReleaseAsync(order, work));
    }

    private async Task ReleaseAsync(ClientOrderId order, Task work)
    {
        await work.ConfigureAwait(false);
        lock (_lock)
        {
            _lanes.Release(order);
        }

        Wake();
    }

    private void Doubt(DoubtfulOrder order)
    {
        // The stream may have told of the order, even of its end, before the answer to its request failed.
        _parts.Feed.Change(book =>
        {
            if (book.Order(order.Request.ClientOrderId) is null)
            {
                book.Tell(RequestReports.Unknown(_parts.Client.Account, order, _parts.Client.ServerNow));
            }
        });
        Hold(order.Request.ClientOrderId, ResolveAsync(order));
    }

    private async Task ResolveAsync(DoubtfulOrder order)
    {
        var believeFrom = new Timestamp(order.StampMs + _parts.Client.ReceiveWindowMs + _parts.Options.FenceMarginMs);
        var isFound = await _parts.Resolver.FindAsync(order, believeFrom, () => _parts.Client.ServerNow, _stopped).ConfigureAwait(false);
        if (!isFound)
        {
            // 10000 is the exchange's word for "no answer".
            var code = order.Code == 0 ? 10000 : order.Code;
            Refuse(new PlaceOrder(_parts.Client.Account, order.Request), code, $"it never arrived: {order.Why}");
        }
    }

    private void Refuse(AccountEffect effect, int code, string text) =>
        _parts.Feed.Change(book => book.Tell(RequestReports.Refusal(effect, code, text, _parts.Client.ServerNow)));

    private static string Text(RestResult<EmptyRow> result) => result switch
    {
        Refused<EmptyRow> r => $"{r.RetCode} {r.RetMsg}",
        Ambiguous<EmptyRow> r => $"{r.RetCode} {r.Why}",
        Retryable<EmptyRow> r => $"{r.RetCode} {r.Why}",
        _ => "answered",
    };
}
