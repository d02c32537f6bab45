using StrategyHost.Core.Domain;

namespace StrategyHost.Core.Risk;

/// <summary>Limits of the configuration (contracts §3 <c>risk</c>) that hold for every entry. Null: no limit.</summary>
public sealed record RiskSettings
{
    public bool RequireStop { get; init; } = true;

    /// <summary>Notional of one order as percent of the account's equity.</summary>
    public decimal MaxOrderNotionalPercent { get; init; } = 200m;
    public int? MaxPositions { get; init; }

    /// <summary>False: one entry per strategy, symbol and side, whatever the signal says.</summary>
    public bool AllowMultipleEntries { get; init; } = true;

    /// <summary>False: nothing is added to a position at a price worse for its average entry, that is, below a long's.</summary>
    public bool AllowDca { get; init; } = true;

    /// <summary>Distance of a stop from the entry, in percent, below which the entry is refused.</summary>
    public decimal MinStopPercent { get; init; } = 0.1m;

    /// <summary>Value of positions and entries together, as a multiple of the equity.</summary>
    public decimal? MaxLeverage { get; init; }

    /// <summary>Times without entries.</summary>
    public IReadOnlyList<NoEntryWindow> NoEntry { get; init; } = [];

    /// <summary>Loss of a UTC day that stops entries until it ends.</summary>
    public decimal? DailyLossPercent { get; init; }

    /// <summary>Fall of the equity from its peak that stops entries.</summary>
    public decimal? DrawdownPercent { get; init; }

    /// <summary>The most that one order may be worth now. Money in quote currency.</summary>
    public decimal NotionalMax(decimal equity, decimal exposure)
    {
        var ofOrder = equity * MaxOrderNotionalPercent / 100m;
        return MaxLeverage is { } leverage ? Math.Min(ofOrder, (equity * leverage) - exposure) : ofOrder;
    }
}

/// <summary>An entry about to be placed, with what the rules look at. Money in quote currency.</summary>
public readonly record struct EntryProposal(
    PositionSide Side, Quantity Quantity, decimal ReferencePrice, Price? Stop, decimal Equity, int OpenPositions, bool OpensPosition)
{
    /// <summary>When it is placed; null for an amendment that adds nothing.</summary>
    public Timestamp? At { get; init; }

    /// <summary>Value of the account's positions and entries without this one.</summary>
    public decimal Exposure { get; init; }

    /// <summary>The halt that means the entry; null: none does.</summary>
    public Halt? Halt { get; init; }

    /// <summary>The loss limit that the account has reached, by its code; null: none.</summary>
    public string? LossLimit { get; init; }
}

/// <summary>
/// The risk rules as a table of pure functions with reasons; the first that objects refuses the entry. Exits never come here.
/// </summary>
public static class RiskRules
{
    private static readonly Func<EntryProposal, RiskSettings, Error?>[] Table =
    [
        Halted, NoEntry, LossLimit, StopRequired, StopDistance, OrderNotional, Positions, Leverage,
    ];

    public static Error? Check(EntryProposal entry, RiskSettings settings)
    {
        foreach (var rule in Table)
        {
            if (rule(entry, settings) is { } objection)
            {
                return objection;
            }
        }

        return null;
    }

    /// <summary>What a halt says to an entry that it means.</summary>
    public static Error OfHalt(Halt halt) => Refused("risk:halted",
        $"{halt.By} has halted {halt.Scope} {(halt.Until is { } until ? $"until {until}" : "until somebody resumes")}");

    private static Error? Halted(EntryProposal entry, RiskSettings settings) => entry.Halt is { } halt ? OfHalt(halt) : null;

    private static Error? NoEntry(EntryProposal entry, RiskSettings settings) =>
        entry.At is { } at && settings.NoEntry.FirstOrDefault(w => w.Contains(at)) is { } window
            ? Refused("risk:no_entry", $"no entries at {at}{(window.Reason.Length > 0 ? ": " + window.Reason : "")}")
            : null;

    private static Error? LossLimit(EntryProposal entry, RiskSettings settings) => entry.LossLimit switch
    {
        LossLatches.DailyLoss => Refused(LossLatches.DailyLoss,
            $"the account has lost {settings.DailyLossPercent} % today (UTC); no entries until tomorrow"),
        LossLatches.Drawdown => Refused(LossLatches.Drawdown,
            $"the account's equity has fallen {settings.DrawdownPercent} % from its peak; no more entries"),
        _ => null,
    };

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

    private static Error? OrderNotional(EntryProposal entry, RiskSettings settings) =>
        entry.Quantity.Value * entry.ReferencePrice > entry.Equity * settings.MaxOrderNotionalPercent / 100m
            ? Refused("risk:max_order_notional", $"the order is worth more than {settings.MaxOrderNotionalPercent} % of the equity")
            : null;

    private static Error? Positions(EntryProposal entry, RiskSettings settings) =>
        settings.MaxPositions is { } most && entry.OpensPosition && entry.OpenPositions >= most
            ? Refused("risk:max_positions", $"{entry.OpenPositions} positions are open, {most} are allowed")
            : null;

    private static Error? Leverage(EntryProposal entry, RiskSettings settings) =>
        settings.MaxLeverage is { } most && entry.Exposure + (entry.Quantity.Value * entry.ReferencePrice) > entry.Equity * most
            ? Refused("risk:max_leverage", $"positions and entries would be worth more than {most} times the equity")
            : null;

    private static Error Refused(string rule, string message) => new() { Rule = rule, Message = message };

    private static Error OfStop(string rule, Price? stop, string message) =>
        new() { Rule = rule, Message = message, Field = "stop_loss", Value = stop?.ToString() };
}
