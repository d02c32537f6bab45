using StrategyHost.Core.Domain;

namespace StrategyHost.Core.Risk;

/// <summary>
/// How an account stands when something is to be entered, whatever that is: what a person, the clock and its results say.
/// </summary>
public readonly record struct EntryMoment(Timestamp At)
{
    /// <summary>The halt that means the entry; null: none does.</summary>
    public Halt? Halt { get; init; }

    /// <summary>The loss limit that the account has reached, by its code; null: none.</summary>
    public string? LossLimit { get; init; }

    /// <summary>Losing trades in a row keep entries out up to this moment; null: they do not.</summary>
    public Timestamp? CoolsUntil { get; init; }

    /// <summary>Average net result of the last trades where a rule asks for it and there are enough; null otherwise.</summary>
    public decimal? Expectancy { get; init; }

    /// <summary>Entries of the 60 s before.</summary>
    public int EntriesLastMinute { get; init; }
}

/// <summary>An entry about to be placed, with what the rules look at. Money in quote currency.</summary>
public readonly record struct EntryProposal(
    PositionSide Side, Quantity Quantity, decimal ReferencePrice, Price? Stop, decimal Equity, int OpenPositions, bool OpensPosition)
{
    /// <summary>When it is placed; null for an amendment that adds nothing.</summary>
    public EntryMoment? Moment { get; init; }

    /// <summary>Value of the account's positions and entries without this one.</summary>
    public decimal Exposure { get; init; }

    /// <summary>As that, of the symbol alone.</summary>
    public decimal SymbolExposure { get; init; }

    /// <summary>Positions and entries on the symbol, whoever's, without this one; those of a common oco do not count.</summary>
    public int EntriesOnSymbol { get; init; }

    /// <summary>Average entry of the position that it adds to; null: it adds to none.</summary>
    public decimal? AverageEntry { get; init; }

    /// <summary>The last price; 0: not known.</summary>
    public decimal MarketPrice { get; init; }

    /// <summary>A second price beside the reference: the limit of a stop-limit.</summary>
    public decimal? LimitPrice { get; init; }
}

/// <summary>
/// The risk rules as tables of pure functions with reasons; the first that objects refuses the entry. Exits never come here.
/// 1. The account's rules look at the moment alone, the entry's at what is proposed. 2. Each account is judged by its own numbers.
/// </summary>
public static class RiskRules
{
    private static readonly Func<EntryMoment, RiskSettings, Error?>[] AccountTable =
    [
        Halted, NoEntry, LossLimit, Cooldown, Expectancy, Throttle,
    ];

    private static readonly Func<EntryProposal, RiskSettings, Error?>[] EntryTable =
    [
        PriceBand, StopRequired, StopDistance, MultipleEntries, Dca, OrderNotional, Positions, SymbolExposure, Leverage,
    ];

    public static Error? Check(EntryProposal entry, RiskSettings settings)
    {
        if (entry.Moment is { } moment && Check(moment, settings) is { } closed)
        {
            return closed;
        }

        foreach (var rule in EntryTable)
        {
            if (rule(entry, settings) is { } objection)
            {
                return objection;
            }
        }

        return null;
    }

    /// <summary>What keeps every entry out at a moment; null: nothing.</summary>
    public static Error? Check(EntryMoment moment, RiskSettings settings)
    {
        foreach (var rule in AccountTable)
        {
            if (rule(moment, settings) is { } objection)
            {
                return objection;
            }
        }

        return null;
    }

    /// <summary>What a halt says to an entry that it means.</summary>
    public static Error OfHalt(Halt halt) => Refused("risk:halted",
        $"{halt.By} has halted {halt.Scope} {(halt.Until is { } until ? $"until {until}" : "until somebody resumes")}");

    private static Error? Halted(EntryMoment now, RiskSettings settings) => now.Halt is { } halt ? OfHalt(halt) : null;

    private static Error? NoEntry(EntryMoment now, RiskSettings settings)
    {
        for (var i = 0; i < settings.NoEntry.Count; i++)
        {
            if (settings.NoEntry[i] is var window && window.Contains(now.At))
            {
                return Refused("risk:no_entry", $"no entries at {now.At}{(window.Reason.Length > 0 ? ": " + window.Reason : "")}");
            }
        }

        return null;
    }

    private static Error? LossLimit(EntryMoment now, RiskSettings settings) => now.LossLimit switch
    {
        LossLatches.DailyLoss => Refused(LossLatches.DailyLoss,
            $"the account has lost {settings.DailyLossPercent} % today (UTC); no entries until tomorrow, or until somebody resumes"),
        LossLatches.RollingLoss => Refused(LossLatches.RollingLoss,
            $"the account has lost {settings.RollingLoss?.Percent} % within {settings.RollingLoss?.Hours} h; "
            + "no entries until somebody resumes"),
        LossLatches.Drawdown => Refused(LossLatches.Drawdown,
            $"the account's equity has fallen {settings.DrawdownPercent} % from its peak; no entries until somebody resumes"),
        _ => null,
    };

