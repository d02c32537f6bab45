using StrategyHost.Core.Domain;
using StrategyHost.Core.Protection;

namespace StrategyHost.Core.Orders;

/// <summary>
/// What should protect positions of which no plan is known, because no host runs: the stop that stands, else one at the configured
/// percentage; and targets of ours fitted to the position. What is not ours stays as it is. Pure.
/// </summary>
public static class UnplannedProtection
{
    /// <param name="picture">The account as its exchange shows it.</param>
    /// <param name="instruments">Those of its positions.</param>
    /// <param name="stopPercent">Distance of a new stop in percent, by symbol.</param>
    /// <param name="classifier">Tells stops from other orders.</param>
    public static IReadOnlyList<DesiredLeg> Of(
        AccountPicture picture, IReadOnlyList<Instrument> instruments, Func<Symbol, decimal> stopPercent, OrderClassifier classifier) =>
    [
        .. new CoverageVerifier(classifier).Verify(picture.Positions, picture.Orders)
            .Select(c => Leg(picture, c, instruments.FirstOrDefault(i => i.Symbol == c.Position.Symbol), stopPercent)),
    ];

    private static DesiredLeg Leg(
        AccountPicture picture, PositionCoverage coverage, Instrument? instrument, Func<Symbol, decimal> stopPercent)
    {
        var position = coverage.Position;
        Price? added = coverage.State == CoverageState.Uncovered && instrument is not null
            ? FallbackStop.Of(position, stopPercent(position.Symbol), instrument, last: 0) : null;
        return new DesiredLeg(position.Symbol, position.PositionIdx, position.Side, position.StopLoss ?? added, TriggerBy.Last)
        {
            Orders = [.. Orders(picture, position, instrument)],
        };
    }

    private static IEnumerable<DesiredOrder> Orders(AccountPicture picture, PositionReport position, Instrument? instrument)
    {
        OrderReport[] own =
        [
            .. picture.Orders.Where(o => o.Symbol == position.Symbol && o.PositionIdx == position.PositionIdx
                && Rebalancer.IsOwnExit(picture.Account, o)),
        ];
        OrderReport[] targets = [.. own.Where(o => o.TriggerPrice is null && o.Price is not null)];
        var rest = targets.Sum(t => t.Quantity.Units - t.FilledQuantity.Units);
        decimal[] shares = [.. targets.Select(t => (t.Quantity - t.FilledQuantity).Value)];
        var fitted = targets.Length == 0 || instrument is null || rest == position.Size.Units
            ? null : TakeProfitLadder.Split(position.Size, shares, instrument.QtyStep);
        foreach (var order in own)
        {
            var index = Array.IndexOf(targets, order);
            var quantity = fitted is null || index < 0 ? order.Quantity : fitted[index] + order.FilledQuantity;
            if (quantity > order.FilledQuantity) // one for which no lot is left is surplus
            {
                yield return new DesiredOrder(
                    index < 0 ? OrderRole.Exit : OrderRole.Target, order.ClientOrderId, order.Side, quantity, order.Price, Trigger(order));
            }
        }
    }

    private static Trigger? Trigger(OrderReport order) => order.TriggerPrice is { } price
        ? new Trigger(price, order.Side == Side.Sell ? TriggerDirection.Fall : TriggerDirection.Rise, TriggerBy.Last) : null;
}
