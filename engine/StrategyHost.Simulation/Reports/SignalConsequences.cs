using System.Globalization;
using StrategyHost.Core.Accounts;
using StrategyHost.Core.Domain;
using StrategyHost.Simulation.Backtest;

namespace StrategyHost.Simulation.Reports;

/// <summary>
/// What a signal led to on one account: the orders that it asked for, what they filled, and the trades of the plan that it opened.
/// </summary>
public sealed record AccountConsequence(AccountId Account, int Orders, decimal Filled, int Trades, decimal NetPnl, string ExitReason)
{
    /// <summary>In a few words, for example <c>main: filled 0.05, 2 trades −12.30 (stop_loss)</c>.</summary>
    public override string ToString()
    {
        var trades = Trades == 0 ? "" : string.Create(CultureInfo.InvariantCulture,
            $", {(Trades == 1 ? "trade" : $"{Trades} trades")} {NetPnl:+0.00;-0.00;0.00} ({ExitReason})");
        var filled = Filled == 0 ? $"{Orders} order{(Orders == 1 ? "" : "s")}, nothing filled" : "filled " + DecimalText.Of(Filled);
        return $"{Account.Name}: {(Orders == 0 ? trades.TrimStart(',', ' ') : filled + trades)}";
    }
}

/// <summary>Follows the signals of a run to their orders and trades. Built once for a report; accounts stand apart.</summary>
public sealed class SignalConsequences
{
    private static readonly IReadOnlyList<OrderRecord> None = [];

    private readonly Dictionary<string, List<OrderRecord>> _orders = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<TradeRecord>> _trades = new(StringComparer.Ordinal);
    private readonly IReadOnlyList<AccountId> _accounts;

    public SignalConsequences(BacktestResult run)
    {
        _accounts = [.. run.Accounts.Select(a => a.Account)];
        foreach (var order in run.Orders)
        {
            if (run.SignalOfOrder.TryGetValue(order.OrderLinkId, out var signal))
            {
                Add(_orders, signal, order);
            }
        }

        foreach (var trade in run.Trades.Where(t => t.SignalId.Length > 0))
        {
            Add(_trades, trade.SignalId, trade);
        }
    }

    /// <summary>The orders that a signal asked for itself; protection belongs to the plan.</summary>
    public IReadOnlyList<OrderRecord> OrdersOf(string signalId) => _orders.GetValueOrDefault(signalId) ?? None;

    /// <summary>Accounts on which nothing followed are left out.</summary>
    public IEnumerable<AccountConsequence> Of(string signalId)
    {
        var orders = OrdersOf(signalId);
        var trades = _trades.GetValueOrDefault(signalId) ?? [];
        foreach (var account in _accounts)
        {
            var own = orders.Where(o => o.Account == account).ToArray();
            var closed = trades.Where(t => t.Account == account).ToArray();
            if (own.Length + closed.Length > 0)
            {
                yield return new AccountConsequence(
                    account, own.Length, own.Sum(o => o.FilledQuantity.Value), closed.Length, closed.Sum(t => t.NetPnl),
                    closed.Length == 0 ? "" : closed[^1].ExitReason.Text());
            }
        }
    }

    private static void Add<T>(Dictionary<string, List<T>> lists, string key, T item)
    {
        if (!lists.TryGetValue(key, out var list))
        {
            lists.Add(key, list = []);
        }

        list.Add(item);
    }
}
