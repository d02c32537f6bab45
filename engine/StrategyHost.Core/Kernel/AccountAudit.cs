using StrategyHost.Core.Accounts;
using StrategyHost.Core.Domain;
using StrategyHost.Core.Kernel.Saved;
using StrategyHost.Core.Orders;
using StrategyHost.Core.Planning;

namespace StrategyHost.Core.Kernel;

/// <summary>
/// Compares an account as observed with the account as wanted, and heals what differs (reliability §5.4, §5.5). 1. A look at what is
/// known asks; only a fresh picture of the whole account concludes. 2. An order is missing, altered, or a position of another size, only
/// when two pictures in a row say so and both were asked for after the order was acknowledged. 3. Only orders with an id of ours are ever
/// cancelled. 4. Nothing is closed here: plans shrink to what is there, and what is too much is said.
/// </summary>
internal sealed class AccountAudit(AccountKernel account, ObservedAccount observed, long everyMs)
{
    /// <summary>A whole picture is asked for at least so often (reliability §5.5), and again when one stays out for so long.</summary>
    private const long ReadMs = 30_000;

    /// <summary>Own orders that still stand so long after their position has gone are said.</summary>
    private const long RemnantMs = 5000;

    private readonly AuditedPositions _positions = new(account, observed, everyMs);
    private readonly StrayOrders _strays = new(account);
    private readonly Dictionary<string, Timestamp> _left = new(StringComparer.Ordinal);
    private readonly HashSet<string> _said = new(StringComparer.Ordinal);
    private HashSet<string> _acknowledged = new(StringComparer.Ordinal);
    private HashSet<string> _missing = new(StringComparer.Ordinal);
    private HashSet<string> _cancelling = new(StringComparer.Ordinal);
    private Dictionary<string, (OrderReport Seen, OrderRequest Wanted, Timestamp Since)> _altered = new(StringComparer.Ordinal);
    private Timestamp? _asked;
    private Timestamp _readAt;

    /// <summary>When the next look is due; never before the first picture.</summary>
    public Timestamp NextDue { get; private set; } = Timestamp.MaxValue;

    /// <summary>A look at what the reports said so far; asks where it finds anything, and from time to time.</summary>
    public void Pass(Timestamp at, EffectList effects)
    {
        if (at < NextDue)
        {
            return;
        }

        NextDue = at.AddMs(everyMs);
        foreach (var plan in account.Plans.Where(IsHeldBack).ToArray())
        {
            account.Settle(plan, at, effects);
        }

        var isOdd = _positions.Look(at) | HasUnexplained() | Leftovers(at) | LacksStop() | account.Foreign.IsWaiting | LooksAltered();
        if (isOdd || at.Ms - _readAt.Ms >= ReadMs)
        {
            Ask(at, effects);
        }
    }

    /// <summary>An execution that a position's size told before it came itself.</summary>
    public bool Absorbs(FillReport fill) => _positions.Absorbs(fill);

    /// <summary>Closes that were booked before their executions came.</summary>
    public IReadOnlyList<SavedBooking> Bookings
    {
        get => _positions.Bookings;
        set => _positions.Bookings = value;
    }

    /// <summary>Asks for a whole picture, unless one is under way.</summary>
    public void Ask(Timestamp at, EffectList effects)
    {
        if (_asked is { } asked && at.Ms - asked.Ms < ReadMs)
        {
            return;
        }

        _asked = at;
        _acknowledged = [.. Orders().Where(IsAcknowledged).Select(o => o.Id)];
        _cancelling = [.. Orders().Where(IsCancelling).Select(o => o.Id)];
        effects.Add(new ReadAccount(account.Account));
    }

    /// <summary>
    /// Asks for a picture from now on, whatever was under way: after a reconnect, after a refusal that must not be trusted alone.
    /// </summary>
    public void AskAnew(Timestamp at, EffectList effects)
    {
        _asked = null;
        Ask(at, effects);
    }

    /// <summary>Concludes from a whole picture. Called after it became the observed account.</summary>
    public void Conclude(AccountShown shown, EffectList effects)
    {
        var (at, wasAsked) = (shown.At, _asked is not null);
        (_asked, _readAt, NextDue) = (null, at, at.AddMs(everyMs));
        if (shown.Positions.Count > 0)
        {
            account.Apply([.. shown.Positions.Select(p => p with { At = at })], at, effects); // a stop that is missing or looser is doubted
        }

        var isOdd = wasAsked && Missing(at, effects);
        if (wasAsked)
        {
            Altered(at, effects);
        }

        _positions.Conclude(at, effects);
        Leftovers(at);
        Clear(at, effects);
        _strays.Clear(at, effects);
        if (wasAsked)
        {
            CancelAgain(effects);
        }

        if (isOdd)
        {
            Ask(at, effects); // a second picture decides
        }
    }

