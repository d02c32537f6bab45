using StrategyHost.Core.Domain;
using StrategyHost.Core.Orders;
using StrategyHost.Core.Planning;
using StrategyHost.Core.Protection;
using StrategyHost.Core.Risk;
using StrategyHost.Core.Settings;
using StrategyHost.Core.Signals;

namespace StrategyHost.Core.Kernel;

/// <summary>Turns entry signals into tickets, and tickets into plans with orders.</summary>
internal sealed class EntryDesk(EngineOptions options, MarketBoard market, Readiness readiness)
{
    /// <summary>
    /// An entry for the acting account: sized, protected and approved, or the reason why not. A flip's closing plan sets its margin free;
    /// beside are the legs of the same group that were found good before.
    /// </summary>
    public Result<EntryTicket> Ticket(SignalAct act, TradePlan? closing = null, IReadOnlyList<EntryTicket>? beside = null)
    {
        var (lane, account, at) = (act.Lane, act.Account, act.At);
        if (Barred(act) is { } barred)
        {
            return barred;
        }

        var board = market[act.Signal.Symbol];
        var side = act.Signal.Action == SignalAction.Buy ? PositionSide.Long : PositionSide.Short;
        var trail = EntryTrails.Start(act.Signal, side, board);
        var signal = EntryTrails.Placed(act.Signal, trail, board);
        var reference = signal.TriggerPrice ?? signal.Price ?? FixedPoint.ToDecimal(board.Last);
        if (reference <= 0)
        {
            return trail is null
                ? Refused("not_ready", $"no price of {signal.Symbol} is known yet")
                : Refused("trail_too_wide", "the trail reaches below zero; make it narrower");
        }

        if ((lane.IsStopping ? "the host is stopping" : NotReady(account, signal.Symbol, lane.Setup.Strategy)) is { } why)
        {
            return Refused("not_ready", why);
        }

        if (at.Ms - lane.EventAt.Ms is var age && age > lane.Setup.Settings.MaxEventAgeMs)
        {
            return Refused("stale_event", $"the event behind it is {age} ms old; max_event_age_ms is {lane.Setup.Settings.MaxEventAgeMs}");
        }

        if (signal.Size is not { } wanted)
        {
            return Refused("missing_quantity", "an entry needs one of quantity, quantity_usd, quantity_percent, risk_percent");
        }

        if ((Passed(signal, side, board) ?? AlreadyIn(act, side)) is { } objection)
        {
            return objection;
        }

        var resolved = Resolve(lane, signal);
        var draft = new EntryTicket
        {
            Lane = lane,
            Signal = signal,
            Instrument = board.Instrument,
            Side = side,
            Quantity = Quantity.Zero,
            Reference = reference,
            Spec = resolved,
            Resolved = resolved,
            Atr = Atr(lane, signal.Symbol) ?? 0,
            Trail = signal.Type == SignalType.TrailingStop ? trail : null,
            Origin = new PlanOrigin(act.SignalId, lane.Setup.ScriptSha256, signal.Tag, signal.Tranche ?? "", signal.Reason, at),
            ExpiresAt = Expiry(lane, signal, at),
        };
        draft = Planned(options.ManagesPositions ? draft : Unmanaged.Of(draft), lane.Setup.Settings.Approach);
        if (NeedsAtr(draft.Spec) && draft.Atr == 0)
        {
            return Refused("not_ready", "ATR(14) is not known yet: 14 candles are needed");
        }

        var place = new EntryPlace(account, closing, beside ?? []);
        var size = Size(place, draft, wanted);
        return size.IsOk ? Approve(place, draft with { Quantity = size.Value }, at) : Result<EntryTicket>.Failed(size.Errors);
    }

    /// <summary>What a person or the configuration says, before anything else is looked at.</summary>
    private Error? Barred(SignalAct act) => !options.ManagesPositions && Unmanaged.Objection(act.Signal) is { } unmanaged ? unmanaged
        : act.Account.Halts.Of(act.Lane.Setup.Strategy, act.Signal.Symbol, act.At) is { } halt ? RiskRules.OfHalt(halt)
        : null;

    private Result<Quantity> Size(EntryPlace place, EntryTicket draft, SizeSpec wanted)
    {
        var (account, closing, signal) = (place.Account, place.Closing, draft.Signal);
        var available = account.Available - place.Reserved + (closing is null ? 0 : closing.EntryValue / account.Setup.Leverage);
        var basis = new SizingBasis(account.Equity, available, account.Setup.Leverage, draft.Reference, draft.Stop?.Value)
        {
            NotionalMax = !signal.AllowClip ? null : options.RiskOf(account.Account)
                .NotionalMax(account.Equity, place.Exposure(), place.Exposure(signal.Symbol)),
        };
        return PositionSizer.Size(wanted, basis, draft.Instrument, signal.AllowClip);
    }

