using FsCheck;
using FsCheck.Fluent;
using StrategyHost.Core.Domain;
using StrategyHost.Core.Orders;
using StrategyHost.Core.Tests.Protection;

namespace StrategyHost.Core.Tests.Orders;

/// <summary>What the classifier says of orders that other people and programs made, on generated noise.</summary>
public sealed class ClassifierLaws
{
    private static readonly OrderClassifier Classifier = new(OrderClassifier.KnownPatterns);

    [Fact]
    public void Foreign_order_above_the_threshold_has_the_role_that_its_evidence_names() => Markets.Holds(Noise, order =>
    {
        var (report, position) = order;
        var found = Classifier.Classify(report, position);
        if (!found.IsSure)
        {
            return;
        }

        Assert.NotEqual("own id", found.Evidence);
        Assert.NotEqual(ObservedRole.External, found.Role);
        Assert.Equal(Evident(report, position, found.Evidence), found.Role);
    }, 2000);

    [Fact]
    public void Foreign_order_that_could_open_a_position_is_never_surely_protective_by_its_structure() => Markets.Holds(Noise, order =>
    {
        var (report, position) = order;
        var found = Classifier.Classify(report with { ReduceOnly = false, StopOrderType = StopOrderType.Stop, ClientOrderId = ClientOrderId.None }, position);
        Assert.False(found.IsSure, found.Evidence);
    }, 1000);

    [Fact]
    public void Changed_character_of_an_own_id_is_never_evidence_of_being_ours() => Markets.Holds(
        from plan in Gen.Choose(1, 100_000)
        from at in Gen.Choose(0, 24)
        from letter in Gen.Choose(0, 35)
        select (plan, at, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"[letter]),
        change =>
        {
            var id = new OrderTag(AccountId.Main, "7ABC", 3, change.plan, OrderRole.Stop, 0, 1).Write().Value.ToCharArray();
            var isSame = id[change.at] == change.Item3;
            id[change.at] = change.Item3;
            var found = Classifier.Classify(Order(new string(id), StopOrderType.None, Side.Buy, true, null, 90m), Long);
            Assert.Equal(isSame, found.Evidence == "own id");
        }, 1000);

    /// <summary>The role as the evidence reads, worked out from the order alone.</summary>
    private static ObservedRole Evident(OrderReport order, PositionReport? position, string evidence)
    {
        if (evidence == "stopOrderType")
        {
            return order.StopOrderType switch
            {
                StopOrderType.StopLoss or StopOrderType.PartialStopLoss => ObservedRole.Stop,
                StopOrderType.TakeProfit or StopOrderType.PartialTakeProfit => ObservedRole.Target,
                _ => ObservedRole.Trail,
            };
        }

        if (evidence.StartsWith("id ", StringComparison.Ordinal))
        {
            return OrderClassifier.KnownPatterns.First(p => order.ClientOrderId.Value.Contains(p.Part, StringComparison.OrdinalIgnoreCase)).Role;
        }

        Assert.NotNull(position);
        Assert.Equal((true, position.Side.ClosingSide()), (order.ReduceOnly, order.Side));
        var price = order.TriggerPrice ?? order.Price;
        return price is null ? ObservedRole.Exit
            : order.TriggerPrice is null || (price.Value.Value - position.AveragePrice) * position.Side.Sign() > 0 ? ObservedRole.Target : ObservedRole.Stop;
    }

    private static Gen<(OrderReport, PositionReport?)> Noise =>
        from id in Gen.Elements(
            "", "x", "S1M7ABC-003-0000001-S0012", "S1", "sl", "BTC_SL_3", "my_tp1", "TRAIL9", "LIMIT_ENTRY_2", "stopper", "web-12345",
            "S1M0000-000-0000001-T0")
        from mark in Gen.Elements(Enum.GetValues<StopOrderType>())
        from side in Gen.Elements(Side.Buy, Side.Sell)
        from reduceOnly in Gen.Elements(true, false)
        from trigger in Gen.Elements<decimal?>(null, 90m, 100m, 110m)
        from price in Gen.Elements<decimal?>(null, 80m, 100m, 120m)
        from position in Gen.Elements<PositionReport?>(null, Long, Long with { Side = PositionSide.Short })
        where !OrderTag.TryRead(id, out _)
        select (Order(id, mark, side, reduceOnly, trigger, price), position);

    private static PositionReport Long => Rebalanced.Position(1m, null);

    private static OrderReport Order(string id, StopOrderType mark, Side side, bool reduceOnly, decimal? trigger, decimal? price) =>
        Rebalanced.Observed(Rebalanced.Target(1, 1m, 100m)) with
        {
            ClientOrderId = new ClientOrderId(id),
            StopOrderType = mark,
            Side = side,
            ReduceOnly = reduceOnly,
            TriggerPrice = trigger is { } at ? Price.Of(at) : null,
            Price = price is { } limit ? Price.Of(limit) : null,
            Type = price is null ? OrderType.Market : OrderType.Limit,
        };
}
