using System.Globalization;
using StrategyHost.Core.Accounts;
using StrategyHost.Core.Domain;
using StrategyHost.Core.Kernel;

namespace StrategyHost.Host.Views;

/// <summary>
/// The mirror's switch and breaker. State: <c>on</c>, <c>off</c>. Breaker: <c>closed</c>, <c>open</c>, <c>half_open</c>; until: when an
/// entry may try, null while closed.
/// </summary>
internal sealed record MirrorBlock(string State, string Breaker, string? BreakerUntil);

/// <summary>
/// How far one plan of the mirror is from main's: target = mainSize × ratio, drift = actual − target in base units, and why. Reasons:
/// <c>engine/docs/mirror.md</c>.
/// </summary>
internal sealed record DriftRow(
    string Symbol, string Side, string MainSize, string Ratio, string Target, string Actual, string Drift, string Reason);

/// <summary>The mirror's block and its drift; nothing of it on main's block, and no figure is a sum of both accounts.</summary>
internal static class MirrorRows
{
    public static MirrorBlock? Block(EngineKernel kernel, AccountKernel account)
    {
        if (account.Account != AccountId.Mirror || kernel.MirrorView is not { } view)
        {
            return null;
        }

        var breaker = view.Breaker.State switch
        {
            BreakerState.Closed => "closed",
            BreakerState.Open => "open",
            BreakerState.HalfOpen => "half_open",
        };
        return new MirrorBlock(
            view.IsOn ? "on" : "off", breaker, view.Breaker.State == BreakerState.Closed ? null : view.Breaker.Until.ToString());
    }

    public static IReadOnlyList<DriftRow>? Drift(EngineKernel kernel, AccountKernel account) =>
        account.Account == AccountId.Mirror && kernel.MirrorView is { } view ? [.. view.Drift.Select(Row)] : null;

    private static DriftRow Row(MirrorDrift drift)
    {
        var standing = drift.Standing;
        return new DriftRow(
            standing.Symbol.Name, standing.Side.Text(), standing.MainSize.ToString(), Text(standing.Ratio), Text(drift.Target),
            standing.Actual.ToString(), Text(drift.Drift), drift.Reason);
    }

    private static string Text(decimal value) => decimal.Round(value, 9).ToString("0.#########", CultureInfo.InvariantCulture);
}