    /// <summary>Why an account cannot enter now, whatever the signal says; null: it can.</summary>
    public string? NotReady(AccountKernel account, Symbol symbol, StrategyId strategy) => readiness.Objection(account, symbol)
        ?? (options.KeepsSymbolsApart ? SymbolHolders.Objection(account, symbol, strategy) : null);

    /// <summary>Opens the plan of a ticket, or adds to the strategy's open plan on a scale-in.</summary>
    public static TradePlan Open(AccountKernel account, EntryTicket ticket, Timestamp at, EffectList effects)
    {
        var plan = Present(account, ticket) ?? NewPlan(account, ticket);
        var parts = Parts(ticket);
        for (var i = 0; i < parts.Length; i++)
        {
            var part = ticket with { Quantity = parts[i], Prices = [ticket.Prices[i]] };
            plan.Entries.Add(account.Send(plan, EntryWish(account, plan, part), at, effects));
        }

        account.Losses.Entered(at);
        return plan;
    }

    /// <summary>The open plan that the ticket adds to: the strategy's of the same side and tranche.</summary>
    private static TradePlan? Present(AccountKernel account, EntryTicket ticket) =>
        account.OpenPlan(ticket.Lane.Setup.Strategy, ticket.Instrument.Symbol, ticket.Side, ticket.Origin.Tranche);

    /// <summary>The ticket as an approach wants it; the stop is that of the whole entry, whatever its parts.</summary>
    public static EntryTicket Planned(EntryTicket ticket, Approach approach)
    {
        var outline = new EntryOutline(
            ticket.Signal.Type, ticket.Signal.Protection, ticket.Resolved, ticket.Side, ticket.Reference, ticket.Stop);
        var plan = EntryPlanner.Plan(outline, approach);
        return ticket with { Spec = plan.Spec, Prices = plan.Prices };
    }

    /// <summary>Equal parts in lots; one order at the first price where a part would be below the exchange's minimum.</summary>
    private static Quantity[] Parts(EntryTicket ticket)
    {
        if (ticket.Prices.Count == 1)
        {
            return [ticket.Quantity];
        }

        var parts = TakeProfitLadder.Split(ticket.Quantity, [.. ticket.Prices.Select(_ => 1m)], ticket.Instrument.QtyStep);
        var areGood = parts.Zip(ticket.Prices).All(p => PositionSizer.Check(p.First, p.Second ?? ticket.Reference, ticket.Instrument).IsOk);
        return areGood ? parts : [ticket.Quantity];
    }

    /// <summary>The signal's own protection, else the settings', else the symbol's, each kind by itself (contracts §2.1 rule 4).</summary>
    public ProtectionSpec Resolve(StrategyLane lane, Signal signal)
    {
        var own = signal.Type == SignalType.TrailingStop ? signal.Protection with { Trail = default } : signal.Protection; // the entry's
        var spec = own.Or(lane.Setup.Settings.Protection);
        return options.SymbolProtection.TryGetValue(signal.Symbol, out var symbol) ? spec.Or(symbol) : spec;
    }

    private static Error? AlreadyIn(SignalAct act, PositionSide side)
    {
        var (lane, signal) = (act.Lane, act.Signal);
        var entries = 0;
        foreach (var plan in act.Account.Plans)
        {
            if (plan.Strategy != lane.Setup.Strategy || plan.Symbol != signal.Symbol || plan.Side != side)
            {
                continue;
            }

            // The parts of one signal are one entry.
            var counted = plan.Entries.Where(e => e.Order.IsFinal ? !e.Order.Filled.IsZero : signal.Oco is null || e.Oco != signal.Oco);
            var isThere = !plan.Size.IsZero || act.Account.AwaitsPosition(plan);
            var signals = counted.Where(e => isThere || !e.Order.IsFinal).Select(e => e.SignalId).Distinct().Count();
            entries += isThere ? Math.Max(1, signals) : signals;
        }

        if (entries == 0)
        {
            return null;
        }

        return signal.ScaleIn || entries <= lane.Setup.Settings.Pyramiding ? null : Refused(
            "already_in",
            $"{signal.Symbol} has a {side.Text()} position or entry already; set scale_in or settings().pyramiding to add");
    }

