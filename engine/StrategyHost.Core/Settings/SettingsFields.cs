using StrategyHost.Core.MarketData;
using StrategyHost.Core.Strategies;
using static StrategyHost.Core.Strategies.FieldKinds;

namespace StrategyHost.Core.Settings;

/// <summary>The keys of <c>settings()</c> (contracts §2) as data: for the parser, the documents and the check of the typings.</summary>
public static class SettingsFields
{
    public const int MaxSymbols = 100;
    public const int MaxParameters = 100;
    private const decimal MaxCandles = 100_000m;
    private const decimal DayMs = 86_400_000m;

    public static readonly IReadOnlyList<FieldSpec> All =
    [
        new("symbols", List | Text, "Instruments to trade, an array of names or one name; the configuration's where left out."),
        new("interval", Text, "Candle length of on_kline (default \"1m\").") { Choices = Interval.Names },
        new("intervals", List, "Further candle lengths, in history only unless on_all_intervals is true."),
        new("on_all_intervals", FieldKinds.Boolean, "on_kline is called for the candles of intervals too."),
        new("warmup", Integer | FieldKinds.Object, "Candles of history before trading starts: a number, or {interval: candles}.")
        {
            Min = 0,
            Max = MaxCandles,
        },
        new("kline_updates", FieldKinds.Boolean, "on_kline is called for open candles too (confirm is false)."),
        new("timer_ms", Integer, "on_timer is called every so many ms of event time.") { Min = 100, Max = DayMs },
        new("book_depth", Integer, "Levels of the order book: 1, 50 (default) or 200.") { Min = 1, Max = 200 },
        new("book_interval_ms", Integer, "Least time between two calls of on_orderbook, in ms.") { Min = 0, Max = DayMs },
        new("pyramiding", Integer, "Extra entries into one side (default 0).") { Min = 0, Max = 100 },
        new("max_event_age_ms", Integer, "Entries from events older than this are refused (default 5000).") { Min = 1, Max = DayMs },
        new("params", FieldKinds.Object, "Parameters by name: a default, or {default, min, max, step}."),
        new("accounts", Text, "Accounts that trade (default \"both\").") { Choices = ["both", "main", "mirror"] },
        new("approach", Text, "Entry and target approach where a signal leaves them open.") { Choices = ["fast", "conservative"] },
        new("mergeTranches", FieldKinds.Boolean, "false: tranches past breakeven are not merged."),
        new("use_trailing_stops", FieldKinds.Boolean, "false: trail_percent of the settings is off; a signal's own trail is not."),
        new("trail_percent", Number | Null, "Trailing stop where the signal says nothing, in percent.") { Above = 0, Below = 100 },
        new("stop_loss_percent", Number | Null, "Protective stop where the signal says nothing, in percent.") { Above = 0, Below = 100 },
        new("take_profit_percent", Number | List | Null, "Target where the signal says nothing, in percent, or [{percent, share}].")
        {
            Above = 0,
            Max = 10_000,
        },
        new("breakeven", FieldKinds.Object | Null, "Breakeven where the signal says nothing: {after_percent} or {after_tp}, offset_fees."),
    ];

    /// <summary>The keys of one entry of <c>params</c>.</summary>
    public static readonly IReadOnlyList<FieldSpec> Parameter =
    [
        new("default", Number | Text | FieldKinds.Boolean, "The value unless it is overridden."),
        new("min", Number, "Smallest value."),
        new("max", Number, "Largest value."),
        new("step", Number, "Step of a sweep.") { Above = 0 },
    ];

    internal static readonly OrderedDictionary<string, FieldSpec> Specs = FieldSpec.Table(All);
    internal static readonly OrderedDictionary<string, FieldSpec> ParameterSpecs = FieldSpec.Table(Parameter);
}
