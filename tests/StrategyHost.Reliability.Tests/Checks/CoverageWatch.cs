using System.Runtime.CompilerServices;
using StrategyHost.Core.Domain;
using StrategyHost.Core.Kernel;
using StrategyHost.Core.Orders;
using StrategyHost.Core.Planning;
using StrategyHost.Reliability.Tests.Line;
using StrategyHost.Reliability.Tests.World;
using StrategyHost.Simulation.Exchange;

namespace StrategyHost.Reliability.Tests.Checks;

/// <summary>
/// Coverage as the exchange has it, after everything that happens there: I-02 (never without a stop after an entry that carried one, else
/// two seconds of clear time), I-03 (no request of ours uncovers), I-04 (the position's stop is not loosened).
/// </summary>
internal sealed class CoverageWatch(WorldOptions options, VirtualTime time, Truth truth, Func<AccountId, LineTrouble> troubles, Markers markers)
{
    /// <summary>Reachable, undisturbed time without full cover (I-02).</summary>
    private const long UncoveredMaxMs = 2000;
    private readonly SortedDictionary<(string Account, string Symbol, PositionIdx Idx), Leg> _legs = [];
    private readonly Dictionary<string, bool> _carriesStop = new(StringComparer.Ordinal);
    private readonly ConditionalWeakTable<SetTradingStop, StrongBox<Timestamp>> _meant = []; // by reference: each request is one
    private readonly ConditionalWeakTable<AccountEffect, StrongBox<long>> _wanted = []; // in which step of the host
    private long _step;
    private long _tickMs;

    /// <summary>One position of an account.</summary>
    public sealed class Leg
    {
        public required AccountId Account { get; init; }
        public required Symbol Symbol { get; init; }
        public required PositionIdx Idx { get; init; }

        /// <summary>Positive long, negative short.</summary>
        public long Size { get; set; }
        public long Covered { get; set; }
        public long Stop { get; set; }

        /// <summary>Somebody else has added to it since it was flat.</summary>
        public bool IsForeign { get; set; }

        /// <summary>Clear time without full cover so far; null: it is covered.</summary>
        public long? UncoveredMs { get; set; }

        /// <summary>When it was last without full cover.</summary>
        public long LastUncoveredAt { get; set; } = long.MinValue;

        /// <summary>Plans that entered since it was flat, and the tightest stop since the last entry; 0: none.</summary>
        public HashSet<long> Plans { get; } = [];
        public long Tightest { get; set; }
        public bool StopWasTouched { get; set; }

        /// <summary>When somebody else took the position's stop, by the exchange's clock; null: nobody did, or it has one again.</summary>
        public Timestamp? StopTakenAt { get; set; }

        /// <summary>The host's step that was told so.</summary>
        public long TakenToldIn { get; set; } = long.MaxValue;

        /// <summary>The host has sent a close at market since the cover was lost.</summary>
        public bool IsClosing { get; set; }

        /// <summary>When the position that is there was opened, by the exchange's clock.</summary>
        public Timestamp OpenedAt { get; set; }
        public bool IsUncovered => Math.Abs(Size) > Covered;
    }

    public IEnumerable<Leg> Legs => _legs.Values;

    /// <summary>Accounts with executions of somebody else's orders: what these earned the host can only guess.</summary>
    public HashSet<AccountId> TouchedByOthers { get; } = [];

    /// <summary>Accounts whose host learned of a close without its profit.</summary>
    public HashSet<AccountId> ClosedUnknown { get; } = [];

    /// <summary>Time passes: incidents that are open grow older, as far as the account could be helped.</summary>
    public void Tick()
    {
        var passed = time.NowMs - _tickMs;
        _tickMs = time.NowMs;
        if (passed == 0)
        {
            return;
        }

        foreach (var leg in _legs.Values)
        {
            if (leg.UncoveredMs is not { } soFar)
            {
                continue;
            }

            leg.LastUncoveredAt = time.NowMs;
            leg.UncoveredMs = troubles(leg.Account).IsClear ? soFar + passed : soFar;
            if (leg.UncoveredMs > UncoveredMaxMs && !leg.IsForeign && !leg.IsClosing)
            {
                throw new InvariantBroken("I-02", $"{leg.Account} {leg.Symbol} {leg.Idx} {new Quantity(leg.Size)} has cover for "
                    + $"{new Quantity(leg.Covered)} only, for {leg.UncoveredMs} ms of clear time");
            }
        }
    }

    /// <summary>The kernel wants a stop: for which position, as far as it had been told.</summary>
    public void Wanted(SetTradingStop stop, IReadOnlyList<TradePlan> plans) =>
        _meant.AddOrUpdate(stop, new StrongBox<Timestamp>(plans.FirstOrDefault(p => p.Number == stop.Plan)?.OpenedAt ?? default));

    /// <summary>The kernel wants an order cancelled or amended.</summary>
    public void Wanted(AccountEffect request) => _wanted.AddOrUpdate(request, new StrongBox<long>(_step));

