using StrategyHost.Core.Accounts;
using StrategyHost.Core.Domain;
using StrategyHost.Core.Planning;
using StrategyHost.Core.Protection;
using StrategyHost.Core.Risk;

namespace StrategyHost.Core.Kernel.Saved;

/// <summary>
/// Saved values as one canonical text, for comparing and hashing: every value in the order of its record, no names. A test looks that no
/// property is missing.
/// </summary>
internal static class StateText
{
    /// <summary>What must be saved of a plan: see <see cref="Saved.Lasting"/>.</summary>
    public static string Lasting(SavedPlan plan) => new StateWriter().Add(Saved.Lasting.Of(plan)).ToString();

    /// <summary>As the other, of an account.</summary>
    public static string Lasting(SavedAccount account) => new StateWriter().Add(Saved.Lasting.Of(account)).ToString();

    public static string Of(SavedEngine engine) =>
        new StateWriter().Each(engine.Accounts, Add).Each(engine.Plans, Add).ToString();

    public static StateWriter Add(this StateWriter to, SavedAccount x) => to
        .Text(x.Account.Name).Number(x.PlanNumber).Number(x.OrderNumber).Add(x.Books).Money(x.Carried).Each(x.Legs, Add).Add(x.Losses)
        .Add(x.Trades).Each(x.Throttle, (w, i) => w.Number(i.Ms))
        .Each(x.Executions, (w, i) => w.Text(i.Value)).Each(x.Bookings, Add).Each(x.LateOpenings, Add).Each(x.LateClosings, Add)
        .Each(x.Touched, (w, i) => w.Number(i))
        .Some(x.Flatten, Add).Each(x.Halts, Add).Each(x.Signals, Add).Each(x.Leads, Add).Some(x.Gate, Add).Some(x.Watch, Add)
        .Waiting(x.Waiting);

    // Nothing where nothing waits: hashes of journals from before it was saved stay what they were.
    private static StateWriter Waiting(this StateWriter to, IReadOnlyList<SavedWaiting>? waiting) => waiting is null ? to : to.Each(
        waiting, (w, x) => w.Text(x.Strategy.Name).Text(x.SignalId).Text(x.Symbol.Name).Text(x.Action).Text(x.Tag).Text(x.Reason)
            .Number((long)x.Side).Text(x.Type).Each(x.For, (o, id) => o.Text(id)));

    public static StateWriter Add(this StateWriter to, SavedPlan x) => to
        .Text(x.Account.Name).Number(x.Number).Flag(x.IsFinished).Text(x.Strategy.Name).Text(x.Symbol.Name).Number((long)x.Side)
        .Number((long)x.PositionIdx).Add(x.Origin).Add(x.Spec).Money(x.Atr).Number((long)x.Phase).Flag(x.KeepEntries).Flag(x.Flips)
        .Number(x.CloseAt?.Ms).Number(x.CloseAfterMs).Text(x.Group).Flag(x.LeavesGroup).Flag(x.MergesTranches).Flag(x.IsFollower)
        .Number(x.Heir).Money(x.MirrorRatio).Add(x.Position).Each(x.Generations, (w, i) => w.Number(i)).Number(x.High.Units)
        .Number(x.Low.Units).Number(x.FreshPrice.Units).Some(x.Trail, ProtectionText.Add).Some(x.Stop, ProtectionText.Add)
        .Number(x.SentStop.Units).Flag(x.IsStopForced).Number((long?)x.MustClose).Text(x.LeftBy).Number(x.CloseRetryAt.Ms)
        .Number(x.CloseAlarmAt.Ms).Money(x.FirstRisk).Each(x.Targets, Add).Each(x.TargetFilled, (w, i) => w.Number(i.Units))
        .Number(x.TargetRefusals).Number(x.InstantAt?.Ms).Each(x.Orders, OrderText.Add).Each(x.Executions, (w, i) => w.Text(i.Value))
        .Each(x.Entries, (w, i) => w.Number(i)).Each(x.Exits, (w, i) => w.Number(i)).Each(x.TargetOrders, (w, i) => w.Number(i))
        .Each(x.OldStops, (w, i) => w.Number(i)).Number(x.OwnStop).Number(x.NeighboursStop);

    private static StateWriter Add(this StateWriter to, BooksState x) => to
        .Money(x.StartBalance).Money(x.Balance).Money(x.RealisedPnl).Money(x.Fees).Money(x.Funding).Money(x.Slippage)
        .Money(x.Transfers).Number(x.Executions).Some(x.Curve, Add);

    private static StateWriter Add(this StateWriter to, EquityPeaks x) => to
        .Number(Bits(x.Peak)).Number(Bits(x.MaxDrawdown)).Number(Bits(x.MaxDrawdownPercent));

    /// <summary>A double to its last bit.</summary>
    private static long Bits(double value) => BitConverter.DoubleToInt64Bits(value);

