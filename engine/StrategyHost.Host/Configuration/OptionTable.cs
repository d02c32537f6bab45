using StrategyHost.Core.Domain;
using StrategyHost.Core.Settings;
using static StrategyHost.Host.Configuration.OptionFactory;
using ForeignPositions = StrategyHost.Core.Kernel.ForeignPositions;

namespace StrategyHost.Host.Configuration;

/// <summary>
/// Every key of the configuration (contracts §3) with its default, range and meaning. The only place where defaults stand.
/// </summary>
internal static class OptionTable
{
    public static GroupOption Root { get; } = new("", "The configuration of StrategyHost.", [
        Text("$schema", "For editors: ./schema.json.", null) with { IsNullable = true },
        Choice("mode", "Where events come from and whether orders leave the process.", HostMode.Simulated),
        Text("dataDirectory", "Folder of journals and recordings; one host at a time.", "data"),
        Accounts(),
        new ListOption("strategies", "What `run` starts.", Group("", "One strategy.", [
            Text("file", "The script, relative to the working directory.", null) with { IsRequired = true },
            new ListOption("symbols", "Empty: those of its settings().", SymbolName()),
            new OpenOption("params", "Values by name, over the defaults of settings(): numbers, texts, true or false."),
        ])),
        new MapOption("symbols", "Per symbol: protection of last resort, and the instrument in backtests and simulation.", "SYMBOL",
            SymbolSection()),
        Globals(),
        Risk(),
        Choice("foreignPositions", "What to do about positions that are not the host's; default `protect` in simulation, else `alert`.",
            (ForeignPositions?)null),
        Group("onStop", "What a stop of the host leaves behind. Stops and targets always stay.", [
            Choice("entries", "Resting entries.", EntriesOnStop.Cancel),
        ]),
        Integer("summaryMinutes", "How often `run` logs a line on each account: equity, positions, orders, trades, drawdown; 0: never.",
            "15", 0, 10_080),
        Integer("retentionHours", "How long finished orders stay in lists.", "48", 1, 8760),
        Group("journal", "What `run` records besides requests, reports and decisions.", [
            Flag("market", "What the engine was told of the market, for `replay`; up to 2 MB a symbol and hour.", true),
            Integer("marketHours", "Older market tapes are deleted at a start.", "48", 1, 8760),
        ]),
        Group("reload", "What `run` does when a strategy's file is saved.", [
            Flag("enabled", "A saved file trades within a second, or says why not; off: files are read at a start.", true),
            Integer("faults", "So many faults of a new version bring the one before it back.", "3", 1, 1000),
            Integer("provenMinutes", "A version that has traded so long is not taken back any more: a fault parks it.", "60", 1, 10_080),
            Integer("canarySeconds", "How long a new version runs in shadow before it takes over; 0: not at all.", "0", 0, 86_400),
        ]),
        Simulation(),
        Group("endpoints", "Addresses of the exchange; null: Bybit's own for the mode. Plain http and ws only to loopback.", [
            Address("rest", "REST, https."),
            Address("publicStream", "Public WebSocket, wss."),
            Address("privateStream", "Private WebSocket, wss."),
        ]),
        Alerts(),
        new OpenOption("serilog", "Serilog's own section (Serilog.Settings.Configuration)."),
        Flag("allowJintLive", "Allows the slow fallback engine in `live`.", false),
    ]);

    private static GroupOption Accounts() => Group("accounts", "Two accounts that are never added together.", [
        Group("main", "The leading account.", [
            .. AccountKeys("BYBIT_API_KEY", "BYBIT_API_SECRET", "100000"),
            Choice("positionMode", "Position mode of main; the mirror is one-way.", PositionMode.OneWay),
            Choice("marginMode", "Margin mode of both accounts; null leaves the exchange's.", (MarginMode?)null),
            Flag("alerts", "Alerts about this account.", true),
        ]),
        Group("mirror", "Follows main by plan, in proportion.", [
            Flag("enabled", "Off stops new entries; open positions keep their protection and follow closes.", true),
            .. AccountKeys("BYBIT_API_KEY_2", "BYBIT_API_SECRET_2", "50000"),
            Number("proportion", "Of main's quantity; more than 1 only with allowLargeProportion.", "0.5", 0, 100)
                with { IsMinExclusive = true },
            Choice("proportionOf", "`equity` multiplies by mirror equity ÷ main equity too.", ProportionOf.Quantity),
            Flag("allowLargeProportion", "Allows a proportion above 1.", false),
            new ListOption("symbols", "Mirrored symbols; `*` is all.", Text("", "A symbol or `*`.", null)) { Default = "[\"*\"]" },
            Integer("delayMs", "Waits before an entry is mirrored.", "0", 0, 3_600_000),
            Flag("reverse", "Trades the other side; distances are kept in percent.", false),
            Choice("belowMinimum", "A quantity under the exchange's minimum.", BelowMinimum.Skip),
            Integer("entryTtlSeconds", "An entry not done by then is given up.", "30", 1, 86_400),
            Number("maxDeviationPercent", "From main's fill; beyond it an entry is not chased.", "0.5", 0, 100),
            Choice("approach", "Entry and target approach; `same` is main's.", Approach.Same)
                with { Choices = ["same", "fast", "conservative"] },
            Flag("alerts", "Alerts about this account.", false),
        ]),
    ]);

