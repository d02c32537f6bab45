using StrategyHost.Core.Domain;
using StrategyHost.Emulator.Trading;

namespace StrategyHost.Bybit.Tests.Simulation;

/// <summary>What the emulator itself knows of one account, compared with what was told of it. Every difference is one line.</summary>
internal sealed class AccountTruth(TradingFloor floor, long uid)
{
    private readonly AccountLedger _ledger = floor.Ledger(uid);

    /// <summary>The sum of the reports.</summary>
    public IEnumerable<string> Of(ToldAccount told)
    {
        var executions = _ledger.Executions.Where(e => e.Type != ExecType.Funding).Select(e => e.ExecId).ToHashSet(StringComparer.Ordinal);
        var fundings = _ledger.Executions.Count(e => e.Type == ExecType.Funding);
        return Orders(told)
            .Concat(Positions([.. told.Positions.Values.Where(p => !p.Size.IsZero)]))
            .Concat(executions.Except(told.Executions).Select(e => $"{uid} execution {e} was not told"))
            .Concat(told.Executions.Except(executions).Select(e => $"{uid} execution {e} was told and is none"))
            .Concat(told.Fundings == fundings ? [] : [$"{uid} fundings {told.Fundings}, in truth {fundings}"])
            .Concat(Wallet(told.Wallet));
    }

    public IEnumerable<string> OfSnapshot(ToldAccount told)
    {
        if (told.Snapshot is not { } snapshot)
        {
            return [$"{uid} no snapshot was told"];
        }

        var open = snapshot.OpenOrders.Select(Text).Order(StringComparer.Ordinal);
        var truth = _ledger.Orders.Where(o => !o.IsFinal).Select(Text).Order(StringComparer.Ordinal);
        return (open.SequenceEqual(truth) ? [] : (string[])[$"{uid} snapshot's orders {string.Join("; ", open)}, in truth {string.Join("; ", truth)}"])
            .Concat(Positions(snapshot.Positions)).Concat(Wallet(snapshot.WalletBalance));
    }

    private IEnumerable<string> Orders(ToldAccount told)
    {
        foreach (var twin in _ledger.Orders.Where(o => o.LinkId.Length > 0).GroupBy(o => o.LinkId).Where(g => g.Count() > 1))
        {
            yield return $"{uid} {twin.Key} stands for {twin.Count()} orders";
        }

        foreach (var order in _ledger.Orders)
        {
            if (told.Refused.Contains(order.LinkId))
            {
                yield return $"{uid} {order.LinkId} was told as not taken and is {order.Status}";
            }

            if (!told.Orders.TryGetValue(order.OrderId, out var known))
            {
                if (!order.IsFinal || order.LinkId.Length > 0)
                {
                    yield return $"{uid} order {Text(order)} was not told";
                }
            }
            else if (Text(known) != Text(order))
            {
                yield return $"{uid} order {Text(order)} was told as {Text(known)}";
            }
        }

        var ids = _ledger.Orders.Select(o => o.OrderId).ToHashSet(StringComparer.Ordinal);
        foreach (var (id, order) in told.Orders.Where(o => !ids.Contains(o.Key) && !o.Value.Status.IsFinal()))
        {
            yield return $"{uid} order {id} {Text(order)} was told and is none";
        }
    }

    private IEnumerable<string> Positions(IReadOnlyList<PositionReport> told)
    {
        var shown = string.Join("; ", told.Select(p => Text(p.Symbol, p.Side, p.Size, (p.StopLoss, p.TakeProfit))).Order(StringComparer.Ordinal));
        var truth = string.Join("; ", floor.OpenPositions(uid).Select(p => Text(p.Symbol, p.Side, p.Size, (p.StopLoss, p.TakeProfit)))
            .Order(StringComparer.Ordinal));
        return shown == truth ? [] : [$"{uid} positions were told as {shown}, in truth {truth}"];
    }

    private IEnumerable<string> Wallet(decimal? told)
    {
        var truth = floor.State(uid).WalletBalance;
        return told is { } balance && Math.Abs(balance - truth) < 0.0001m ? [] : [$"{uid} wallet was told as {told}, in truth {truth}"];
    }

    private static string Text(Symbol symbol, PositionSide side, Quantity size, (Price? Stop, Price? Target) protection) =>
        $"{symbol} {side} {size} stop {protection.Stop} target {protection.Target}";

    // The exchange shows a market order's protective bound as its price.
    private static string Text(OrderRecord o) =>
        $"{o.OrderId} {o.LinkId} {o.Symbol} {o.Side} {o.Type} {o.Status} {o.Filled}/{o.Quantity} {(o.Type == OrderType.Limit ? o.Price : null)}";

    private static string Text(OrderReport o) =>
        $"{o.OrderId} {o.ClientOrderId} {o.Symbol} {o.Side} {o.Type} {o.Status} {o.FilledQuantity}/{o.Quantity} {(o.Type == OrderType.Limit ? o.Price : null)}";
}
