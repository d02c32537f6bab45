using StrategyHost.Core.Domain;
using StrategyHost.Core.Planning;
using StrategyHost.Core.Protection;

namespace StrategyHost.Core.Kernel.Saved;

/// <summary>Plans and orders as values. Changes nothing.</summary>
internal static class PlanSaves
{
    /// <summary>A plan with those of the known orders that are its.</summary>
    public static SavedPlan Of(TradePlan plan, IEnumerable<PlanOrder> known, bool isFinished) => new()
    {
        Account = plan.Account,
        Number = plan.Number,
        IsFinished = isFinished,
        Strategy = plan.Strategy,
        Symbol = plan.Symbol,
        Side = plan.Side,
        PositionIdx = plan.PositionIdx,
        Origin = plan.Origin,
        Spec = plan.Spec,
        Atr = plan.Atr,
        Phase = plan.Phase,
        KeepEntries = plan.KeepEntries,
        Flips = plan.Flips,
        CloseAt = plan.CloseAt,
        CloseAfterMs = plan.CloseAfterMs,
        Group = plan.Group,
        LeavesGroup = plan.LeavesGroup,
        MergesTranches = plan.MergesTranches,
        IsFollower = plan.IsFollower,
        Heir = plan.Heir?.Number,
        MirrorRatio = plan.Account == AccountId.Mirror ? plan.MirrorRatio : null,
        Position = plan.Position,
        Generations = plan.Generations,
        High = new Price(plan.High),
        Low = new Price(plan.Low),
        FreshPrice = new Price(plan.FreshPrice),
        Trail = Of(plan.Trail),
        Stop = Of(plan.Stop),
        SentStop = new Price(plan.SentStop),
        IsStopForced = plan.IsStopForced,
        MustClose = plan.MustClose,
        LeftBy = plan.LeftBy,
        CloseRetryAt = plan.CloseRetryAt,
        CloseAlarmAt = plan.CloseAlarmAt,
        FirstRisk = plan.FirstRisk,
        Targets = plan.Targets,
        TargetFilled = [.. plan.TargetFilled],
        TargetRefusals = plan.TargetRefusals,
        InstantAt = plan.InstantAt == Timestamp.MaxValue ? null : plan.InstantAt,
        Orders = [.. known.Where(o => o.Plan == plan).Select(Of)],
        Executions = [.. plan.Executions ?? []],
        Entries = Numbers(plan.Entries),
        Exits = Numbers(plan.Exits),
        TargetOrders = [.. plan.TargetOrders.Select(t => t?.Number ?? 0)],
        OldStops = Numbers(plan.OldStops),
        OwnStop = plan.OwnStop?.Number,
        NeighboursStop = plan.NeighboursStop?.Number,
    };

    private static SavedOrder Of(PlanOrder order) => new()
    {
        Number = order.Number,
        Role = order.Role,
        Order = order.Order.State,
        ExchangeId = order.ExchangeId,
        ExitReason = order.ExitReason,
        TypeName = order.TypeName,
        Tag = order.Tag,
        ReferencePrice = order.ReferencePrice,
        ExpiresAt = order.ExpiresAt,
        Oco = order.Oco,
        SignalId = order.SignalId,
        Trail = Of(order.Trail),
        TrailState = order.Trail is null ? null : Of(order.TrailState),
        TrailMovedAt = order.TrailMovedAt,
        IsHeld = order.IsHeld,
        EntersNow = order.EntersNow,
        PassedAt = order.PassedAt,
        IsTakenNow = order.IsTakenNow,
        Spec = order.Spec,
        IsUnwanted = order.IsUnwanted,
        HasExpired = order.HasExpired,
        Told = order.Told is { } told ? new SavedTold(told.Status, told.Filled, told.Price, told.Trigger, told.Quantity) : null,
        Executions = [.. order.Executions],
        Closed = Of(order.ClosedSoFar),
        IsRecorded = order.IsRecorded,
        IsDropped = order.IsDropped,
        IsToldEnded = order.IsToldEnded,
        ShownTrigger = order.Shown.Trigger,
        ShownQuantity = order.Shown.Quantity,
        Others = [.. order.Others.Select(o => new SavedShare(o.Plan.Number, o.Tag, o.ExitReason, Of(o.ClosedSoFar)))],
    };

    private static SavedTrail? Of(StopTrail? trail) => trail is null ? null : new SavedTrail
    {
        Side = trail.Side,
        FixedStop = trail.FixedStop,
        Percent = trail.TrailPercent,
        Amount = trail.TrailAmount,
        Activation = trail.Activation,
        BreakevenAt = trail.BreakevenAt,
        BreakevenStop = trail.BreakevenStop,
    };

    private static SavedStop? Of(StopState state) => state == default
        ? null : new SavedStop(new Price(state.Extreme), state.Activated, new Price(state.Stop), state.Source);

    private static SavedPart? Of(ClosedPart? part) => part is null ? null : new SavedPart
    {
        At = part.At,
        Quantity = part.Quantity,
        EntryValue = part.EntryValue,
        ExitValue = part.ExitValue,
        Fees = part.Fees,
        Funding = part.Funding,
        Slippage = part.Slippage,
    };

    private static long[] Numbers(List<PlanOrder> orders) => [.. orders.Select(o => o.Number)];
}
