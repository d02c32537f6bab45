using StrategyHost.Core.Kernel;

namespace StrategyHost.Reliability.Tests.Checks;

/// <summary>I-25: no position is closed for want of a stop that the exchange has had for longer than a fresh read takes.</summary>
internal static class PanicWatch
{
    /// <summary>A read there and back, and a host that stood still meanwhile.</summary>
    private const long FreshMs = 3000;

    public static void Look(Effect effect, CoverageWatch cover, long nowMs)
    {
        if (effect is not Alert { Code: "closing_uncovered" } alert)
        {
            return;
        }

        var isNeeded = cover.Legs.Any(l => l.Account == alert.Account && alert.Text.StartsWith(l.Symbol.Name, StringComparison.Ordinal)
            && l.Size != 0 && (l.Stop == 0 || l.IsUncovered || nowMs - FreshMs < l.LastUncoveredAt));
        if (!isNeeded)
        {
            throw new InvariantBroken("I-25", $"{alert.Account} closes what is covered: {alert.Text}");
        }
    }
}