    /// <summary>The same ticket when neither the account's risk rules nor its position object.</summary>
    public Result<EntryTicket> Approve(EntryPlace place, EntryTicket ticket, Timestamp at)
    {
        var account = place.Account;
        var present = Present(account, ticket);
        var holder = PlanLookup.Holder(account.Plans, ticket.Instrument.Symbol, IdxOf(account, ticket.Side));
        if ((present ?? holder) is { } beside && beside.Side == ticket.Side && EntryStops.Beyond(beside, ticket.Reference) is { } beyond)
        {
            return beyond;
        }

        if (OtherSide(account, ticket) is { } other)
        {
            return Refused("other_side_held",
                $"{other.Strategy} is {other.Side.Text()} on {other.Symbol}: in one-way mode the entry would close its position");
        }

        if (ticket.Signal.TriggerPrice is not null && TrancheStops.Full(account, ticket.Instrument.Symbol) is { } full)
        {
            return full;
        }

        if (RiskRules.Check(Proposal(place, ticket, present, at), options.RiskOf(account.Account)) is { } refused)
        {
            return refused;
        }

        var targets = ProtectionPlanner.Targets(ticket.Spec, ticket.Side, ticket.Reference, ticket.Atr, ticket.Instrument);
        foreach (var target in targets)
        {
            if ((target.Price.Value - ticket.Reference) * ticket.Side.Sign() <= 0)
            {
                var message = $"the target {target.Price} is on the wrong side of {ticket.Reference:0.#########}";
                return new Error { Rule = "target_wrong_side", Field = "take_profit", Value = target.Price.ToString(), Message = message };
            }
        }

        return ticket;
    }

    /// <summary>Present: the plan that the ticket adds to; its stop protects an entry that brings none.</summary>
    private static EntryProposal Proposal(EntryPlace place, EntryTicket ticket, TradePlan? present, Timestamp at)
    {
        var (account, symbol, strategy) = (place.Account, ticket.Instrument.Symbol, ticket.Lane.Setup.Strategy);
        var stop = ticket.Stop ?? (present is { Stop.Stop: not 0 } ? new Price(present.Stop.Stop) : null);
        var (open, isOneMore) = place.Positions(symbol, IdxOf(account, ticket.Side));
        var moment = account.Losses.Moment(strategy, symbol, at);
        return new EntryProposal(ticket.Side, ticket.Quantity, ticket.Reference, stop, account.Equity, open, isOneMore)
        {
            Moment = moment with { EntriesLastMinute = moment.EntriesLastMinute + place.Beside.Count },
            Exposure = place.Exposure(),
            SymbolExposure = place.Exposure(symbol),
            EntriesOnSymbol = place.EntriesOn(symbol, ticket.Signal.Oco),
            AverageEntry = account.OpenPlan(strategy, symbol, ticket.Side) is { Size.IsZero: false } held ? held.AverageEntry : null,
            MarketPrice = FixedPoint.ToDecimal(account.Market[symbol].Last),
            LimitPrice = ticket.Signal.Price,
        };
    }

    private static TradePlan NewPlan(AccountKernel account, EntryTicket ticket)
    {
        var plan = new TradePlan
        {
            Number = account.NextPlanNumber(),
            Account = account.Account,
            Strategy = ticket.Lane.Setup.Strategy,
            StrategyIndex = ticket.Lane.Index,
            Instrument = ticket.Instrument,
            Side = ticket.Side,
            PositionIdx = IdxOf(account, ticket.Side),
            Leg = account.LegOf(ticket.Instrument.Symbol, IdxOf(account, ticket.Side)),
            Origin = ticket.Origin,
            Spec = ticket.Spec with { TriggerBy = ticket.Signal.TriggerBy },
            Atr = ticket.Atr,
            Group = ticket.Signal.Group is { } group ? $"{group} {ticket.Origin.At.Ms}" : null,
            LeavesGroup = !ticket.Signal.GroupExit,
            KeepEntries = ticket.Signal.KeepEntries,
            MergesTranches = ticket.Lane.Setup.Settings.MergeTranches,
            Flips = ticket.Signal.Flip,
            CloseAt = ticket.Signal.CloseAt,
            CloseAfterMs = CloseAfter(ticket),
        };
        account.Add(plan);
        return plan;
    }

    /// <summary>Another strategy's plan on the other side of a shared symbol; in hedge mode the sides are apart.</summary>
    private static TradePlan? OtherSide(AccountKernel account, EntryTicket ticket) =>
        account.Setup.PositionMode == PositionMode.Hedge ? null : account.Plans.FirstOrDefault(
            p => p.Symbol == ticket.Instrument.Symbol && p.Side != ticket.Side && p.Strategy != ticket.Lane.Setup.Strategy
                && (!p.Size.IsZero || p.HasLiveEntry));

    /// <summary>The leg on which an account holds a side.</summary>
    public static PositionIdx IdxOf(AccountKernel account, PositionSide side) => account.Setup.PositionMode == PositionMode.OneWay
        ? PositionIdx.OneWay
        : side == PositionSide.Long ? PositionIdx.HedgeLong : PositionIdx.HedgeShort;

