using StrategyHost.Core.Domain;
using StrategyHost.Core.Planning;

namespace StrategyHost.Core.Kernel;

/// <summary>
/// An execution that is told after the exchange has shown the position that came of it: the stop that stands there counts, not the one that
/// the entry carried. It may have been taken away by then, and the plan must ask for it; or it was moved closer, and then it stays there.
/// </summary>
internal static class ShownBefore
{
    public static void Take(AccountKernel account, TradePlan plan, FillReport fill)
    {
        if (account.Observed?.Position(plan.Symbol, plan.PositionIdx) is not { } shown || shown.Side != plan.Side || shown.At < fill.At
            || plan.Leg.IsShared)
        {
            return;
        }

        var stands = shown.StopLoss?.Units ?? 0;
        StopLadder.Stands(plan.Leg, stands);
        if (stands == 0 || (plan.Leg.FullStop != 0 && (plan.Leg.FullStop - stands) * plan.Side.Sign() > 0))
        {
            ProtectionCycle.Doubt(plan);
        }
        else
        {
            Keep(plan, stands);
        }
    }

    /// <summary>A stop that stands closer than the one that is known to have been asked for was asked for too and stays.</summary>
    public static void Keep(TradePlan plan, long stands)
    {
        if (!plan.Leg.IsShared && stands != 0 && (plan.Leg.FullStop == 0 || (stands - plan.Leg.FullStop) * plan.Side.Sign() > 0))
        {
            plan.Leg.FullStop = stands;
            plan.Stop = plan.Trail!.Tighten(plan.Stop, stands, Protection.StopSource.StopLoss); // an open position was anchored
        }
    }
}
