using StrategyHost.Core.Domain;
using StrategyHost.Core.Orders;
using StrategyHost.Core.Risk;
using StrategyHost.Core.Settings;
using StrategyHost.Core.Strategies;
using StrategyHost.Host.Reload;
using ForeignPositions = StrategyHost.Core.Kernel.ForeignPositions;

namespace StrategyHost.Host.Configuration;

/// <summary>How the host trades: where its events come from and whether orders leave the process.</summary>
internal enum HostMode { Simulated, Paper, Demo, Testnet, Live }

internal enum EntriesOnStop { Cancel, Keep }

/// <summary>Whether the mirror's proportion counts against main's quantity alone or also against the ratio of the equities.</summary>
internal enum ProportionOf { Quantity, Equity }

internal enum BelowMinimum { Skip, RoundUp }

internal enum AccountProfile { Standard, MicroCap }

/// <summary>Fill model; auto takes the default of the data (contracts §6).</summary>
internal enum FillModel { Auto, Bar, Touch, Cross, Book }

/// <summary>How a trail is simulated; auto is ideal with bars and resting on ticks.</summary>
internal enum TrailModel { Auto, Ideal, Resting }

/// <summary>What <c>run</c> keeps for <c>replay</c> besides its journals, and how long.</summary>
internal sealed record JournalOptions(bool Market, int MarketHours);

/// <summary>
/// The checked configuration (contracts §3). Made by <see cref="ConfigurationReader"/> only; every value is in its range.
/// </summary>
internal sealed record HostOptions
{
    public required HostMode Mode { get; init; }
    public required string DataDirectory { get; init; }
    public required AccountOptions Main { get; init; }
    public required MirrorOptions Mirror { get; init; }
    public required IReadOnlyList<StrategyOptions> Strategies { get; init; }
    public required IReadOnlyDictionary<Symbol, SymbolOptions> Symbols { get; init; }
    public required GlobalOptions Globals { get; init; }
    public required RiskOptions Risk { get; init; }
    public required ForeignPositions ForeignPositions { get; init; }
    public required EntriesOnStop EntriesOnStop { get; init; }

    /// <summary>How often a running host tells each account in a line of its log; 0: never.</summary>
    public required int SummaryMinutes { get; init; }
    public required int RetentionHours { get; init; }
    public required JournalOptions Journal { get; init; }
    public required ReloadOptions Reload { get; init; }
    public required SimulationOptions Simulation { get; init; }
    public required EndpointOptions Endpoints { get; init; }
    public required AlertOptions Alerts { get; init; }

    /// <summary>Serilog's own section as JSON text; <c>{}</c> when absent.</summary>
    public required string SerilogJson { get; init; }
    public required bool AllowJintLive { get; init; }

    /// <summary>Ids of other programs' orders: the user's table, then the known ones.</summary>
    public IReadOnlyList<IdPattern> OrderIds { get; init; } = OrderClassifier.KnownPatterns;

    /// <summary><c>simulate_only</c> wins over any mode: with it no order leaves the process, market data stay real.</summary>
    public HostMode EffectiveMode =>
        Globals.SimulateOnly && Mode is HostMode.Demo or HostMode.Testnet or HostMode.Live ? HostMode.Paper : Mode;

    /// <summary>The symbol's section, or one in which nothing is said.</summary>
    public SymbolOptions Of(Symbol symbol) =>
        Symbols.TryGetValue(symbol, out var options) ? options : new SymbolOptions { Symbol = symbol };

    /// <summary>What is configured for this file, named from the current folder or by the end of its path; null: nothing.</summary>
    public StrategyOptions? StrategyOf(string file)
    {
        if (file.Length == 0)
        {
            return null;
        }

        var path = Path.GetFullPath(file);
        return Strategies.FirstOrDefault(s =>
            Path.GetFullPath(s.File) == path || path.EndsWith(Path.DirectorySeparatorChar + s.File, StringComparison.Ordinal));
    }
}

/// <summary>One account. The keys themselves stay in the environment; only the names of their variables stand here.</summary>
internal sealed record AccountOptions
{
    public required AccountId Account { get; init; }
    public required string ApiKeyEnv { get; init; }
    public required string ApiSecretEnv { get; init; }

    /// <summary>Simulated start balance in quote currency.</summary>
    public required decimal StartBalance { get; init; }
    public required PositionMode PositionMode { get; init; }

    /// <summary>Null: leave the exchange's setting alone.</summary>
    public required MarginMode? MarginMode { get; init; }
    public required decimal Leverage { get; init; }
    public required AccountProfile Profile { get; init; }
    public required bool Alerts { get; init; }
}

