using StrategyHost.Host.Reload;
using StrategyHost.Host.Terminal;

namespace StrategyHost.Host.Views;

/// <summary>
/// A strategy in <c>status</c>: which version trades, and what became of the one that was saved last. What concerns the script and not the
/// account is told in the first account's block only.
/// </summary>
internal static class StrategyText
{
    /// <summary>As the log names a version.</summary>
    private const int HashLength = 12;

    public static void Show(TextOutput text, StrategyBlock strategy, bool isFull)
    {
        text.Line($"  {strategy.Name} {strategy.State}, version {Short(strategy.ScriptSha256)}{Since(strategy.Reload)}");
        if (!isFull)
        {
            return;
        }

        if (strategy.Reload is { Faults: > 0 } faulting)
        {
            text.Line($"    it faulted {Times(faulting.Faults)}"
                + (faulting.ReturnsTo is { } before ? $"; further faults bring {Short(before)} back" : ""));
        }

        if (strategy.Error is { } error)
        {
            text.Line(strategy.State == "parked" ? "    it is not called any more: " + error
                : "    what was saved last does not trade: " + error);
        }

        if (strategy.Reload?.State is { } state)
        {
            text.Line("    " + state);
        }

        if (strategy.Reload?.Canary is { } canary)
        {
            text.Line($"    {Short(canary.ScriptSha256)} runs in shadow until {canary.Until}: {Plural.Of((int)canary.Calls, "call")}, "
                + $"{Plural.Of((int)canary.Differences, "difference")}{(canary.Last is { } last ? ", the last " + last : "")}");
        }
    }

    private static string Since(ReloadView? reload) => reload?.Since is { } since
        ? $" since {since}, {Plural.Of(reload.Reloads, "reload")} in this run" : "";

    private static string Times(int count) => count == 1 ? "once" : $"{count} times";

    private static string Short(string hash) => hash.Length > HashLength ? hash[..HashLength] : hash;
}