    private static Error? Cooldown(EntryMoment now, RiskSettings settings) => now.CoolsUntil is { } until && now.At < until
        ? Refused(TradeLatches.Cooldown, $"{settings.Cooldown?.Losses} trades in a row have lost; no entries until {until}")
        : null;

    private static Error? Expectancy(EntryMoment now, RiskSettings settings) =>
        settings.MinExpectancy is { } rule && now.Expectancy is { } average && average < rule.Least
            ? Refused(TradeLatches.Expectancy,
                $"the last {rule.Trades} trades made {average:0.####} each on average, less than {rule.Least}; "
                + "no entries until somebody resumes")
            : null;

    private static Error? Throttle(EntryMoment now, RiskSettings settings) =>
        settings.MaxEntriesPerMinute is { } most && now.EntriesLastMinute >= most
            ? Refused("risk:throttle", $"{now.EntriesLastMinute} entries were made in the last minute, {most} are allowed")
            : null;

    private static Error? PriceBand(EntryProposal entry, RiskSettings settings)
    {
        if (settings.MaxPriceDeviationPercent is not { } most || entry.MarketPrice <= 0)
        {
            return null;
        }

        var further = entry.LimitPrice is { } limit
            && Math.Abs(limit - entry.MarketPrice) > Math.Abs(entry.ReferencePrice - entry.MarketPrice) ? limit : entry.ReferencePrice;
        return Math.Abs(further - entry.MarketPrice) > entry.MarketPrice * most / 100m
            ? Refused("risk:price_band", $"{further:0.#########} is more than {most} % from the last price {entry.MarketPrice:0.#########}")
            : null;
    }

    private static Error? StopRequired(EntryProposal entry, RiskSettings settings) => settings.RequireStop && entry.Stop is null
        ? OfStop("stop_required", null,
            "an entry needs a stop: give stop_loss, stop_loss_percent, stop_price or a trail, or set risk.requireStop to false")
        : null;

    private static Error? StopDistance(EntryProposal entry, RiskSettings settings)
    {
        if (entry.Stop is not { } stop)
        {
            return null;
        }

        var distance = (entry.ReferencePrice - stop.Value) * entry.Side.Sign();
        if (distance <= 0)
        {
            return OfStop("stop_wrong_side", stop,
                $"the stop {stop} is on the wrong side of {entry.ReferencePrice:0.#########} for a {entry.Side.Text()}");
        }

        return distance / entry.ReferencePrice * 100m < settings.MinStopPercent
            ? OfStop("stop_too_near", stop,
                $"the stop {stop} is nearer than {settings.MinStopPercent} % to {entry.ReferencePrice:0.#########}")
            : null;
    }

    private static Error? MultipleEntries(EntryProposal entry, RiskSettings settings) =>
        !settings.AllowMultipleEntries && entry.EntriesOnSymbol > 0
            ? Refused("risk:multiple_entries",
                "the symbol has a position or entry already, and several are not allowed (ALLOW_MULTIPLE_ENTRIES_SAME_SYMBOL)")
            : null;

    private static Error? Dca(EntryProposal entry, RiskSettings settings) =>
        !settings.AllowDca && entry.AverageEntry is { } average && (entry.ReferencePrice - average) * entry.Side.Sign() < 0
            ? Refused("risk:dca", $"averaging down from {average:0.#########} to {entry.ReferencePrice:0.#########} is off (ENABLE_DCA)")
            : null;

    private static Error? OrderNotional(EntryProposal entry, RiskSettings settings) =>
        entry.Quantity.Value * entry.ReferencePrice > entry.Equity * settings.MaxOrderNotionalPercent / 100m
            ? Refused("risk:max_order_notional", $"the order is worth more than {settings.MaxOrderNotionalPercent} % of the equity")
            : null;

    private static Error? Positions(EntryProposal entry, RiskSettings settings) =>
        settings.MaxPositions is { } most && entry.OpensPosition && entry.OpenPositions >= most
            ? Refused("risk:max_positions", $"{entry.OpenPositions} positions are open, {most} are allowed")
            : null;

    private static Error? SymbolExposure(EntryProposal entry, RiskSettings settings) => settings.MaxSymbolExposurePercent is { } most
        && entry.SymbolExposure + (entry.Quantity.Value * entry.ReferencePrice) > entry.Equity * most / 100m
            ? Refused("risk:max_symbol_exposure", $"positions and entries on the symbol would be worth more than {most} % of the equity")
            : null;

    private static Error? Leverage(EntryProposal entry, RiskSettings settings) =>
        settings.MaxLeverage is { } most && entry.Exposure + (entry.Quantity.Value * entry.ReferencePrice) > entry.Equity * most
            ? Refused("risk:max_leverage", $"positions and entries would be worth more than {most} times the equity")
            : null;

    private static Error Refused(string rule, string message) => new() { Rule = rule, Message = message };

    private static Error OfStop(string rule, Price? stop, string message) =>
        new() { Rule = rule, Message = message, Field = "stop_loss", Value = stop?.ToString() };
}
