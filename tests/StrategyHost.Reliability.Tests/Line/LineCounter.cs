using StrategyHost.Bybit.Accounts;
using StrategyHost.Core.Domain;
using StrategyHost.Core.Kernel;
using StrategyHost.Reliability.Tests.Faults;

namespace StrategyHost.Reliability.Tests.Line;

/// <summary>What the exchange's counter says to one request that has arrived: what the exchange itself says, unless a fault strikes.</summary>
internal static class LineCounter
{
    private const int UnknownCode = 199_999;

    /// <param name="request">What has arrived.</param>
    /// <param name="parts">Of the line on which it came.</param>
    /// <param name="isDone">The exchange itself has answered.</param>
    public static Outcome Take(AccountEffect request, LineParts parts, out bool isDone)
    {
        isDone = true;
        if (Trouble(request, parts) is { } outcome)
        {
            isDone = false;
            parts.Say?.Invoke($"{parts.Name} is told {outcome.Verdict} {outcome.Code} to {Text(request)}");
            return outcome;
        }

        var refusal = parts.Truth.Execute(request);
        if (refusal is { Text: var why } && why.Contains("base_price", StringComparison.Ordinal))
        {
            parts.Markers.Hit("line.stop_passed");
        }

        parts.Say?.Invoke($"{parts.Name} {(refusal is null ? "takes" : $"refuses ({refusal.Code} {refusal.Text})")} {Text(request)}");
        return refusal is null ? Outcome.Taken : Outcome.Of(RequestReports.Kind(request), refusal.Code, refusal.Text);
    }

    private static Outcome? Trouble(AccountEffect request, LineParts parts)
    {
        var kind = RequestReports.Kind(request);
        if (Hits(FaultKind.RateLimited))
        {
            return Outcome.Of(kind, 10006, "Too many visits!");
        }

        if (Hits(FaultKind.UnknownCode))
        {
            if (parts.Dice.Chance(0.5))
            {
                parts.Truth.Execute(request);
            }

            return Outcome.Of(kind, UnknownCode, "nobody knows");
        }

        if (Hits(FaultKind.AckedNotDone))
        {
            return Outcome.Taken;
        }

        return request switch
        {
            PlaceOrder { Request: var order } => Order(order),
            SetTradingStop when Hits(FaultKind.TooManyStops) => Outcome.Of(kind, 110061, "too many stops"),
            SetTradingStop when Hits(FaultKind.NotModified) => Outcome.Of(kind, 34040, "not modified"),
            SetTradingStop or AmendOrder when Hits(FaultKind.Processing) => Outcome.Of(kind, 110079, "order is processing"),
            AmendOrder or CancelOrder when Hits(FaultKind.OrderGone) => Outcome.Of(kind, 110001, "order not exists or too late"),
            _ => null,
        };

        bool Hits(FaultKind fault) => parts.Faults.Hits(fault, parts.Name);

        Outcome? Order(OrderRequest order)
        {
            if (!order.ReduceOnly && Hits(FaultKind.NoMargin))
            {
                return Outcome.Of(kind, 110007, "ab not enough for new order");
            }

            if (order is { ReduceOnly: true, Trigger: not null } && Hits(FaultKind.TooManyStops))
            {
                return Outcome.Of(kind, 110009, "already had 10 working normal stop orders");
            }

            if (Hits(FaultKind.AsyncReject))
            {
                parts.Truth.Reject(parts.Account, order);
                return Outcome.Taken;
            }

            return null;
        }
    }

    public static string Text(AccountEffect request) => request switch
    {
        PlaceOrder { Request: var r } => $"place {r.ClientOrderId} {r.Side} {r.Quantity} {r.Symbol} {r.Type} at {r.Price} trigger "
            + $"{r.Trigger?.Price} stop {r.Protection?.StopLoss}{(r.ReduceOnly ? " reduce" : "")}",
        AmendOrder { Amendment: var a } => $"amend {a.ClientOrderId} to {a.Quantity} at {a.Price} trigger {a.TriggerPrice} stop {a.StopLoss}",
        CancelOrder cancel => $"cancel {cancel.Id}",
        SetTradingStop { Wanted: var w } => $"stop {w.Symbol} {w.PositionIdx} at {w.StopLoss}",
        _ => request.ToString(),
    };
}
