using System.Globalization;
using StrategyHost.Core.Domain;

namespace StrategyHost.Host.Tests.Situations;

/// <summary>
/// What a line expects of one account, clause by clause (<see cref="Situation"/> lists them). Prices are prices, or percents from the average
/// entry in the direction of profit; either may be off by two ticks, the most that rounding and a book's spread make of them.
/// </summary>
internal static class Expectation
{
    private const decimal Tolerance = 0.2m;

    /// <summary>The first clause that is not so, with all of the truth; null: all are.</summary>
    public static string? Check(string clauses, AccountTruth truth)
    {
        var wrong = clauses.Split(';', StringSplitOptions.TrimEntries).FirstOrDefault(c => !IsSo(c, truth));
        return wrong is null ? null : $"not '{wrong}': {truth}";
    }

    private static bool IsSo(string clause, AccountTruth truth)
    {
        var words = clause.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return words switch
        {
            ["flat"] => truth.IsFlat,
            ["no", "orders"] => truth.Orders.Count == 0,
            ["long", var size] => truth.Side == PositionSide.Long && truth.Size.Value == Decimal(size),
            ["short", var size] => truth.Side == PositionSide.Short && truth.Size.Value == Decimal(size),
            ["covered"] => truth is { IsFlat: false, Stop: not null },
            ["always", "covered"] => truth is { IsFlat: false, Stop: not null, WasUncovered: false },
            ["stop", "none"] => truth.Stop is null,
            ["stop", var at] => truth.Stop is { } stop && Is(at, stop, truth),
            ["targets", .. var rungs] => Match(rungs, truth, truth.Targets, o => o.Price),
            ["stop", "orders", .. var stops] => Match(stops, truth, truth.StopOrders, o => o.Trigger),
            ["own", "targets", var count] => truth.Targets.Count(o => o.IsOwn) == int.Parse(count, CultureInfo.InvariantCulture),
            ["sold", "below", var price] => truth.Sales.Any(s => s < Decimal(price)),
            ["order", var id] => truth.Orders.Any(o => o.Id == id),
            ["order", var id, "gone"] => truth.Orders.All(o => o.Id != id),
            ["conditional", "≤", var count] => truth.Orders.Count(o => o.IsConditional) <= int.Parse(count, CultureInfo.InvariantCulture),
            _ => throw new FormatException($"no clause '{clause}'"),
        };
    }

    private static bool Match(string[] wanted, AccountTruth truth, IEnumerable<TrueOrder> orders, Func<TrueOrder, Price?> price)
    {
        if (wanted is ["none"])
        {
            return !orders.Any();
        }

        var left = orders.ToList();
        foreach (var parts in wanted.Select(w => w.Split('@')))
        {
            var at = left.FindIndex(o => o.Left.Value == Decimal(parts[0]) && Is(parts[1], price(o)!.Value, truth)); // those asked have one
            if (at < 0)
            {
                return false;
            }

            left.RemoveAt(at);
        }

        return left.Count == 0;
    }

    private static bool Is(string wanted, Price price, AccountTruth truth)
    {
        var sign = truth.Side == PositionSide.Long ? 1 : -1;
        var value = wanted.EndsWith('%') ? truth.Average * (1 + (sign * Decimal(wanted[..^1]) / 100m)) : Decimal(wanted);
        return Math.Abs(price.Value - value) <= Tolerance;
    }

    public static decimal Decimal(string text) => decimal.Parse(text, NumberStyles.Number, CultureInfo.InvariantCulture);
}
