using StrategyHost.Core.Domain;
using StrategyHost.Core.Orders;
using StrategyHost.Core.Protection;

namespace StrategyHost.Core.Planning;

/// <summary>Where a plan comes from; copied into every record that it leaves.</summary>
public sealed record PlanOrigin(string SignalId, string ScriptSha256, string Tag, string Tranche, string Reason, Timestamp At);

/// <summary>A plan's position as the fold of its fills. Money in quote currency.</summary>
public sealed record PlanPosition
{
    public Quantity Size { get; init; }
    public decimal EntryValue { get; init; }
    public decimal EntryFees { get; init; }
    public decimal EntrySlippage { get; init; }
    public decimal Funding { get; init; }

    /// <summary>All that entries have filled since the plan began.</summary>
    public Quantity EntryFilled { get; init; }
    public Timestamp OpenedAt { get; init; }

    /// <summary>When the latest execution that left it flat happened, by the exchange's clock; 0: none did.</summary>
    public Timestamp ClosedAt { get; init; }
}

/// <summary>BUILDING until all entries are done or the first target fills, then PROFIT_TAKING (contracts §2.2).</summary>
public enum PlanPhase { Building, ProfitTaking }

/// <summary>
/// One trade of one strategy on one symbol and side of one account, from the accepted signal until flat: its orders, its position as a fold
/// of its fills, and its protection. Owned and changed by that account's kernel alone.
/// </summary>
public sealed class TradePlan
{
    private readonly int[] _generations = new int[4];
    private TradePlan? _follower;

    public required long Number { get; init; }
    public required AccountId Account { get; init; }
    public required StrategyId Strategy { get; init; }
    public required int StrategyIndex { get; init; }
    public required Instrument Instrument { get; init; }
    public required PositionSide Side { get; init; }
    public required PositionIdx PositionIdx { get; init; }
    public required PlanOrigin Origin { get; init; }

    /// <summary>The resolved specification; a hold may change it.</summary>
    public required ProtectionSpec Spec { get; set; }

    /// <summary>ATR(14) at the signal; 0 where unknown.</summary>
    public decimal Atr { get; init; }
    public List<PlanOrder> Entries { get; } = [];
    public List<PlanOrder> Exits { get; } = [];
    public Symbol Symbol => Instrument.Symbol;

    public PlanPhase Phase { get; set; }
    public bool KeepEntries { get; set; }

    /// <summary>It takes the place of a position of the other side: that one's end does not take its entry back.</summary>
    public bool Flips { get; init; }
    public Timestamp? CloseAt { get; set; }
    public long? CloseAfterMs { get; init; }

    /// <summary>Plans of one group on one account; closing one closes the others, unless <see cref="LeavesGroup"/>.</summary>
    public string? Group { get; init; }
    public bool LeavesGroup { get; init; }

    /// <summary>The mirror's plan of a main plan.</summary>
    public TradePlan? Follower
    {
        get => _follower?.Heir is { } heir ? _follower = heir : _follower;
        set
        {
            _follower = value;
            if (value is not null)
            {
                value.IsFollower = true;
            }
        }
    }

    /// <summary>Executions of orders without an id of ours that closed of the plan; null: none.</summary>
    public List<ExecutionId>? Executions { get; set; }

    /// <summary>The plan follows one of main's.</summary>
    public bool IsFollower { get; private set; }

    /// <summary>Merged with other tranches past breakeven (contracts §2.1 rule 9).</summary>
    public bool MergesTranches { get; init; } = true;

    /// <summary>The mirror's ratio, fixed when the plan opened, and what rounding left of it so far.</summary>
    public decimal? MirrorRatio { get; set; }
    public decimal MirrorResidual { get; set; }
    public MirrorNote Mirror { get; } = new();

    /// <summary>The open plan that took this one's entries over; null until then.</summary>
    public TradePlan? Heir { get; private set; }

    // Position, a fold of fills.
    public Quantity Size { get; private set; }
    public decimal EntryValue { get; private set; }
    public decimal EntryFees { get; private set; }
    public decimal EntrySlippage { get; private set; }
    public decimal Funding { get; set; }
    public Quantity EntryFilled { get; private set; }
    public Timestamp OpenedAt { get; private set; }

