using StrategyHost.Core.Domain;
using StrategyHost.Core.Protection;
using StrategyHost.Core.Risk;
using StrategyHost.Core.Settings;
using StrategyHost.Host.Reload;
using ForeignPositions = StrategyHost.Core.Kernel.ForeignPositions;

namespace StrategyHost.Host.Configuration;

/// <summary>
/// A checked tree into records. Values are in their ranges already; rules between keys are <see cref="ConfigurationRules"/>'.
/// </summary>
internal static class ConfigurationBinder
{
    public static HostOptions Bind(Section root)
    {
        var mode = root.Choice<HostMode>("mode");
        var accounts = root.Group("accounts");
        var main = accounts.Group("main");
        var risk = root.Group("risk");
        var options = new HostOptions
        {
            Mode = mode,
            DataDirectory = root.Text("dataDirectory"),
            Main = Account(AccountId.Main, main, main),
            Mirror = Mirror(accounts.Group("mirror"), main),
            Strategies = [.. root.Groups("strategies").Select(s => Strategy(s.Section))],
            Symbols = root.Groups("symbols").ToDictionary(s => new Symbol(s.Key), s => SymbolOf(s.Key, s.Section)),
            Globals = Globals(root.Group("globals")),
            Risk = Risk(risk),
            ForeignPositions = root.ChoiceOrNull<ForeignPositions>("foreignPositions")
                ?? (mode == HostMode.Simulated ? ForeignPositions.Protect : ForeignPositions.Alert),
            EntriesOnStop = root.Group("onStop").Choice<EntriesOnStop>("entries"),
            SummaryMinutes = root.Integer("summaryMinutes"),
            RetentionHours = root.Integer("retentionHours"),
            Journal = new JournalOptions(root.Group("journal").Flag("market"), root.Group("journal").Integer("marketHours")),
            Reload = Reload(root.Group("reload")),
            Simulation = Simulation(root.Group("simulation")),
            Endpoints = Endpoints(root.Group("endpoints")),
            Alerts = Alerts(root.Group("alerts")),
            SerilogJson = ConfigText.Json(root.Open("serilog")),
            AllowJintLive = root.Flag("allowJintLive"),
        };
        ConfigurationRules.Check(root, options);
        return options;
    }

    /// <summary>The margin mode is main's for both accounts; the mirror is one-way whatever main is (S001-3).</summary>
    private static AccountOptions Account(AccountId account, Section section, Section main) => new()
    {
        Account = account,
        ApiKeyEnv = section.Text("apiKeyEnv"),
        ApiSecretEnv = section.Text("apiSecretEnv"),
        StartBalance = section.Number("startBalance"),
        PositionMode = account == AccountId.Main ? main.Choice<PositionMode>("positionMode") : PositionMode.OneWay,
        MarginMode = main.ChoiceOrNull<MarginMode>("marginMode"),
        Leverage = section.Number("leverage"),
        Profile = section.Choice<AccountProfile>("profile"),
        Alerts = section.Flag("alerts"),
    };

    private static MirrorOptions Mirror(Section section, Section main) => new()
    {
        Enabled = section.Flag("enabled"),
        Account = Account(AccountId.Mirror, section, main),
        Proportion = section.Number("proportion"),
        ProportionOf = section.Choice<ProportionOf>("proportionOf"),
        Symbols = section.Texts("symbols"),
        DelayMs = section.Long("delayMs"),
        Reverse = section.Flag("reverse"),
        BelowMinimum = section.Choice<BelowMinimum>("belowMinimum"),
        EntryTtlSeconds = section.Integer("entryTtlSeconds"),
        MaxDeviationPercent = section.Number("maxDeviationPercent"),
        Approach = section.Choice<Approach>("approach"),
    };

    private static StrategyOptions Strategy(Section section) => new(
        section.Text("file"),
        [.. section.Texts("symbols").Select(s => new Symbol(s))],
        [.. section.Open("params").Fields.Select(f => KeyValuePair.Create(f.Name, ConfigText.Script(f.Value)))]);

    private static SymbolOptions SymbolOf(string name, Section section) => new()
    {
        Symbol = new Symbol(name),
        Protection = new ProtectionSpec
        {
            Stop = Said(section, "stop_loss_enabled", "stop_loss_percent", p => new Level(LevelKind.Percent, p)),
            Target = Said(section, "take_profit_enabled", "take_profit_percent",
                p => new TargetSpec([new TargetRung(new Level(LevelKind.Percent, p), 100m)])),
            Trail = Said(section, "use_trailing_stops", "trail_percent", p => new TrailSpec(p, null, null)),
            Breakeven = Breakeven(section),
            TriggerBy = section.Text("working_type") == "MARK_PRICE" ? TriggerBy.Mark : TriggerBy.Last,
        },
        TickSize = ConfigurationRules.Exact(section, "tick_size") is { } tick ? new Price(tick) : null,
        QtyStep = ConfigurationRules.Exact(section, "qty_step") is { } step ? new Quantity(step) : null,
        MinQty = ConfigurationRules.Exact(section, "min_qty") is { } min ? new Quantity(min) : null,
        MinNotional = section.NumberOrNull("min_notional"),
        TakerFee = section.NumberOrNull("taker_fee"),
        MakerFee = section.NumberOrNull("maker_fee"),
        Funding = section.FlagOrNull("funding"),
    };