    private static StateWriter Add(this StateWriter to, WatchState x) => to
        .Number(x.Trades).Money(x.NetPnl).Number(x.Day).Number(x.DayAt.Ms).Money(x.DayEquity);

    private static StateWriter Add(this StateWriter to, SavedLeg x) => to
        .Text(x.Symbol.Name).Number((long)x.Idx).Number((long?)x.Side).Number(x.FullStop.Units).Number(x.StopMovedAt.Ms)
        .Number(x.ShownStop.Units).Number(x.EntriesStop.Units).Flag(x.IsShared).Number(x.TrancheStopsMax).Number(x.DroppedStops)
        .Flag(x.IsConsolidated).Money(x.Carry).Number(x.Refusals).Number(x.RetryAt?.Ms).Flag(x.AwaitsPicture);

    private static StateWriter Add(this StateWriter to, LatchState x) => to
        .Money(x.Last).Money(x.DayStart).Money(x.Peak).Number(x.Day).Number(x.LossDay).Flag(x.IsDrawnDown)
        .Each(x.Samples, Add).Flag(x.IsRolledDown).Number(x.Hours);

    private static StateWriter Add(this StateWriter to, LossSample x) => to.Number(x.Step).Money(x.Equity);

    private static StateWriter Add(this StateWriter to, TradeLatchState x) => to
        .Number(x.Streak).Number(x.CoolsUntil?.Ms).Each(x.Results, (w, i) => w.Money(i));

    private static StateWriter Add(this StateWriter to, SavedBooking x) => to
        .Text(x.Symbol.Name).Number((long)x.Leg).Number((long)x.Side).Number(x.Rest.Units).Number(x.At.Ms).Number(x.Price.Units);

    private static StateWriter Add(this StateWriter to, SavedLate x) => to.Add(x.Fill).Number(x.Rest.Units).Flag(x.IsPast);

    private static StateWriter Add(this StateWriter to, FillReport x) => to
        .Text(x.Account.Name).Number(x.At.Ms).Text(x.Symbol.Name).Text(x.ExecutionId.Value).Text(x.OrderId.Value)
        .Text(x.ClientOrderId.Value).Number((long)x.Side).Number(x.Price.Units).Number(x.Quantity.Units).Money(x.Fee).Money(x.FeeRate)
        .Flag(x.IsMaker).Number((long)x.PositionIdx).Number((long)x.ExecType).Number((long)x.StopOrderType)
        .Number(x.ClosedQuantity.Units).Money(x.RealisedPnl).Flag(x.IsPnlKnown).Money(x.Slippage);

    private static StateWriter Add(this StateWriter to, SavedFlatten x) => to
        .Each(x.Plans, (w, i) => w.Number(i)).Each(x.Orders, (w, i) => w.Text(i)).Each(x.Foreign, Add).Number(x.SentAt.Ms)
        .Flag(x.IsProofAsked);

    private static StateWriter Add(this StateWriter to, Halt x) => to
        .Text(x.Scope.Strategy?.Name).Text(x.Scope.Symbol?.Name).Number(x.From.Ms).Number(x.Until?.Ms).Text(x.By).Flag(x.IsOn);

    private static StateWriter Add(this StateWriter to, SavedSignals x) => to.Text(x.Strategy.Name).Number(x.Count);

    private static StateWriter Add(this StateWriter to, SavedLead x) => to
        .Number(x.Leader).Number(x.Follower).Money(x.Ratio).Money(x.Residual).Text(x.SkippedBecause).Flag(x.IsRoundedUp)
        .Flag(x.IsPartlyFilled).Flag(x.IsAtBreakeven).Flag(x.IsDelayed);

    private static StateWriter Add(this StateWriter to, SavedGate x) => to.Flag(x.IsOn).Add(x.Breaker);

    private static StateWriter Add(this StateWriter to, PlanOrigin x) => to
        .Text(x.SignalId).Text(x.ScriptSha256).Text(x.Tag).Text(x.Tranche).Text(x.Reason).Number(x.At.Ms);

    private static StateWriter Add(this StateWriter to, PlanPosition x) => to
        .Number(x.Size.Units).Money(x.EntryValue).Money(x.EntryFees).Money(x.EntrySlippage).Money(x.Funding)
        .Number(x.EntryFilled.Units).Number(x.OpenedAt.Ms).Number(x.ClosedAt.Ms);

    private static StateWriter Add(this StateWriter to, Target x) => to.Number(x.Price.Units).Money(x.SharePercent);

    private static StateWriter Add(this StateWriter to, SavedForeign x) => to.Text(x.Symbol.Name).Number((long)x.Leg).Number(x.Closes);

    private static StateWriter Add(this StateWriter to, MirrorBreaker x) => to
        .Each(x.Failures, (w, i) => w.Number(i.Ms)).Number(x.TriedAt.Ms).Number((long)x.State).Number(x.Until.Ms).Number(x.Code);
}
