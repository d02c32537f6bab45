using StrategyHost.Core.Domain;
using StrategyHost.Core.Orders;

namespace StrategyHost.Core.Tests.Orders;

public sealed class CoverageTests
{
    private static readonly OrderClassifier Classifier = new(OrderClassifier.KnownPatterns);
    private static readonly CoverageVerifier Verifier = new(Classifier);
    private static readonly string OwnTarget = new OrderTag(AccountId.Main, "0000", 1, 2, OrderRole.Target, 0, 1).Write().Value;

    /// <summary>Of a long of 1 at 100: id, mark, reduce-only, trigger, price → role and confidence.</summary>
    public static TheoryData<string, StopOrderType, bool, double?, double?, ObservedRole, double> Orders { get; } = new()
    {
        { OwnTarget, StopOrderType.None, true, null, 110, ObservedRole.Target, 1 },
        { "", StopOrderType.StopLoss, true, 95, null, ObservedRole.Stop, 0.95 },
        { "", StopOrderType.PartialTakeProfit, true, 105, null, ObservedRole.Target, 0.95 },
        { "", StopOrderType.TrailingStop, true, 95, null, ObservedRole.Trail, 0.95 },
        { "bot_sl_7", StopOrderType.Stop, true, 95, null, ObservedRole.Stop, 0.8 },
        { "BTCUSDT_TP2", StopOrderType.None, true, null, 120, ObservedRole.Target, 0.8 },
        { "x", StopOrderType.Stop, true, 95, null, ObservedRole.Stop, 0.8 },
        { "x", StopOrderType.Stop, true, 105, null, ObservedRole.Target, 0.8 },
        { "x", StopOrderType.None, true, null, 105, ObservedRole.Target, 0.8 },
        { "x", StopOrderType.None, true, null, null, ObservedRole.Exit, 0.8 },
        { "x", StopOrderType.Stop, false, 95, null, ObservedRole.Stop, 0.5 },
    };

    [Theory]
    [MemberData(nameof(Orders))]
    public void Order_has_a_role_by_the_first_evidence_that_speaks(
        string id, StopOrderType mark, bool reduceOnly, double? trigger, double? price, ObservedRole role, double confidence)
    {
        var order = Order(id, mark, 1m, reduceOnly) with { TriggerPrice = Price(trigger), Price = Price(price) };
        var found = Classifier.Classify(order, Long(1m));
        Assert.Equal((role, confidence), (found.Role, found.Confidence));
    }

    [Fact]
    public void Order_on_the_opening_side_of_a_position_is_somebody_elses() =>
        Assert.Equal(ObservedRole.External, Classifier.Classify(Order("x", StopOrderType.None, 1m, false) with { Side = Side.Buy }, Long(1m)).Role);

    [Fact]
    public void Stop_of_the_position_covers_it_whatever_its_size() =>
        Expect(CoverageState.Covered, 1m, Verify(Long(1m) with { StopLoss = new Price(FixedPoint.Units(95m)) }));

    [Theory]
    [InlineData(0.4, 0.6, CoverageState.Covered, 1.0)]
    [InlineData(0.4, 0.9, CoverageState.Covered, 1.0)]
    [InlineData(0.4, 0.3, CoverageState.Partial, 0.7)]
    public void Conditional_stops_cover_what_they_close_together(double a, double b, CoverageState state, double covered) =>
        Expect(state, (decimal)covered, Verify(Long(1m), Stop((decimal)a), Stop((decimal)b)));

    [Fact]
    public void Position_without_a_stop_is_uncovered_with_a_recommendation()
    {
        var coverage = Verify(Long(1m), Order(OwnTarget, StopOrderType.None, 1m, true) with { Price = Price(110) });
        Expect(CoverageState.Uncovered, 0m, coverage);
        Assert.Equal("no_stop", Assert.Single(coverage.Problems).Code);
        Assert.Equal(Quantity.Of(1m), coverage.TargetCovered);
    }

    [Fact]
    public void Stop_that_is_not_surely_one_makes_coverage_unknown() =>
        Expect(CoverageState.Unknown, 0m, Verify(Long(1m), Stop(1m) with { ReduceOnly = false }));

    /// <summary>A stop that an earlier short left behind: it buys, so it closes nothing of a long, whatever it is called.</summary>
    [Theory]
    [InlineData("grid-stop-1")]
    [InlineData("BTCUSDT_SL")]
    [InlineData("own")]
    [InlineData("x")]
    public void Stop_of_the_other_side_covers_nothing_and_is_an_orphan(string id)
    {
        var left = Stop(1m) with
        {
            ClientOrderId = id == "own" ? new OrderTag(AccountId.Main, "0000", 1, 2, OrderRole.Stop, 0, 1).Write() : new ClientOrderId(id),
            Side = Side.Buy,
            TriggerPrice = Price(105),
        };
        Expect(CoverageState.Uncovered, 0m, Verify(Long(1m), left));
        Assert.Same(left, Assert.Single(CoverageVerifier.Orphans([Long(1m)], [left])));
    }

    [Fact]
    public void Limit_order_that_is_called_a_stop_covers_nothing() =>
        Expect(CoverageState.Uncovered, 0m, Verify(Long(1m), Order("stop-1", StopOrderType.None, 1m, true) with { Price = Price(110) }));

