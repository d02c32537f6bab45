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
            text.Line($"{block.Account}: {block.State}, {Plural.Of(block.Health.ActivePositions, "position")}, "
                + $"{Plural.Of(block.Health.PendingOrders, "order")}, last update {block.Health.LastUpdate ?? "none"}");
            text.Line($"  equity {Short(block.Equity, 2)}, available {Short(block.Available, 2)}");
            if (block.Summary is { } line)
            {
                text.Line($"  orders {line.OpenOrders}, held {Short(line.HeldCapital, 2)}, trades {line.Trades}, "
                    + $"expectancy {Short(line.Expectancy, 2)}/trade, max drawdown {Short(line.MaxDrawdownPercent, 2)} %");
            }

            if (block.WalletDifference is { } difference)
            {
                text.Line($"  wallet: the executions sum up to {block.WalletBalance}, the exchange says {block.ExchangeWalletBalance} "
                    + $"({difference})");
            }

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
                StrategyText.Show(text, strategy, isFull: block == document.Accounts[0]);
            }

            if (block.Mirror is { } mirror)
            {
                text.Line($"  mirror {mirror.State}, breaker {mirror.Breaker} {mirror.BreakerUntil}".TrimEnd());
            }

            foreach (var error in block.Health.Errors)
            {
                text.Line("  " + error);
            }

            Drift(text, block.MirrorDrift);
        }
    }

    public static void Positions(TextOutput text, Document<PositionsBlock> document)
    {
        foreach (var block in document.Accounts)
        {
            text.Table(new TableBlock(
                $"{block.Account}: {Plural.Of(block.Positions.Count, "position")}",
                [new("symbol"), new("position"), new("entry", true), new("mark", true), new("profit", true), new("stop", true),
                    new("strategy")],
                [.. block.Positions.Select(p => (string[])[p.Symbol, $"{p.Side} {p.Size}", Short(p.EntryPrice), Short(p.MarkPrice),
                    Short(p.UnrealisedPnl, 2), p.StopPrice ?? "NONE", p.Strategy ?? "(foreign)"])]));
            foreach (var position in block.Positions.Where(p => p.ConditionalUsed > 0))
            {
                text.Line($"  {position.Symbol}: {position.ConditionalUsed} of {position.ConditionalLimit} conditional orders used");
            }

            Drift(text, block.MirrorDrift);
        }
    }

    /// <summary>An average has more decimals than a table has room for; JSON has them all.</summary>
    public static string Short(string? number, int decimals = 4) =>
        number is null ? "–" : Short(decimal.Parse(number, CultureInfo.InvariantCulture), decimals);

    private static string Short(decimal number, int decimals) =>
        decimal.Round(number, decimals).ToString("0.####", CultureInfo.InvariantCulture);

    private static void Drift(TextOutput text, IReadOnlyList<DriftRow>? rows)
    {
        if (rows is { Count: > 0 })
        {
            text.Table(new TableBlock(
                "drift: the mirror against main's plans",
                [new("symbol"), new("side"), new("main", true), new("ratio", true), new("target", true), new("actual", true),
                    new("drift", true), new("reason")],
                [.. rows.Select(r => (string[])[r.Symbol, r.Side, r.MainSize, r.Ratio, r.Target, r.Actual, r.Drift,
                    r.Reason.Replace('_', ' ')])])); // a word that is too long would be torn
        }
    }

    public static void Orders(TextOutput text, Document<OrdersBlock> document)
    {
        foreach (var block in document.Accounts)
        {
            var types = string.Concat(block.ByType.Select(t => $", {t.Value} {t.Key}"));
            var oldest = block.OldestAgeMs is { } age ? $", oldest {Age(age)}" : "";
            text.Table(new TableBlock(
                $"{block.Account}: {Plural.Of(block.Orders.Count, "order")}{types}, held capital {block.HeldCapital}{oldest}",
                [new("symbol"), new("order"), new("quantity", true), new("price", true), new("age", true), new("held", true),
                    new("id")],
                [.. block.Orders.Select(o => (string[])[o.Symbol, $"{o.Side} {o.Role}", o.Quantity.ToString(), PriceOf(o), Age(o.AgeMs),
                    Short(o.HeldCapital, 2), Id(o)])]));
            foreach (var problem in block.Problems)
            {
                text.Line($"  {problem.Code}: {problem.Text}");
            }
        }
    }

    private static string Id(OrderRow order) =>
        order.OrderLinkId.Length > 0 ? order.OrderLinkId : order.OrderId;

    /// <summary>A trigger is said with the limit behind it, if it has one.</summary>
    private static string PriceOf(OrderRow order) => (order.TriggerPrice, order.Price) switch
    {
        (null, var price) => price?.ToString() ?? "market",
        ({ } trigger, null) => $"at {trigger}",
        ({ } trigger, { } price) => $"at {trigger} {price}",
    };

    private static string Age(long ms) => ms switch
    {
        < 60_000 => $"{ms / 1000} s",
        < 3_600_000 => $"{ms / 60_000} min",
        < 86_400_000 => $"{ms / 3_600_000} h",
        _ => $"{ms / 86_400_000} d",
    };

    public static void Verify(TextOutput text, Document<VerifyBlock> document)
    {
        foreach (var block in document.Accounts)
        {
            text.Table(new TableBlock(
                $"{block.Account}: {Plural.Of(block.Positions.Count, "position")}, {Plural.Of(block.Orphans.Count, "orphaned order")}",
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
