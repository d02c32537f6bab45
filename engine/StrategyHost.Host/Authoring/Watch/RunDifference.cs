using System.Globalization;
using StrategyHost.Core.Accounts;
using StrategyHost.Host.Terminal;
using StrategyHost.Simulation.Reports;

namespace StrategyHost.Host.Authoring.Watch;

/// <summary>What a run did otherwise than the one before it: some figures of each account, and the first order that differs.</summary>
internal static class RunDifference
{
    public static void Show(TextOutput text, BacktestReport before, BacktestReport now)
    {
        var name = string.Join(" + ", now.Result.Strategies.Select(s => s.Strategy.Name));
        foreach (var warning in now.Result.Warnings.Except(before.Result.Warnings))
        {
            text.Line("! " + warning);
        }

        foreach (var account in now.Accounts)
        {
            if (before.Accounts.FirstOrDefault(a => a.Result.Account == account.Result.Account) is { } old)
            {
                text.Table(new TableBlock(
                    $"{name}, {account.Result.Account}: against the last run",
                    [new(""), new("before", IsNumber: true), new("now", IsNumber: true), new("change", IsNumber: true)],
                    [.. Figures(old).Zip(Figures(account), Row)]));
            }
        }

        text.Line(FirstOrder(before, now));
    }

    /// <summary>Where the two lists of orders part, in one sentence.</summary>
    internal static string FirstOrder(BacktestReport before, BacktestReport now)
    {
        if (before.OrderListHash == now.OrderListHash)
        {
            return $"Orders: the same {now.Result.Orders.Count}.";
        }

        var (old, current) = (before.Result.Orders, now.Result.Orders);
        var at = 0;
        while (at < old.Count && at < current.Count && old[at] == current[at])
        {
            at++;
        }

        var (was, isNow) = (At(old, at), At(current, at));
        return string.Create(
            CultureInfo.InvariantCulture, $"Orders: {old.Count} before, {current.Count} now; the first to differ is number {at + 1}:")
            + $"\n  before: {was}\n  now:    {isNow}";
    }

    private static (string Name, double? Value, string Format)[] Figures(AccountReport account)
    {
        var figures = account.Performance.All.ToDictionary(f => f.Name, f => f.Metric.Value);
        return
        [
            ("trades", account.Performance.Trades.Trades, "0"),
            ("net profit", figures["netProfit"], "0.00"),
            ("expectancy", figures["expectancy"], "0.00"),
            ("win rate, %", figures["winRate"] * 100, "0.00"),
            ("max drawdown, %", (double)account.Result.MaxDrawdownPercent, "0.00"),
            ("end equity", (double)account.Result.EndEquity, "0.00"),
        ];
    }

    private static string[] Row((string Name, double? Value, string Format) before, (string Name, double? Value, string Format) now) =>
    [
        now.Name,
        Number(before.Value, now.Format),
        Number(now.Value, now.Format),
        before.Value == now.Value ? "" : Number(now.Value - before.Value, $"+{now.Format};-{now.Format};0"),
    ];

    private static string Number(double? value, string format) => value?.ToString(format, CultureInfo.InvariantCulture) ?? "–";

    private static string At(IReadOnlyList<OrderRecord> orders, int at)
    {
        if (at >= orders.Count)
        {
            return "no order";
        }

        var order = orders[at];
        var price = order.Price ?? order.TriggerPrice;
        return $"{order.Time} {order.Account} {order.Role} {(order.Side == Core.Domain.Side.Buy ? "buy" : "sell")} {order.Quantity} "
            + $"{order.Symbol} {order.Type}{(price is { } p ? $" at {p}" : "")}, {order.Status}"
            + (order.AveragePrice is { } filled ? $" at {filled.ToString("0.########", CultureInfo.InvariantCulture)}" : "");
    }
}