    /// <summary>The kernel is told something: from here on it knows of a stop that is gone.</summary>
    public void Stepped(EngineInput input)
    {
        _step++;
        IEnumerable<ExchangeReport> told = input switch
        {
            Reported reported => reported.Reports,
            AccountShown shown => shown.Positions,
            _ => [],
        };
        foreach (var position in told.OfType<PositionReport>())
        {
            var leg = Of(position.Account, position.Symbol, position.PositionIdx);
            if (position is { StopLoss: null, Size.IsZero: false } && position.At >= leg.StopTakenAt)
            {
                leg.TakenToldIn = Math.Min(leg.TakenToldIn, _step);
            }
        }
    }

    /// <summary>A request leaves: a close at market ends the host's part of an incident (I-02), that it fills is liveness.</summary>
    public void Sent(AccountEffect request)
    {
        if (request is PlaceOrder { Request: { ReduceOnly: true, Type: OrderType.Market, Trigger: null } close })
        {
            Of(request.Account, close.Symbol, close.PositionIdx).IsClosing = true;
        }
    }

    public void Happened(AccountEffect? request, IReadOnlyList<ExchangeReport> reports)
    {
        if (request is PlaceOrder { Request: var placed } && !placed.ClientOrderId.IsNone)
        {
            _carriesStop[placed.ClientOrderId.Value] = placed.Protection?.StopLoss is not null;
        }

        var looked = new HashSet<Leg>(); // once each: what one event of the exchange did is one change
        for (var i = 0; i < reports.Count; i++)
        {
            var (symbol, idx) = reports[i] switch
            {
                FillReport fill => (fill.Symbol, fill.PositionIdx),
                PositionReport position => (position.Symbol, position.PositionIdx),
                OrderReport { ReduceOnly: true } order => (order.Symbol, order.PositionIdx),
                _ => (default, default),
            };
            if (symbol.Name is not null && Of(reports[i].Account, symbol, idx) is var leg && looked.Add(leg))
            {
                Look(leg, request, reports);
            }
        }
    }

    private Leg Of(AccountId account, Symbol symbol, PositionIdx idx)
    {
        if (!_legs.TryGetValue((account.Name, symbol.Name, idx), out var leg))
        {
            _legs.Add((account.Name, symbol.Name, idx), leg = new Leg { Account = account, Symbol = symbol, Idx = idx });
        }

        return leg;
    }

    private void Look(Leg leg, AccountEffect? request, IReadOnlyList<ExchangeReport> reports)
    {
        var position = truth.Exchange.Position(leg.Account, leg.Symbol, leg.Idx);
        var (before, wasCovered, stopBefore) = (leg.Size, leg.Covered, leg.Stop);
        leg.Size = position.Size.Units * position.Side.Sign();
        leg.Stop = position.StopLoss?.Units ?? 0;
        leg.Covered = Cover(leg, position);
        var wasUncovered = Math.Abs(before) > wasCovered;
        var turned = before != 0 && leg.Size != 0 && (before > 0) != (leg.Size > 0);
        if (leg.Size == 0 || turned)
        {
            (leg.IsForeign, leg.Tightest, leg.StopWasTouched) = (leg.IsForeign && leg.Size != 0, 0, false);
            leg.Plans.Clear();
        }

        var grows = Entered(leg, before, reports);
        if (!leg.IsUncovered)
        {
            (leg.UncoveredMs, leg.IsClosing) = (null, false);
        }
        else
        {
            leg.LastUncoveredAt = time.NowMs;
            leg.UncoveredMs ??= 0;
            // Its stop came with the entry and had its turn by the same event: what filled behind it is as after any other trigger.
            var enters = grows && before == 0 && !reports.Any(r => r is OrderReport { StopOrderType: StopOrderType.StopLoss } stop
                && stop.Account == leg.Account && stop.Symbol == leg.Symbol && stop.PositionIdx == leg.Idx);
            Uncovered(leg, (request, enters, wasUncovered));
        }

        Loosened(leg, request, grows, stopBefore);
    }

    /// <summary>
    /// Takes note of who opened or added, also where the position before was closed by the same event; true: an entry of ours filled.
    /// </summary>
    private bool Entered(Leg leg, long before, IReadOnlyList<ExchangeReport> reports)
    {
        var (grows, size) = (false, before);
        foreach (var report in reports)
        {
            if (report is not FillReport fill || fill.Account != leg.Account || fill.Symbol != leg.Symbol || fill.PositionIdx != leg.Idx)
            {
                continue;
            }

            var was = size;
            size += fill.Side == Side.Buy ? fill.Quantity.Units : -fill.Quantity.Units;
            if (was != 0 && Math.Sign(size) != Math.Sign(was))
            {
                leg.Plans.Clear(); // another position begins, and maybe of the same plan
            }

            var adds = fill.Quantity > fill.ClosedQuantity;
            if (OrderTag.TryRead(fill.ClientOrderId.Value ?? "", out var tag))
            {
                grows |= tag.Role == OrderRole.Entry && adds;
                if (tag.Role == OrderRole.Entry && adds)
                {
                    leg.OpenedAt = leg.Plans.Count == 0 ? fill.At : leg.OpenedAt;
                    leg.Plans.Add(tag.Plan);
                    leg.Tightest = 0;
                }

                if (tag.Role != OrderRole.Entry && adds)
                {
                    throw new InvariantBroken("I-14", $"{leg.Account} {fill.ClientOrderId} was to close and opened {fill.Quantity}");
                }
            }
            else
            {
                leg.IsForeign |= adds;
                if (!fill.ClientOrderId.IsNone)
                {
                    TouchedByOthers.Add(leg.Account);
                }
            }
        }

        return grows;
    }

