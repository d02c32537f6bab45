using System.Collections.Frozen;
using StrategyHost.Core.Strategies;
using static StrategyHost.Core.Strategies.FieldKinds;

namespace StrategyHost.Core.Signals;

/// <summary>
/// The field table of signals (contracts §2.1). The parser checks by it; <c>engine/docs/signals.md</c> is generated from it; a test holds
/// <c>strategyhost.d.ts</c> against it. The order is the order of the documents.
/// </summary>
public static class SignalFields
{
    /// <summary>Targets that one ladder may have.</summary>
    public const int MaxRungs = 20;

    /// <summary>A year; longer waits are mistakes in the unit.</summary>
    private const decimal MaxSeconds = 31_536_000m;
    private const decimal MaxCandles = 100_000m;
    private const decimal MaxTimeMs = 253_402_300_799_999m;

    public static readonly IReadOnlyList<string> Actions = ["buy", "sell", "close", "modify", "cancel", "hold"];
    public static readonly IReadOnlyList<string> Types = ["market", "limit", "stop_market", "stop_limit", "trailing_stop"];
    public static readonly IReadOnlyList<string> TimesInForce = ["GTC", "IOC", "FOK", "PostOnly"];

    public static readonly IReadOnlyList<SignalField> All =
    [
        new(Choice("action", Actions, "What to do. The only field that every signal needs."), ActionSet.All),
        new(new("symbol", Text, "The instrument; the event's symbol where left out. One of the strategy's symbols."), ActionSet.All),
        new(Choice("position_side", ["long", "short"],
            "Which leg is meant, in hedge mode. Left out, close means both legs, other signals the larger one."), ActionSet.All),
        new(Fixed("quantity", "Size in base units. With close, and with exits against an open position: how much to close."),
            ActionSet.Orders | ActionSet.Modify),
        new(Fixed("quantity_usd", "Size as a value in quote currency."), ActionSet.Entry),
        new(Number("quantity_percent", "Size as notional in percent of the equity; 200 is twice the equity.", 10_000), ActionSet.Entry),
        new(Number("risk_percent", "Size so that the initial stop loses this percent of the equity, taker fees both ways included.", 100),
            ActionSet.Entry),
        new(Number("share", "Exits: percent of the position to close (default 100).", 100), ActionSet.Orders),
        new(Flag("allow_clip", "Clip the size to margin and caps instead of refusing the signal."), ActionSet.Entry),
        new(Choice("type", Types, "Order type (default \"market\")."), ActionSet.Orders),
        new(Price("price", "Limit price; required with limit and stop_limit."), ActionSet.Orders | ActionSet.Modify, TypeSet.Limits),
        new(Protective("stop_price", "With stop_market and stop_limit: the trigger, required. With market and limit entries, and with "
            + "hold: the protective stop. With modify: the trigger of the order."),
            ActionSet.Protecting | ActionSet.Close, TypeSet.All & ~TypeSet.TrailingStop),
        new(Protective("stop_loss", "The protective stop as a price."), ActionSet.Protecting),
        new(Percent("stop_loss_percent", "The protective stop in percent from the average entry price: 2 is 2 %."), ActionSet.Protecting),
        new(Atr("stop_loss_atr", "The protective stop as a multiple of ATR(14) from the average entry price."), ActionSet.Protecting),
        new(Protective("take_profit", "The target as a price, or an array of {price | percent | atr, share}.") with { Kinds = Ladder },
            ActionSet.Protecting),
        new(Number("take_profit_percent", "The target in percent from the entry price, or an array of {percent, share}.", 10_000) with
        {
            Kinds = Ladder,
        }, ActionSet.Protecting),
        new(Atr("take_profit_atr", "The target as a multiple of ATR(14) from the entry price, or an array of {atr, share}.") with
        {
            Kinds = Ladder,
        }, ActionSet.Protecting),
        new(Percent("trail_percent", "Trailing stop: distance in percent from the best price since entry or activation."),
            ActionSet.Protecting | ActionSet.Close),
        new(Protective("trail_amount", "Trailing stop: distance in quote units from the best price since entry or activation."),
            ActionSet.Protecting | ActionSet.Close),
        new(Protective("trail_activation", "Trailing stop: the price from which it trails; from the entry where left out."),
            ActionSet.Protecting | ActionSet.Close),
        new(new("breakeven", FieldKinds.Object | Null, "Moves the stop to the entry price: {after_percent} or {after_tp}, and "
            + "offset_fees: true to cover the fees as well."), ActionSet.Protecting),
        new(Choice("trigger_by", ["last", "mark", "index"], "Price that stops and triggers watch (default \"last\")."),
            ActionSet.All & ~ActionSet.Cancel),
        new(Choice("working_type", ["CONTRACT_PRICE", "MARK_PRICE"], "Another spelling of trigger_by: last and mark."),
            ActionSet.All & ~ActionSet.Cancel),
        new(Choice("time_in_force", TimesInForce, "As on the exchange (default \"GTC\")."), ActionSet.Orders),
        new(Flag("post_only", "Only as maker: refused where it would take. Needs a limit price."), ActionSet.Orders, TypeSet.Limits),
        new(Flag("reduce_only", "The order may only reduce the position; it carries no protection of its own."), ActionSet.Orders),
        new(Number("expires_in", "Seconds after which an unfilled order is cancelled.", MaxSeconds), ActionSet.Orders),
        new(Count("expires_candles", "Candles of the main interval after which an unfilled order is cancelled."), ActionSet.Orders),
        new(Number("close_after", "Time exit: seconds after the first fill.", MaxSeconds), ActionSet.Entry),
        new(Count("close_after_candles", "Time exit: candles of the main interval after the first fill."), ActionSet.Entry),
        new(new("close_at", Integer, "Time exit: a moment in ms since 1970 UTC.") { Above = 0, Max = MaxTimeMs }, ActionSet.Entry),
        new(Label("oco", "A name: when one order of the group first fills the others are cancelled."), ActionSet.Orders),
        new(Label("group", "A name: all signals of the array with it are accepted on every account or none, and closing one leg closes "
            + "the others."), ActionSet.Orders),
        new(Flag("group_exit", "false: closing this leg leaves the others of the group open."), ActionSet.Orders),
        new(Label("tranche", "A name for a part of the position with protection of its own."), ActionSet.All),
        new(Flag("scale_in", "An intended further entry into the same side."), ActionSet.Entry),
        new(Flag("flip", "Close the position and open the sized quantity the other way."), ActionSet.Entry),
        new(Flag("keep_entries", "An exit that leaves the position flat does not cancel the resting entries."), ActionSet.Orders),
        new(Choice("accounts", ["both", "main", "mirror"], "Accounts that act on the signal."), ActionSet.All),
        new(new("mirror", FieldKinds.Object, "For this trade only: {proportion, delay_ms, reverse} of the mirror."), ActionSet.Entry),
        new(new("order", Text, "For cancel and modify, required: an order id, a tag (all own orders with it; for modify those on the "
            + "signal's symbol), \"entries\" or \"all\" (never protection)."), ActionSet.Cancel | ActionSet.Modify),
        new(Label("tag", "Kept in journal, CSV files and fills. Not \"entries\" or \"all\", which order understands."), ActionSet.All),
        new(new("reason", Text, "Free text for people; the first 200 characters are kept."), ActionSet.All),
    ];