    private IEnumerable<PlanOrder> Orders()
    {
        foreach (var plan in account.Plans)
        {
            foreach (var order in plan.Entries.Concat(plan.Exits).Concat(plan.TargetOrders.OfType<PlanOrder>())
                .Concat(plan.OwnStop is { } stop ? plan.OldStops.Append(stop) : plan.OldStops))
            {
                yield return order;
            }
        }
    }

    private static bool IsAcknowledged(PlanOrder order) =>
        !order.Order.Id.IsNone && !order.Order.IsFinal && order.Order.Status is not (OrderStatus.Pending or OrderStatus.Unknown);

    /// <summary>A position beside plans that hold nothing, and not found to be somebody else's yet: two pictures find it.</summary>
    private bool HasUnexplained() => observed.Positions.Any(seen => !account.Foreign.Has(seen.Symbol, seen.PositionIdx)
        && !account.Plans.Any(p => p.Symbol == seen.Symbol && p.PositionIdx == seen.PositionIdx && !p.Size.IsZero));

    /// <summary>A stop that was sent and is not seen; it may be under way.</summary>
    private bool LacksStop() => account.Plans.Any(p => !p.Size.IsZero && p.Leg.FullStop != 0
        && observed.Position(p.Symbol, p.PositionIdx) is { } seen && seen.Side == p.Side
        && (seen.StopLoss is not { } stop || (p.Leg.FullStop - stop.Units) * p.Side.Sign() > 0));

    /// <summary>A stop that came too soon after its last move waits for the next trade, which on a quiet market may be long.</summary>
    private static bool IsHeldBack(TradePlan plan) =>
        !plan.Size.IsZero && plan.MustClose is null && (plan.Leg.IsShared || plan.Stop.Stop != plan.Leg.FullStop);

    /// <summary>An own order was last told otherwise than it is wanted; an amendment may be under way.</summary>
    private bool LooksAltered() => Orders().Any(o => IsAcknowledged(o) && !o.Order.IsCancelling
        && observed.Order(o.Order.Id) is { } seen && !IsSame(o.Order.Request, seen));

    /// <summary>Own orders that are believed open and are not there; true: some were missed for the first time.</summary>
    private bool Missing(Timestamp at, EffectList effects)
    {
        var before = _missing;
        _missing = new HashSet<string>(StringComparer.Ordinal);
        foreach (var order in Orders().Where(o => IsAcknowledged(o) && _acknowledged.Contains(o.Id)).ToArray())
        {
            if (observed.Order(order.Order.Id) is not null)
            {
                continue;
            }

            if (!before.Contains(order.Id))
            {
                _missing.Add(order.Id);
                continue;
            }

            Say("order_missing", $"{order.Id} ({order.Role} on {order.Plan.Symbol}) is not on the exchange any more", at, effects);
            account.Apply([Gone(order, at)], at, effects);
        }

        return _missing.Count > 0;
    }

    private static bool IsCancelling(PlanOrder order) => order is { Order: { IsCancelling: true, IsFinal: false, Id.IsNone: false } };

    /// <summary>
    /// Cancels that had been asked for before the picture was, and of orders that it still shows, were refused or lost: asked for again.
    /// </summary>
    private void CancelAgain(EffectList effects)
    {
        foreach (var order in Orders().Where(o => IsCancelling(o) && _cancelling.Contains(o.Id) && !_left.ContainsKey(o.Id)
            && observed.Order(o.Order.Id) is not null))
        {
            effects.Add(new CancelOrder(account.Account, order.Plan.Symbol, order.Order.Id));
        }
    }

