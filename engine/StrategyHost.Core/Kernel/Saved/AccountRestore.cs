using StrategyHost.Core.Domain;
using StrategyHost.Core.Planning;
using StrategyHost.Core.Risk;

namespace StrategyHost.Core.Kernel.Saved;

/// <summary>
/// Takes up one account of a saved state, before its kernel was told anything. 1. Numbers go on above the saved ones, so that no id comes
/// twice. 2. An execution that the saved state knows counts no more, also of plans that are not taken up. 3. Orders are as they were saved.
/// </summary>
internal sealed class AccountRestore(AccountKernel account, EngineOptions options)
{
    private readonly AccountParts _parts = account.Parts;
    private readonly SortedDictionary<long, TradePlan> _plans = [];
    private readonly SortedDictionary<long, PlanOrder> _orders = [];
    private readonly List<NotRestored> _lost = [];
    private readonly Dictionary<StrategyId, int> _strategies =
        options.Strategies.Select((s, i) => (s.Strategy, i)).ToDictionary(s => s.Strategy, s => s.i);

    public AccountKernel Account => account;

    /// <summary>The plan with a number, finished or not; null: it was not taken up.</summary>
    public TradePlan? Plan(long number) => _plans.GetValueOrDefault(number);

    public IReadOnlyList<NotRestored> Take(SavedAccount saved, IReadOnlyList<SavedPlan> plans)
    {
        account.Numbers = (saved.PlanNumber, saved.OrderNumber);
        account.Books.State = saved.Books;
        account.Carried = saved.Carried;
        account.Losses.State = saved.Losses;
        account.Losses.Trades = saved.Trades;
        account.Losses.Throttle = saved.Throttle;
        Compare(saved.Losses);
        if (account.Watch is { } watch && saved.Watch is { } watched)
        {
            watch.State = watched;
        }

        var taken = plans.Where(Fits).ToArray();
        Take(saved.Legs, taken);
        foreach (var plan in taken)
        {
            _plans.Add(plan.Number, PlanRestore.Plan(plan, account, _strategies[plan.Strategy]));
        }

        foreach (var plan in taken.OrderByDescending(p => p.IsFinished)) // of an order that went over to another plan the open one's counts
        {
            TakeOrders(plan);
        }

        foreach (var plan in taken)
        {
            Link(plan);
        }

        foreach (var plan in taken.Where(p => p.IsFinished))
        {
            account.Saves?.Finished(_plans[plan.Number]);
        }

        _parts.Plans.AddRange(taken.Where(p => !p.IsFinished).Select(p => _plans[p.Number]));
        KnowOrders();
        Remember(saved, plans);
        account.Doubts = new LeftInDoubt(
            account, [.. _orders.Values.Where(o => o.Order is { IsCancelling: true, IsFinal: false })],
            [.. _lost.Where(l => l.Plan is not null).Select(l => l.Plan!)]);
        account.Version++;
        return _lost;
    }

    /// <summary>A longer look back than the run before had: of what lies before that nobody knows the equity.</summary>
    private void Compare(LatchState losses)
    {
        var hours = options.RiskOf(account.Account).RollingLoss?.Hours ?? 0;
        if (losses is { Hours: > 0, Samples.Count: > 0 } && hours > losses.Hours)
        {
            var text = $"rollingLoss looks back over {hours} h, and equities were kept for {losses.Hours} h";
            _lost.Add(new NotRestored(
                account.Account, "rolling_loss_short", $"{text}: until there are more it is measured from the oldest of them"));
        }
    }

    private bool Fits(SavedPlan plan)
    {
        var (code, why) = !_strategies.ContainsKey(plan.Strategy) ? ("no_strategy", $"{plan.Strategy} is not configured")
            : !account.Market.Knows(plan.Symbol) ? ("no_instrument", $"{plan.Symbol} is not traded")
            : ("", "");
        if (code.Length > 0 && !plan.IsFinished)
        {
            var name = $"plan {plan.Number}, {plan.Side.Text()} {plan.Position.Size} {plan.Symbol}";
            _lost.Add(new NotRestored(account.Account, code, $"{name}: {why}") { Plan = plan });
        }

        return code.Length == 0;
    }

    /// <summary>A position that nobody holds here any more keeps nothing but the time of its last move.</summary>
    private void Take(IReadOnlyList<SavedLeg> legs, SavedPlan[] taken)
    {
        foreach (var leg in legs)
        {
            var isHeld = leg.Side is null || taken.Any(p => p.Symbol == leg.Symbol && p.PositionIdx == leg.Idx && !p.Position.Size.IsZero);
            PlanRestore.Leg(account.LegOf(leg.Symbol, leg.Idx), isHeld ? leg : new SavedLeg
            {
                Symbol = leg.Symbol,
                Idx = leg.Idx,
                StopMovedAt = leg.StopMovedAt,
                TrancheStopsMax = int.MaxValue,
            });
            account.Carried -= isHeld ? 0 : leg.Carry;
        }
    }

    private void TakeOrders(SavedPlan saved)
    {
        foreach (var order in saved.Orders)
        {
            _orders[order.Number] = PlanRestore.Order(order, _plans[saved.Number], Plan);
        }
    }

    /// <summary>Orders of a plan, and what it names of other plans.</summary>
    private void Link(SavedPlan saved)
    {
        var plan = _plans[saved.Number];
        plan.Entries.AddRange(Known(saved.Entries));
        plan.Exits.AddRange(Known(saved.Exits));
        plan.OldStops.AddRange(Known(saved.OldStops));
        plan.TargetOrders = [.. saved.TargetOrders.Select(n => _orders.GetValueOrDefault(n))];
        plan.OwnStop = saved.OwnStop is { } own ? _orders.GetValueOrDefault(own) : null;
        plan.NeighboursStop = saved.NeighboursStop is { } beside ? _orders.GetValueOrDefault(beside) : null;
        if (saved.Heir is { } heir && Plan(heir) is { } successor)
        {
            plan.RestoreHeir(successor);
        }
    }

    private IEnumerable<PlanOrder> Known(IReadOnlyList<long> numbers) =>
        numbers.Select(n => _orders.GetValueOrDefault(n)).OfType<PlanOrder>();

    private void KnowOrders()
    {
        foreach (var order in _orders.Values)
        {
            if (order.Order.Id.IsNone)
            {
                _parts.Fills.Know(order);
                continue;
            }

            _parts.Orders.Add(order.Id, order);
            _parts.Trails.Restore(order);
            if (order.IsRecorded)
            {
                _parts.Finished.Enqueue(order.Order.Id);
            }
        }
    }

    private void Remember(SavedAccount saved, IReadOnlyList<SavedPlan> plans)
    {
        foreach (var plan in plans)
        {
            var unknown = _plans.ContainsKey(plan.Number) ? [] : plan.Orders.SelectMany(o => o.Executions);
            foreach (var execution in plan.Executions.Concat(unknown))
            {
                _parts.Fills.Executions.IsNew(execution);
            }
        }

        foreach (var execution in saved.Executions)
        {
            _parts.Fills.Executions.IsNew(execution);
            _parts.Fills.Executions.Strayed(execution);
        }

        _parts.Fills.Late.Openings = saved.LateOpenings;
        _parts.Fills.Late.Closings = saved.LateClosings;
        if (account.Audit is { } audit)
        {
            audit.Bookings = saved.Bookings;
        }

        _parts.Touched.AddRange(saved.Touched.Select(Plan).OfType<TradePlan>());
        account.Operator.State = saved.Flatten;
        account.Halts.State = saved.Halts;
    }
}
