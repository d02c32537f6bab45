using StrategyHost.Core.Domain;
using StrategyHost.Core.Planning;

namespace StrategyHost.Core.Kernel;

/// <summary>
/// Closes that have to succeed: a market order that the exchange cut off at its price band, refused or lost is sent again, each second,
/// until the plan is flat; every ten seconds that is said. What was to be closed for want of a stop stays once it has one.
/// </summary>
internal static class ForcedCloses
{
    private const long RetryMs = 1000;
    private const long AlarmMs = 10_000;

    public static void Begin(AccountKernel account, TradePlan plan, ExitReason reason, Timestamp at, EffectList effects)
    {
        if (plan.MustClose is not null)
        {
            GoOn(account, plan, at, effects);
            return;
        }

        plan.MustClose = reason;
        plan.CloseAlarmAt = at.AddMs(AlarmMs);
        Send(account, plan, at, effects);
    }

    /// <summary>What was just sent for all of the plan goes on like the others where it comes to nothing.</summary>
    public static void Insist(AccountKernel account, TradePlan plan, ExitReason reason, Timestamp at)
    {
        if (plan.MustClose is null)
        {
            plan.MustClose = reason;
            plan.CloseRetryAt = at.AddMs(RetryMs);
            plan.CloseAlarmAt = at.AddMs(AlarmMs);
            account.Touch(plan);
        }
    }

    /// <summary>The strategy has added to the plan: what a signal wanted closed before is not all of it any more.</summary>
    public static void Added(TradePlan plan) =>
        plan.MustClose = plan.MustClose is ExitReason.Signal or ExitReason.Group ? null : plan.MustClose;

    /// <summary>Goes on where the last attempt has ended without the plan being flat.</summary>
    public static void GoOn(AccountKernel account, TradePlan plan, Timestamp at, EffectList effects)
    {
        if (plan.MustClose is null || plan.Size.IsZero)
        {
            return;
        }

        if (plan.MustClose == ExitReason.Emergency && plan.Leg.ShownStop != 0)
        {
            plan.MustClose = null;
            return;
        }

        if (plan.CloseAlarmAt <= at)
        {
            plan.CloseAlarmAt = at.AddMs(AlarmMs);
            effects.Add(new Alert(account.Account, at, "not_closed", $"{plan.Size} {plan.Symbol} is still open: closing it goes on"));
        }

        if (plan.CloseRetryAt <= at)
        {
            Send(account, plan, at, effects);
        }
    }

    public static Timestamp Due(TradePlan plan) => plan.MustClose is null || plan.Size.IsZero ? Timestamp.MaxValue
        : plan.CloseRetryAt < plan.CloseAlarmAt ? plan.CloseRetryAt : plan.CloseAlarmAt;

    private static void Send(AccountKernel account, TradePlan plan, Timestamp at, EffectList effects)
    {
        plan.CloseRetryAt = at.AddMs(RetryMs);

        // Without a stop nobody waits for the fate of an earlier close: reduce-only orders close no more than there is (reliability §5.4).
        account.Exit(plan, new ExitWish(plan.Size, plan.MustClose!.Value, plan.Origin.Tag) // asked with a reason only
        {
            TrustsDoubtful = plan.Leg.ShownStop != 0,
        }, at, effects);
    }
}
