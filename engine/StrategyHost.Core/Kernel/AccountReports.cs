using StrategyHost.Core.Domain;
using StrategyHost.Core.Orders;

namespace StrategyHost.Core.Kernel;

/// <summary>
/// What the exchange reports of one account, one at a time: each changes what it tells of, and touches the plans that it concerns.
/// </summary>
internal sealed class AccountReports(AccountKernel account, ProtectionCycle protection, EntryTrails trails, FillDesk fills)
{
    /// <summary>Bybit V5: order not exists or too late to replace (read 2026-07-24).</summary>
    private const int NoSuchOrder = 110001;

    /// <summary>Bybit V5: the stop of a partially filled order cannot be changed (read 2026-07-24).</summary>
    private const int HasFilled = 110059;

    /// <param name="report">What the exchange tells; its time is the exchange's.</param>
    /// <param name="heardAt">The engine's time, by which pauses are kept: the two clocks may be seconds apart.</param>
    /// <param name="effects">What it makes necessary.</param>
    public void Apply(ExchangeReport report, Timestamp heardAt, EffectList effects)
    {
        switch (report)
        {
            case FillReport fill:
                fills.Apply(fill, heardAt, effects);
                break;
            case OrderReport order:
                Apply(order, effects);
                break;
            case FundingReport funding:
                account.Books.Apply(funding);
                AccountMoney.Charge(account.Plans, funding);
                break;
            case RefusalReport refusal:
                Apply(refusal with { At = heardAt }, effects);
                break;
            case PositionReport shown when PlanLookup.Holder(account.Plans, shown.Symbol, shown.PositionIdx) is { } plan:
                protection.Show(plan, shown);
                break;
            case PositionReport or WalletReport:
                break; // the exchange's own sums: compared by the reconciler, never copied over the fold of fills
            default:
                throw new System.Diagnostics.UnreachableException(report.ToString());
        }
    }

    private void Apply(OrderReport report, EffectList effects)
    {
        var order = account.Find(report.ClientOrderId) ?? fills.Foreign(report.OrderId);
        if (order is null)
        {
            return; // an order of the exchange or of a person: known to the classifier, not to a plan
        }

        var wasWanted = order.Order is { IsFinal: false, IsCancelling: false };
        order.Order.Apply(report);
        var isDropped = wasWanted && order.Order is { IsFinal: true, IsBehind: false, Filled.IsZero: true };
        order.IsDropped |= isDropped;
        if (isDropped && order.Role == OrderRole.Stop)
        {
            protection.Tranches.Dropped(order, report.At, effects);
        }

        order.Shown = (report.TriggerPrice, report.Quantity);
        order.IsToldEnded |= report.Status.IsFinal();
        account.News.Add((order, null));
        account.Touch(order.Plan);
        account.Record(order, effects);
        fills.Forget(order);
    }

    private void Apply(RefusalReport refusal, EffectList effects)
    {
        var order = account.Find(refusal.ClientOrderId);
        switch (refusal.Request)
        {
            case RequestKind.Place when order is not null:
                trails.Takes(order, refusal, effects);
                order.Order.Refuse($"{refusal.Code} {refusal.Text}");
                account.News.Add((order, null));
                account.Touch(order.Plan);
                account.Record(order, effects);
                if (order.Role == OrderRole.Stop)
                {
                    protection.Tranches.Refused(order, refusal, effects);
                }

                break;
            case RequestKind.TradingStop when PlanLookup.Holder(account.Plans, refusal.Symbol, refusal.PositionIdx) is { } plan:
                protection.StopRefused(plan, refusal, effects);
                break;
            case RequestKind.Amend when trails.Takes(order, refusal, effects):
                break;
            case RequestKind.Cancel:
            case RequestKind.Amend when refusal.Code is NoSuchOrder or HasFilled:
                if (order is { Role: OrderRole.Entry, Plan.Size.IsZero: false, Order.Status: not OrderStatus.Rejected })
                {
                    ProtectionCycle.Doubt(order.Plan); // it filled with the stop of before
                    account.Touch(order.Plan);
                }

                break; // no longer open: its final report has come or is on its way
            case RequestKind.Amend when order is { Role: OrderRole.Stop } && StopLadder.IsPassed(refusal):
                account.Emergency(order.Plan, AccountRecords.StopReason(order.Plan.Stop.Source), refusal.At, effects);
                break;
            default:
                effects.Add(new Alert(account.Account, refusal.At, "refused",
                    $"{refusal.Request} on {refusal.Symbol}: {refusal.Code} {refusal.Text}"));
                break;
        }
    }
}
