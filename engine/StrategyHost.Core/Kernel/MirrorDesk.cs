using StrategyHost.Core.Accounts;
using StrategyHost.Core.Domain;
using StrategyHost.Core.Planning;
using StrategyHost.Core.Settings;
using StrategyHost.Core.Signals;

namespace StrategyHost.Core.Kernel;

/// <summary>
/// Main's entries on the mirror (contracts §2.2): sized by the plan's ratio, delayed where wanted, or left out with a reason. It reads main
/// and never changes what main does.
/// </summary>
internal sealed class MirrorDesk(
    MirrorSettings settings, EntryDesk entries, MarketBoard market, AccountKernel main, AccountKernel? mirror)
{
    private readonly List<DelayedEntry> _delayed = [];

    public Timestamp NextDue => _delayed.Count == 0 ? Timestamp.MaxValue : _delayed.Min(d => d.Due);

    /// <summary>
    /// Opens the mirror's part of an entry of main now or after its delay. Closing: the mirror's plan that a flip closes.
    /// </summary>
    public void Follow(SignalAct act, EntryTicket ticket, TradePlan leader, TradePlan? closing)
    {
        var (follower, skipped) = act.MirrorSkips is { } reason ? (null, reason) : Ticket(act, ticket, leader, closing);
        if (follower is null)
        {
            Skipped(ticket, skipped!, act.At, act.Effects); // a reason comes with every skip
            return;
        }

        var delay = act.Signal.Mirror?.DelayMs ?? settings.DelayMs;
        if (delay > 0)
        {
            _delayed.Add(new DelayedEntry(act.At.AddMs(delay), follower, leader));
            return;
        }

        Open(follower, leader, act.At, act.Effects);
    }

    public void PassTime(Timestamp at, EffectList effects)
    {
        foreach (var delayed in _delayed.Where(d => d.Due <= at).ToArray())
        {
            _delayed.Remove(delayed);
            var leader = delayed.Leader;
            var last = FixedPoint.ToDecimal(market[delayed.Ticket.Instrument.Symbol].Last);
            var filled = leader.AverageEntry;
            if (leader.Size.IsZero && leader.IsEntryDone)
            {
                Skipped(delayed.Ticket, "leader_closed", at, effects);
            }
            else if (filled != 0 && Math.Abs(last - filled) / filled * 100m > settings.MaxDeviationPercent)
            {
                Skipped(delayed.Ticket, "max_deviation", at, effects);
            }
            else if (Objection(delayed.Ticket, null, at) is { } reason)
            {
                Skipped(delayed.Ticket, reason, at, effects);
            }
            else
            {
                var late = EntryTrails.Late(delayed.Ticket, leader, market[delayed.Ticket.Instrument.Symbol]);
                Open(AtMarketWhenPassed(late), leader, at, effects);
            }
        }
    }

    /// <summary>A stop entry that main had during the delay: its trigger is behind, so the mirror enters now.</summary>
    private EntryTicket AtMarketWhenPassed(EntryTicket ticket)
    {
        var signal = ticket.Signal;
        return EntryDesk.Passed(signal, ticket.Side, market[ticket.Instrument.Symbol]) is null ? ticket : ticket with
        {
            Signal = signal with
            {
                Type = signal.Type == SignalType.StopLimit ? SignalType.Limit : SignalType.Market,
                TriggerPrice = null,
            },
        };
    }

    /// <summary>
    /// The mirror's ticket for an entry of main; null with the reason when the mirror leaves it out. Without a leader: a question only.
    /// </summary>
    public (EntryTicket? Ticket, string? SkippedBecause) Ticket(SignalAct act, EntryTicket ticket, TradePlan? leader, TradePlan? closing)
    {
        if (settings.Symbols.Count > 0 && !settings.Symbols.Contains(ticket.Instrument.Symbol))
        {
            return (null, "symbol_not_mirrored");
        }

        if (leader?.Follower is { HasOpened: true, Size.IsZero: true })
        {
            return (null, "mirror_exited"); // an exit of its own is final for the plan
        }

        var proportion = act.Signal.Mirror?.Proportion ?? settings.Proportion;
        var ratio = leader?.MirrorRatio
            // asked with a mirror only
            ?? MirrorPolicy.Ratio(proportion, settings.ProportionOf == ProportionOf.Equity, main.Equity, mirror!.Equity);
        var exact = (ticket.Quantity.Value * ratio) + (leader?.MirrorResidual ?? 0);
        var quantity = MirrorPolicy.Quantity(exact, ticket.Reference, settings.BelowMinimum == BelowMinimum.RoundUp, ticket.Instrument);
        if (leader is not null)
        {
            leader.MirrorRatio = ratio;
            leader.MirrorResidual = Math.Clamp(exact - quantity.Quantity.Value, 0, ticket.Instrument.QtyStep.Value);
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
        return Objection(follower, closing, act.At) is { } objection ? (null, objection) : (follower, null);
    }

    /// <summary>What keeps the mirror out by its own margin, limits and position; null: nothing.</summary>
    private string? Objection(EntryTicket follower, TradePlan? closing, Timestamp at)
    {
        var account = mirror!; // asked with a mirror only
        if (entries.NotReady(account, follower.Instrument.Symbol) is not null)
        {
            return "not_ready";
        }

        var free = account.Available + ((closing?.EntryValue ?? 0) / account.Setup.Leverage);
        if (PositionSizer.Affordable(free, account.Setup.Leverage, follower.Reference, follower.Instrument) < follower.Quantity)
        {
            return "insufficient_margin";
        }

        var approved = entries.Approve(account, follower, closing, at);
        return approved.IsOk ? null : approved.Errors[0].Rule;
    }

    /// <summary>The other side at the same distances: prices and triggers lie as far on the other side of the last price.</summary>
    private EntryTicket Reversed(EntryTicket ticket)
    {
        var last = FixedPoint.ToDecimal(market[ticket.Instrument.Symbol].Last);
        decimal Turn(decimal price) => (2 * last) - price;
        var signal = ticket.Signal;
        return ticket with
        {
            Signal = signal with
            {
                Price = signal.Price is { } price ? Turn(price) : null,
                TriggerPrice = signal.TriggerPrice is { } trigger ? Turn(trigger) : null,
            },
            Side = ticket.Side.Opposite(),
            Reference = Turn(ticket.Reference),
            Prices = [.. ticket.Prices.Select(p => p is { } part ? Turn(part) : (decimal?)null)],
            Spec = MirrorPolicy.Reverse(ticket.Spec, ticket.Reference),
        };
    }

    private void Open(EntryTicket ticket, TradePlan leader, Timestamp at, EffectList effects)
    {
        // Main is in already: the entry has its time to live from now on. Otherwise main's first fill starts it.
        var deadline = at.AddMs(settings.EntryTtlMs);
        var timed = leader.HasOpened && (ticket.ExpiresAt is null || ticket.ExpiresAt > deadline)
            ? ticket with { ExpiresAt = deadline }
            : ticket;
        leader.Follower = EntryDesk.Open(mirror!, timed, at, effects); // entries to follow exist with a mirror only
    }

    private static void Skipped(EntryTicket ticket, string reason, Timestamp at, EffectList effects) =>
        effects.Add(new Alert(AccountId.Mirror, at, "mirror_skipped", $"{ticket.Origin.SignalId} {ticket.Instrument.Symbol}: {reason}"));
}
