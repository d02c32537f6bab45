using StrategyHost.Core.Accounts;
using StrategyHost.Core.Domain;
using StrategyHost.Core.Orders;
using StrategyHost.Core.Planning;
using StrategyHost.Core.Protection;
using StrategyHost.Core.Settings;
using StrategyHost.Core.Signals;

namespace StrategyHost.Core.Kernel;

/// <summary>
/// Main's entries on the mirror (contracts §2.2): sized by the plan's ratio, delayed where wanted, or left out with a reason. It reads main
/// and never changes what main does.
/// </summary>
internal sealed class MirrorDesk(MirrorSettings settings, EntryDesk entries, AccountKernel main, AccountKernel? mirror, MirrorGate gate)
{
    /// <summary>A price of main's lies so far away that the other side of the market has none at that distance.</summary>
    public const string BelowZero = "reversed_below_zero";

    private const string NotReady = "not_ready";

    /// <summary>How often an entry asks again whether the mirror is ready, in ms.</summary>
    private const int AgainMs = 1000;

    private readonly List<DelayedEntry> _delayed = [];

    public Timestamp NextDue => _delayed.Count == 0 ? Timestamp.MaxValue : _delayed.Min(d => d.Due);

    /// <summary>The mirror is switched off: it enters nothing.</summary>
    public bool IsOff => !gate.IsOn;

    /// <summary>An entry for a plan of main waits for its delay, or for the mirror to be ready.</summary>
    public bool IsDelayed(TradePlan leader) =>
        _delayed.Exists(d => d.Leader == leader || MirrorEntries.Has(leader, d.Ticket.Origin.SignalId));

    /// <summary>
    /// Opens the mirror's part of an entry of main now, after its delay, or when the mirror is ready. Closing: the mirror's plan that a
    /// flip closes.
    /// </summary>
    public void Follow(SignalAct act, EntryTicket ticket, TradePlan leader, TradePlan? closing)
    {
        var (follower, skipped) = act.MirrorSkips is { } reason ? (null, reason) : Ticket(act, ticket, leader, closing);
        if (follower is null)
        {
            Skip(leader, ticket, skipped!, act.At, act.Effects); // a reason comes with every skip
            return;
        }

        var delay = act.Signal.Mirror?.DelayMs ?? settings.DelayMs;
        var isWaiting = skipped is not null;
        if (delay > 0 || isWaiting)
        {
            var due = act.At.AddMs(isWaiting ? Math.Max(delay, AgainMs) : delay);
            _delayed.Add(new DelayedEntry(due, follower, leader, ticket.Quantity)
            {
                Until = act.At.AddMs(delay + settings.EntryTtlMs),
            });
            return;
        }

        Open(follower, leader, act.At, act.Effects);
    }

    /// <summary>Entries whose delay is over.</summary>
    public void PassTime(Timestamp at, EffectList effects)
    {
        foreach (var delayed in _delayed.Where(d => d.Due <= at).ToArray())
        {
            _delayed.Remove(delayed);
            var (ticket, skipped) = Due(delayed, at);
            if (skipped == NotReady && IsInTime(delayed, at))
            {
                _delayed.Add(delayed with { Due = at.AddMs(AgainMs) });
            }
            else if (ticket is null)
            {
                Skip(delayed.Leader, delayed.Ticket, skipped!, at, effects); // a reason comes with every skip
            }
            else
            {
                var late = EntryTrails.Late(ticket, delayed.Leader, main.Market[ticket.Instrument.Symbol]);
                Open(AtMarketWhenPassed(late), delayed.Leader, at, effects);
            }
        }
    }

    /// <summary>Main changed an entry: what of it waits here is made as it is wanted now.</summary>
    public void Change(SignalAct act, PlanOrder order)
    {
        for (var i = 0; i < _delayed.Count; i++)
        {
            var ticket = _delayed[i].Ticket;
            if (order.Role == OrderRole.Entry && order.SignalId.Length > 0 && ticket.Origin.SignalId == order.SignalId)
            {
                _delayed[i] = _delayed[i] with { Ticket = DelayedChange.Of(ticket, act, order, MirrorEntries.Of(main, order.SignalId)) };
            }
        }
    }

