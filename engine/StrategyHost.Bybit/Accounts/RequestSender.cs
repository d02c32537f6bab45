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
/// Sends the requests of one account, one after the other, and sees to it that each is answered. 1. The next one leaves when the one before
/// it was answered or given up, so they arrive in order. 2. A new order in doubt is never sent again; what concerns it waits until it is
/// resolved, everything else goes on. 3. Cancels, amendments and trading-stops say absolute values, so they may be sent again. 4. An
/// acknowledgement whose effect does not show is followed up.
/// </summary>
internal sealed class RequestSender(SenderParts parts) : IDisposable
{
    private const int AttemptsMax = 4;
    private const int RepeatsMax = 3;
    private readonly RequestQueue _queue = new();
    private readonly Lock _lock = new();
    private readonly Dictionary<ClientOrderId, List<AccountEffect>> _doubtful = [];
    private readonly Dictionary<(Symbol Symbol, PositionIdx Idx), TradingStop> _wanted = [];
    private readonly HashSet<ClientOrderId> _placed = [];
    private readonly Dictionary<AccountEffect, int> _repeats = new(ReferenceEqualityComparer.Instance);

    public void Add(AccountEffect effect)
    {
        RequestQueue.SymbolOf(effect); // anything else is the caller's mistake and throws here, not in the loop
        _queue.Add(effect);
    }

    public void Dispose() => _queue.Dispose();

