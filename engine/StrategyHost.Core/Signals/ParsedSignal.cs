using StrategyHost.Core.Domain;

namespace StrategyHost.Core.Signals;

/// <summary>What the parser needs to know besides the value.</summary>
/// <param name="Symbol">The event's symbol, the default of a signal's <c>symbol</c>.</param>
/// <param name="Symbols">The strategy's symbols, the only ones allowed; empty: any.</param>
/// <param name="File">The script, for error messages.</param>
public sealed record SignalContext(Symbol Symbol, IReadOnlyList<Symbol> Symbols, string? File = null);

/// <summary>
/// One signal of a script's answer: accepted, or refused whole with every reason. What the script wrote as action, tag and group is kept
/// for reports (at most 24 characters each), also of a refused signal.
/// </summary>
public sealed record ParsedSignal
{
    /// <summary>Position in the script's array; 0 for a single signal.</summary>
    public required int Index { get; init; }
    public Signal? Signal { get; init; }
    public IReadOnlyList<Error> Errors { get; init; } = [];
    public required Symbol Symbol { get; init; }
    public string Action { get; init; } = "";
    public string Tag { get; init; } = "";
    public string Group { get; init; } = "";
    public bool IsAccepted => Signal is not null;
}

/// <summary>Stable codes of rules between fields; rules of single fields are in <see cref="Strategies.FieldRules"/>.</summary>
public static class SignalRules
{
    public const string NotWithAction = "not_with_action";
    public const string NotWithType = "not_with_type";
    public const string NotWithReduceOnly = "not_with_reduce_only";
    public const string MissingQuantity = "missing_quantity";
    public const string SharesNotHundred = "shares_not_100";
    public const string UnknownSymbol = "unknown_symbol";
    public const string WouldLoosen = "would_loosen";
    public const string TooMany = "too_many";
    public const string ReservedTag = "reserved_tag";
    public const string GroupRefused = "group_refused";
    public const string StopWrongSide = "stop_wrong_side";
    public const string TargetWrongSide = "target_wrong_side";
    public const string TriggerWrongSide = "trigger_wrong_side";

    /// <summary>Every code with a sentence, for the documents.</summary>
    public static readonly IReadOnlyList<KeyValuePair<string, string>> All =
    [
        new(Strategies.FieldRules.UnknownField, "The field is not known; the message names the nearest known one."),
        new(Strategies.FieldRules.WrongType, "The value has a kind that the field does not take."),
        new(Strategies.FieldRules.NotFinite, "The number is NaN or infinite."),
        new(Strategies.FieldRules.OutOfRange, "The number is outside the field's range."),
        new(Strategies.FieldRules.UnknownValue, "The text is none of the field's choices; the message names the nearest."),
        new(Strategies.FieldRules.BadLabel, "A tag or name is empty, longer than 24 characters, or has others than A-Z a-z 0-9 _ -."),
        new(Strategies.FieldRules.GivenTwice, "The same field is there twice, as _percent and as _pct."),
        new(Strategies.FieldRules.Required, "A field is missing that the action, the type or another field needs."),
        new(Strategies.FieldRules.Exclusive, "Two fields are given that exclude each other."),
        new(NotWithAction, "The field has no meaning with this action."),
        new(NotWithType, "The field has no meaning with this type."),
        new(NotWithReduceOnly, "Protection, flip or scale_in on a reduce-only order."),
        new(MissingQuantity, "An entry without a quantity field."),
        new(SharesNotHundred, "The shares of a ladder do not sum to 100, or only some rungs have one."),
        new(UnknownSymbol, "The symbol is none of the strategy's."),
        new(WouldLoosen, "null for the stop of an open position or order: stops only tighten."),
        new(TooMany, "More signals in one answer, or more rungs in one ladder, than allowed."),
        new(ReservedTag, "The tag is a word that the field order understands."),
        new(GroupRefused, "Another signal of the same group was refused, so this one is too."),
        new(StopWrongSide, "The stop is not on the losing side of the price."),
        new(TargetWrongSide, "A target is not on the winning side of the price."),
        new(TriggerWrongSide, "The trigger of a stop entry is passed already: a buy's must be above the price, a sell's below."),
    ];
}
