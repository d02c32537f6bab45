using StrategyHost.Core.Accounts;
using StrategyHost.Core.Domain;
using StrategyHost.Core.Kernel.Saved;

namespace StrategyHost.Core.Kernel;

/// <summary>
/// Sizes of positions as observed against the sums of the plans on each leg. A difference that two pictures in a row show, an audit apart,
/// with no order under way or execution missing that could explain it, is one: what is less is booked as closed by hand, what is more is
/// said to be somebody else's. A picture that is still on its way to being told is waited for.
/// </summary>
internal sealed class AuditedPositions(AccountKernel account, ObservedAccount observed, long everyMs)
{
    /// <summary>Most plans of one leg that one shrinking goes through.</summary>
    private const int PlansMax = 64;

    /// <summary>An execution that is told so late after its effect was booked is taken for another one.</summary>
    private const long LateMs = 120_000;

    private readonly Dictionary<(Symbol Symbol, PositionIdx Leg), Difference> _differences = [];
    private readonly List<SavedBooking> _booked = [];
    private int _bookings;
    private bool _isBooking;

    /// <summary>Takes note of differences; true when there is one that was not concluded on.</summary>
    public bool Look(Timestamp at)
    {
        var any = false;
        foreach (var leg in Legs())
        {
            var (planned, seen) = (Planned(leg), Seen(leg));
            if (planned == seen)
            {
                _differences.Remove(leg);
                continue;
            }

            if (!_differences.TryGetValue(leg, out var known) || known.Planned != planned || known.Seen != seen)
            {
                _differences[leg] = known = new Difference(planned, seen, at, false);
            }

            any |= !known.IsSaid && !Ours(leg, known.Since);
        }

        foreach (var gone in _differences.Keys.Except(Legs()).ToArray())
        {
            _differences.Remove(gone);
        }

        return any;
    }

    /// <summary>Concludes what a fresh picture still shows.</summary>
    public void Conclude(Timestamp at, EffectList effects)
    {
        Look(at);
        foreach (var (leg, difference) in _differences.Where(d => !d.Value.IsSaid && at.Ms - d.Value.Since.Ms >= everyMs).ToArray())
        {
            if (Ours(leg, difference.Since))
            {
                continue;
            }

            _differences[leg] = difference with { IsSaid = true };
            effects.Add(new Alert(account.Account, at, "position_differs", Text(leg, difference)));
            Shrink(leg, difference, at, effects);
        }
    }

    /// <summary>
    /// An execution whose effect was booked already, because it was told late: true, and it closes nothing more. Its fee, and what its
    /// price earned more or less than the one that was assumed, are booked now. One that happened after the booking is another one, and so
    /// is the booking itself.
    /// </summary>
    public bool Absorbs(FillReport fill)
    {
        _booked.RemoveAll(b => b.Rest.IsZero || fill.At.Ms - b.At.Ms > LateMs);
        var index = _isBooking ? -1 : _booked.FindIndex(b => b.Symbol == fill.Symbol && b.Leg == fill.PositionIdx && b.Side == fill.Side
            && b.Rest >= fill.Quantity && fill.At <= b.At);
        if (index < 0)
        {
            return false;
        }

        var booking = _booked[index];
        _booked[index] = booking with { Rest = booking.Rest - fill.Quantity };
        var better = booking.Price.Units == 0 ? 0m : (fill.Price.Value - booking.Price.Value) * fill.Quantity.Value;
        account.Books.Apply(fill with
        {
            RealisedPnl = fill.Side == Side.Sell ? better : -better,
            Slippage = 0,
        });
        return true;
    }

    /// <summary>Closes whose executions may still come; set where a run goes on.</summary>
    public IReadOnlyList<SavedBooking> Bookings
    {
        get => [.. _booked.Where(b => !b.Rest.IsZero)];
        set => _booked.AddRange(value);
    }

    /// <summary>Legs on which plans hold something; positions without any plan are the foreign desk's.</summary>
    private List<(Symbol Symbol, PositionIdx Leg)> Legs() =>
        [.. account.Plans.Where(p => !p.Size.IsZero).Select(p => (p.Symbol, p.PositionIdx)).Distinct()];

    private long Planned((Symbol Symbol, PositionIdx Leg) leg) => account.Plans
        .Where(p => p.Symbol == leg.Symbol && p.PositionIdx == leg.Leg).Sum(p => p.Side.Sign() * p.Size.Units);

    private long Seen((Symbol Symbol, PositionIdx Leg) leg) =>
        observed.Position(leg.Symbol, leg.Leg) is { } seen ? seen.Side.Sign() * seen.Size.Units : 0;

