using System.Globalization;
using StrategyHost.Core.Accounts;
using StrategyHost.Core.Domain;
using StrategyHost.Core.Orders;

namespace StrategyHost.Host.Views;

/// <summary>What is known of a position beyond what the exchange says.</summary>
internal sealed record PositionOrigin(string Strategy, Timestamp OpenedAt);

/// <summary>Builds one account's blocks from what the exchange reported, and from what the host knows where it runs.</summary>
internal sealed record AccountView
{
    public required ObservedAccount Observed { get; init; }
    public required Timestamp Now { get; init; }
    public required decimal Leverage { get; init; }

    /// <summary>Mark of a symbol; null: not known.</summary>
    public Func<Symbol, Price?> Mark { get; init; } = _ => null;
    public Func<PositionReport, PositionOrigin?> Origin { get; init; } = _ => null;

    public IReadOnlyList<IdPattern> OrderIds { get; init; } = OrderClassifier.KnownPatterns;

    private string Account => Observed.Account.Name;

    public PositionsBlock Positions() => new(Account, [.. Observed.Positions.Select(Row)]);

    public OrdersBlock Orders()
    {
        OrderRow[] rows = [.. Observed.Orders.Select(Row)];
        return new OrdersBlock
        {
            Account = Account,
            Orders = rows,
            ByType = rows.GroupBy(r => r.Type).OrderBy(g => g.Key, StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.Count()),
            HeldCapital = Text(Observed.Orders.Sum(Held)),
            OldestAgeMs = rows.Length == 0 ? null : rows.Max(r => r.AgeMs),
        };
    }

    /// <summary>Coverage as the exchange shows it; without a report of the account every position is unknown.</summary>
    public VerifyBlock Verify(bool isConnected)
    {
        var verifier = new CoverageVerifier(Classifier);
        var rows = verifier.Verify(Observed.Positions, Observed.Orders).Select(c => Row(isConnected ? c : Unsure(c)));
        return new VerifyBlock(Account, [.. rows], [.. CoverageVerifier.Orphans(Observed.Positions, Observed.Orders).Select(Row)]);
    }

    private OrderClassifier Classifier => new(OrderIds);

    /// <summary>What was true before the connection was lost need not be true now.</summary>
    private static PositionCoverage Unsure(PositionCoverage coverage) => coverage with
    {
        State = CoverageState.Unknown,
        Problems = [new CoverageProblem("not_connected", "the account's connection is down: this is what it said last",
            "wait for the connection, or look at the exchange itself")],
    };

    private static CoverageRow Row(PositionCoverage coverage) => new()
    {
        Symbol = coverage.Position.Symbol.Name,
        Side = coverage.Position.Side.Text(),
        Size = coverage.Position.Size.ToString(),
        State = coverage.State.ToString().ToLowerInvariant(),
        StopCoveredSize = coverage.StopCovered.ToString(),
        TargetCoveredSize = coverage.TargetCovered.ToString(),
        ConditionalUsed = coverage.ConditionalUsed,
        ConditionalLimit = CoverageVerifier.ConditionalMax,
        ConditionalOwn = coverage.ConditionalOwn,
        Stops = [.. coverage.Stops.Select(Protection)],
        Targets = [.. coverage.Targets.Select(Protection)],
        Problems = [.. coverage.Problems.Select(p => new ProblemRow(p.Code, p.Text, p.Action))],
    };

    private static ProtectionOrder Protection(OrderReport o) =>
        new(o.OrderId.ToString(), o.ClientOrderId.ToString(), (o.TriggerPrice ?? o.Price)?.ToString(), o.Quantity.ToString());

    public HealthBlock Health(bool isConnected, IReadOnlyList<string> errors) => new()
    {
        Account = Account,
        WebsocketConnected = isConnected,
        ActivePositions = Observed.Positions.Count,
        PendingOrders = Observed.Orders.Count,
        LastUpdate = Observed.UpdatedAt?.ToString(),
        Errors = errors,
    };

    private PositionRow Row(PositionReport position)
    {
        var mark = Mark(position.Symbol);
        var origin = Origin(position);
        return new PositionRow
        {
            Symbol = position.Symbol.Name,
            Side = position.Side == PositionSide.Long ? "long" : "short",
            Size = position.Size.ToString(),
            EntryPrice = Text(position.AveragePrice),
            MarkPrice = mark?.ToString(),
            UnrealisedPnl = mark is { } price
                ? Text((price.Value - position.AveragePrice) * position.Size.Value * position.Side.Sign()) : null,
            StopPrice = position.StopLoss?.ToString(),
            Strategy = origin?.Strategy,
            OpenedAt = origin?.OpenedAt.ToString(),
            ConditionalUsed = Observed.Orders.Count(o => o.Symbol == position.Symbol && CoverageVerifier.IsConditional(o)),
            ConditionalLimit = CoverageVerifier.ConditionalMax,
        };
    }

    private OrderRow Row(OrderReport order)
    {
        var found = ClassOf(order);
        return new OrderRow
        {
            OrderId = order.OrderId.ToString(),
            OrderLinkId = order.ClientOrderId.ToString(),
            Symbol = order.Symbol.Name,
            Side = order.Side == Side.Buy ? "buy" : "sell",
            Type = Type(order),
            Role = found.Role.ToString().ToLowerInvariant(),
            Confidence = found.Confidence,
            Price = order.Price?.ToString(),
            TriggerPrice = order.TriggerPrice?.ToString(),
            Quantity = order.Quantity.ToString(),
            FilledQuantity = order.FilledQuantity.ToString(),
            Status = order.Status.ToString(),
            ReduceOnly = order.ReduceOnly,
            AgeMs = Math.Max(0, Now.Ms - Observed.Since(order).Ms),
            HeldCapital = Text(Held(order)),
        };
    }

    private static string Type(OrderReport order) => (order.TriggerPrice, order.Type) switch
    {
        (null, OrderType.Limit) => "limit",
        (null, _) => "market",
        (_, OrderType.Limit) => "stop_limit",
        _ => "stop_market",
    };

    private OrderClass ClassOf(OrderReport order) => Classifier.Classify(
        order, Observed.Positions.FirstOrDefault(p => p.Symbol == order.Symbol && p.PositionIdx == order.PositionIdx));

    /// <summary>Margin of what may still open a position; closing orders hold nothing of their own.</summary>
    private decimal Held(OrderReport order)
    {
        var price = order.Price ?? order.TriggerPrice ?? Mark(order.Symbol);
        return order.ReduceOnly || order.StopOrderType is not (StopOrderType.None or StopOrderType.Stop) || price is null
            ? 0 : (order.Quantity - order.FilledQuantity).Notional(price.Value) / Leverage;
    }

    /// <summary>At most 8 decimals, without trailing zeros.</summary>
    public static string Text(decimal value) => decimal.Round(value, 8).ToString("0.########", CultureInfo.InvariantCulture);
}
