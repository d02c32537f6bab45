using StrategyHost.Core.Domain;
using StrategyHost.Core.Orders;
using StrategyHost.Core.Planning;
using StrategyHost.Core.Protection;

namespace StrategyHost.Core.Kernel;

/// <summary>A position that a plan is to be made of, and what is known of it beyond the exchange's word.</summary>
internal sealed record Adoption
{
    public required PositionReport Position { get; init; }

    /// <summary>Open orders of the symbol, whoever made them.</summary>
    public required IReadOnlyList<OrderReport> Orders { get; init; }
    public required StrategySetup Strategy { get; init; }
    public required int StrategyIndex { get; init; }

    /// <summary>The protection that applies, resolved.</summary>
    public required ProtectionSpec Spec { get; init; }
    public required PlanOrigin Origin { get; init; }
}

/// <summary>
/// Makes a plan of a position as the exchange shows it. 1. The position is never closed or reduced by it: a stop that the market has
/// passed already keeps its distance from the last price instead. 2. A tighter stop that stands is kept. 3. Targets that stand and are
/// surely targets are the plan's targets, under the ids that they have; they go as the orders are replaced.
/// </summary>
internal static class PlanAdoption
{
    /// <summary>
    /// The plan, with its position and protection and already among the account's; what it lacks is sent when it is settled. The last
    /// price of its symbol should be known.
    /// </summary>
    public static TradePlan Make(AccountKernel account, Adoption adoption, OrderClassifier classifier, Timestamp at)
    {
        var position = adoption.Position;
        var market = account.Market[position.Symbol];
        var targets = Targets(adoption, classifier);
        var plan = new TradePlan
        {
            Number = account.NextPlanNumber(),
            Account = account.Account,
            Strategy = adoption.Strategy.Strategy,
            StrategyIndex = adoption.StrategyIndex,
            Instrument = market.Instrument,
            Side = position.Side,
            PositionIdx = position.PositionIdx,
            Leg = account.LegOf(position.Symbol, position.PositionIdx),
            Origin = adoption.Origin,
            Spec = targets.Count == 0 ? adoption.Spec : adoption.Spec with { Target = Said<TargetSpec>.Of(Ladder(targets)) },
            Atr = market.Atr.TryGetValue(adoption.Strategy.Settings.Interval, out var atr) ? atr.Value ?? 0 : 0,
            Phase = PlanPhase.ProfitTaking,
        };
        plan.AddEntryFill(Opening(position, at), position.Size, fee: 0);
        plan.FreshPrice = 0; // the entry is no news of the market
        account.Add(plan);
        plan.Leg.Side = plan.Side;
        Anchor(plan, market, position);
        for (var i = 0; i < targets.Count; i++)
        {
            plan.TargetOrders[i] = Known(account, plan, targets[i], at);
        }

        account.Version++;
        return plan;
    }

    private static void Anchor(TradePlan plan, SymbolMarket market, PositionReport position)
    {
        var average = plan.AverageEntry;
        var trail = ProtectionPlanner.Stop(plan.Spec, plan.Side, average, plan.Atr, plan.Instrument);
        var last = market.Reference(plan.Spec.TriggerBy);
        if (last != 0 && trail.FixedStop is { } passed && trail.IsHit(passed.Units, last))
        {
            var percent = Math.Abs(average - passed.Value) / average * 100m;
            trail = trail with { FixedStop = FallbackStop.Of(position, percent, plan.Instrument, last) };
        }

        var state = trail.Start(new Price((long)(average * FixedPoint.Scale)));
        state = last == 0 ? state : trail.Advance(state, last); // the best price since the entry that anybody here knows
        plan.Trail = trail;
        plan.Stop = trail.Tighten(state, position.StopLoss?.Units ?? 0, StopSource.StopLoss);
        plan.Leg.FullStop = position.StopLoss?.Units ?? 0;
        plan.Leg.ShownStop = plan.Leg.FullStop;
        plan.IsStopForced = true;
        plan.FirstRisk = plan.Stop.Stop == 0 ? null : Math.Abs(average - FixedPoint.ToDecimal(plan.Stop.Stop));
        plan.Targets = ProtectionPlanner.Targets(plan.Spec, plan.Side, average, plan.Atr, plan.Instrument);
        plan.TargetOrders = new PlanOrder?[plan.Targets.Count];
        plan.TargetFilled = new Quantity[plan.Targets.Count];
    }

    /// <summary>
    /// Orders that surely are targets and can be changed by their id, nearest first. Those without an id of a client cannot.
    /// </summary>
    private static List<OrderReport> Targets(Adoption adoption, OrderClassifier classifier)
    {
        var position = adoption.Position;
        return
        [
            .. adoption.Orders
                .Where(o => o is { TriggerPrice: null, Price: not null, ReduceOnly: true } && !o.ClientOrderId.IsNone
                    && o.PositionIdx == position.PositionIdx && o.Side == position.Side.ClosingSide() && o.Quantity > o.FilledQuantity
                    && classifier.Classify(o, position) is { IsSure: true, Role: ObservedRole.Target })
                .OrderBy(o => o.Price!.Value.Units * position.Side.Sign()), // it was just asked
        ];
    }

    private static TargetSpec Ladder(List<OrderReport> targets)
    {
        var total = targets.Sum(t => t.Quantity.Value - t.FilledQuantity.Value);
        return new TargetSpec(
        [
            .. targets.Select(t => new TargetRung(
                new Level(LevelKind.Price, t.Price!.Value.Value), // only those with a price are targets
                (t.Quantity.Value - t.FilledQuantity.Value) * 100m / total)),
        ]);
    }

    private static PlanOrder Known(AccountKernel account, TradePlan plan, OrderReport report, Timestamp at)
    {
        var order = new Order(
            new OrderRequest
            {
                ClientOrderId = report.ClientOrderId,
                Symbol = report.Symbol,
                Side = report.Side,
                Type = report.Type,
                Quantity = report.Quantity,
                Price = report.Price,
                PositionIdx = report.PositionIdx,
                ReduceOnly = true,
            },
            at);
        if (!report.FilledQuantity.IsZero)
        {
            order.Apply(Opening(report)); // before the plan was: it is no fill of the plan
        }

        order.Apply(report);
        var known = new PlanOrder(order, plan, OrderRole.Target, account.NextOrderNumber())
        {
            TypeName = "limit",
            ExitReason = ExitReason.TakeProfit,
            Tag = plan.Origin.Tag,
        };
        account.Know(known);
        return known;
    }

    private static FillReport Opening(PositionReport position, Timestamp at) => new()
    {
        Account = position.Account,
        At = at,
        Symbol = position.Symbol,
        ExecutionId = new ExecutionId(""),
        OrderId = default,
        ClientOrderId = ClientOrderId.None,
        Side = position.Side.OpeningSide(),
        Price = new Price((long)(position.AveragePrice * FixedPoint.Scale)),
        Quantity = position.Size,
        Fee = 0,
        FeeRate = 0,
        IsMaker = false,
        PositionIdx = position.PositionIdx,
    };

    private static FillReport Opening(OrderReport order) => new()
    {
        Account = order.Account,
        At = order.At,
        Symbol = order.Symbol,
        ExecutionId = new ExecutionId(""),
        OrderId = order.OrderId,
        ClientOrderId = order.ClientOrderId,
        Side = order.Side,
        Price = order.Price!.Value, // only those with a price are targets
        Quantity = order.FilledQuantity,
        Fee = 0,
        FeeRate = 0,
        IsMaker = true,
    };
}