    /// <summary>The mirror was switched off, or the host stops: what waits will not come.</summary>
    public void Drop(string because, Timestamp at, EffectList effects)
    {
        _delayed.ForEach(d => Skip(d.Leader, d.Ticket, because, at, effects));
        _delayed.Clear();
    }

    /// <summary>
    /// A close at market means the mirror too where main was out before by a stop or target of its own and the mirror's still waits.
    /// </summary>
    public void CloseLeft(SignalAct act)
    {
        var signal = act.Signal;
        foreach (var plan in signal.Type == SignalType.Market ? mirror!.Plans : []) // it is followed, so there is one
        {
            var isMeant = plan.Strategy == act.Lane.Setup.Strategy && plan.Symbol == signal.Symbol
                && (signal.PositionSide is null || signal.PositionSide == plan.Side);
            if (isMeant && plan is { MirrorRatio: not null, Size.IsZero: false } && !main.Plans.Any(p => p.Follower == plan))
            {
                var part = signal.Share is { } share && share < 100m
                    ? plan.Instrument.FloorQuantity(plan.Size.Value * share / 100m)
                    : plan.Size;
                mirror!.Close(plan, part, ExitReason.Signal, signal.Tag, act.At, act.Effects);
            }
        }
    }

    /// <summary>The ticket for what main has or wants of the entry by now; null with the reason when it is not followed any more.</summary>
    private (EntryTicket? Ticket, string? SkippedBecause) Due(DelayedEntry delayed, Timestamp at)
    {
        var (ticket, leader) = (delayed.Ticket, delayed.Leader);
        var orders = MirrorEntries.Of(main, ticket.Origin.SignalId);
        var wanted = MirrorEntries.Wanted(orders);
        if (wanted.IsZero || IsLeft(leader, orders))
        {
            return (null, MirrorEntries.LeaderClosed);
        }

        if (leader.Follower is { } before && MirrorSync.HasLeft(leader, before))
        {
            return (null, "mirror_exited");
        }

        if (IsTooFar(MirrorEntries.Average(orders), ticket.Instrument.Symbol))
        {
            return (null, "max_deviation");
        }

        if (wanted != delayed.Wanted)
        {
            var exact = ticket.Quantity.Value * wanted.Value / delayed.Wanted.Value;
            var quantity = MirrorPolicy.Quantity(exact, ticket.Reference, RoundsUp, ticket.Instrument);
            ticket = ticket with { Quantity = quantity.Quantity };
            if (quantity.SkippedBecause is { } below)
            {
                return (null, below);
            }
        }

        return Objection(ticket, new EntryPlace(mirror!, null, []), at) is { } reason ? (null, reason) : (ticket, null);
    }

    /// <summary>
    /// Main has nothing of the plan, or closes all that it has (see <see cref="MirrorEntries.Leave"/>), and keeps no entry of these; nor
    /// has it anything of the plans that parts of these have gone over to.
    /// </summary>
    private bool IsLeft(TradePlan leader, List<PlanOrder> orders) =>
        orders.Select(o => o.Plan).Append(leader).All(p => (p.Size - p.Exiting).IsZero && !main.AwaitsPosition(p))
        && (orders.TrueForAll(o => o.Order.IsDone) || (leader.HasOpened && !leader.KeepEntries));

    /// <summary>It may wait on: it is not late yet, or main waits for its own too.</summary>
    private bool IsInTime(DelayedEntry delayed, Timestamp at) =>
        at < delayed.Until || MirrorEntries.Average(MirrorEntries.Of(main, delayed.Ticket.Origin.SignalId)) == 0;

