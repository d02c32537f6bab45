using StrategyHost.Core.Domain;
using StrategyHost.Core.Planning;

namespace StrategyHost.Core.Kernel;

/// <summary>
/// Instant take-profit (architecture §4, contracts §3 <c>instant_tp_enabled</c>): a rung that the last price has passed by at least a tick
/// for at least 500 ms, and that has not filled, is taken at market, reduce-only, for its own rest; the stop stays.
/// 1. A rung has one order at a time: its limit is cancelled, and only when nothing more can fill of it a market order becomes the rung's,
/// so that the ladder's arithmetic holds. 2. Where the price has come back meanwhile, the limit rests again.
/// </summary>
internal static class InstantTargets
{
    private const long PassedMs = 500;

    /// <summary>Notes which rungs the last price has passed, and when the first of them is due.</summary>
    public static void Look(TradePlan plan, long last, Timestamp at)
    {
        var due = Timestamp.MaxValue;
        foreach (var rung in plan.TargetOrders)
        {
            if (rung is null)
            {
                continue;
            }

            rung.PassedAt = !IsPassed(plan, rung, last) ? null : rung.PassedAt ?? at;
            due = Earlier(due, rung);
        }

        plan.InstantAt = due;
    }

    /// <summary>Takes the rungs whose time has come.</summary>
    public static void Take(AccountKernel account, TradePlan plan, Timestamp at, EffectList effects)
    {
        var due = Timestamp.MaxValue;
        var isAnyGone = false;
        foreach (var rung in plan.Size.IsZero ? [] : plan.TargetOrders)
        {
            if (rung is null || !IsTakeable(rung) || rung.PassedAt?.AddMs(PassedMs) > at)
            {
                due = Earlier(due, rung);
                continue;
            }

            rung.IsTakenNow = true;
            isAnyGone |= rung.Order.IsFinal;
            account.Cancel(rung, effects);
        }

        plan.InstantAt = due;
        if (isAnyGone)
        {
            account.Settle(plan, at, effects); // one that the exchange refuses as a limit has nothing to cancel
        }
    }

    /// <summary>A rung that was to be taken may still fill: nothing takes its place yet.</summary>
    public static bool IsWaiting(PlanOrder? rung) => rung is { IsTakenNow: true, Order.IsDone: false };

    /// <summary>The market order for the rest of a rung; null: it is not to be taken, or the price has come back.</summary>
    public static OrderWish? Wish(TradePlan plan, PlanOrder? rung, OrderWish limit, long last) =>
        rung is { IsTakenNow: true } && IsPassed(plan, rung, last)
            ? limit with
            {
                Request = limit.Request with
                {
                    Type = OrderType.Market,
                    Price = null,
                },
                TypeName = "market",
                ExitReason = ExitReason.InstantTp,
            }
            : null;

    /// <summary>A rung is passed, or one has no order that a quiet run's bounds know of: events come one by one.</summary>
    public static bool Forbids(TradePlan plan) => plan.InstantAt != Timestamp.MaxValue || plan.TargetRefusals > 0;

    private static Timestamp Earlier(Timestamp due, PlanOrder? rung) =>
        rung is { PassedAt: { } since } && IsTakeable(rung) && since.AddMs(PassedMs) < due ? since.AddMs(PassedMs) : due;

    /// <summary>
    /// A limit that rests, or one that was refused; not one whose fate is being asked for, and not one that is on its way already.
    /// </summary>
    private static bool IsTakeable(PlanOrder rung) => rung is { IsTakenNow: false, PassedAt: not null }
        && rung.Order is
        {
            IsCancelling: false,
            Request.Type: OrderType.Limit,
            Status: OrderStatus.New or OrderStatus.PartiallyFilled or OrderStatus.Rejected,
        };

    private static bool IsPassed(TradePlan plan, PlanOrder rung, long last) => rung.Order.Request.Price is { } price
        && (last - price.Units) * plan.Side.Sign() >= plan.Instrument.TickSize.Units;
}