    [Fact]
    public void Target_of_the_other_side_is_none_of_the_positions() =>
        Assert.Equal(Quantity.Zero, Verify(Long(1m), Order(OwnTarget, StopOrderType.None, 1m, true) with { Side = Side.Buy }).TargetCovered);

    [Fact]
    public void Order_in_doubt_makes_missing_coverage_unknown_and_does_not_hide_a_full_one()
    {
        var doubt = Order("y", StopOrderType.None, 1m, true) with { Status = OrderStatus.Unknown };
        Expect(CoverageState.Unknown, 0m, Verify(Long(1m), doubt));
        Expect(CoverageState.Covered, 1m, Verify(Long(1m) with { StopLoss = Price(95) }, doubt));
    }

    [Fact]
    public void Targets_beyond_the_position_and_a_used_up_limit_are_problems()
    {
        var stops = Enumerable.Range(0, 10).Select(_ => Stop(0.1m));
        var target = Order(OwnTarget, StopOrderType.None, 1.5m, true) with { Price = Price(110) };
        var coverage = Verify(Long(1m), [.. stops, target]);
        Assert.Equal(["targets_exceed_position", "conditional_limit"], coverage.Problems.Select(p => p.Code));
        Assert.Equal(10, coverage.ConditionalUsed);
    }

    [Fact]
    public void Used_conditional_orders_are_counted_ours_and_foreign_and_the_positions_own_stop_is_none()
    {
        var own = Stop(0.1m) with { ClientOrderId = new OrderTag(AccountId.Main, "0000", 1, 2, OrderRole.Exit, 0, 1).Write() };
        var coverage = Verify(Long(1m), own, Stop(0.1m), Stop(0.1m), Order("", StopOrderType.StopLoss, 1m, true) with { TriggerPrice = Price(95) });
        Assert.Equal((3, 1), (coverage.ConditionalUsed, coverage.ConditionalOwn));
    }

    [Fact]
    public void Order_that_cannot_be_classified_is_a_problem_that_names_it()
    {
        var unclear = Order("web-1", StopOrderType.None, 1m, false) with { Price = Price(110) };
        var problem = Assert.Single(Verify(Long(1m) with { StopLoss = Price(95) }, unclear).Problems);
        Assert.Equal("unclassified", problem.Code);
        Assert.Contains("web-1", problem.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(IdMatch.Contains, "a-sx-1", ObservedRole.Stop)]
    [InlineData(IdMatch.StartsWith, "sx-1", ObservedRole.Stop)]
    [InlineData(IdMatch.StartsWith, "a-sx-1", ObservedRole.Target)]
    [InlineData(IdMatch.EndsWith, "1-SX", ObservedRole.Stop)]
    [InlineData(IdMatch.EndsWith, "sx-1", ObservedRole.Target)]
    public void Pattern_of_a_user_decides_before_structure(IdMatch match, string id, ObservedRole role)
    {
        var classifier = new OrderClassifier([new IdPattern("sx", ObservedRole.Stop, match), .. OrderClassifier.KnownPatterns]);
        Assert.Equal(role, classifier.Classify(Order(id, StopOrderType.None, 1m, true) with { Price = Price(110) }, Long(1m)).Role);
    }

    [Fact]
    public void Closing_orders_without_a_position_are_orphans()
    {
        OrderReport[] orders = [Stop(1m), Stop(1m) with { ReduceOnly = false }, Stop(1m) with { Symbol = new Symbol("ETHUSDT") }];
        Assert.Equal(["ETHUSDT"], CoverageVerifier.Orphans([Long(1m)], orders).Select(o => o.Symbol.Name));
    }

    private static PositionCoverage Verify(PositionReport position, params OrderReport[] orders) =>
        Assert.Single(Verifier.Verify([position], orders));

    private static void Expect(CoverageState state, decimal covered, PositionCoverage coverage) =>
        Assert.Equal((state, Quantity.Of(covered)), (coverage.State, coverage.StopCovered));

    private static OrderReport Stop(decimal quantity) => Order("x", StopOrderType.Stop, quantity, true) with { TriggerPrice = Price(95) };

    private static Price? Price(double? value) => value is { } number ? new Price(FixedPoint.Units((decimal)number)) : null;

    private static PositionReport Long(decimal size) => new()
    {
        Account = AccountId.Main,
        At = new Timestamp(1),
        Symbol = new Symbol("BTCUSDT"),
        Side = PositionSide.Long,
        Size = Quantity.Of(size),
        AveragePrice = 100m,
    };

    private static OrderReport Order(string id, StopOrderType mark, decimal quantity, bool reduceOnly) => new()
    {
        Account = AccountId.Main,
        At = new Timestamp(1),
        Symbol = new Symbol("BTCUSDT"),
        OrderId = new ExchangeOrderId(Guid.NewGuid().ToString()),
        ClientOrderId = new ClientOrderId(id),
        Status = OrderStatus.New,
        Side = Side.Sell,
        Type = OrderType.Limit,
        Quantity = Quantity.Of(quantity),
        FilledQuantity = Quantity.Zero,
        ReduceOnly = reduceOnly,
        StopOrderType = mark,
    };
}