    private static ConfigOption[] AccountKeys(string key, string secret, string balance) => [
        EnvironmentName("apiKeyEnv", "Name of the environment variable that holds the API key.", key),
        EnvironmentName("apiSecretEnv", "Name of the environment variable that holds the API secret.", secret),
        Number("startBalance", "Simulated start balance in quote currency.", "100000", 0, 1_000_000_000)
            with { Default = balance, IsMinExclusive = true },
        Number("leverage", "Leverage that is set on the exchange.", "5", 1, 200),
        Choice("profile", "`micro_cap` ($15–$500): 4 positions, no DCA, one entry per symbol. `standard`: 6, both allowed.",
            AccountProfile.Standard),
    ];

    private static GroupOption SymbolSection() => Group("", "One symbol.", [
        Flag("take_profit_enabled", "Off: this section says nothing about targets.", true),
        Percent("take_profit_percent", "Target from the average entry price. null: none."),
        Flag("stop_loss_enabled", "Off: this section says nothing about stops.", true),
        Percent("stop_loss_percent", "Stop from the average entry price. null: none."),
        Flag("use_trailing_stops", "Off: this section says nothing about trails.", true),
        Percent("trail_percent", "Trail from the best price since entry. null: none."),
        Group("breakeven", "Moves the stop to the entry, after a profit or after a target; exactly one of the two. null: none.", [
            Percent("after_percent", "Profit in percent."),
            Integer("after_tp", "Number of the target, from 1.", null, 1, 50) with { IsNullable = true },
            Flag("offset_fees", "Beyond the entry by the fees of both ways.", false),
        ]) with { IsNullable = true },
        new ValueOption("working_type", "Price that triggers stops: last or mark.", ValueKind.Text)
        {
            Default = "CONTRACT_PRICE",
            Choices = ["CONTRACT_PRICE", "MARK_PRICE"],
        },
        Override("tick_size", "Price step."),
        Override("qty_step", "Quantity step; also the minimum quantity unless min_qty is said."),
        Override("min_qty", "Minimum quantity of an order."),
        Override("min_notional", "Smallest value of an opening order in quote currency.") with { IsMinExclusive = false },
        Override("taker_fee", "As a fraction of the value: 0.00055 is 0.055 %.") with { IsMinExclusive = false, Max = 0.1m },
        Override("maker_fee", "As a fraction of the value; negative is a rebate.") with { IsMinExclusive = false, Min = -0.1m, Max = 0.1m },
        new ValueOption("funding", "false: no funding is paid.", ValueKind.Flag) { IsNullable = true },
    ]);

    private static GroupOption Globals() => Group("globals", "The mission's switches.", [
        Flag("use_position_monitor", "Host-driven management; off, the attached stop stays. Refused while a position is open.", true),
        Flag("instant_tp_enabled", "Takes a target that the price has passed by a tick for 500 ms, unfilled, at market.", true),
        Integer("price_monitor_reconnect_delay", "Seconds, base of the backoff (at most 60 s).", "5", 1, 60),
        Flag("tp_sl_batch_enabled", "Sends targets and stops of one cycle together.", true),
        Flag("simulate_only", "Wins over any mode: no order leaves the process.", false),
    ]);