    /// <summary>
    /// Own orders that have stood otherwise than wanted for an audit, while nothing else was wanted, are put right: an amendment of ours
    /// may still be on its way before that.
    /// </summary>
    private void Altered(Timestamp at, EffectList effects)
    {
        var before = _altered;
        _altered = new(StringComparer.Ordinal);
        foreach (var order in Orders().Where(o => IsAcknowledged(o) && !o.Order.IsCancelling && _acknowledged.Contains(o.Id)).ToArray())
        {
            var wanted = order.Order.Request;
            if (observed.Order(order.Order.Id) is not { } seen || IsSame(wanted, seen))
            {
                continue;
            }

            var known = before.TryGetValue(order.Id, out var last) && IsSame(last.Seen, seen) && ReferenceEquals(last.Wanted, wanted)
                ? last : (Seen: seen, Wanted: wanted, Since: at);
            if (at.Ms - known.Since.Ms < everyMs)
            {
                _altered.Add(order.Id, known);
                continue;
            }

            Say("order_altered", $"{order.Id} was changed by somebody else: it is put back to {wanted.Quantity} at "
                + $"{wanted.Price ?? wanted.Trigger?.Price}", at, effects);
            account.Amend(order, new OrderAmendment
            {
                Symbol = wanted.Symbol,
                ClientOrderId = wanted.ClientOrderId,
                Quantity = wanted.Quantity,
                Price = wanted.Price,
                TriggerPrice = wanted.Trigger?.Price,
            }, effects);
        }
    }

    private static bool IsSame(OrderRequest wanted, OrderReport seen) => wanted.Quantity == seen.Quantity
        && (wanted.Type == OrderType.Market || wanted.Price == seen.Price)
        && (wanted.Trigger is not { } trigger || seen.TriggerPrice is not { } price || trigger.Price == price);

    private static bool IsSame(OrderReport a, OrderReport b) =>
        a.Quantity == b.Quantity && a.Price == b.Price && a.TriggerPrice == b.TriggerPrice;

    /// <summary>Takes note of own closing orders that have nothing to close; true when there is one.</summary>
    private bool Leftovers(Timestamp at)
    {
        var here = observed.Orders.Where(IsLeft).Select(o => o.ClientOrderId.Value).ToHashSet(StringComparer.Ordinal);
        foreach (var gone in _left.Keys.Where(k => !here.Contains(k)).ToArray())
        {
            _left.Remove(gone);
            _said.Remove(gone);
            _said.Remove(gone + " old");
        }

        foreach (var id in here)
        {
            _left.TryAdd(id, at);
        }

        return here.Count > 0;
    }

    /// <summary>Cancels them; whoever made them with an id of ours, this run or an earlier one.</summary>
    private void Clear(Timestamp at, EffectList effects)
    {
        foreach (var order in observed.Orders.Where(o => _left.ContainsKey(o.ClientOrderId.Value ?? "")))
        {
            var id = order.ClientOrderId.Value;
            var isOld = at.Ms - _left[id].Ms >= RemnantMs;
            var isKnown = account.Find(order.ClientOrderId) is not null;
            if (isKnown && !isOld)
            {
                continue; // its plan has just cancelled it
            }

            if (_said.Add(id) && !isKnown)
            {
                Say("orphan", $"{id} can only close and nothing of {order.Symbol} is open: it is cancelled", at, effects);
            }

            if (isOld && _said.Add(id + " old"))
            {
                Say("remnant", $"{id} still stands on {order.Symbol}, {at.Ms - _left[id].Ms} ms after its position has gone", at, effects);
            }

            effects.Add(new CancelOrder(account.Account, order.Symbol, order.ClientOrderId));
        }
    }

    private bool IsLeft(OrderReport order) => order.ReduceOnly && OrderTag.TryRead(order.ClientOrderId.Value ?? "", out var tag)
        && tag.Account == account.Account && tag.Role != OrderRole.Entry
        && !observed.Positions.Any(p => p.Symbol == order.Symbol
            && (p.PositionIdx == order.PositionIdx || order.PositionIdx == PositionIdx.OneWay))
        && !account.Plans.Any(p => p.Symbol == order.Symbol && !p.Size.IsZero && p.PositionIdx == order.PositionIdx);

    private OrderReport Gone(PlanOrder order, Timestamp at) => new()
    {
        Account = account.Account,
        At = at,
        Symbol = order.Plan.Symbol,
        OrderId = default,
        ClientOrderId = order.Order.Id,
        Status = OrderStatus.Cancelled,
        Side = order.Order.Request.Side,
        Type = order.Order.Request.Type,
        Quantity = order.Order.Request.Quantity,
        FilledQuantity = order.Order.Filled,
        PositionIdx = order.Plan.PositionIdx,
        ReduceOnly = order.Order.Request.ReduceOnly,
        Reason = "not_found",
    };

    private void Say(string code, string text, Timestamp at, EffectList effects) =>
        effects.Add(new Alert(account.Account, at, code, text));
}