    public static readonly IReadOnlyList<FieldSpec> Rung =
    [
        new("price", FieldKinds.Number, "The target as a price.") { Above = 0, Max = FieldSpec.MaxPrice },
        new("percent", FieldKinds.Number, "The target in percent from the average entry price.") { Above = 0, Max = 10_000 },
        new("atr", FieldKinds.Number, "The target as a multiple of ATR(14).") { Above = 0, Max = 1000 },
        new("share", FieldKinds.Number, "Percent of the position; all shares sum to 100. Left out by all rungs: equal parts.")
        {
            Above = 0,
            Max = 100,
        },
    ];

    public static readonly IReadOnlyList<FieldSpec> Breakeven =
    [
        new("after_percent", FieldKinds.Number, "Profit in percent that moves the stop.") { Above = 0, Max = 10_000 },
        new("after_tp", Integer, "The number of targets filled that moves the stop; 1 is the first.") { Min = 1, Max = MaxRungs },
        new("offset_fees", FieldKinds.Boolean, "Beyond the entry by the fees of both ways."),
    ];

    public static readonly IReadOnlyList<FieldSpec> Mirror =
    [
        new("proportion", FieldKinds.Number, "Mirror quantity as a multiple of main's.") { Above = 0, Max = 100 },
        new("delay_ms", Integer, "Delay of the mirror's entry in ms.") { Min = 0, Max = 3_600_000 },
        new("reverse", FieldKinds.Boolean, "The mirror trades the other side."),
    ];

    internal static readonly FrozenDictionary<string, SignalField> ByName = All.ToFrozenDictionary(f => f.Name, StringComparer.Ordinal);
    internal static readonly OrderedDictionary<string, FieldSpec> Specs = FieldSpec.Table(All.Select(f => f.Spec));
    internal static readonly OrderedDictionary<string, FieldSpec> RungSpecs = FieldSpec.Table(Rung);
    internal static readonly OrderedDictionary<string, FieldSpec> BreakevenSpecs = FieldSpec.Table(Breakeven);
    internal static readonly OrderedDictionary<string, FieldSpec> MirrorSpecs = FieldSpec.Table(Mirror);

    private const FieldKinds Ladder = FieldKinds.Number | List | Null;

    private static FieldSpec Choice(string name, IReadOnlyList<string> choices, string doc) => new(name, Text, doc) { Choices = choices };
    private static FieldSpec Flag(string name, string doc) => new(name, FieldKinds.Boolean, doc);
    private static FieldSpec Label(string name, string doc) => new(name, Text, doc) { IsLabel = true };
    private static FieldSpec Number(string name, string doc, decimal max) => new(name, FieldKinds.Number, doc) { Above = 0, Max = max };
    private static FieldSpec Fixed(string name, string doc) => Number(name, doc, FieldSpec.MaxFixedPoint);
    private static FieldSpec Price(string name, string doc) => Number(name, doc, FieldSpec.MaxPrice);
    private static FieldSpec Protective(string name, string doc) => Price(name, doc) with { Kinds = FieldKinds.Number | Null };
    private static FieldSpec Percent(string name, string doc) => new(name, FieldKinds.Number | Null, doc) { Above = 0, Below = 100 };

    private static FieldSpec Atr(string name, string doc) => new(name, FieldKinds.Number | Null, doc) { Above = 0, Max = 1000 };
    private static FieldSpec Count(string name, string doc) => new(name, Integer, doc) { Min = 1, Max = MaxCandles };
}