    private void Uncovered(Leg leg, (AccountEffect? Request, bool Enters, bool WasUncovered) what)
    {
        if (what.WasUncovered || leg.IsForeign)
        {
            return;
        }

        markers.Hit("cover.lost");
        if (leg.StopTakenAt is not null && what.Request is CancelOrder or AmendOrder
            && _wanted.TryGetValue(what.Request, out var wanted) && wanted.Value < leg.TakenToldIn)
        {
            return; // by all that the host had been told, the position had its stop when it let go of this one: what follows is I-02's
        }

        if (what.Request is SetTradingStop or AmendOrder or CancelOrder)
        {
            throw new InvariantBroken("I-03", $"{leg.Account} {leg.Symbol} {leg.Idx} lost cover by {LineCounter.Text(what.Request)}");
        }

        if (what.Enters && options.Switches.AttachOnFirstFill && leg.Plans.Count == 1)
        {
            throw new InvariantBroken("I-02", $"{leg.Account} {leg.Symbol} {leg.Idx} {new Quantity(leg.Size)} entered without a stop");
        }
    }

    /// <summary>
    /// One plan, all of its entries done, nobody else's hand on the stop: then it only tightens, but for two ticks of a ladder. A request
    /// for the position before (I-04 speaks of one, flat to flat) that reaches this one is no step of its trail: it was wanted for another
    /// plan, or before the host was told that its plan had opened anew.
    /// </summary>
    private void Loosened(Leg leg, AccountEffect? request, bool grows, long stopBefore)
    {
        if (request is null && !grows && leg.Stop != stopBefore)
        {
            leg.StopWasTouched = true; // by a hand, or by triggering
            (leg.StopTakenAt, leg.TakenToldIn) = (new Timestamp(time.NowMs), long.MaxValue);
        }

        leg.StopTakenAt = leg.Stop == 0 && leg.Size != 0 ? leg.StopTakenAt : null;

        if (leg.Size == 0 || leg.Stop == 0 || grows || leg.StopWasTouched || leg.IsForeign || leg.Plans.Count != 1
            || request is not SetTradingStop { Plan: var plan } stop || !leg.Plans.Contains(plan) || HasLiveEntry(leg)
            || (_meant.TryGetValue(stop, out var meant) && meant.Value < leg.OpenedAt))
        {
            return;
        }

        var sign = Math.Sign(leg.Size);
        var tick = Instruments.All.First(i => i.Symbol == leg.Symbol).TickSize.Units;
        if (leg.Tightest != 0 && (leg.Tightest - leg.Stop) * sign > 2 * tick)
        {
            throw new InvariantBroken("I-04", $"{leg.Account} {leg.Symbol} {leg.Idx} stop went from {new Price(leg.Tightest)} to {new Price(leg.Stop)}");
        }

        leg.Tightest = leg.Tightest == 0 || (leg.Stop - leg.Tightest) * sign > 0 ? leg.Stop : leg.Tightest;
    }

    private bool HasLiveEntry(Leg leg) => truth.Exchange.OpenOrders(leg.Account).Any(o => o.Symbol == leg.Symbol && !o.ReduceOnly
        && OrderTag.TryRead(o.ClientOrderId.Value ?? "", out var tag) && tag.Role == OrderRole.Entry);

    private long Cover(Leg leg, PositionState position)
    {
        if (leg.Size == 0 || position.StopLoss is not null || position.TrailingDistance is not null)
        {
            return Math.Abs(leg.Size);
        }

        var closing = position.Side.ClosingSide();
        var sum = 0L;
        foreach (var order in truth.Exchange.OpenOrders(leg.Account))
        {
            var stops = order.StopOrderType is StopOrderType.StopLoss or StopOrderType.PartialStopLoss or StopOrderType.TrailingStop;
            if (order.Symbol != leg.Symbol || order.PositionIdx != leg.Idx || order.Side != closing
                || (!stops && !order.ReduceOnly) || (!stops && order.Type == OrderType.Limit))
            {
                continue;
            }

            var isTarget = order.Trigger is { } trigger && order.Status == OrderStatus.Untriggered
                && trigger.Direction == (leg.Size > 0 ? TriggerDirection.Rise : TriggerDirection.Fall);
            sum += isTarget ? 0 : order.Quantity.Units - order.FilledQuantity.Units;
        }

        return Math.Min(sum, Math.Abs(leg.Size));
    }
}
