using StrategyHost.Core.Accounts;
using StrategyHost.Core.Domain;
using StrategyHost.Core.Planning;
using StrategyHost.Core.Protection;
using StrategyHost.Core.Risk;
using StrategyHost.Core.Signals;

namespace StrategyHost.Core.Kernel;

/// <summary>
/// Cancels and amends own resting orders by id, tag, <c>entries</c> or <c>all</c>; protection is never meant (contracts §2.1).
/// </summary>
internal sealed class OrderDesk(EngineOptions options, MarketBoard market, AccountKernel? mirror, MirrorGate gate, MirrorDesk waiting)
{
    public Verdict Cancel(SignalAct act, List<PlanOrder> cancelled)
    {
        var orders = Named(act);
        foreach (var order in orders)
        {
            act.Account.Cancel(order, act.Effects);
        }

        foreach (var order in act.IsFollowed ? orders : [])
        {
            MirrorEntries.Same(act.Account, mirror!, order).ForEach(o => mirror!.Cancel(o, act.Effects)); // it is followed, so there is one
        }

        cancelled.AddRange(orders);
        return orders.Count > 0 ? Verdict.Accepted : NoSuchOrder(act.Signal);
    }

    /// <summary>Amends every order that is meant; null when there is none.</summary>
    public Verdict? Modify(SignalAct act)
    {
        var orders = Named(act).FindAll(o => !o.Order.IsCancelling);
        if (orders.Count == 0)
        {
            return null;
        }

        foreach (var order in orders)
        {
            if (Objection(act, order, QuantityOf(act.Signal, order)) is { } error)
            {
                return error;
            }
        }

        var before = orders.ConvertAll(o => o.Order.Request.Quantity);
        foreach (var order in orders)
        {
            Amend(act.Account, order, act, QuantityOf(act.Signal, order));
        }

        for (var i = 0; act.IsFollowed && i < orders.Count; i++)
        {
            Follow(act, orders[i], before[i]);
            waiting.Change(act, orders[i]);
        }

        return Verdict.Accepted;
    }

    /// <summary>
    /// The mirror's orders of the same part: an entry's quantity is main's × the plan's ratio, an exit's changes by the same factor.
    /// </summary>
    private void Follow(SignalAct act, PlanOrder order, Quantity before)
    {
        foreach (var same in MirrorEntries.Same(act.Account, mirror!, order)) // it is followed, so there is one
        {
            var (wanted, instrument) = (order.Order.Request.Quantity, same.Plan.Instrument);
            Quantity? quantity = wanted == before ? null : same.Role == Orders.OrderRole.Entry
                ? MirrorEntries.Part(act.Account, mirror!, order, same)
                : instrument.FloorQuantity(same.Order.Request.Quantity.Value * wanted.Value / before.Value);
            Follow(MirrorAct(act, order, same.Plan), same, quantity);
        }
    }

    /// <summary>The modification as the mirror makes it; a reversed one has its prices mirrored at the last price.</summary>
    private SignalAct MirrorAct(SignalAct act, PlanOrder order, TradePlan follower)
    {
        var own = act with { Account = mirror! }; // it is followed, so there is one
        if (follower.Side == order.Plan.Side)
        {
            return own;
        }

        var last = FixedPoint.ToDecimal(market[follower.Symbol].Last);
        return own with
        {
            Signal = act.Signal with
            {
                Price = MirrorPolicy.Turn(act.Signal.Price, last),
                TriggerPrice = MirrorPolicy.Turn(act.Signal.TriggerPrice, last),
                Protection = MirrorPolicy.Reverse(act.Signal.Protection, order.ReferencePrice),
            },
        };
    }

    /// <summary>The mirror judges by its own limits; what it leaves as it is keeps main from nothing.</summary>
    private void Follow(SignalAct act, PlanOrder order, Quantity? quantity)
    {
        var grows = quantity > order.Order.Request.Quantity && order.Role == Orders.OrderRole.Entry;
        var isBelowZero = act.Signal.Price <= 0 || act.Signal.TriggerPrice <= 0;
        var reason = isBelowZero ? MirrorDesk.BelowZero : grows ? gate.Objection(act.At) : null;
        if ((reason ??= Objection(act, order, quantity)?.Rule) is not null)
        {
            act.Effects.Add(new Alert(
                act.Account.Account, act.At, "mirror_skipped", $"{act.SignalId} {order.Plan.Symbol}: modify: {reason}"));
            return;
        }

        Amend(act.Account, order, act, quantity);
    }

    public static Verdict NoSuchOrder(Signal signal) => Verdict.Refused("no_such_order", $"no open order matches {signal.Order}", "order");

    private static List<PlanOrder> Named(SignalAct act)
    {
        var (strategy, signal) = (act.Lane.Setup.Strategy, act.Signal);
        return [.. act.Account.Plans.Where(p => p.Strategy == strategy).SelectMany(p => p.Entries.Concat(p.Exits))
            .Where(o => !o.Order.IsFinal && o.SignalId.Length > 0 && IsMeant(signal, o))]; // closes of the host's own are protection
    }

    private static bool IsMeant(Signal signal, PlanOrder order) => signal.Order switch
    {
        "all" => order.Plan.Symbol == signal.Symbol,
        "entries" => order.Plan.Symbol == signal.Symbol && order.Role == Orders.OrderRole.Entry,
        _ => order.Order.Id.Value == signal.Order || (order.Tag.Length > 0 && order.Tag == signal.Order
            && (signal.Action == SignalAction.Cancel || order.Plan.Symbol == signal.Symbol)), // a price means nothing on another symbol
    };