/// <summary>The mirror account and how it follows main (contracts §2.2).</summary>
internal sealed record MirrorOptions
{
    public required bool Enabled { get; init; }
    public required AccountOptions Account { get; init; }
    public required decimal Proportion { get; init; }
    public required ProportionOf ProportionOf { get; init; }

    /// <summary>Symbols that are mirrored; <c>*</c> is all.</summary>
    public required IReadOnlyList<string> Symbols { get; init; }
    public required long DelayMs { get; init; }
    public required bool Reverse { get; init; }
    public required BelowMinimum BelowMinimum { get; init; }
    public required int EntryTtlSeconds { get; init; }
    public required decimal MaxDeviationPercent { get; init; }
    public required Approach Approach { get; init; }

    public bool Mirrors(Symbol symbol) => Symbols.Contains("*") || Symbols.Contains(symbol.Name);
}

/// <summary>A strategy that <c>run</c> starts. No symbols: those of its <c>settings()</c>.</summary>
internal sealed record StrategyOptions(
    string File, IReadOnlyList<Symbol> Symbols, IReadOnlyList<KeyValuePair<string, ScriptValue>> Parameters);

/// <summary>The mission's global switches, under its own names in the file.</summary>
internal sealed record GlobalOptions
{
    public required bool UsePositionMonitor { get; init; }
    public required bool InstantTpEnabled { get; init; }
    public required int PriceMonitorReconnectDelaySeconds { get; init; }
    public required bool TpSlBatchEnabled { get; init; }
    public required bool SimulateOnly { get; init; }
}

/// <summary>Limits on what strategies may do. Null: no limit, or the account profile's.</summary>
internal sealed record RiskOptions
{
    public required bool RequireStop { get; init; }
    public required decimal MaxOrderNotionalPercent { get; init; }
    public required int? MaxPositions { get; init; }
    public required decimal MaxLeverage { get; init; }
    public required decimal? DailyLossPercent { get; init; }
    public required decimal? DrawdownPercent { get; init; }
    public required decimal MinStopPercent { get; init; }
    public required bool ShareSymbols { get; init; }

    /// <summary>ENABLE_DCA. Null: as the account's profile says.</summary>
    public required bool? EnableDca { get; init; }

    /// <summary>ALLOW_MULTIPLE_ENTRIES_SAME_SYMBOL. Null: as the account's profile says.</summary>
    public required bool? AllowMultipleEntriesSameSymbol { get; init; }
    public decimal? MaxSymbolExposurePercent { get; init; }
    public decimal? MaxPriceDeviationPercent { get; init; }
    public int? MaxEntriesPerMinute { get; init; }
    public RollingLossRule? RollingLoss { get; init; }
    public CooldownRule? Cooldown { get; init; }
    public ExpectancyRule? MinExpectancy { get; init; }
    public required IReadOnlyList<NoEntryWindow> NoEntry { get; init; }

    /// <summary>The setting, else the profile's: 4 for micro_cap, 6 for standard.</summary>
    public int MaxPositionsOf(AccountProfile profile) => MaxPositions ?? (profile == AccountProfile.MicroCap ? 4 : 6);
    public bool AllowsDca(AccountProfile profile) => EnableDca ?? profile == AccountProfile.Standard;
    public bool AllowsMultipleEntries(AccountProfile profile) => AllowMultipleEntriesSameSymbol ?? profile == AccountProfile.Standard;
}

/// <summary>What backtests and the simulated exchange assume, where the command line does not say otherwise.</summary>
internal sealed record SimulationOptions
{
    public required FillModel Fill { get; init; }
    public required int LatencyMs { get; init; }
    public required Slippage Slippage { get; init; }
    public required TrailModel Trail { get; init; }
    public required long Seed { get; init; }
}

/// <summary>Addresses of the exchange; null: Bybit's own for the mode.</summary>
internal sealed record EndpointOptions
{
    public required Uri? Rest { get; init; }
    public required Uri? PublicStream { get; init; }
    public required Uri? PrivateStream { get; init; }
}

/// <summary>When the host speaks up (contracts §3). Null: that alert is off.</summary>
internal sealed record AlertOptions
{
    public required decimal? HeldCapitalPercent { get; init; }
    public required int? EntryAgeMinutes { get; init; }
    public required int EntryAgeRepeatMinutes { get; init; }
    public required int? ExpectancyTrades { get; init; }
    public required decimal? DrawdownPercent { get; init; }
    public required bool Uncovered { get; init; }
    public required AlertDeliveryOptions Delivery { get; init; }
}