    private static GroupOption Risk() => Group("risk", "Limits on what strategies may do.", [
        Flag("requireStop", "Refuses entries without any stop.", true),
        Number("maxOrderNotionalPercent", "Value of one order as percent of equity.", "200", 0, 100_000) with { IsMinExclusive = true },
        Integer("maxPositions", "Open positions of an account; null: the profile's.", null, 1, 1000) with { IsNullable = true },
        Number("maxLeverage", "Of an account's positions together.", "10", 1, 200),
        Number("dailyLossPercent", "Stops entries for the UTC day; null: off.", null, 0, 100)
            with { IsNullable = true, IsMinExclusive = true },
        Number("drawdownPercent", "Stops entries until resumed; null: off.", null, 0, 100)
            with { IsNullable = true, IsMinExclusive = true },
        Number("minStopPercent", "A stop nearer than this is refused.", "0.1", 0, 50),
        Flag("shareSymbols", "Lets several strategies trade one symbol, each with its own tranche.", false),
        new ValueOption("enableDca", "Averaging down; null: the profile's. ENABLE_DCA.", ValueKind.Flag) { IsNullable = true },
        new ValueOption("allowMultipleEntriesSameSymbol", "null: the profile's. ALLOW_MULTIPLE_ENTRIES_SAME_SYMBOL.",
            ValueKind.Flag) { IsNullable = true },
        Number("maxSymbolExposurePercent", "Value of positions and entries on one symbol, percent of equity; null: off.", null, 0, 100_000)
            with { IsNullable = true, IsMinExclusive = true },
        Number("maxPriceDeviationPercent", "A limit or trigger further from the last price is refused; null: off.", null, 0, 1000)
            with { IsNullable = true, IsMinExclusive = true },
        Integer("maxEntriesPerMinute", "Entries of an account within any 60 s; null: off.", null, 1, 10_000) with { IsNullable = true },
        Group("rollingLoss", "Stops entries until resumed after a loss within the last hours.", [
            Number("percent", "Of the equity at their beginning; null: off.", null, 0, 100)
                with { IsNullable = true, IsMinExclusive = true },
            Integer("hours", "Look back; moves on in steps of a 24th.", "24", 1, 720),
        ]),
        Group("cooldown", "No entries for a while after losing trades in a row.", [
            Integer("losses", "So many; null: off.", null, 1, 1000) with { IsNullable = true },
            Integer("minutes", "So long, from the last of them on.", "60", 1, 100_000),
        ]),
        Group("minExpectancy", "No entries while the last trades made less on average; until resumed, or better trades.", [
            Number("value", "Net result of a trade in quote currency; null: off.", null, -1_000_000_000, 1_000_000_000)
                with { IsNullable = true },
            Integer("trades", "So many of the newest; before there are as many nothing is kept out.", "20", 1, 1000),
        ]),
        new ListOption("noEntry",
            "Times without entries: a weekly window (days, from, to, zone) or a moment (at, minutesBefore, minutesAfter).",
            Group("", "One window.", NoEntryKeys())),
    ]);

    private static ConfigOption[] NoEntryKeys() => [
        Text("days", "Mon,Tue,Wed,Thu,Fri,Sat,Sun, separated by commas.", null) with { IsNullable = true },
        Text("from", "HH:MM.", null)
            with { IsNullable = true, Pattern = "([01][0-9]|2[0-3]):[0-5][0-9]", PatternMeaning = "a time such as 09:30" },
        Text("to", "HH:MM up to 24:00.", null)
            with { IsNullable = true, Pattern = "([01][0-9]|2[0-3]):[0-5][0-9]|24:00", PatternMeaning = "a time such as 09:30 or 24:00" },
        Text("zone", "UTC or an IANA name such as America/New_York.", "UTC"),
        Text("at", "ISO-8601 moment in UTC.", null) with { IsNullable = true },
        Integer("minutesBefore", "Before `at`.", "0", 0, 10_080),
        Integer("minutesAfter", "After `at`.", "0", 0, 10_080),
        Text("reason", "Shown with the refusal.", ""),
    ];

    private static GroupOption Simulation() => Group("simulation", "What backtests and the simulated exchange assume.", [
        Choice("fill", "Fill model; `auto`: bar for klines, cross for trades, book where depth is recorded.", FillModel.Auto),
        Integer("latencyMs", "From decision to exchange.", "0", 0, 60_000),
        Text("slippage", "Of market orders and triggered stops: " + Slippage.Form + ".", "0"),
        Choice("trail", "`auto`: ideal with bars, resting on ticks.", TrailModel.Auto),
        Integer("seed", "Of everything random.", "1", 0, long.MaxValue),
    ]);

    private static GroupOption Alerts() => Group("alerts", "When the host speaks up; null turns an alert off.", [
        Number("heldCapitalPercent", "Capital held by entries, percent of the balance.", "30", 0, 100) with { IsNullable = true },
        Integer("entryAgeMinutes", "Age of a resting entry.", "60", 1, 100_000) with { IsNullable = true },
        Integer("entryAgeRepeatMinutes", "Between two alerts about the same entry.", "10", 1, 100_000),
        Integer("expectancyTrades", "Looks at the expectancy after each so many trades; alerts below 0.", "10", 1, 100_000)
            with { IsNullable = true },
        Number("drawdownPercent", "Current drawdown.", "10", 0, 100) with { IsNullable = true },
        Flag("uncovered", "Any position that is not fully covered.", true),
        .. AlertOptionTable.Keys(),
    ]);
}