    /// <summary>The market has gone further from main's fill than the settings allow; without a fill it has not.</summary>
    public bool IsTooFar(decimal filled, Symbol symbol)
    {
        var last = FixedPoint.ToDecimal(main.Market[symbol].Last);
        return filled != 0 && Math.Abs(last - filled) / filled * 100m > settings.MaxDeviationPercent;
    }

    private bool RoundsUp => settings.BelowMinimum == BelowMinimum.RoundUp;

    /// <summary>A stop entry that main had during the delay: its trigger is behind, so the mirror enters now.</summary>
    private EntryTicket AtMarketWhenPassed(EntryTicket ticket)
    {
        var signal = ticket.Signal;
        return EntryDesk.Passed(signal, ticket.Side, main.Market[ticket.Instrument.Symbol]) is null ? ticket : ticket with
        {
            Signal = signal with
            {
                Type = signal.Type == SignalType.StopLimit ? SignalType.Limit : SignalType.Market,
                TriggerPrice = null,
            },
        };
    }

    /// <summary>
    /// The mirror's ticket for an entry of main; null with the reason when the mirror leaves it out; both when it is to wait until the
    /// mirror is ready. Without a leader: a question only.
    /// Beside: the mirror's tickets of the same group so far.
    /// </summary>
    public (EntryTicket? Ticket, string? SkippedBecause) Ticket(
        SignalAct act, EntryTicket ticket, TradePlan? leader, TradePlan? closing, IReadOnlyList<EntryTicket>? beside = null)
    {
        if (settings.Symbols.Count > 0 && !settings.Symbols.Contains(ticket.Instrument.Symbol))
        {
            return (null, "symbol_not_mirrored");
        }

        if (leader?.Follower is { } before && MirrorSync.HasLeft(leader, before))
        {
            return (null, "mirror_exited"); // final for the plan
        }

        var proportion = act.Signal.Mirror?.Proportion ?? settings.Proportion;
        var ratio = leader?.MirrorRatio
            // asked with a mirror only
            ?? MirrorPolicy.Ratio(proportion, settings.ProportionOf == ProportionOf.Equity, main.Equity, mirror!.Equity);
        var exact = (ticket.Quantity.Value * ratio) + (leader?.MirrorResidual ?? 0);
        var quantity = MirrorPolicy.Quantity(exact, ticket.Reference, RoundsUp, ticket.Instrument);
        if (leader is not null)
        {
            leader.MirrorRatio = ratio;
            leader.Mirror.IsRoundedUp |= quantity.Quantity.Value > exact;
            leader.MirrorResidual = Math.Max(0, exact - (quantity.SkippedBecause is null
                ? quantity.Quantity
                : ticket.Instrument.FloorQuantity(exact)).Value);
        }

        if (quantity.SkippedBecause is { } reason)
        {
            return (null, reason);
        }

        var planned = settings.Approach == Approach.Same ? ticket : EntryDesk.Planned(ticket, settings.Approach);
        var follower = planned with { Quantity = quantity.Quantity };
        var isReversed = act.Signal.Mirror?.Reverse ?? settings.Reverse;
        if (isReversed && ticket.Trail is not null)
        {
            return (null, "trailing_entry_not_reversed"); // main's turn of the market is not the one that a trail of the other side follows
        }

        follower = isReversed ? Reversed(follower) : follower;
        var place = new EntryPlace(mirror!, closing, beside ?? []);
        var objection = Objection(follower, place, act.At);
        return (objection is null or NotReady ? follower : null, objection);
    }

