using System.Globalization;
using StrategyHost.Simulation.Backtest;

namespace StrategyHost.Host.Backtests;

/// <summary>Refused signals for people: how many by code, and what to do about those that a new user meets first.</summary>
internal static class RefusedSignals
{
    private static readonly Dictionary<string, string> Advice = new(StringComparer.Ordinal)
    {
        ["stop_required"] = "an entry needs a stop: stop_loss_percent or another stop field in the signal, or in settings() for all",
        ["stale_event"] = "the sample's trades are few, and only the next trade closes a candle: some of its entries come later than "
            + "max_event_age_ms (5000) allows",
        ["already_in"] = "a second entry in the same direction needs scale_in: true",
        ["below_min_qty"] = "the quantity is under the exchange's minimum: size by risk_percent or quantity_usd, or start with more money",
        ["insufficient_margin"] = "the account cannot pay for it: a smaller quantity, or more leverage in the configuration",
    };

    /// <summary><c>stale_event 25, stop_required 3</c>, the most first; empty: none was refused.</summary>
    public static string Text(BacktestResult run) => string.Join(", ", Sorted(run)
        .Select(r => string.Create(CultureInfo.InvariantCulture, $"{r.Key} {r.Value:#,0}")));

    /// <summary>A line for each code with something to say.</summary>
    public static IEnumerable<string> Hints(BacktestResult run) => Sorted(run)
        .Where(r => Advice.ContainsKey(r.Key) && (r.Key != "stale_event" || run.Data.IsSynthetic))
        .Select(r => $"  {r.Key}: {Advice[r.Key]}");

    private static IOrderedEnumerable<KeyValuePair<string, long>> Sorted(BacktestResult run) =>
        run.Signals.Refused.OrderByDescending(r => r.Value).ThenBy(r => r.Key, StringComparer.Ordinal);
}
