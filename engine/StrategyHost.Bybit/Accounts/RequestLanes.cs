using System.Diagnostics;
using StrategyHost.Core.Domain;
using StrategyHost.Core.Kernel;

namespace StrategyHost.Bybit.Accounts;

/// <summary>How long and how many may wait, and how many leave together.</summary>
internal sealed record LaneLimits
{
    /// <summary>Rows of a batch; 1: no batches. Bybit takes 10 for linear (V5 rate limit, read 2026-07-24).</summary>
    public int RowsMax { get; init; } = 10;

    /// <summary>The same in the exposure lane: the rest of the quota is the protective lane's (<see cref="Rest.RequestBudget"/>).</summary>
    public int EntryRowsMax { get; init; } = 8;

    /// <summary>A new order that may increase exposure and could not leave for so long is stale (reliability §5.6).</summary>
    public long EntryWaitMs { get; init; } = 30_000;

    /// <summary>New orders that may increase exposure; protective ones are never refused a place.</summary>
    public int EntriesMax { get; init; } = 1000;
}

/// <summary>
/// What one account has not been answered yet. Reads no clock and waits for nothing; its owner holds a lock around it.
/// 1. Requests on one order keep their order, those of one lane on one symbol too, and an exposure-increasing one stays behind protective
/// ones on its symbol that were given before it. Trading-stops, closes and cancels of entries (<see cref="RequestWays.IsUrgent"/>) wait for
/// their own kind only. 2. A newer amendment of an order, or Full trading-stop of a position, joins the unsent older one and takes its
/// place. 3. A new order that is cancelled unsent is not sent; an amended one is sent amended. 4. What is unsent and old, or too much, is
/// refused: new orders of the exposure lane and nothing else. 5. A parcel holds rows of one way, ten at most.
/// </summary>
internal sealed class RequestLanes(LaneLimits limits)
{
    private const int CreatedMax = 50_000;
    private readonly List<QueuedRequest> _waiting = [];
    private readonly List<QueuedRequest> _underWay = [];
    private readonly Dictionary<ClientOrderId, int> _held = [];
    private readonly Dictionary<ClientOrderId, OrderFacts> _created = [];
    private readonly HashSet<ClientOrderId> _sent = [];
    private readonly Queue<ClientOrderId> _createdOrder = [];
    private List<UnsentOrder> _unsent = [];
    private long _numbers;
    private int _entries;

    /// <summary>Requests that have not left.</summary>
    public int Waiting => _waiting.Count;

    /// <param name="effect">A request to an exchange.</param>
    /// <param name="known">What the account's book says of the order that an amendment is about.</param>
    /// <param name="nowMs">Present time.</param>
    public void Add(AccountEffect effect, OrderFacts? known, long nowMs)
    {
        var order = RequestWays.OrderOf(effect);
        var facts = _created.TryGetValue(order, out var created) ? created : known;
        var way = RequestWays.Of(effect, facts);
        if ((effect is CancelOrder && (Withdraw(order) || IsCancelled(order))) || Join(effect, way))
        {
            return;
        }

        if (effect is PlaceOrder place && !Admit(place, way))
        {
            return;
        }

        Put(new QueuedRequest(effect, way, ++_numbers, nowMs)
        {
            IsSingle = effect is SetTradingStop || (effect is AmendOrder && facts is not { IsConditional: false }),
        });
    }

    /// <summary>
    /// As <see cref="Add"/>, for a request that was sent before and did not show: a newer wish that waits goes before what it wanted.
    /// </summary>
    public void AddAgain(AccountEffect effect, OrderFacts? known, long nowMs)
    {
        var newer = _waiting.Find(w => RequestJoin.Of(effect, w.Effect) is not null);
        if (newer is null)
        {
            Add(effect, known, nowMs);
        }
        else
        {
            newer.Effect = RequestJoin.Of(effect, newer.Effect)!; // it was just found so
        }
    }

    /// <summary>The next parcel; null: nothing may leave now. Its requests are under way until they are done or returned.</summary>
    public Parcel? Take(long nowMs)
    {
        Expire(nowMs);
        if (_waiting.Count == 0)
        {
            return null;
        }

        var scan = new ParcelScan(_held, _underWay, limits);
        foreach (var request in _waiting)
        {
            scan.Look(request, nowMs);
        }

        if (scan.Parcel is not { } parcel)
        {
            return null;
        }

        foreach (var request in parcel.Requests)
        {
            request.IsInBatch = parcel.Requests.Count > 1;
            Leave(request, nowMs);
        }

        return parcel;
    }

    /// <summary>New orders that will not be sent, since the owner last asked.</summary>
    public IReadOnlyList<UnsentOrder> TakeUnsent()
    {
        var unsent = _unsent;
        _unsent = [];
        return unsent;
    }

    /// <summary>The request was answered or given up.</summary>
    public void Done(QueuedRequest request) => Remove(_underWay, request);

    /// <summary>The request was not taken, or may safely be sent again: it waits at its old place, unless a newer wish has come.</summary>
    public void Return(QueuedRequest request, long notBeforeMs, string why)
    {
        Remove(_underWay, request);
        (request.NotBeforeMs, request.Why) = (notBeforeMs, why);
        foreach (var newer in _waiting)
        {
            if (RequestJoin.Of(request.Effect, newer.Effect) is { } joined)
            {
                _waiting.Remove(newer);
                (request.Effect, request.FirstSentMs) = (joined, notBeforeMs);
                request.Way = request.Effect is PlaceOrder || request.Way < newer.Way ? request.Way : newer.Way;
                break;
            }
        }

        var isWithdrawn = request.Effect is PlaceOrder && !request.IsAgain && IsCancelled(request.Order);
        Put(request);
        if (isWithdrawn)
        {
            Withdraw(request.Order);
        }
    }