    /// <summary>What keeps the mirror out by its own margin, limits and position; null: nothing.</summary>
    private string? Objection(EntryTicket follower, EntryPlace place, Timestamp at)
    {
        var (account, closing) = (place.Account, place.Closing);
        if (gate.Objection(at) is { } shut)
        {
            return shut;
        }

        if (follower.Reference <= 0 || follower.Prices.Any(p => p <= 0))
        {
            return BelowZero;
        }

        if (HasOpposite(account, follower, closing))
        {
            return "opposite_position";
        }

        if (entries.NotReady(account, follower.Instrument.Symbol, follower.Lane.Setup.Strategy) is not null)
        {
            return NotReady;
        }

        var free = account.Available - place.Reserved + ((closing?.EntryValue ?? 0) / account.Setup.Leverage);
        if (PositionSizer.Affordable(free, account.Setup.Leverage, follower.Reference, follower.Instrument) < follower.Quantity)
        {
            return "insufficient_margin";
        }

        var approved = entries.Approve(place, follower, at);
        return approved.IsOk ? null : approved.Errors[0].Rule;
    }

    /// <summary>The other side at the same distances: prices and triggers lie as far on the other side of the last price.</summary>
    private EntryTicket Reversed(EntryTicket ticket)
    {
        var last = FixedPoint.ToDecimal(main.Market[ticket.Instrument.Symbol].Last);
        var signal = ticket.Signal;
        return ticket with
        {
            Signal = signal with
            {
                Price = MirrorPolicy.Turn(signal.Price, last),
                TriggerPrice = MirrorPolicy.Turn(signal.TriggerPrice, last),
            },
            Side = ticket.Side.Opposite(),
            Reference = MirrorPolicy.Turn(ticket.Reference, last),
            Prices = [.. ticket.Prices.Select(p => MirrorPolicy.Turn(p, last))],
            Spec = MirrorPolicy.Reverse(ticket.Spec, ticket.Reference),
        };
    }

    /// <summary>
    /// In one-way mode the entry would eat up a position of the mirror: main's other leg in hedge mode, or one that outlived main's.
    /// </summary>
    private bool HasOpposite(AccountKernel account, EntryTicket follower, TradePlan? closing) =>
        account.Setup.PositionMode == PositionMode.OneWay && account.Plans.Any(p => p != closing && p.Symbol == follower.Instrument.Symbol
            && p.Strategy == follower.Lane.Setup.Strategy && p.Side != follower.Side
            && (!(p.Size - p.Exiting).IsZero || (p.HasLiveEntry && main.Setup.PositionMode == PositionMode.Hedge)));

    private void Open(EntryTicket ticket, TradePlan leader, Timestamp at, EffectList effects)
    {
        // Main is in already: the entry has its time to live from now on. Otherwise main's first fill starts it.
        var deadline = at.AddMs(settings.EntryTtlMs);
        var isLate = MirrorEntries.Average(MirrorEntries.Of(main, ticket.Origin.SignalId)) != 0;
        var timed = isLate && (ticket.ExpiresAt is null || ticket.ExpiresAt > deadline) ? ticket with { ExpiresAt = deadline } : ticket;
        var follower = EntryDesk.Open(mirror!, timed, at, effects); // entries to follow exist with a mirror only
        follower.MirrorRatio = leader.MirrorRatio;
        leader.Follower = follower;
        leader.Mirror.IsAtBreakeven |= leader.Stop.Source == StopSource.Breakeven; // it was there before: this entry keeps its own stop
        gate.Entered(at);
    }

    private void Skip(TradePlan leader, EntryTicket ticket, string reason, Timestamp at, EffectList effects) =>
        Skip(leader, ticket.Origin.SignalId, reason, at, effects);

    /// <summary>
    /// Says that the mirror leaves an entry out: once to the account's people, and for good to the drift of every plan of main that has a
    /// part of it.
    /// </summary>
    public void Skip(TradePlan? leader, string signalId, string reason, Timestamp at, EffectList effects)
    {
        foreach (var plan in main.Plans.Where(p => p == leader || MirrorEntries.Has(p, signalId)))
        {
            plan.Mirror.SkippedBecause = reason;
        }

        effects.Add(new Alert(AccountId.Mirror, at, "mirror_skipped", $"{signalId} {leader?.Symbol}: {reason}"));
    }
}