    /// <summary>When the latest execution that left it flat happened; see <see cref="GoesOnWith"/>.</summary>
    public Timestamp ClosedAt { get; private set; }
    public bool HasOpened => !EntryFilled.IsZero;
    public decimal AverageEntry => Size.IsZero ? 0 : EntryValue / Size.Value;

    /// <summary>Highest and lowest price since the entry, in units of 1e-9.</summary>
    public long High { get; set; }
    public long Low { get; set; }

    /// <summary>The price of the last fill until the market moves on: newer than the market's own last price; 0: none.</summary>
    public long FreshPrice { get; set; }

    // Protection.
    public StopTrail? Trail { get; set; }
    public StopState Stop { get; set; }

    /// <summary>The position on the exchange that this plan holds, maybe with others.</summary>
    public required PositionLeg Leg { get; init; }

    /// <summary>A conditional order that stops this plan alone, or with neighbours, before the position's Full stop would.</summary>
    public PlanOrder? OwnStop { get; set; }
    /// <summary>The stop order of a plan beside this one, for the size of both; null: none stands for this one.</summary>
    public PlanOrder? NeighboursStop { get; set; }

    /// <summary>Stop orders of tranches that were taken over; they go when the position's stop stands.</summary>
    public List<PlanOrder> OldStops { get; } = [];
    public bool HasOwnStop => OwnStop is { Order.IsFinal: false };

    /// <summary>The stop that was last asked of the exchange for this plan, its own or the position's; 0: none.</summary>
    public long SentStop => (HasOwnStop ? OwnStop : NeighboursStop) is { Order: { IsFinal: false, Request.Trigger: { } trigger } }
        && (Leg.FullStop == 0 || (trigger.Price.Units - Leg.FullStop) * Side.Sign() > 0) ? trigger.Price.Units : Leg.FullStop;

    /// <summary>The host closes the plan, whatever it takes: why, and when it tries again. Null: it does not.</summary>
    public ExitReason? MustClose { get; set; }
    public Timestamp CloseRetryAt { get; set; }

    /// <summary>The latest signal for both accounts that closed all of it at market; empty: none did.</summary>
    public string LeftBy { get; set; } = "";
    public Timestamp CloseAlarmAt { get; set; }
    public decimal? FirstRisk { get; set; }
    public IReadOnlyList<Target> Targets { get; set; } = [];
    public PlanOrder?[] TargetOrders { get; set; } = [];
    public Quantity[] TargetFilled { get; set; } = [];
    public int TargetRefusals { get; set; }

    /// <summary>When the first passed target is taken at market; <see cref="Timestamp.MaxValue"/>: none is passed.</summary>
    public Timestamp InstantAt { get; set; } = Timestamp.MaxValue;

    /// <summary>
    /// The wanted stop is sent at once, without the step and rate of a trail: after an anchor, a hold or a filled target.
    /// </summary>
    public bool IsStopForced { get; set; }


    public bool HasLiveEntry => Entries.Exists(e => !e.Order.IsDone);
    public bool IsEntryDone => !HasLiveEntry;

    /// <summary>Some order of the plan has not ended.</summary>
    public bool HasLiveOrder => OwnStop is { Order.IsDone: false } || OldStops.Exists(s => !s.Order.IsDone)
        || HasLiveEntry || Exits.Exists(e => !e.Order.IsDone) || Array.Exists(TargetOrders, t => t is { Order.IsDone: false });

    /// <summary>Whether an order of the plan exists is not known.</summary>
    public bool HasUnknownOrder =>
        IsUnknown(OwnStop) || Entries.Exists(IsUnknown) || Exits.Exists(IsUnknown) || Array.Exists(TargetOrders, IsUnknown);

    private static bool IsUnknown(PlanOrder? order) => order is { Order.Status: OrderStatus.Unknown };

    /// <summary>What market exits in flight will still close; those that rest may never.</summary>
    public Quantity Exiting => InFlight(countsDoubtful: true);

    /// <summary>As <see cref="Exiting"/>, without orders of which nobody knows whether they exist.</summary>
    public Quantity SurelyExiting => InFlight(countsDoubtful: false);

