using StrategyHost.Core.Domain;
using StrategyHost.Core.Planning;

namespace StrategyHost.Core.Kernel.Saved;

/// <summary>
/// Requests of the run before that may never have been sent, and orders that nobody manages any more: settled by the first picture of the
/// account. Cancels that were asked for are asked for again; entries of plans that were not taken up are taken back; then a second picture
/// is asked for at once, which decides about orders that are missing or altered.
/// </summary>
internal sealed class LeftInDoubt(AccountKernel account, IReadOnlyList<PlanOrder> cancelling, IReadOnlyList<SavedPlan> lost)
{
    private readonly Dictionary<PositionLeg, Timestamp> _moved = account.Parts.Legs.Values.ToDictionary(l => l, l => l.StopMovedAt);

    /// <summary>
    /// Of a position whose stop this run has not moved yet: the run before may have sent a closer one than it could save. So it may of one
    /// whose entry it could not save either, and which is told again.
    /// </summary>
    public bool IsStopInDoubt(PositionLeg leg) => leg.StopMovedAt == _moved.GetValueOrDefault(leg);

    public void Settle(AccountShown shown, EffectList effects)
    {
        var open = shown.Orders.Where(o => !o.ClientOrderId.IsNone).Select(o => o.ClientOrderId).ToHashSet();
        foreach (var order in cancelling.Where(o => o.Order is { IsFinal: false, IsCancelling: true } && open.Contains(o.Order.Id)))
        {
            effects.Add(new CancelOrder(account.Account, order.Plan.Symbol, order.Order.Id));
        }

        foreach (var plan in lost)
        {
            var entries = plan.Orders.Where(o => plan.Entries.Contains(o.Number) && open.Contains(o.Order.Request.ClientOrderId)).ToArray();
            foreach (var entry in entries)
            {
                effects.Add(new CancelOrder(account.Account, plan.Symbol, entry.Order.Request.ClientOrderId));
            }

            effects.Add(new Alert(account.Account, shown.At, "plan_not_restored",
                $"plan {plan.Number} of {plan.Strategy} on {plan.Symbol} is not managed: {entries.Length} resting entries are taken back, "
                + (plan.Position.Size.IsZero ? "it holds nothing" : $"its {plan.Side.Text()} {plan.Position.Size} is nobody's")));
        }

        account.Audit?.Ask(shown.At, effects);
    }
}