    public async Task RunAsync(CancellationToken cancellation)
    {
        while (true)
        {
            var effect = await _queue.TakeAsync(cancellation).ConfigureAwait(false);
            if (!Hold(effect))
            {
                await ExecuteAsync(effect, cancellation).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Takes up an order of an earlier life that may have been sent at this moment, by the server's clock.</summary>
    public void Resolve(OrderRequest request, Timestamp sentAt, CancellationToken cancellation) =>
        Doubt(new DoubtfulOrder(request, sentAt.Ms, 0, "the host ended before it was answered"), cancellation);

    private async Task ExecuteAsync(AccountEffect effect, CancellationToken cancellation)
    {
        var isAgain = Note(effect);
        var startedAt = parts.Time.GetTimestamp();
        var backoff = new Streams.Backoff(300, 5000, 1);
        for (var attempt = 1; ; attempt++)
        {
            var result = await SendAsync(effect, cancellation).ConfigureAwait(false);
            parts.Reachable(IsAnswer(result), Text(result));
            Guard(effect, result, cancellation);
            var isOld = parts.Time.GetElapsedTime(startedAt).TotalMilliseconds > RetryMs(effect);
            switch (result)
            {
                case Ok<EmptyRow>:
                    Follow(effect, result.StampMs, cancellation);
                    return;
                case AlreadyDone<EmptyRow> done:
                    await DoneBeforeAsync(effect, done, isAgain, cancellation).ConfigureAwait(false);
                    return;
                case Refused<EmptyRow> refused:
                    await LookAtAsync(effect, refused.RetCode, cancellation).ConfigureAwait(false);
                    Refuse(effect, refused.RetCode, refused.RetMsg);
                    return;
                case Ambiguous<EmptyRow> doubt when effect is PlaceOrder place:
                    Doubt(new DoubtfulOrder(place.Request, result.StampMs, doubt.RetCode, doubt.Why), cancellation);
                    return;
                case Ambiguous<EmptyRow> when attempt == AttemptsMax || isOld:
                    Follow(effect, result.StampMs, cancellation);
                    return;
                case Retryable<EmptyRow> retryable when isOld || (effect is PlaceOrder && retryable.RetCode == 10002 && attempt > 2):
                    Refuse(effect, retryable.RetCode, $"not taken: {retryable.Why}");
                    return;
                default:
                    await Task.Delay(backoff.Next(), parts.Time, cancellation).ConfigureAwait(false);
                    break;
            }
        }
    }

    // A trading-stop in doubt may arrive after the newer one that followed it, and loosen the stop again: when it cannot come any more, the
    // newest wish is compared with the position once more.
    private void Guard(AccountEffect effect, RestResult<EmptyRow> result, CancellationToken cancellation)
    {
        if (effect is SetTradingStop { Wanted.Mode: TpslMode.Full } stop && result is Ambiguous<EmptyRow>)
        {
            parts.Tasks.Add(GuardAsync(stop, cancellation));
        }
    }

    private async Task GuardAsync(SetTradingStop stop, CancellationToken cancellation)
    {
        var fence = TimeSpan.FromMilliseconds(parts.Client.ReceiveWindowMs + parts.Options.FenceMarginMs);
        await Task.Delay(fence, parts.Time, cancellation).ConfigureAwait(false);
        while (await ReadAboutAsync(stop, cancellation).ConfigureAwait(false) is null)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(parts.Options.AnswerMs), parts.Time, cancellation).ConfigureAwait(false);
        }

        if (Newest(stop.Wanted) is { } newest && !parts.Feed.Look(b => Answers.IsShown(b, new SetTradingStop(stop.Account, newest), 0)))
        {
            _queue.Add(new SetTradingStop(stop.Account, newest));
        }
    }

    private static bool IsAnswer(RestResult<EmptyRow> result) =>
        result is not (Retryable<EmptyRow> { RetCode: 0 } or Ambiguous<EmptyRow> { RetCode: 0 or 403 }
            or Refused<EmptyRow> { IsFatal: true });

    private int RetryMs(AccountEffect effect) => IsEntry(effect) ? parts.Options.EntryRetryMs : parts.Options.ProtectiveRetryMs;

    private async Task<RestResult<EmptyRow>> SendAsync(AccountEffect effect, CancellationToken cancellation)
    {
        var (path, kind, body) = effect switch
        {
            PlaceOrder place => ("/v5/order/create", RequestKind.Place, RequestBodies.Place(place.Request)),
            AmendOrder amend => ("/v5/order/amend", RequestKind.Amend, RequestBodies.Amend(amend.Amendment)),
            CancelOrder cancel => ("/v5/order/cancel", RequestKind.Cancel, RequestBodies.Cancel(cancel.Symbol, cancel.Id)),
            SetTradingStop stop => ("/v5/position/trading-stop", RequestKind.TradingStop, RequestBodies.TradingStop(stop.Wanted)),
            _ => throw new ArgumentException("only requests to an exchange are sent to it", nameof(effect)),
        };
        var request = new RestRequest<EmptyRow>(path, BybitJson.Default.EmptyReply)
        {
            Body = body,
            Kind = kind,
            Priority = IsEntry(effect) ? RequestPriority.Trading : RequestPriority.Protective,
        };
        return await parts.Client.SendAsync(request, cancellation).ConfigureAwait(false);
    }

    // An amendment of an entry goes with the entries; without knowing the order, safety first.
    private bool IsEntry(AccountEffect effect) => effect switch
    {
        PlaceOrder place => !place.Request.ReduceOnly,
        AmendOrder amend => parts.Feed.Look(b => b.Order(amend.Amendment.ClientOrderId)) is { ReduceOnly: false },
        _ => false,
    };

    // The same id a second time is the caller's mistake, and its refusal the caller's answer.
    private bool Note(AccountEffect effect)
    {
        if (effect is SetTradingStop stop)
        {
            lock (_lock)
            {
                _wanted[(stop.Wanted.Symbol, stop.Wanted.PositionIdx)] = stop.Wanted;
            }
        }

        return effect is PlaceOrder place && !_placed.Add(place.Request.ClientOrderId);
    }

    private TradingStop? Newest(TradingStop stop)
    {
        lock (_lock)
        {
            return _wanted.GetValueOrDefault((stop.Symbol, stop.PositionIdx));
        }
    }

    private bool Hold(AccountEffect effect)
    {
        lock (_lock)
        {
            if (effect is SetTradingStop || !_doubtful.TryGetValue(RequestQueue.OrderOf(effect), out var held))
            {
                return false;
            }

            held.Add(effect);
            return true;
        }
    }

    private void Doubt(DoubtfulOrder order, CancellationToken cancellation)
    {
        lock (_lock)
        {
            _doubtful[order.Request.ClientOrderId] = [];
        }

        // The stream may have told of the order, even of its end, before the answer to its request failed.
        parts.Feed.Change(book =>
        {
            if (book.Order(order.Request.ClientOrderId) is null)
            {
                book.Tell(RequestReports.Unknown(parts.Client.Account, order, parts.Client.ServerNow));
            }
        });
        parts.Tasks.Add(ResolveAsync(order, cancellation));
    }

    private async Task ResolveAsync(DoubtfulOrder order, CancellationToken cancellation)
    {
        var believeFrom = new Timestamp(order.StampMs + parts.Client.ReceiveWindowMs + parts.Options.FenceMarginMs);
        var isFound = await parts.Resolver.FindAsync(order, believeFrom, () => parts.Client.ServerNow, cancellation).ConfigureAwait(false);
        if (!isFound)
        {
            // 10000 is the exchange's word for "no answer".
            var code = order.Code == 0 ? 10000 : order.Code;
            Refuse(new PlaceOrder(parts.Client.Account, order.Request), code, $"it never arrived: {order.Why}");
        }

        List<AccountEffect> held;
        lock (_lock)
        {
            _doubtful.Remove(order.Request.ClientOrderId, out held!);
        }

        _queue.AddFirst(held);
    }

    private void Follow(AccountEffect effect, long stampMs, CancellationToken cancellation)
    {
        if (!parts.Feed.Look(b => Answers.IsShown(b, effect, stampMs)))
        {
            parts.Tasks.Add(FollowAsync(effect, stampMs, cancellation));
        }
    }

    private async Task FollowAsync(AccountEffect effect, long stampMs, CancellationToken cancellation)
    {
        var wait = TimeSpan.FromMilliseconds(parts.Options.AnswerMs);
        while (!await parts.Feed.WaitAsync(b => Answers.IsShown(b, effect, stampMs), wait, parts.Time, cancellation).ConfigureAwait(false))
        {
            if (await ReadAboutAsync(effect, cancellation).ConfigureAwait(false) is not { } isThere)
            {
                continue; // the exchange cannot be asked: wait on
            }

            if (parts.Feed.Look(b => Answers.IsShown(b, effect, stampMs)))
            {
                parts.StreamIsSilent($"it kept back the answer to a {RequestReports.Kind(effect)}");
            }
            else
            {
                NotDone(effect, stampMs, isThere, cancellation);
            }

            return;
        }
    }

    private void NotDone(AccountEffect effect, long stampMs, bool isThere, CancellationToken cancellation)
    {
        if (effect is PlaceOrder place)
        {
            Doubt(new DoubtfulOrder(place.Request, stampMs, 0, "acknowledged, but not to be found"), cancellation);
            return;
        }

        if (effect is SetTradingStop { Wanted: var wanted } && !ReferenceEquals(Newest(wanted), wanted))
        {
            return; // a newer wish of the same position is answered instead
        }

        int repeats;
        lock (_lock)
        {
            repeats = _repeats[effect] = _repeats.GetValueOrDefault(effect) + 1;
            if (repeats >= RepeatsMax || !isThere)
            {
                _repeats.Remove(effect);
            }
        }

        if (isThere && repeats < RepeatsMax && effect is not AmendOrder)
        {
            _queue.Add(effect);
        }
        else
        {
            Refuse(effect, 0, "acknowledged, but not done");
        }
    }

    private async Task DoneBeforeAsync(AccountEffect effect, AlreadyDone<EmptyRow> done, bool isAgain, CancellationToken cancellation)
    {
        if (effect is PlaceOrder place)
        {
            if (isAgain)
            {
                Refuse(effect, done.RetCode, done.RetMsg);
            }
            else
            {
                Doubt(new DoubtfulOrder(place.Request, done.StampMs, done.RetCode, done.RetMsg), cancellation);
            }

            return;
        }

        await ReadAboutAsync(effect, cancellation).ConfigureAwait(false);
        var isShown = effect is not CancelOrder && parts.Feed.Look(b => Answers.IsShown(b, effect, 0));
        if (!isShown)
        {
            Refuse(effect, done.RetCode, done.RetMsg);
            return;
        }

        // What is already so was told before: it is told once more, because silence is no answer.
        parts.Feed.Change(book => book.Tell(effect switch
        {
            SetTradingStop { Wanted: var w } when book.Position(w.Symbol, w.PositionIdx) is { } position => position,
            AmendOrder { Amendment.ClientOrderId: var id } when book.Order(id) is { } order => order,
            _ => RequestReports.Refusal(effect, done.RetCode, done.RetMsg, parts.Client.ServerNow),
        }));
    }

    // "No such order" on a change of one means that it ended, and what it did must be told with the refusal.
    private async Task LookAtAsync(AccountEffect effect, int code, CancellationToken cancellation)
    {
        if (effect is AmendOrder or CancelOrder && code is 110001 or 110008 or 110010)
        {
            await ReadAboutAsync(effect, cancellation).ConfigureAwait(false);
        }
    }

    // Null: the read failed. Else whether there is such an order or position.
    private async Task<bool?> ReadAboutAsync(AccountEffect effect, CancellationToken cancellation)
    {
        if (effect is not SetTradingStop { Wanted: var wanted })
        {
            var name = new OrderName(RequestQueue.SymbolOf(effect), RequestQueue.OrderOf(effect), default);
            return await parts.Resolver.LookAsync(name, cancellation).ConfigureAwait(false);
        }

        var result = await parts.Reads.PositionsAsync(wanted.Symbol, cancellation).ConfigureAwait(false);
        if (result is not Ok<List<PositionRow>> { Value: var rows })
        {
            return null;
        }

        parts.Feed.Change(book => rows.ForEach(r => book.TakeOfRest(r, parts.Client.ServerNow)));
        return rows.Exists(r => r.Size > 0 && r.PositionIdx == (int)wanted.PositionIdx);
    }

    private void Refuse(AccountEffect effect, int code, string text) =>
        parts.Feed.Change(book => book.Tell(RequestReports.Refusal(effect, code, text, parts.Client.ServerNow)));

    private static string Text(RestResult<EmptyRow> result) => result switch
    {
        Refused<EmptyRow> r => $"{r.RetCode} {r.RetMsg}",
        Ambiguous<EmptyRow> r => $"{r.RetCode} {r.Why}",
        Retryable<EmptyRow> r => $"{r.RetCode} {r.Why}",
        _ => "answered",
    };
}
