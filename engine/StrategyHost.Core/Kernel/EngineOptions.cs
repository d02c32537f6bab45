using StrategyHost.Core.Domain;
using StrategyHost.Core.Protection;
using StrategyHost.Core.Risk;
using StrategyHost.Core.Settings;
using StrategyHost.Core.Strategies;

namespace StrategyHost.Core.Kernel;

/// <summary>How a host-computed trail reaches the exchange (contracts §6).</summary>
public enum TrailMode
{
    /// <summary>Every step at once: no minimum step, no rate limit. A passed stop rests and fills at the next open.</summary>
    Ideal,

    /// <summary>As live: at least one tick and 0.05 % a move, at most one move a second.</summary>
    Resting,
}

/// <summary>One account as the kernel trades it. Money in quote currency.</summary>
public sealed record AccountSetup
{
    public required AccountId Account { get; init; }
    public required decimal StartBalance { get; init; }

    /// <summary>The first picture of the account says what its wallet holds; else the start balance and the reports alone do.</summary>
    public bool TakesWallet { get; init; }
    public PositionMode PositionMode { get; init; }
    public decimal Leverage { get; init; } = 5;
}

public enum ProportionOf { Quantity, Equity }

public enum BelowMinimum { Skip, RoundUp }

/// <summary>What happens to positions that no plan of the host has opened (contracts §3). None of them is ever closed or reduced.</summary>
public enum ForeignPositions
{
    /// <summary>Nothing is said and nothing is done.</summary>
    Ignore,

    /// <summary>They are said.</summary>
    Alert,

    /// <summary>One without a stop gets one; a stop that is there is left alone.</summary>
    Protect,

    /// <summary>It becomes a plan of the strategy that trades the symbol; without one it is protected.</summary>
    Adopt,
}

/// <summary>How the mirror follows (contracts §2.2, §3).</summary>
public sealed record MirrorSettings
{
    public decimal Proportion { get; init; } = 0.5m;
    public ProportionOf ProportionOf { get; init; }

    /// <summary>Symbols that are mirrored; empty: all.</summary>
    public IReadOnlyList<Symbol> Symbols { get; init; } = [];
    public long DelayMs { get; init; }
    public bool Reverse { get; init; }
    public BelowMinimum BelowMinimum { get; init; }
    public long EntryTtlMs { get; init; } = 30_000;
    public decimal MaxDeviationPercent { get; init; } = 0.5m;
    public Approach Approach { get; init; } = Approach.Same;
}

/// <summary>A strategy with what was found out when its script was loaded.</summary>
public sealed record StrategySetup
{
    public required StrategyId Strategy { get; init; }
    public required StrategySettings Settings { get; init; }

    /// <summary>The symbols that it trades here; settings, configuration or the command line named them.</summary>
    public required IReadOnlyList<Symbol> Symbols { get; init; }
    public required ScriptCallbacks Callbacks { get; init; }
    public required string ScriptSha256 { get; init; }
}

/// <summary>Everything that a kernel is made from; it never changes during a run.</summary>
public sealed record EngineOptions
{
    public required AccountSetup Main { get; init; }

    /// <summary>Null: no mirror.</summary>
    public AccountSetup? Mirror { get; init; }
    public MirrorSettings MirrorSettings { get; init; } = new();
    public required IReadOnlyList<StrategySetup> Strategies { get; init; }
    public required IReadOnlyList<Instrument> Instruments { get; init; }

    /// <summary>Protection that the configuration gives for a symbol, the last level of the search.</summary>
    public IReadOnlyDictionary<Symbol, ProtectionSpec> SymbolProtection { get; init; } = new Dictionary<Symbol, ProtectionSpec>();
    public RiskSettings Risk { get; init; } = new();

    /// <summary>The mirror's own limits, where its profile differs; null: as main's.</summary>
    public RiskSettings? MirrorRisk { get; init; }
    public TrailMode TrailMode { get; init; } = TrailMode.Resting;

    /// <summary>
    /// How often an account as observed is compared with the account as wanted, in ms; 0: never, and nothing is kept for it, as in
    /// backtests, whose exchange loses nothing.
    /// </summary>
    public long AuditMs { get; init; }
    public ForeignPositions ForeignPositions { get; init; } = ForeignPositions.Alert;

    /// <summary>Ids that other programs give their orders.</summary>
    public IReadOnlyList<Orders.IdPattern> OrderIds { get; init; } = Orders.OrderClassifier.KnownPatterns;

    /// <summary>
    /// Targets that the price has passed and that have not filled are taken at market (<see cref="InstantTargets"/>). With ideal trails
    /// there is no need: what is passed is filled.
    /// </summary>
    public bool InstantTakeProfit { get; init; } = true;

    /// <summary>
    /// The host manages positions: targets, trails, breakeven, time exits. False: only the stop that an entry carries.
    /// </summary>
    public bool ManagesPositions { get; init; } = true;

    /// <summary>
    /// A strategy enters nothing on a symbol while another one has a plan there that it made when it still named the symbol. False in
    /// backtests, where nobody edits a file, and where strategies may share symbols.
    /// </summary>
    public bool KeepsSymbolsApart { get; init; }

    /// <summary>
    /// Every step says what must not be forgotten (<see cref="PlanSaved"/>, <see cref="AccountSaved"/>). Off in backtests, they pay none.
    /// </summary>
    public bool SavesState { get; init; }

    /// <summary>
    /// Orders and results of each account are watched and alerts raised (<see cref="AccountWatch"/>). It changes nothing else: a dry run
    /// does without.
    /// </summary>
    public bool WatchesAccounts { get; init; }

    /// <summary>Installation part of order ids; simulation keeps the default.</summary>
    public string Installation { get; init; } = Orders.OrderTag.Simulation;

    /// <summary>The limits of one account; each is measured by its own positions and equity.</summary>
    public RiskSettings RiskOf(AccountId account) => account == AccountId.Mirror ? MirrorRisk ?? Risk : Risk;
}
