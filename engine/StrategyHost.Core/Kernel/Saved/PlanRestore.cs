using StrategyHost.Core.Domain;
using StrategyHost.Core.Planning;
using StrategyHost.Core.Protection;

namespace StrategyHost.Core.Kernel.Saved;

/// <summary>Plans, orders and positions from their saved values, each by itself; what names another one is linked afterwards.</summary>
internal static class PlanRestore
{
    /// <summary>Why the mirror has not made an entry that was still to be made when the run before ended.</summary>
    public const string Restarted = "restarted";

    public static TradePlan Plan(SavedPlan saved, AccountKernel account, int strategyIndex)
    {
        var instrument = account.Market[saved.Symbol].Instrument;
        var plan = new TradePlan
        {
            Number = saved.Number,
            Account = saved.Account,
            Strategy = saved.Strategy,
            StrategyIndex = strategyIndex,
            Instrument = instrument,
            Side = saved.Side,
            PositionIdx = saved.PositionIdx,
            Leg = account.LegOf(saved.Symbol, saved.PositionIdx),
            Origin = saved.Origin,
            Spec = saved.Spec,
            Atr = saved.Atr,
            Phase = saved.Phase,
            KeepEntries = saved.KeepEntries,
            Flips = saved.Flips,
            CloseAt = saved.CloseAt,
            CloseAfterMs = saved.CloseAfterMs,
            Group = saved.Group,
            LeavesGroup = saved.LeavesGroup,
            MergesTranches = saved.MergesTranches,
            MirrorRatio = saved.MirrorRatio,
            High = saved.High.Units,
            Low = saved.Low.Units,
            FreshPrice = saved.FreshPrice.Units,
            Trail = Trail(saved.Trail, instrument),
            Stop = State(saved.Stop),
            IsStopForced = saved.IsStopForced,
            MustClose = saved.MustClose,
            CloseRetryAt = saved.CloseRetryAt,
            CloseAlarmAt = saved.CloseAlarmAt,
            FirstRisk = saved.FirstRisk,
            Targets = saved.Targets,
            TargetFilled = [.. saved.TargetFilled],
            TargetRefusals = saved.TargetRefusals,
            InstantAt = saved.InstantAt ?? Timestamp.MaxValue,
            Executions = saved.Executions.Count == 0 ? null : [.. saved.Executions],
        };
        plan.Restore(saved.Position, saved.Generations, saved.IsFollower);
        return plan;
    }

    /// <summary>An order of a plan; other: the plan with a number, for parts of it that closed others.</summary>
    public static PlanOrder Order(SavedOrder saved, TradePlan plan, Func<long, TradePlan?> other)
    {
        var order = new PlanOrder(new Order(saved.Order), plan, saved.Role, saved.Number)
        {
            ExchangeId = saved.ExchangeId,
            ExitReason = saved.ExitReason,
            TypeName = saved.TypeName,
            Tag = saved.Tag,
            ReferencePrice = saved.ReferencePrice,
            ExpiresAt = saved.ExpiresAt,
            Oco = saved.Oco,
            SignalId = saved.SignalId,
            Trail = Trail(saved.Trail, plan.Instrument),
            TrailState = State(saved.TrailState),
            TrailMovedAt = saved.TrailMovedAt,
            IsHeld = saved.IsHeld,
            EntersNow = saved.EntersNow,
            PassedAt = saved.PassedAt,
            IsTakenNow = saved.IsTakenNow,
            Spec = saved.Spec,
            IsUnwanted = saved.IsUnwanted,
            HasExpired = saved.HasExpired,
            Told = saved.Told is { } told ? (told.Status, told.Filled, told.Price, told.Trigger, told.Quantity) : null,
            ClosedSoFar = Part(saved.Closed),
            IsRecorded = saved.IsRecorded,
            IsDropped = saved.IsDropped,
            IsToldEnded = saved.IsToldEnded,
            Shown = (saved.ShownTrigger, saved.ShownQuantity),
        };
        foreach (var execution in saved.Executions)
        {
            order.IsNew(execution);
        }

        foreach (var share in saved.Others)
        {
            if (other(share.Plan) is { } owner)
            {
                order.Add(Share(share, order, owner));
            }
        }

        return order;
    }

    /// <summary>How the mirror stands to a plan of main.</summary>
    public static void Lead(TradePlan leader, SavedLead saved, TradePlan? follower)
    {
        leader.Follower = follower;
        leader.MirrorRatio = saved.Ratio;
        leader.MirrorResidual = saved.Residual;
        leader.Mirror.SkippedBecause = saved.IsDelayed ? Restarted : saved.SkippedBecause;
        leader.Mirror.IsRoundedUp = saved.IsRoundedUp;
        leader.Mirror.IsPartlyFilled = saved.IsPartlyFilled;
        leader.Mirror.IsAtBreakeven = saved.IsAtBreakeven;
    }

    public static void Leg(PositionLeg leg, SavedLeg saved)
    {
        leg.Side = saved.Side;
        leg.FullStop = saved.FullStop.Units;
        leg.StopMovedAt = saved.StopMovedAt;
        leg.ShownStop = saved.ShownStop.Units;
        leg.EntriesStop = saved.EntriesStop.Units;
        leg.IsShared = saved.IsShared;
        leg.TrancheStopsMax = saved.TrancheStopsMax;
        leg.DroppedStops = saved.DroppedStops;
        leg.IsConsolidated = saved.IsConsolidated;
        leg.Carry = saved.Carry;
        leg.Refusals = saved.Refusals;
        leg.RetryAt = saved.RetryAt;
        leg.AwaitsPicture = saved.AwaitsPicture;
    }

    /// <summary>The order as another plan sees it, as <see cref="FillDesk"/> makes it.</summary>
    private static PlanOrder Share(SavedShare saved, PlanOrder order, TradePlan owner) => new(order.Order, owner, order.Role, order.Number)
    {
        ExchangeId = order.ExchangeId,
        TypeName = order.TypeName,
        Tag = saved.Tag,
        ExitReason = saved.ExitReason,
        ClosedSoFar = Part(saved.Closed),
    };

    private static StopTrail? Trail(SavedTrail? saved, Instrument instrument) => saved is null ? null : new StopTrail
    {
        Side = saved.Side,
        Instrument = instrument,
        FixedStop = saved.FixedStop,
        TrailPercent = saved.Percent,
        TrailAmount = saved.Amount,
        Activation = saved.Activation,
        BreakevenAt = saved.BreakevenAt,
        BreakevenStop = saved.BreakevenStop,
    };

    private static StopState State(SavedStop? saved) =>
        saved is null ? default : new StopState(saved.Extreme.Units, saved.IsActivated, saved.Stop.Units, saved.Source);

    private static ClosedPart? Part(SavedPart? saved) => saved is null ? null : new ClosedPart
    {
        At = saved.At,
        Quantity = saved.Quantity,
        EntryValue = saved.EntryValue,
        ExitValue = saved.ExitValue,
        Fees = saved.Fees,
        Funding = saved.Funding,
        Slippage = saved.Slippage,
    };
}
