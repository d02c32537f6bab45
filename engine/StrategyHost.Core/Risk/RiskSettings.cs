namespace StrategyHost.Core.Risk;

/// <summary>After so many losing trades in a row nothing is entered for a while.</summary>
public sealed record CooldownRule(int Losses, long Ms);

/// <summary>The average net result of the last trades, in quote currency, below which nothing is entered.</summary>
public sealed record ExpectancyRule(decimal Least, int Trades);

/// <summary>A loss within the last hours, in percent of the equity at their beginning, that stops entries.</summary>
public sealed record RollingLossRule(decimal Percent, int Hours);

/// <summary>Limits of the configuration (contracts §3 <c>risk</c>) that hold for every entry. Null: no limit.</summary>
public sealed record RiskSettings
{
    public bool RequireStop { get; init; } = true;

    /// <summary>Notional of one order as percent of the account's equity.</summary>
    public decimal MaxOrderNotionalPercent { get; init; } = 200m;
    public int? MaxPositions { get; init; }

    /// <summary>False: one position or entry per symbol, whatever the signal says.</summary>
    public bool AllowMultipleEntries { get; init; } = true;

    /// <summary>False: nothing is added to a position at a price worse for its average entry, that is, below a long's.</summary>
    public bool AllowDca { get; init; } = true;

    /// <summary>Distance of a stop from the entry, in percent, below which the entry is refused.</summary>
    public decimal MinStopPercent { get; init; } = 0.1m;

    /// <summary>Value of positions and entries together, as a multiple of the equity.</summary>
    public decimal? MaxLeverage { get; init; }

    /// <summary>Value of the positions and entries on one symbol, in percent of the equity.</summary>
    public decimal? MaxSymbolExposurePercent { get; init; }

    /// <summary>Distance of a limit or trigger from the last price, in percent, beyond which the entry is refused.</summary>
    public decimal? MaxPriceDeviationPercent { get; init; }

    /// <summary>Entries that are taken within any 60 s.</summary>
    public int? MaxEntriesPerMinute { get; init; }

    /// <summary>Times without entries.</summary>
    public IReadOnlyList<NoEntryWindow> NoEntry { get; init; } = [];

    /// <summary>Loss of a UTC day that stops entries until it ends.</summary>
    public decimal? DailyLossPercent { get; init; }

    /// <summary>Fall of the equity from its peak that stops entries.</summary>
    public decimal? DrawdownPercent { get; init; }
    public RollingLossRule? RollingLoss { get; init; }
    public CooldownRule? Cooldown { get; init; }
    public ExpectancyRule? MinExpectancy { get; init; }

    /// <summary>
    /// The most that one order may be worth now. Money in quote currency; exposures are those of the account and of the symbol.
    /// </summary>
    public decimal NotionalMax(decimal equity, decimal exposure, decimal symbolExposure)
    {
        var most = equity * MaxOrderNotionalPercent / 100m;
        most = MaxLeverage is { } leverage ? Math.Min(most, (equity * leverage) - exposure) : most;
        return MaxSymbolExposurePercent is { } percent ? Math.Min(most, (equity * percent / 100m) - symbolExposure) : most;
    }
}
