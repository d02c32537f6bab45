using StrategyHost.Core.Domain;
using StrategyHost.Core.Planning;
using StrategyHost.Core.Signals;
using StrategyHost.Core.Strategies;

namespace StrategyHost.Core.Kernel;

/// <summary>
/// Decides what a signal means (contracts §2.1) and carries it out on the leading account, then on the mirror. Every signal, refused ones
/// too, leaves one <see cref="SignalDecided"/>; refused ones also reach the script's <c>on_order</c>.
/// 1. A group of one array is accepted whole or not at all. 2. An entry after a cancel in one array waits until the cancel is confirmed.
/// </summary>
internal sealed class SignalDesk
{
    private readonly AccountKernel _main;
    private readonly AccountKernel? _follower;
    private readonly EntryDesk _entries;
    private readonly PositionDesk _positions;
    private readonly OrderDesk _orders;
    private readonly MirrorGate _gate;

    public SignalDesk(
        EngineOptions options, MarketBoard market, AccountKernel main, AccountKernel? mirror, Readiness readiness,
        MirrorGate gate)
    {
        _main = main;
        _follower = mirror;
        _entries = new EntryDesk(options, market, readiness);
        _positions = new PositionDesk(options, market, mirror);
        _gate = gate;
        Mirror = new MirrorDesk(options.MirrorSettings, _entries, main, mirror, gate);
        _orders = new OrderDesk(options, market, mirror, gate, Mirror);
    }

    /// <summary>Main's entries on the mirror.</summary>
    public MirrorDesk Mirror { get; }
    public Timestamp NextDue => Mirror.NextDue;

    /// <summary>Entries that wait for the cancels in front of them.</summary>
    public WaitingEntries Waiting { get; } = new();

    /// <summary>All signals of one answer, in their order.</summary>
    public void Decide(StrategyLane lane, ScriptValue value, Symbol symbol, Timestamp at, EffectList effects)
    {
        var answer = SignalParser.Parse(value, new SignalContext(symbol, lane.Setup.Symbols));
        var groups = new GroupCheck(_entries, Mirror);
        foreach (var parsed in answer)
        {
            if (parsed.Signal is { Group: not null } signal)
            {
                groups.Look(Act(lane, signal, at, effects));
            }
        }

        var cancelled = new List<PlanOrder>();
        foreach (var parsed in answer)
        {
            var decision = new Decision(lane, parsed, lane.NextSignalId(), symbol);
            if (parsed.Signal is { Action: SignalAction.Buy or SignalAction.Sell } entry
                && cancelled.FindAll(o => o.Plan.Symbol == entry.Symbol && !o.Order.IsDone) is { Count: > 0 } replaced)
            {
                Waiting.Add(new WaitingSignal(decision, replaced));
                continue;
            }

            var verdict = parsed.Signal is { Group: { } name } && groups.Objection(name) is { } objection
                ? objection
                : Judge(decision, groups, cancelled, at, effects);
            Report(decision, verdict, at, effects);
        }
    }

    /// <summary>Carries out the signals whose cancels have been confirmed by now.</summary>
    public void Resume(Timestamp at, EffectList effects) =>
        Waiting.Resume(decision => Report(decision, JudgeAsGiven(decision, at, effects), at, effects));

    /// <summary>Entries that still waited when the run before ended are refused: never lost in silence.</summary>
    public void TellMissed(StrategyLane[] lanes, Timestamp at, EffectList effects)
    {
        foreach (var (lane, entry) in Waiting.TakeMissed(lanes))
        {
            var error = new Error { Rule = "entry_missed", Message = entry.Why };
            var decided = new SignalDecided(
                entry.SignalId, at, entry.Strategy, entry.Symbol, entry.Action, error.Rule, error.Message, entry.Tag, entry.Reason);
            Tell(lane, decided with { Error = error }, entry.Side, entry.Type, effects);
        }
    }

    /// <summary>By the settings of the version that gave it: a signal counts, whichever version trades by then.</summary>
    private Verdict JudgeAsGiven(Decision decision, Timestamp at, EffectList effects)
    {
        var (lane, now) = (decision.Lane, decision.Lane.Setup);
        lane.Setup = decision.Setup;
        var verdict = Judge(decision, null, [], at, effects);
        lane.Setup = now;
        return verdict;
    }

    /// <summary>Mirror entries whose delay is over.</summary>
    public void PassTime(Timestamp at, EffectList effects) => Mirror.PassTime(at, effects);