    private Quantity InFlight(bool countsDoubtful)
    {
        var units = 0L;
        foreach (var exit in Exits)
        {
            if (exit.Order.Request is { Type: OrderType.Market, Trigger: null } && (countsDoubtful || !IsUnknown(exit)))
            {
                units += exit.Order.IsFinal ? exit.Order.Behind.Units : exit.Order.Remaining.Units;
            }
        }

        return new Quantity(Math.Min(units, Size.Units));
    }

    /// <summary>Number of the next order of a role; an id is never used twice, whatever became of its order.</summary>
    public int NextGeneration(OrderRole role) => ++_generations[(int)role];

    /// <summary>How many orders of each role have been numbered, by <see cref="OrderRole"/>.</summary>
    public IReadOnlyList<int> Generations => [.. _generations];

    /// <summary>The position as a value.</summary>
    public PlanPosition Position => new()
    {
        Size = Size,
        EntryValue = EntryValue,
        EntryFees = EntryFees,
        EntrySlippage = EntrySlippage,
        Funding = Funding,
        EntryFilled = EntryFilled,
        OpenedAt = OpenedAt,
        ClosedAt = ClosedAt,
    };

    /// <summary>Takes up a position and the numbers of orders of an earlier kernel; before anything else happens to the plan.</summary>
    public void Restore(PlanPosition position, IReadOnlyList<int> generations, bool isFollower)
    {
        (Size, EntryValue, EntryFees, EntrySlippage) = (position.Size, position.EntryValue, position.EntryFees, position.EntrySlippage);
        (Funding, EntryFilled, IsFollower) = (position.Funding, position.EntryFilled, isFollower);
        (OpenedAt, ClosedAt) = (position.OpenedAt, position.ClosedAt);
        for (var i = 0; i < generations.Count; i++)
        {
            _generations[i] = generations[i];
        }
    }

    /// <summary>Takes up the plan that took this one's entries over, of an earlier kernel.</summary>
    public void RestoreHeir(TradePlan heir) => Heir = heir;

    /// <summary>An entry order that fills while another plan of the strategy is open belongs to that one: there is one position.</summary>
    public void HandOver(PlanOrder entry, TradePlan to)
    {
        Entries.Remove(entry);
        to.Entries.Add(entry);
        entry.Plan = to;
        Heir = Entries.Count == 0 ? to : null;
        to.Follower = MirrorNote.Leading(to.Follower, Follower);
        to.JoinMirror(this);
        to.Mirror.IsPartlyFilled |= entry.SignalId.Length > 0
            && Entries.Exists(e => e.SignalId == entry.SignalId && e.Order is { IsDone: true, Status: not OrderStatus.Filled });
    }

    /// <summary>How the entries that come over from another plan are mirrored comes along, with what rounding left of them.</summary>
    private void JoinMirror(TradePlan other)
    {
        MirrorRatio ??= other.MirrorRatio;
        (MirrorResidual, other.MirrorResidual) = (MirrorResidual + other.MirrorResidual, 0);
        Mirror.Join(other.Mirror);
    }

    /// <summary>
    /// Takes another tranche over, whole: position, orders, targets by what each has left, and of the two stops the tighter. The other is
    /// flat then.
    /// </summary>
    public void Absorb(TradePlan other)
    {
        (Targets, TargetOrders) = Joined(other);
        TargetFilled = new Quantity[Targets.Count];
        Size += other.Size;
        EntryValue += other.EntryValue;
        EntryFees += other.EntryFees;
        EntrySlippage += other.EntrySlippage;
        Funding += other.Funding;
        EntryFilled += other.EntryFilled;
        (High, Low) = (Math.Max(High, other.High), Math.Min(Low, other.Low));
        if ((other.Stop.Stop - Stop.Stop) * Side.Sign() > 0)
        {
            (Stop, Trail) = (other.Stop, other.Trail);
            Spec = other.Spec with { Target = Spec.Target };
        }

        IsStopForced = true;
        Entries.AddRange(other.Entries);
        Exits.AddRange(other.Exits);
        OldStops.AddRange(other.OldStops);
        if (other.OwnStop is { } stop)
        {
            OldStops.Add(stop);
        }

        foreach (var order in other.Entries.Concat(other.Exits).Concat(OldStops).Concat(TargetOrders.OfType<PlanOrder>()))
        {
            order.Plan = this;
        }

        JoinMirror(other);
        other.Leave(this);
    }

