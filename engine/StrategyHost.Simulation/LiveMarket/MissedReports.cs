using StrategyHost.Core.Domain;
using StrategyHost.Core.Ports;
using StrategyHost.Simulation.Exchange;

namespace StrategyHost.Simulation.LiveMarket;

/// <summary>What a simulated exchange answers to a host that asks what it has missed. Pure.</summary>
internal static class MissedReports
{
    /// <summary>Bybit's code for "no answer".</summary>
    private const int NoAnswer = 10000;

    public static List<ExchangeReport> Of(
        SimulatedExchange exchange, RecentReports? recent, AccountRecovery recovery, (AccountId Account, Timestamp At) told)
    {
        var wanted = recovery.Orders.Select(o => o.Request.ClientOrderId).ToHashSet();
        var reports = (recent?.Of(told.Account) ?? []).Where(r => r switch
        {
            OrderReport order => wanted.Contains(order.ClientOrderId),
            _ => r.At >= recovery.ExecutionsSince,
        }).ToList();
        var ended = reports.OfType<OrderReport>().Select(o => o.ClientOrderId).ToHashSet();
        var open = exchange.OpenOrders(told.Account).Where(o => !o.ClientOrderId.IsNone)
            .ToDictionary(o => o.ClientOrderId, o => LiveExchange.Order(told.Account, o, told.At));
        foreach (var order in recovery.Orders.Where(o => !ended.Contains(o.Request.ClientOrderId)))
        {
            reports.Add(open.TryGetValue(order.Request.ClientOrderId, out var there) ? there : Absent(order, told));
        }

        return reports;
    }

    /// <summary>The exchange is in this process: what it does not know never reached it, or was forgotten long ago.</summary>
    private static ExchangeReport Absent(RecoveredOrder order, (AccountId Account, Timestamp At) told) => order.IsAnswered
        ? order.Report(told.Account, OrderStatus.Cancelled, told.At, "not_found")
        : new RefusalReport
        {
            Account = told.Account,
            At = told.At,
            Request = RequestKind.Place,
            Symbol = order.Request.Symbol,
            ClientOrderId = order.Request.ClientOrderId,
            PositionIdx = order.Request.PositionIdx,
            Code = NoAnswer,
            Text = "it never arrived: the host ended before it was sent",
        };
}