    private Error? Objection(SignalAct act, PlanOrder entry, Quantity? amended)
    {
        if (entry.Role != Orders.OrderRole.Entry)
        {
            return null;
        }

        if (EntryTrails.Objection(act.Signal, entry) is { } untrailed)
        {
            return untrailed;
        }

        if (!options.ManagesPositions && Unmanaged.Objection(act.Signal.Protection) is { } unmanaged)
        {
            return unmanaged;
        }

        act = EntryTrails.Meant(act, entry);
        var (spec, reference) = Amended(act, entry);
        var plan = entry.Plan;
        if (entry.Order.Request.Trigger is { } trigger
            && EntryDesk.Passed(act.Signal with { TriggerBy = trigger.By }, plan.Side, market[plan.Symbol]) is { } passed)
        {
            return passed;
        }

        if (EntryStops.Beyond(plan, reference) is { } beyond)
        {
            return beyond;
        }

        var stop = new StopLevels(spec, plan.Side, plan.Instrument, plan.Atr).Before(reference);
        var quantity = amended ?? entry.Order.Request.Quantity;
        var grows = quantity > entry.Order.Request.Quantity;
        var own = entry.Order.Remaining.Value * entry.ReferencePrice;
        var rest = quantity > entry.Order.Filled ? quantity - entry.Order.Filled : Quantity.Zero;
        var (free, leverage) = (act.Account.Available + (own / act.Account.Setup.Leverage), act.Account.Setup.Leverage);
        if (rest.Value * reference > own && PositionSizer.Affordable(free, leverage, reference, plan.Instrument) < rest)
        {
            return new Error
            {
                Rule = "insufficient_margin",
                Field = "quantity",
                Message = $"the amended entry of {quantity} {plan.Symbol} needs more margin than is available",
            };
        }

        var place = new EntryPlace(act.Account, null, []);
        var proposal = new EntryProposal(plan.Side, quantity, reference, stop, act.Account.Equity, 0, false)
        {
            Moment = grows ? act.Account.Losses.Moment(plan.Strategy, plan.Symbol, act.At) with { EntriesLastMinute = 0 } : null,
            Exposure = place.Exposure() - own,
            SymbolExposure = place.Exposure(plan.Symbol) - own,
            MarketPrice = FixedPoint.ToDecimal(market[plan.Symbol].Last),
            LimitPrice = act.Signal.Price,
        };
        return RiskRules.Check(proposal, options.RiskOf(act.Account.Account));
    }

    private (ProtectionSpec Spec, decimal Reference) Amended(SignalAct act, PlanOrder entry)
    {
        var isOthers = act.Signal.Protection.SaysAnything;
        var spec = isOthers ? act.Signal.Protection.Or(entry.Spec) with { TriggerBy = entry.Spec.TriggerBy } : entry.Spec;
        var request = entry.Order.Request;
        var present = request.Trigger?.Price.Value ?? request.Price?.Value ?? FixedPoint.ToDecimal(market[entry.Plan.Symbol].Last);
        return (spec, (request.Trigger is null ? act.Signal.Price : act.Signal.TriggerPrice) ?? present);
    }

    private void Amend(AccountKernel account, PlanOrder order, SignalAct asked, Quantity? quantity)
    {
        var act = EntryTrails.Meant(asked, order);
        var instrument = order.Plan.Instrument;
        var request = order.Order.Request;
        var amendment = new OrderAmendment
        {
            Symbol = order.Plan.Symbol,
            ClientOrderId = order.Order.Id,
            Price = act.Signal.Price is { } price && request.Price is not null ? instrument.LimitPrice(request.Side, price) : null,
            TriggerPrice = act.Signal.TriggerPrice is { } trigger && request.Trigger is not null
                ? instrument.StopPrice(request.Side.Opens().Opposite(), trigger)
                : null,
            Quantity = quantity,
        };
        if (order.Role == Orders.OrderRole.Entry)
        {
            var (spec, reference) = Amended(act, order);
            order.Spec = spec;
            order.ReferencePrice = reference;
            order.Plan.Spec = order.Plan.HasOpened ? order.Plan.Spec : spec;
            var own = new StopLevels(spec, order.Plan.Side, instrument, order.Plan.Atr).Before(reference);
            var stop = new EntryStop(order.Plan, own, reference, order);
            amendment = amendment with { StopLoss = order.Order.Filled.IsZero ? EntryStops.Attached(account, stop) : null };
        }

        amendment = Changed(amendment, request);
        if ((amendment.Price ?? amendment.TriggerPrice ?? amendment.StopLoss) is not null || amendment.Quantity is not null)
        {
            account.Amend(order, amendment, act.Effects);
        }

        account.Retrail(order, asked);
    }

    /// <summary>Without what is as it was: the exchange refuses an amendment that changes nothing.</summary>
    private static OrderAmendment Changed(OrderAmendment wanted, OrderRequest request) => wanted with
    {
        Price = wanted.Price == request.Price ? null : wanted.Price,
        TriggerPrice = wanted.TriggerPrice == request.Trigger?.Price ? null : wanted.TriggerPrice,
        Quantity = wanted.Quantity == request.Quantity ? null : wanted.Quantity,
        StopLoss = wanted.StopLoss == request.Protection?.StopLoss ? null : wanted.StopLoss,
    };

    private static Quantity? QuantityOf(Signal signal, PlanOrder order) =>
        signal.Size is { Kind: SizeKind.Quantity } size ? order.Plan.Instrument.FloorQuantity(size.Value) : null;
}
