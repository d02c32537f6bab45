using StrategyHost.Core.Accounts;
using StrategyHost.Core.Domain;
using StrategyHost.Core.Kernel;
using StrategyHost.Core.Risk;
using StrategyHost.Host.Configuration;

namespace StrategyHost.Host.Live;

/// <summary>
/// Which alerts are raised as warnings: those of an account whose <c>alerts</c> are on, and whatever puts money at risk. The others are
/// kept in the account's record and logged at debug.
/// </summary>
internal sealed class AlertRules(HostOptions options)
{
    /// <summary>
    /// A position without its stop, without a plan, or one that could not be repaired; an order of somebody else that would open the other
    /// side of one; and a loss of the whole account beyond what was named for it. A person must hear of it. Figures of results and orders
    /// (expectancy_negative, fragmented, stale_entry, dust) are none: nothing is lost by hearing of them later.
    /// </summary>
    private static readonly HashSet<string> AtRisk = new(StringComparer.Ordinal)
    {
        "stop_refused", "closing_uncovered", "not_closed", "position_found", "position_unprotected", "position_differs", "foreign_fill",
        "remnant", "mirror_not_closed",
        "plan_not_restored", "no_instrument", "no_strategy", "no_account", "no_follower",
        OrderFindings.DoubleReservation, "drawdown", LossLatches.DailyLoss, LossLatches.RollingLoss, LossLatches.Drawdown,
    };

    public static bool IsAtRisk(string code) => AtRisk.Contains(code);

    public bool IsRaised(Alert alert) =>
        IsAtRisk(alert.Code) || (alert.Account == AccountId.Mirror ? options.Mirror.Account : options.Main).Alerts;
}
