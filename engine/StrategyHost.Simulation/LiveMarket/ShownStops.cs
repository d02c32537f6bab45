using StrategyHost.Core.Domain;
using StrategyHost.Simulation.Exchange;

namespace StrategyHost.Simulation.LiveMarket;

/// <summary>
/// The Full stops of positions that a picture of an account has shown as orders. A real exchange tells when such an order ends with its
/// position (Deactivated, bybit-v5 §4.3); the simulated one tells nothing of them, since a backtest folds fills. Without this somebody who
/// looks at the account between two pictures would see the stop of a position that has gone.
/// </summary>
internal sealed class ShownStops
{
    private readonly Dictionary<AccountId, List<OpenOrderState>> _shown = [];

    /// <summary>An account was shown as a whole.</summary>
    public void Show(AccountId account, IEnumerable<OpenOrderState> orders) =>
        _shown[account] = [.. orders.Where(o => o.ClientOrderId.IsNone && o.StopOrderType != StopOrderType.None)];

    /// <summary>
    /// The ends of those that are not open any more, each once. Told: reports of the same call, which may say it themselves.
    /// </summary>
    public IReadOnlyList<OrderReport> Ended(
        AccountId account, IReadOnlyList<OpenOrderState> open, IReadOnlyList<ExchangeReport> told, Timestamp at)
    {
        if (_shown.GetValueOrDefault(account) is not { Count: > 0 } shown)
        {
            return [];
        }

        OpenOrderState[] gone = [.. shown.Where(s => open.All(o => o.OrderId != s.OrderId))];
        shown.RemoveAll(gone.Contains);
        return
        [
            .. gone.Where(g => !told.Any(t => t is OrderReport report && report.OrderId == g.OrderId))
                .Select(g => LiveExchange.Order(account, g, at) with { Status = OrderStatus.Deactivated }),
        ];
    }
}