    /// <summary>
    /// Something of ours is under way there: its executions may be the difference. One that was sent since then is not, else a close that
    /// is refused and sent again would hide it for ever.
    /// </summary>
    private bool Ours((Symbol Symbol, PositionIdx Leg) leg, Timestamp since) => account.Plans.Any(
        p => p.Symbol == leg.Symbol && p.PositionIdx == leg.Leg
            && (p.Exits.Exists(e => IsUnderWay(e.Order, since)) || p.Entries.Exists(e => IsUnderWay(e.Order, since))
                || Array.Exists(p.TargetOrders, t => t is not null && IsBehind(t.Order))
                || (p.OwnStop is { } stop && IsBehind(stop.Order)) || p.OldStops.Exists(s => IsBehind(s.Order))));

    private static bool IsUnderWay(Order order, Timestamp since) => order.CreatedAt <= since && (IsBehind(order)
        || (!order.IsFinal && (order.Status is OrderStatus.Pending or OrderStatus.Unknown
            || order.Request is { Type: OrderType.Market, Trigger: null })));

    private static bool IsBehind(Order order) => order.IsBehind || order.Status == OrderStatus.Unknown;

    private void Shrink((Symbol Symbol, PositionIdx Leg) leg, Difference difference, Timestamp at, EffectList effects)
    {
        var side = difference.Planned > 0 ? PositionSide.Long : PositionSide.Short;
        var there = Math.Max(0, difference.Seen * side.Sign());
        for (var i = 0; i < PlansMax && (Planned(leg) * side.Sign()) - there is > 0 and var rest; i++)
        {
            var before = Planned(leg);
            var execution = Execution(leg, side, new Quantity(rest), at);
            _isBooking = true;
            account.Apply(execution, at, effects);
            _isBooking = false;
            var closed = new Quantity(Math.Abs(before - Planned(leg)));
            if (closed.IsZero)
            {
                return; // no plan takes it
            }

            _booked.Add(new SavedBooking(leg.Symbol, leg.Leg, side.ClosingSide(), closed, at)
            {
                Price = execution.OfType<FillReport>().Single().Price,
            });
        }
    }

    /// <summary>What a close by hand would have told: an execution without an id of ours, and the end of its order.</summary>
    private ExchangeReport[] Execution((Symbol Symbol, PositionIdx Leg) leg, PositionSide side, Quantity quantity, Timestamp at)
    {
        var id = $"audit-{account.Account}-{at.Ms}-{++_bookings}";
        var fill = new FillReport
        {
            Account = account.Account,
            At = at,
            Symbol = leg.Symbol,
            ExecutionId = new ExecutionId(id),
            OrderId = new ExchangeOrderId(id),
            ClientOrderId = ClientOrderId.None,
            Side = side.ClosingSide(),
            Price = Assumed(leg, side),
            Quantity = quantity,
            Fee = 0,
            FeeRate = 0,
            IsMaker = false,
            PositionIdx = leg.Leg,
            ClosedQuantity = quantity,
            IsPnlKnown = false,
        };
        return
        [
            fill,
            new OrderReport
            {
                Account = account.Account,
                At = at,
                Symbol = leg.Symbol,
                OrderId = fill.OrderId,
                ClientOrderId = ClientOrderId.None,
                Status = OrderStatus.Filled,
                Side = fill.Side,
                Type = OrderType.Market,
                Quantity = quantity,
                FilledQuantity = Quantity.Zero,
                PositionIdx = leg.Leg,
                ReduceOnly = true,
            },
        ];
    }

    /// <summary>
    /// What the close is taken to have got until its execution tells: the market's price, and where none is known yet, after a start, the
    /// position's average entry. Never zero: that would be a loss of all, or a gain, which no late execution could put right.
    /// </summary>
    private Price Assumed((Symbol Symbol, PositionIdx Leg) leg, PositionSide side)
    {
        var market = account.Market[leg.Symbol];
        if (market.Last != 0 || market.Mark != 0)
        {
            return new Price(market.Last != 0 ? market.Last : market.Mark);
        }

        var plan = account.Plans.First(p => p.Symbol == leg.Symbol && p.PositionIdx == leg.Leg && p.Side == side && !p.Size.IsZero);
        var (size, value) = AccountMoney.Position(account.Plans, plan);
        return new Price(FixedPoint.Units(value / size.Value));
    }

    private static string Text((Symbol Symbol, PositionIdx Leg) leg, Difference d) => Math.Abs(d.Seen) > Math.Abs(d.Planned)
        && d.Seen > 0 == d.Planned > 0
        ? $"{leg.Symbol}: the exchange shows {Size(d.Seen)}, the plans hold {Size(d.Planned)}; the rest is not ours, the stop of the whole "
            + "position covers it, and no target does"
        : $"{leg.Symbol}: the exchange shows {Size(d.Seen)}, the plans hold {Size(d.Planned)}: they are cut down to it, as closed by hand";

    private static string Size(long units) => units == 0 ? "nothing" : $"{(units > 0 ? "long" : "short")} {new Quantity(Math.Abs(units))}";

    private sealed record Difference(long Planned, long Seen, Timestamp Since, bool IsSaid);
}