    /// <summary>The mirror on or off.</summary>
    public void Switch(MirrorSwitched input, EffectList effects)
    {
        _gate.Switch(input.IsOn, input.At, effects);
        if (!input.IsOn)
        {
            Mirror.Drop("mirror_disabled", input.At, effects);
        }
    }

    private SignalAct Act(StrategyLane lane, Signal signal, Timestamp at, EffectList effects)
    {
        var scope = signal.Accounts ?? lane.Setup.Settings.Accounts;
        var account = scope == AccountScope.Mirror ? _follower ?? _main : _main;
        return new SignalAct(lane, account, signal, at, effects)
        {
            IsForBoth = account == _main && scope == AccountScope.Both,
            IsFollowed = _follower is not null && account == _main && scope == AccountScope.Both,
        };
    }

    private Verdict Judge(Decision decision, GroupCheck? groups, List<PlanOrder> cancelled, Timestamp at, EffectList effects)
    {
        if (decision.Parsed.Signal is not { } signal)
        {
            return decision.Parsed.Errors[0];
        }

        var act = Act(decision.Lane, signal, at, effects) with
        {
            SignalId = decision.Id,
            MirrorSkips = signal.Group is null ? null : groups?.MirrorSkips(signal.Group),
        };
        return Carry(act, cancelled);
    }

    private Verdict Carry(SignalAct act, List<PlanOrder> cancelled)
    {
        var (lane, signal) = (act.Lane, act.Signal);
        if (!lane.Trades(signal.Symbol))
        {
            return Verdict.Refused("unknown_symbol", $"{signal.Symbol} is not one of the strategy's symbols", "symbol");
        }

        if (_follower is null && (signal.Accounts ?? lane.Setup.Settings.Accounts) == AccountScope.Mirror)
        {
            return Verdict.Refused("mirror_disabled", "the signal is for the mirror account only, and there is none", "accounts");
        }

        return signal.Action switch
        {
            SignalAction.Buy or SignalAction.Sell => Trade(act),
            SignalAction.Close => Close(act),
            SignalAction.Hold => Hold(act),
            SignalAction.Cancel => _orders.Cancel(act, cancelled),
            SignalAction.Modify => _orders.Modify(act) ?? (act.OpenPlan is not null && signal.Protection.SaysAnything
                ? Hold(act)
                : OrderDesk.NoSuchOrder(signal)),
        };
    }

    /// <summary>Each leg that is open and meant; refused only when every one is.</summary>
    private Verdict Close(SignalAct act)
    {
        Verdict? verdict = null;
        foreach (var side in (ReadOnlySpan<PositionSide>)[PositionSide.Long, PositionSide.Short])
        {
            var isMeant = act.Signal.PositionSide is null || act.Signal.PositionSide == side;
            if (isMeant && act.Tranches(side) is { Count: > 0 } tranches)
            {
                var reduced = Reduce(act, tranches);
                verdict = verdict is { Error: null } accepted ? accepted : reduced;
            }
        }

        if (act.IsFollowed)
        {
            Mirror.CloseLeft(act);
        }

        return verdict ?? NothingOpen(act.Signal);
    }

    /// <summary>Reduces the tranches of a position: each by its share, or, where a size is asked for, the oldest first.</summary>
    private Verdict Reduce(SignalAct act, IReadOnlyList<TradePlan> tranches)
    {
        if (tranches.Count == 1)
        {
            return _positions.Reduce(act, tranches[0]);
        }

        if (tranches.All(t => (t.Size - t.Exiting).IsZero))
        {
            return _positions.Reduce(act, tranches[0]); // which says so
        }

        Verdict? verdict = null;
        var rest = act.Signal.Share is null && act.Signal.Size is not null ? _positions.Wanted(act, tranches) : (Quantity?)null;
        foreach (var tranche in tranches.TakeWhile(_ => rest is not { IsZero: true }))
        {
            var part = rest is { } left ? Quantity.Min(left, tranche.Size - tranche.Exiting) : Quantity.Zero;
            if (rest is not null && part.IsZero)
            {
                continue; // it is being closed already: what is wanted comes from the others
            }

            var size = rest is null ? act.Signal.Size : new SizeSpec(SizeKind.Quantity, part.Value);
            var reduced = _positions.Reduce(act with { Signal = act.Signal with { Size = size } }, tranche);
            verdict = verdict is { Error: null } accepted ? accepted : reduced;
            rest -= part;
        }

        return rest is { IsZero: false } dropped && verdict is { Error: null } && !act.Signal.ReduceOnly
            ? new Verdict(null, $"remainder_dropped: {dropped} would have opened the other side; set flip to do so")
            : verdict ?? NothingOpen(act.Signal);
    }

