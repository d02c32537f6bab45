using StrategyHost.Core.Strategies;

namespace StrategyHost.Host.Backtests;

/// <summary>What a script has, by the names that its author wrote.</summary>
internal static class CallbackNames
{
    private static readonly (ScriptCallbacks Callback, string Name)[] All =
    [
        (ScriptCallbacks.Settings, "settings"), (ScriptCallbacks.Kline, "on_kline"), (ScriptCallbacks.OrderBook, "on_orderbook"),
        (ScriptCallbacks.Ticker, "on_ticker"), (ScriptCallbacks.Trade, "on_trade"), (ScriptCallbacks.Fill, "on_fill"),
        (ScriptCallbacks.Order, "on_order"), (ScriptCallbacks.Timer, "on_timer"), (ScriptCallbacks.Start, "on_start"),
        (ScriptCallbacks.Stop, "on_stop"), (ScriptCallbacks.ExportState, "export_state"), (ScriptCallbacks.ImportState, "import_state"),
    ];

    public static IEnumerable<string> Of(ScriptCallbacks callbacks) => All.Where(c => callbacks.HasFlag(c.Callback)).Select(c => c.Name);
}
