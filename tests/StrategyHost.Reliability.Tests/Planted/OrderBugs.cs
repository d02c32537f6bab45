using StrategyHost.Core.Domain;
using StrategyHost.Core.Kernel;
using StrategyHost.Core.Orders;
using StrategyHost.Reliability.Tests.World;

namespace StrategyHost.Reliability.Tests.Planted;

/// <summary>Orders that are sent wrongly: ids, flags, quantities, cancels.</summary>
internal static class OrderBugs
{
    public static IEnumerable<PlantedBug> All =>
    [
        new("new_id_on_retry", "an entry without an answer is sent again at once under a new id", "I-05 I-07 I-09", NewIdOnRetry),
        new("not_found_is_not_accepted", "an entry without an answer is sent again at once, without a fence", "I-05 I-07 I-09", SentAgain),
        new("reduce_only_dropped", "a close goes out without reduce-only", "I-14", () => WrongEngine.Asking(r =>
            r is PlaceOrder { Request.ReduceOnly: true } p ? p with { Request = p.Request with { ReduceOnly = false } } : r)),
        new("close_on_other_leg", "in hedge mode a close names the other leg", "I-24", () => WrongEngine.Asking(OtherLeg))
        {
            Fits = o => o.Mode == PositionMode.Hedge,
        },
        new("close_twice_the_size", "a close is of twice the position, and not reduce-only", "I-14", () => WrongEngine.Asking(r =>
            r is PlaceOrder { Request: { ReduceOnly: true, Trigger: null } c } p
                ? p with { Request = c with { Quantity = new Quantity(c.Quantity.Units * 2), ReduceOnly = false } } : r)),
        new("entry_off_lot", "quantities are not rounded to the lot", "I-28", () => WrongEngine.Asking(OffLot)),
        new("cancel_ack_is_end", "the acknowledgement of a cancel is taken for the end of the order", "I-07 I-09 I-24 I-13 I-08 I-10 I-05", CancelIsEnd),
        new("targets_left", "targets are not cancelled when their position is gone or their plan changes", "I-07 I-05 I-24", () =>
            WrongEngine.Asking(r => Role(r) is OrderRole.Target && r is CancelOrder ? null : r))
        {
            IsRare = true,
        },
        new("old_stops_pile_up", "stops of tranches are never cancelled: nobody counts conditional orders", "I-07 I-15 I-24", () =>
            WrongEngine.Asking(r => Role(r) is OrderRole.Stop && r is CancelOrder ? null : r)),
        new("targets_by_wish", "targets are sized by what the entry asked for, not by what filled", "I-14 I-24", TargetsByWish),
    ];

    public static OrderRole? Role(AccountEffect request) =>
        OrderTag.TryRead(Bybit.Accounts.RequestWays.OrderOf(request).Value ?? "", out var tag) ? tag.Role : null;

    private static AccountEffect OffLot(AccountEffect request)
    {
        if (request is not PlaceOrder { Request: { ReduceOnly: false } entry } place)
        {
            return request;
        }

        var lot = Instruments.All.First(i => i.Symbol == entry.Symbol).QtyStep.Units;
        return place with { Request = entry with { Quantity = new Quantity(entry.Quantity.Units + (lot / 2)) } };
    }

    private static AccountEffect OtherLeg(AccountEffect request) =>
        request is PlaceOrder { Request: { PositionIdx: not PositionIdx.OneWay } close } place && Role(request) == OrderRole.Exit
            ? place with
            {
                Request = close with
                {
                    PositionIdx = close.PositionIdx == PositionIdx.HedgeLong ? PositionIdx.HedgeShort : PositionIdx.HedgeLong,
                },
            }
            : request;

    /// <summary>Entries that were sent, for those who send them again.</summary>
    private static Seams Resending(Func<PlaceOrder, PlaceOrder> again) => new()
    {
        Engine = o =>
        {
            var sent = new Dictionary<string, PlaceOrder>(StringComparer.Ordinal);
            return new WrongEngine(new EngineKernel(o))
            {
                Wants = (effect, _) =>
                {
                    if (effect is PlaceOrder { Request: { ReduceOnly: false } entry } place)
                    {
                        sent[entry.ClientOrderId.Value] = place;
                    }

                    return [effect];
                },
                First = input => input is not Reported { Reports: var reports } ? []
                    : [.. reports.OfType<OrderReport>().Where(r => r.Status == OrderStatus.Unknown)
                        .Select(r => sent.GetValueOrDefault(r.ClientOrderId.Value ?? "")).OfType<PlaceOrder>().Select(again)],
            };
        },
    };

    private static Seams SentAgain() => Resending(place => place with { Request = place.Request with { } });

    private static Seams NewIdOnRetry() => Resending(place =>
    {
        OrderTag.TryRead(place.Request.ClientOrderId.Value, out var tag);
        return place with { Request = place.Request with { ClientOrderId = (tag with { Generation = tag.Generation + 500 }).Write() } };
    });

    private static Seams CancelIsEnd() => new()
    {
        Engine = o =>
        {
            var told = new Dictionary<string, OrderReport>(StringComparer.Ordinal);
            var ended = new List<ExchangeReport>();
            return new WrongEngine(new EngineKernel(o))
            {
                Hears = input =>
                {
                    if (input is Reported { Reports: var reports })
                    {
                        foreach (var report in reports.OfType<OrderReport>())
                        {
                            told[report.ClientOrderId.Value ?? ""] = report;
                        }
                    }

                    ExchangeReport[] first = [.. ended];
                    ended.Clear();
                    return first.Length == 0 ? [input] : [new Reported(first) { At = input.At }, input];
                },
                Wants = (effect, input) =>
                {
                    if (effect is CancelOrder cancel && told.TryGetValue(cancel.Id.Value ?? "", out var order))
                    {
                        ended.Add(order with { Status = OrderStatus.Cancelled, At = input.At });
                    }

                    return [effect];
                },
            };
        },
    };

    /// <summary>Also when they are cut to what is left.</summary>
    private static Seams TargetsByWish() => WrongEngine.Wanting(kernel => (effect, _) =>
    {
        if (effect is not AccountEffect request || Role(request) != OrderRole.Target
            || !OrderTag.TryRead(Bybit.Accounts.RequestWays.OrderOf(request).Value, out var tag)
            || kernel.Accounts.First(a => a.Account == request.Account).Plans.FirstOrDefault(p => p.Number == tag.Plan) is not { } plan)
        {
            return [effect];
        }

        var wish = new Quantity(plan.Entries.Sum(e => e.Order.Request.Quantity.Units));
        return effect switch
        {
            PlaceOrder place => [place with { Request = place.Request with { Quantity = wish } }],
            AmendOrder { Amendment.Quantity: not null } amend => [amend with { Amendment = amend.Amendment with { Quantity = wish } }],
            _ => [effect],
        };
    });
}