    /// <summary>A change of protection is for every tranche, or for the one that is named.</summary>
    private Verdict Hold(SignalAct act)
    {
        var tranches = act.OpenPlan is { } plan ? act.Tranches(plan.Side) : [];
        foreach (var tranche in tranches)
        {
            if (_positions.Objection(act, tranche) is { } objection)
            {
                return objection; // one refuses for all, before any is changed
            }
        }

        foreach (var tranche in tranches)
        {
            _positions.Hold(act, tranche);
        }

        return Verdict.Accepted;
    }

    private Verdict Trade(SignalAct act)
    {
        var signal = act.Signal;
        var side = signal.Action == SignalAction.Buy ? PositionSide.Long : PositionSide.Short;
        if (act.OpenPlan is { } plan && plan.Side != side)
        {
            var meant = act.Tranches(plan.Side);
            return signal.Flip ? Flip(act, plan) : Reduce(act, meant.Count > 0 ? meant : act.AllTranches(plan.Side));
        }

        if (signal.ReduceOnly || (signal.PositionSide is { } named && named != side))
        {
            return NothingOpen(signal);
        }

        var ticket = Ticket(act, null);
        return ticket.IsOk ? Enter(act, ticket.Value, null) : ticket.Errors[0];
    }

    /// <summary>What is for the mirror alone passes the mirror's switch and breaker as well.</summary>
    private Result<EntryTicket> Ticket(SignalAct act, TradePlan? closing) =>
        act.Account == _follower && _gate.Objection(act.At) is { } shut
            ? new Error { Rule = shut, Message = "the mirror makes no entries now; its positions stay protected" }
            : _entries.Ticket(act, closing);

    /// <summary>Closes and opens the other way; nothing is closed when the other way would be refused.</summary>
    private Verdict Flip(SignalAct act, TradePlan plan)
    {
        var ticket = Ticket(act, plan);
        if (!ticket.IsOk)
        {
            return ticket.Errors[0];
        }

        var follower = plan.Follower;
        var all = act.Signal with { Share = null, Size = null, Tranche = null, Type = SignalType.Market };
        Reduce(act with { Signal = all }, act.AllTranches(plan.Side));
        return Enter(act, ticket.Value, follower);
    }

    private Verdict Enter(SignalAct act, EntryTicket ticket, TradePlan? closing)
    {
        var plan = EntryDesk.Open(act.Account, ticket, act.At, act.Effects);
        if (act.IsFollowed)
        {
            Mirror.Follow(act, ticket, plan, closing);
        }
        else if (act.Account == _follower)
        {
            _gate.Entered(act.At);
        }

        return new Verdict(null, ticket.Note);
    }

    private static void Report(Decision decision, Verdict verdict, Timestamp at, EffectList effects)
    {
        var (lane, parsed) = (decision.Lane, decision.Parsed);
        var error = verdict.Error;
        var decided = new SignalDecided(
            decision.Id, at, lane.Setup.Strategy, parsed.Signal?.Symbol ?? decision.Symbol, parsed.Action, error?.Rule ?? "accepted",
            error?.Message ?? verdict.Note, parsed.Tag, parsed.Signal?.Reason ?? "")
        {
            Error = error,
        };
        var side = parsed.Signal?.Action == SignalAction.Sell ? Side.Sell : Side.Buy;
        Tell(lane, decided, side, EntryDesk.TypeName(parsed.Signal?.Type ?? SignalType.Market), effects);
    }

    /// <summary>For the record; a refused one also to the script.</summary>
    private static void Tell(StrategyLane lane, SignalDecided decided, Side side, string type, EffectList effects)
    {
        effects.Add(decided);
        if (decided.Error is { } error && lane.Has(ScriptCallbacks.Order))
        {
            var refused = new ScriptOrder
            {
                Id = decided.SignalId,
                Tag = decided.Tag,
                Symbol = decided.Symbol,
                Role = "signal",
                Side = side,
                Type = type,
                Status = "refused",
                CreatedAt = decided.At,
            };
            lane.Call(new OrderCall(refused, error.Rule, error.Message) { At = decided.At }, effects);
        }
    }

    private static Verdict NothingOpen(Signal signal) =>
        Verdict.Refused("nothing_open", $"there is no {signal.Symbol} position of this strategy to close", "action");
}