    private void Leave(TradePlan heir)
    {
        (Size, EntryValue, EntryFees, EntrySlippage, Funding) = (Quantity.Zero, 0, 0, 0, 0);
        (Targets, TargetOrders, TargetFilled, OwnStop, Heir) = ([], [], [], null, heir);
        Entries.Clear();
        Exits.Clear();
        OldStops.Clear();
    }

    private (IReadOnlyList<Target> Targets, PlanOrder?[] Orders) Joined(TradePlan other)
    {
        var rungs = Left().Concat(other.Left()).Where(r => !r.Quantity.IsZero).OrderBy(r => r.Price.Units * Side.Sign()).ToArray();
        var total = rungs.Sum(r => r.Quantity.Value);
        return ([.. rungs.Select(r => new Target(r.Price, r.Quantity.Value / total * 100m))], [.. rungs.Select(r => r.Order)]);
    }

    private IEnumerable<(Price Price, Quantity Quantity, PlanOrder? Order)> Left()
    {
        var rest = TakeProfitLadder.Remaining(Size, [.. Targets.Select(t => t.SharePercent)], TargetFilled, Instrument.QtyStep);
        return Targets.Select((t, i) => (t.Price, rest[i], TargetOrders[i]));
    }

    /// <summary>
    /// Starts anew when an entry that was kept fills after the plan was flat. A target of before that may fill keeps its rung until it
    /// has ended: cancelling one is only asked for, and nothing may stand beside it.
    /// </summary>
    public void Reopen(ProtectionSpec spec)
    {
        Spec = spec;
        Phase = PlanPhase.Building;
        Trail = null;
        Stop = default;
        OwnStop = null;
        NeighboursStop = null;
        MustClose = null;
        LeftBy = "";
        FirstRisk = null;
        Targets = [];
        TargetFilled = [];
        TargetOrders = Array.ConvertAll(TargetOrders, t => t is { Order.IsDone: false } ? t : null);
        foreach (var left in TargetOrders.OfType<PlanOrder>())
        {
            (left.PassedAt, left.IsTakenNow) = (null, false); // the rung that follows it has a price of its own
        }
    }

    /// <summary>
    /// It happened before the execution that left the plan flat, and is told behind it: the position was never flat, and goes on.
    /// </summary>
    public bool GoesOnWith(FillReport fill) => HasOpened && fill.At < ClosedAt;

    public void AddEntryFill(FillReport fill, Quantity quantity, decimal fee)
    {
        if (Size.IsZero && !GoesOnWith(fill))
        {
            OpenedAt = fill.At;
            High = fill.Price.Units;
            Low = fill.Price.Units;
        }

        FreshPrice = fill.Price.Units;
        Size += quantity;
        EntryFilled += quantity;
        EntryValue += quantity.Notional(fill.Price);
        EntryFees += fee;
        EntrySlippage += fill.Slippage;
    }

    /// <summary>
    /// Takes a part out of the position and books entry's share of value, fees, funding and slippage to the closing order.
    /// </summary>
    public void AddExitFill(FillReport fill, Quantity quantity, decimal fee, ClosedPart closed)
    {
        var share = Size == quantity ? 1m : quantity.Value / Size.Value;
        closed.At = fill.At;
        closed.Quantity += quantity;
        var (value, fees, funding, slippage) = (EntryValue * share, EntryFees * share, Funding * share, EntrySlippage * share);
        closed.EntryValue += value;
        closed.ExitValue += quantity.Notional(fill.Price);
        closed.Fees += fees + fee;
        closed.Funding += funding;
        closed.Slippage += slippage + fill.Slippage;
        EntryValue -= value;
        EntryFees -= fees;
        Funding -= funding;
        EntrySlippage -= slippage;
        Size -= quantity;
        ClosedAt = Size.IsZero && fill.At > ClosedAt ? fill.At : ClosedAt;
        FreshPrice = fill.Price.Units;
        High = Math.Max(High, fill.Price.Units);
        Low = Math.Min(Low, fill.Price.Units);
    }
}