    /// <summary>The order is in doubt or being read: nothing about it leaves until it was released as often as it was held.</summary>
    public void Hold(ClientOrderId order) => _held[order] = _held.GetValueOrDefault(order) + 1;

    public void Release(ClientOrderId order)
    {
        if (--_held[order] == 0)
        {
            _held.Remove(order);
        }
    }

    /// <summary>When something may leave or is stale by the passing of time alone; null: never.</summary>
    public long? NextDueMs(long nowMs)
    {
        var due = long.MaxValue;
        foreach (var request in _waiting)
        {
            due = request.NotBeforeMs > nowMs ? Math.Min(due, request.NotBeforeMs) : due;
            due = IsEntry(request) ? Math.Min(due, request.AddedMs + limits.EntryWaitMs) : due;
        }

        return due == long.MaxValue ? null : due;
    }

    private static bool IsEntry(QueuedRequest request) => request.Way == RequestWay.Enter;

    private bool Admit(PlaceOrder place, RequestWay way)
    {
        if (way == RequestWay.Enter && _entries >= limits.EntriesMax)
        {
            _unsent.Add(new UnsentOrder(place, $"not sent: {limits.EntriesMax} entries wait already"));
            return false;
        }

        if (_created.TryAdd(place.Request.ClientOrderId, OrderFacts.Of(place.Request)))
        {
            _createdOrder.Enqueue(place.Request.ClientOrderId);
            if (_createdOrder.Count > CreatedMax)
            {
                var oldest = _createdOrder.Dequeue(); // far older than any request that still waits
                _created.Remove(oldest);
                _sent.Remove(oldest);
            }
        }

        return true;
    }

    /// <summary>The cancel of a new order that has not left: neither leaves, nor does anything else about it.</summary>
    private bool Withdraw(ClientOrderId order)
    {
        var create = _waiting.Find(w => w.Effect is PlaceOrder && w.Order == order);
        if (create is null || _held.ContainsKey(order) || _underWay.Exists(u => u.Order == order)
            || (create.Attempts == 0 && _sent.Contains(order)))
        {
            // An amendment of an entry that will end is not worth its request.
            _waiting.RemoveAll(w => w.Order == order && w.Way == RequestWay.AmendEntry);
            return false;
        }

        _waiting.RemoveAll(w => w.Order == order);
        _entries -= IsEntry(create) ? 1 : 0;
        _unsent.Add(new UnsentOrder((PlaceOrder)create.Effect, null));
        return true;
    }

    private bool IsCancelled(ClientOrderId order) => _waiting.Exists(w => w.Effect is CancelOrder && w.Order == order);

    private bool Join(AccountEffect newer, RequestWay way)
    {
        if (newer is not (AmendOrder or SetTradingStop))
        {
            return false;
        }

        var older = newer is AmendOrder ? Last(newer) : LastStop((SetTradingStop)newer);
        if (older is null || RequestJoin.Of(older.Effect, newer) is not { } joined)
        {
            return false;
        }

        older.Effect = joined;
        older.Way = older.Effect is PlaceOrder || older.Way < way ? older.Way : way; // with a stop it became protective
        return true;
    }

    private QueuedRequest? Last(AccountEffect effect) => _waiting.FindLast(w => w.Order == RequestWays.OrderOf(effect));

    private QueuedRequest? LastStop(SetTradingStop stop) => _waiting.FindLast(
        w => w.Effect is SetTradingStop { Wanted: var older } && older.Symbol == stop.Wanted.Symbol
            && older.PositionIdx == stop.Wanted.PositionIdx);

    private void Put(QueuedRequest request)
    {
        var at = _waiting.Count;
        while (at > 0 && _waiting[at - 1].Number > request.Number)
        {
            at--;
        }

        _waiting.Insert(at, request);
        _entries += IsEntry(request) ? 1 : 0;
    }

    private void Leave(QueuedRequest request, long nowMs)
    {
        Remove(_waiting, request);
        _entries -= IsEntry(request) ? 1 : 0;
        if (request.Effect is PlaceOrder && request.Attempts == 0)
        {
            request.IsAgain = !_sent.Add(request.Order);
        }

        request.FirstSentMs = request.Attempts++ == 0 ? nowMs : request.FirstSentMs;
        _underWay.Add(request);
    }

    private void Expire(long nowMs)
    {
        for (var i = _waiting.Count - 1; i >= 0; i--)
        {
            if (_waiting[i] is { Effect: PlaceOrder order } entry && IsEntry(entry) && nowMs - entry.AddedMs >= limits.EntryWaitMs)
            {
                var why = entry.Why.Length > 0 ? entry.Why : "it could not leave before";
                _waiting.RemoveAt(i);
                _entries--;
                _unsent.Add(new UnsentOrder(order, $"not sent any more after {limits.EntryWaitMs / 1000} s: {why}"));
            }
        }
    }

    private static void Remove(List<QueuedRequest> list, QueuedRequest request)
    {
        var isThere = list.Remove(request);
        Debug.Assert(isThere, "each request is in one place");
    }
}