    /// <summary>
    /// A switch that is off makes its own level silent, so that nothing is said; null says "none" (contracts §2.1 rule 4).
    /// </summary>
    private static Said<T> Said<T>(Section section, string enabled, string name, Func<decimal, T> spec)
        where T : class
    {
        if (!section.Flag(enabled) || !section.Has(name))
        {
            return Core.Protection.Said<T>.Nothing;
        }

        return section.NumberOrNull(name) is { } percent ? Core.Protection.Said<T>.Of(spec(percent)) : Core.Protection.Said<T>.None;
    }

    private static Said<BreakevenSpec> Breakeven(Section section)
    {
        if (!section.Has("breakeven") || section.IsNull("breakeven"))
        {
            return section.Has("breakeven") ? Core.Protection.Said<BreakevenSpec>.None : Core.Protection.Said<BreakevenSpec>.Nothing;
        }

        var group = section.Group("breakeven");
        var (percent, target) = (group.NumberOrNull("after_percent"), group.IntegerOrNull("after_tp"));
        if ((percent is null) == (target is null))
        {
            section.Report("breakeven", "exactly_one", "'breakeven' needs exactly one of after_percent and after_tp.");
        }

        return Core.Protection.Said<BreakevenSpec>.Of(new BreakevenSpec(percent, target, group.Flag("offset_fees")));
    }

    private static GlobalOptions Globals(Section section) => new()
    {
        UsePositionMonitor = section.Flag("use_position_monitor"),
        InstantTpEnabled = section.Flag("instant_tp_enabled"),
        PriceMonitorReconnectDelaySeconds = section.Integer("price_monitor_reconnect_delay"),
        TpSlBatchEnabled = section.Flag("tp_sl_batch_enabled"),
        SimulateOnly = section.Flag("simulate_only"),
    };

    private static RiskOptions Risk(Section section) => new()
    {
        RequireStop = section.Flag("requireStop"),
        MaxOrderNotionalPercent = section.Number("maxOrderNotionalPercent"),
        MaxPositions = section.IntegerOrNull("maxPositions"),
        MaxLeverage = section.Number("maxLeverage"),
        DailyLossPercent = section.NumberOrNull("dailyLossPercent"),
        DrawdownPercent = section.NumberOrNull("drawdownPercent"),
        MinStopPercent = section.Number("minStopPercent"),
        ShareSymbols = section.Flag("shareSymbols"),
        EnableDca = section.FlagOrNull("enableDca"),
        AllowMultipleEntriesSameSymbol = section.FlagOrNull("allowMultipleEntriesSameSymbol"),
        MaxSymbolExposurePercent = section.NumberOrNull("maxSymbolExposurePercent"),
        MaxPriceDeviationPercent = section.NumberOrNull("maxPriceDeviationPercent"),
        MaxEntriesPerMinute = section.IntegerOrNull("maxEntriesPerMinute"),
        RollingLoss = section.Group("rollingLoss") is var rolling && rolling.NumberOrNull("percent") is { } percent
            ? new RollingLossRule(percent, rolling.Integer("hours")) : null,
        Cooldown = section.Group("cooldown") is var cooldown && cooldown.IntegerOrNull("losses") is { } losses
            ? new CooldownRule(losses, 60_000L * cooldown.Integer("minutes")) : null,
        MinExpectancy = section.Group("minExpectancy") is var least && least.NumberOrNull("value") is { } value
            ? new ExpectancyRule(value, least.Integer("trades")) : null,
        NoEntry = [.. section.Groups("noEntry").Select(w => NoEntryReader.Read(w.Section)).OfType<NoEntryWindow>()],
    };

    private static ReloadOptions Reload(Section section) => new(
        section.Flag("enabled"), section.Integer("faults"), section.Integer("provenMinutes"), section.Integer("canarySeconds"));

    private static SimulationOptions Simulation(Section section) => new()
    {
        Fill = section.Choice<FillModel>("fill"),
        LatencyMs = section.Integer("latencyMs"),
        Slippage = ConfigurationRules.SlippageOf(section),
        Trail = section.Choice<TrailModel>("trail"),
        Seed = section.Long("seed"),
    };

    private static EndpointOptions Endpoints(Section section) => new()
    {
        Rest = ConfigurationRules.Address(section, "rest", "http"),
        PublicStream = ConfigurationRules.Address(section, "publicStream", "ws"),
        PrivateStream = ConfigurationRules.Address(section, "privateStream", "ws"),
    };

    private static AlertOptions Alerts(Section section) => new()
    {
        HeldCapitalPercent = section.NumberOrNull("heldCapitalPercent"),
        EntryAgeMinutes = section.IntegerOrNull("entryAgeMinutes"),
        EntryAgeRepeatMinutes = section.Integer("entryAgeRepeatMinutes"),
        ExpectancyTrades = section.IntegerOrNull("expectancyTrades"),
        DrawdownPercent = section.NumberOrNull("drawdownPercent"),
        Uncovered = section.Flag("uncovered"),
        Delivery = AlertDeliveryReader.Read(section),
    };
}