    private static OrderWish EntryWish(AccountKernel account, TradePlan plan, EntryTicket ticket)
    {
        var signal = ticket.Signal;
        var side = ticket.Side.OpeningSide();
        var instrument = ticket.Instrument;
        // the parser demands it
        var limit = ticket.Prices[0] ?? (signal.Type is SignalType.Limit or SignalType.StopLimit ? signal.Price : null);
        var isLimit = limit is not null;
        var request = new OrderRequest
        {
            ClientOrderId = ClientOrderId.None,
            Symbol = instrument.Symbol,
            Side = side,
            Type = isLimit ? OrderType.Limit : OrderType.Market,
            Quantity = ticket.Quantity,
            Price = isLimit ? instrument.LimitPrice(side, limit!.Value) : null, // it was just asked
            TimeInForce = isLimit ? signal.TimeInForce : TimeInForce.Gtc,
            PositionIdx = plan.PositionIdx,
            Trigger = signal.TriggerPrice is { } trigger ? TriggerOf(ticket.Side, instrument, trigger, signal.TriggerBy) : null,
            Protection = EntryStops.Attached(account, new EntryStop(plan, ticket.Stop, ticket.Prices[0] ?? ticket.Reference)) is { } stop
                ? new AttachedProtection { StopLoss = stop, StopLossBy = signal.TriggerBy }
                : null,
        };
        return new OrderWish(OrderRole.Entry, request, TypeName(ticket.Prices[0] is null ? signal.Type : SignalType.Limit))
        {
            Tag = signal.Tag,
            ReferencePrice = ticket.Prices[0] ?? ticket.Reference,
            ExpiresAt = ticket.ExpiresAt,
            Oco = signal.Oco,
            SignalId = ticket.Origin.SignalId,
            Trail = ticket.Trail,
            Spec = ticket.Spec with { TriggerBy = signal.TriggerBy },
        };
    }

    /// <summary>A stop entry waits for the market to come to it: up for a buy, down for a sell.</summary>
    private static Trigger TriggerOf(PositionSide side, Instrument instrument, decimal price, TriggerBy by) => side == PositionSide.Long
        ? new Trigger(instrument.TickUp(price), TriggerDirection.Rise, by)
        : new Trigger(instrument.TickDown(price), TriggerDirection.Fall, by);

    /// <summary>The objection to a trigger that the market has passed already; null for entries without one, and for a trail's.</summary>
    public static Error? Passed(Signal signal, PositionSide side, SymbolMarket board) =>
        signal.TriggerPrice is { } price && signal.Type != SignalType.TrailingStop
        ? SideCheck.CheckTrigger(
            side, TriggerOf(side, board.Instrument, price, signal.TriggerBy).Price, new Price(board.Reference(signal.TriggerBy)))
        : null;

    private static long? CloseAfter(EntryTicket ticket)
    {
        var byCandles = ticket.Signal.CloseAfterCandles * ticket.Lane.Setup.Settings.Interval.Ms;
        return ticket.Signal.CloseAfterMs is { } ms ? Math.Min(ms, byCandles ?? ms) : byCandles;
    }

    public static string TypeName(SignalType type) => type switch
    {
        SignalType.Market => "market",
        SignalType.Limit => "limit",
        SignalType.StopMarket => "stop_market",
        SignalType.StopLimit => "stop_limit",
        SignalType.TrailingStop => "trailing_stop",
    };

    /// <summary>When an order that has not filled is taken back; of seconds and candles the earlier counts.</summary>
    public static Timestamp? Expiry(StrategyLane lane, Signal signal, Timestamp at)
    {
        var interval = lane.Setup.Settings.Interval;
        var bySeconds = signal.ExpiresInMs is { } ms ? at.AddMs(ms) : Timestamp.MaxValue;
        var byCandles = signal.ExpiresCandles is { } candles ? interval.StartOf(at).AddMs(candles * interval.Ms) : Timestamp.MaxValue;
        var first = bySeconds < byCandles ? bySeconds : byCandles;
        return first == Timestamp.MaxValue ? null : first;
    }

    private decimal? Atr(StrategyLane lane, Symbol symbol) =>
        market[symbol].Atr.TryGetValue(lane.Setup.Settings.Interval, out var atr) ? atr.Value : null;

    private static bool NeedsAtr(ProtectionSpec spec) => spec.Stop.Value?.Kind == LevelKind.Atr
        || (spec.Target.Value is { } target && target.Rungs.Any(r => r.Level.Kind == LevelKind.Atr));

    private static Error Refused(string rule, string message) => new() { Rule = rule, Message = message };
}
