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

    /// <summary>Of what is rounded to 8 decimals.</summary>
    internal const string MoneyFormat = "0.########";

    private static readonly string[] Roles = [.. Enum.GetNames<ObservedRole>().Select(r => r.ToLowerInvariant())];

    private string Account => Observed.Account.Name;

    public PositionsBlock Positions() => new(Account, [.. Observed.Positions.Select(Row)]);

    /// <summary>Filters of a symbol; null: not known.</summary>
    public Func<Symbol, Instrument?> Instrument { get; init; } = _ => null;

    public OrdersBlock Orders()
    {
        var (orders, positions) = (Observed.Orders, Observed.Positions);
        OpenOrder[] tracked = [.. orders.Select(Track)];
        var statistics = OrderStatistics.Of(Observed.Account, tracked, Now);
        return new OrdersBlock
        {
            Account = Account,
            Orders = Rows(orders, tracked, positions),
            ByType = statistics.ByType,
            HeldCapital = Text(statistics.HeldCapital),
            OldestAgeMs = statistics.OldestAgeMs,
            Problems = [.. Findings(tracked, positions).Select(f => new FindingRow(f.Code, f.Subject, f.Text))],
        };
    }

    /// <summary>The account in one line.</summary>
    public SummaryBlock Summary(Metric maxDrawdownPercent, PerformanceBook book)
    {
        var (orders, trades) = (Observed.Orders, book.Total());
        var held = orders.Sum(o => OpenOrder.HeldBy(o, Mark(o.Symbol), Leverage));
        return new SummaryBlock(
            orders.Count, Text(held), trades.Trades, Text(trades.Expectancy), Text(maxDrawdownPercent));
    }

    private IEnumerable<OrderFinding> Findings(OpenOrder[] orders, IReadOnlyList<PositionReport> positions)
    {
        var held = orders.Sum(o => o.Held);
        var fragmented = Observed.WalletBalance is { } wallet ? OrderFindings.Fragmentation(Observed.Account, held, wallet) : null;
        return OrderFindings.Stale(orders, Now).Concat(OrderFindings.Leftovers(orders, Instrument, Now))
            .Concat(OrderFindings.Doubled(orders, positions)).Concat(fragmented is null ? [] : [fragmented]);
    }

    private OpenOrder Track(OrderReport order) => OpenOrder.Of(order, new OrderSight(
        Observed.Since(order), OrderTag.TryRead(order.ClientOrderId.Value ?? "", out _), Mark(order.Symbol), Leverage));

    /// <summary>Coverage as the exchange shows it; without a report of the account every position is unknown.</summary>
    public VerifyBlock Verify(bool isConnected)
    {
        var verifier = new CoverageVerifier(Classifier);
        var rows = verifier.Verify(Observed.Positions, Observed.Orders).Select(c => Row(isConnected ? c : Unsure(c)));
        OrderReport[] orphans = [.. CoverageVerifier.Orphans(Observed.Positions, Observed.Orders)];
        return new VerifyBlock(Account, [.. rows], Rows(orphans, [.. orphans.Select(Track)], Observed.Positions));
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

    /// <summary>Made when they are read, one by one and not by the engine's thread: they look at nothing that changes.</summary>
    private RowsOnDemand<OrderRow> Rows(IReadOnlyList<OrderReport> orders, OpenOrder[] tracked, IReadOnlyList<PositionReport> positions)
    {
        var classifier = Classifier;
        return new RowsOnDemand<OrderRow>(tracked.Length, i => Row(orders[i], tracked[i], classifier, positions));
    }

    private OrderRow Row(OrderReport order, OpenOrder open, OrderClassifier classifier, IReadOnlyList<PositionReport> positions)
    {
        var found = classifier.Classify(order, PositionOf(order, positions));
        return new OrderRow
        {
            OrderId = order.OrderId.ToString(),
            OrderLinkId = order.ClientOrderId.ToString(),
            Symbol = order.Symbol.Name,
            Side = order.Side == Side.Buy ? "buy" : "sell",
            Type = open.Type,
            Role = Roles[(int)found.Role],
            Confidence = found.Confidence,
            Price = order.Price,
            TriggerPrice = order.TriggerPrice,
            Quantity = order.Quantity,
            FilledQuantity = order.FilledQuantity,
            Status = Enum.GetName(order.Status) ?? "",
            ReduceOnly = order.ReduceOnly,
            AgeMs = open.AgeMs(Now),
            HeldCapital = open.Held,
        };
    }

    private static PositionReport? PositionOf(OrderReport order, IReadOnlyList<PositionReport> positions)
    {
        for (var i = 0; i < positions.Count; i++)
        {
            if (positions[i].Symbol == order.Symbol && positions[i].PositionIdx == order.PositionIdx)
            {
                return positions[i];
            }
        }

        return null;
    }

    /// <summary>At most 8 decimals, without trailing zeros.</summary>
    public static string Text(decimal value) => decimal.Round(value, 8).ToString(MoneyFormat, CultureInfo.InvariantCulture);

    private static string? Text(Metric metric) => metric.Value is { } value ? Text((decimal)value) : null;
}
