using StrategyHost.Bybit.Rest;
using StrategyHost.Bybit.Wire;
using StrategyHost.Core.Domain;
using StrategyHost.Core.Kernel;

namespace StrategyHost.Bybit.Accounts;

/// <summary>What <see cref="RequestSender"/> works with.</summary>
internal sealed record SenderParts(
    BybitRestClient Client, AccountReads Reads, AccountFeed Feed, OrderResolver Resolver, BackgroundTasks Tasks, BybitAccountOptions Options)
{
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
            parts.Reachable(result is not (Retryable<EmptyRow> { RetCode: 0 } or Ambiguous<EmptyRow> { RetCode: 0 } or Refused<EmptyRow> { IsFatal: true }), Text(result));
            var isOld = parts.Time.GetElapsedTime(startedAt).TotalMilliseconds > (IsEntry(effect) ? parts.Options.EntryRetryMs : parts.Options.ProtectiveRetryMs);
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
            _wanted[(stop.Wanted.Symbol, stop.Wanted.PositionIdx)] = stop.Wanted;
        }

        return effect is PlaceOrder place && !_placed.Add(place.Request.ClientOrderId);
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

        parts.Feed.Change(book => book.Tell(Unknown(order)));
        parts.Tasks.Add(ResolveAsync(order, cancellation));
    }

    private async Task ResolveAsync(DoubtfulOrder order, CancellationToken cancellation)
    {
        var believeFrom = new Timestamp(order.StampMs + parts.Client.ReceiveWindowMs + parts.Options.FenceMarginMs);
        var isFound = await parts.Resolver.FindAsync(order, believeFrom, () => parts.Client.ServerNow, cancellation).ConfigureAwait(false);
        if (!isFound)
        {
            // 10000 is the exchange's word for "no answer".
            Refuse(new PlaceOrder(parts.Client.Account, order.Request), order.Code == 0 ? 10000 : order.Code, $"it never arrived: {order.Why}");
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
                parts.StreamIsSilent($"it kept back the answer to a {Kind(effect)}");
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

        if (effect is SetTradingStop stop && !ReferenceEquals(_wanted.GetValueOrDefault((stop.Wanted.Symbol, stop.Wanted.PositionIdx)), stop.Wanted))
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
            _ => Refusal(effect, done.RetCode, done.RetMsg),
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
            return await parts.Resolver.LookAsync(new OrderName(RequestQueue.SymbolOf(effect), RequestQueue.OrderOf(effect), default), cancellation).ConfigureAwait(false);
        }

        var result = await parts.Reads.PositionsAsync(wanted.Symbol, cancellation).ConfigureAwait(false);
        if (result is not Ok<List<PositionRow>> { Value: var rows })
        {
            return null;
        }

        parts.Feed.Change(book => rows.ForEach(r => book.TakeOfRest(r, parts.Client.ServerNow)));
        return rows.Exists(r => r.Size > 0 && r.PositionIdx == (int)wanted.PositionIdx);
    }

    private void Refuse(AccountEffect effect, int code, string text) => parts.Feed.Change(book => book.Tell(Refusal(effect, code, text)));

    private RefusalReport Refusal(AccountEffect effect, int code, string text) => new()
    {
        Account = parts.Client.Account,
        At = parts.Client.ServerNow,
        Request = Kind(effect),
        Symbol = RequestQueue.SymbolOf(effect),
        ClientOrderId = RequestQueue.OrderOf(effect),
        Code = code,
        Text = text,
    };

    private OrderReport Unknown(DoubtfulOrder order) => new()
    {
        Account = parts.Client.Account,
        At = parts.Client.ServerNow,
        Symbol = order.Request.Symbol,
        OrderId = new ExchangeOrderId(""),
        ClientOrderId = order.Request.ClientOrderId,
        Status = OrderStatus.Unknown,
        Side = order.Request.Side,
        Type = order.Request.Type,
        Quantity = order.Request.Quantity,
        FilledQuantity = Quantity.Zero,
        Price = order.Request.Price,
        TriggerPrice = order.Request.Trigger?.Price,
        PositionIdx = order.Request.PositionIdx,
        ReduceOnly = order.Request.ReduceOnly,
        Reason = order.Why,
    };

    private static RequestKind Kind(AccountEffect effect) => effect switch
    {
        PlaceOrder => RequestKind.Place,
        AmendOrder => RequestKind.Amend,
        CancelOrder => RequestKind.Cancel,
        _ => RequestKind.TradingStop,
    };

    private static string Text(RestResult<EmptyRow> result) => result switch
    {
        Refused<EmptyRow> r => $"{r.RetCode} {r.RetMsg}",
        Ambiguous<EmptyRow> r => $"{r.RetCode} {r.Why}",
        Retryable<EmptyRow> r => $"{r.RetCode} {r.Why}",
        _ => "answered",
    };
}
