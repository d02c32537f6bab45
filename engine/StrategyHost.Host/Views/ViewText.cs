using System.Globalization;
using StrategyHost.Host.Operating;
using StrategyHost.Host.Terminal;

namespace StrategyHost.Host.Views;

/// <summary>The documents as tables for people, one account after the other.</summary>
internal static class ViewText
{
    public static void Status(TextOutput text, Document<StatusBlock> document)
    {
        foreach (var block in document.Accounts)
        {
            text.Line($"{block.Account}: {block.State}, equity {block.Equity ?? "unknown"}, available {block.Available ?? "unknown"}, "
                + $"{block.Health.ActivePositions} positions, {block.Health.PendingOrders} orders, "
                + $"last update {block.Health.LastUpdate ?? "none"}");
            foreach (var halt in block.Halts)
            {
                text.Line("  " + HaltText.Of(halt));
            }

            foreach (var limit in block.Limits)
            {
                text.Line($"  {limit}: no entries; strategyhost resume releases it");
            }

            foreach (var strategy in block.Strategies)
            {
                text.Line($"  {strategy.Name} {strategy.State} {strategy.Error}".TrimEnd());
            }

            if (block.Mirror is { } mirror)
            {
                text.Line($"  mirror {mirror.State}, breaker {mirror.Breaker} {mirror.BreakerUntil}".TrimEnd());
            }

            Drift(text, block.MirrorDrift);
            foreach (var error in block.Health.Errors)
            {
                text.Line("  " + error);
            }
        }
    }

    public static void Positions(TextOutput text, Document<PositionsBlock> document)
    {
        foreach (var block in document.Accounts)
        {
            text.Table(new TableBlock(
                $"{block.Account}: {block.Positions.Count} positions",
                [new("symbol"), new("side"), new("size", true), new("entry", true), new("mark", true), new("profit", true),
                    new("stop", true), new("strategy"), new("cond.", true)],
                [.. block.Positions.Select(p => (string[])[p.Symbol, p.Side, p.Size, Short(p.EntryPrice), p.MarkPrice ?? "",
                    p.UnrealisedPnl ?? "", p.StopPrice ?? "NONE",
                    p.Strategy ?? "(foreign)", $"{p.ConditionalUsed}/{p.ConditionalLimit}"])]));
            Drift(text, block.MirrorDrift);
        }
    }

    /// <summary>An average has more decimals than a table has room for; JSON has them all.</summary>
    private static string Short(string price) => decimal.Round(decimal.Parse(price, CultureInfo.InvariantCulture), 4)
        .ToString("0.####", CultureInfo.InvariantCulture);

    private static void Drift(TextOutput text, IReadOnlyList<DriftRow>? rows)
    {
        if (rows is { Count: > 0 })
        {
            text.Table(new TableBlock(
                "drift: the mirror against main's plans",
                [new("symbol"), new("side"), new("main", true), new("ratio", true), new("target", true), new("actual", true),
                    new("drift", true), new("reason")],
                [.. rows.Select(r => (string[])[r.Symbol, r.Side, r.MainSize, r.Ratio, r.Target, r.Actual, r.Drift, r.Reason])]));
        }
    }

    public static void Orders(TextOutput text, Document<OrdersBlock> document)
    {
        foreach (var block in document.Accounts)
        {
            text.Table(new TableBlock(
                $"{block.Account}: {block.Orders.Count} orders, held capital {block.HeldCapital}",
                [new("symbol"), new("side"), new("role"), new("quantity", true), new("price", true), new("trigger", true), new("id", true)],
                [.. block.Orders.Select(o => (string[])[o.Symbol, o.Side, o.Role, o.Quantity, o.Price ?? "", o.TriggerPrice ?? "",
                    o.OrderLinkId.Length > 0 ? o.OrderLinkId : o.OrderId[..Math.Min(8, o.OrderId.Length)] + "…"])]));
        }
    }
    public static void Verify(TextOutput text, Document<VerifyBlock> document)
    {
        foreach (var block in document.Accounts)
        {
            text.Table(new TableBlock(
                $"{block.Account}: {block.Positions.Count} positions, {block.Orphans.Count} orphaned orders",
                [new("symbol"), new("side"), new("size", true), new("state"), new("stop for", true), new("target for", true),
                    new("conditional")],
                [.. block.Positions.Select(p => (string[])[p.Symbol, p.Side, p.Size, p.State.ToUpperInvariant(), p.StopCoveredSize,
                    p.TargetCoveredSize, $"{p.ConditionalUsed}/{p.ConditionalLimit} used{Split(p)}"])]));
            foreach (var problem in block.Positions.SelectMany(p => p.Problems))
            {
                text.Line($"  {problem.Code}: {problem.Text}. {problem.Action}.");
            }

            foreach (var orphan in block.Orphans)
            {
                text.Line($"  orphan: {orphan.Side} {orphan.Quantity} {orphan.Symbol} {orphan.OrderId} can only close; nothing is open");
            }
        }
    }

    private static string Split(CoverageRow row) => row.ConditionalUsed == 0
        ? "" : $" ({row.ConditionalOwn} ours, {row.ConditionalUsed - row.ConditionalOwn} foreign)";
}
