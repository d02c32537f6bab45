using StrategyHost.Core.Domain;

namespace StrategyHost.Core.Signals;

/// <summary>
/// Whether stop and targets stand on their sides of a reference price. Equal to the reference is wrong too: it would fire at once.
/// </summary>
public static class SideCheck
{
    public static Error? Check(PositionSide side, Price reference, Price? stop, IReadOnlyList<Price> targets)
    {
        var (losing, winning) = side == PositionSide.Long ? ("below", "above") : ("above", "below");
        if (stop is { } price && !IsBetter(side, reference, price))
        {
            return Wrong("stop", SignalRules.StopWrongSide, side, price, losing, reference);
        }

        foreach (var target in targets)
        {
            if (!IsBetter(side, target, reference))
            {
                return Wrong("take_profit", SignalRules.TargetWrongSide, side, target, winning, reference);
            }
        }

        return null;
    }

    /// <summary>
    /// Whether the trigger of a stop entry lies ahead of the price that it watches. One that is passed would fire at once, and the exchange
    /// takes it for the opposite, an order at a better price.
    /// </summary>
    public static Error? CheckTrigger(PositionSide side, Price trigger, Price reference) => IsBetter(side, trigger, reference)
        ? null
        : new Error
        {
            Field = "stop_price",
            Value = trigger.ToString(),
            Rule = SignalRules.TriggerWrongSide,
            Message = $"The trigger of a stop entry {(side == PositionSide.Long ? "to buy must be above" : "to sell must be below")} "
                + $"{reference}; it is {trigger}. To enter at a better price use type \"limit\", to enter now \"market\".",
        };

    /// <summary>Whether the first price is better for the position than the second.</summary>
    private static bool IsBetter(PositionSide side, Price first, Price second) =>
        side == PositionSide.Long ? first > second : first < second;

    private static Error Wrong(string field, string rule, PositionSide side, Price value, string where, Price reference) => new()
    {
        Field = field,
        Value = value.ToString(),
        Rule = rule,
        Message = $"The {field} of a {side.Text()} position must be {where} {reference}; it is {value}. Check the sign of the distance.",
    };
}
