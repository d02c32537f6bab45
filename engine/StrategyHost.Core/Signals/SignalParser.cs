using StrategyHost.Core.Domain;
using StrategyHost.Core.Strategies;

namespace StrategyHost.Core.Signals;

/// <summary>
/// Turns what a callback returned into signals (contracts §2.1). Invariants:
/// 1 total: no value makes it throw. 2 A signal with any error is refused whole, with all its errors; the others of the array live, unless
/// they share its <c>group</c>. 3 Nothing is clipped, guessed or ignored: an unknown field is an error. 4 No market state: sides, sizes,
/// limits and positions are judged later. 5 undefined and null answers, and such items of an array, mean "no signal".
/// </summary>
public static class SignalParser
{
    /// <summary>Signals that one answer may hold.</summary>
    public const int MaxSignals = 100;

    public static IReadOnlyList<ParsedSignal> Parse(ScriptValue value, SignalContext context)
    {
        if (value.IsNothing)
        {
            return [];
        }

        if (value.Kind != ScriptValueKind.Array)
        {
            return [SignalReader.Read(value, 0, context)];
        }

        if (value.Items.Count > MaxSignals)
        {
            return [TooMany(value, context)];
        }

        var parsed = new List<ParsedSignal>();
        for (var i = 0; i < value.Items.Count; i++)
        {
            if (!value.Items[i].IsNothing)
            {
                parsed.Add(SignalReader.Read(value.Items[i], i, context));
            }
        }

        return RefuseBrokenGroups(parsed, context);
    }

    private static ParsedSignal TooMany(ScriptValue value, SignalContext context) => new()
    {
        Index = 0,
        Symbol = context.Symbol,
        Errors =
        [
            new Error
            {
                File = context.File,
                Value = $"array of {value.Items.Count}",
                Rule = SignalRules.TooMany,
                Message = $"A callback returned {value.Items.Count} signals; at most {MaxSignals} are allowed. All were refused.",
            },
        ],
    };

    /// <summary>All signals of a group or none.</summary>
    private static List<ParsedSignal> RefuseBrokenGroups(List<ParsedSignal> parsed, SignalContext context)
    {
        var broken = parsed.Where(p => !p.IsAccepted && p.Group.Length > 0).Select(p => p.Group).ToHashSet(StringComparer.Ordinal);
        return [.. parsed.Select(p => p.IsAccepted && broken.Contains(p.Group) ? RefuseWithGroup(p, context) : p)];
    }

    private static ParsedSignal RefuseWithGroup(ParsedSignal parsed, SignalContext context) => parsed with
    {
        Signal = null,
        Errors =
        [
            new Error
            {
                File = context.File,
                Field = "group",
                Value = parsed.Group,
                Rule = SignalRules.GroupRefused,
                Message = $"Another signal of group \"{parsed.Group}\" was refused, so this one is too. Repair that one.",
            },
        ],
    };
}
