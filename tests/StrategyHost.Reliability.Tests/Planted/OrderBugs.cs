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
        new("not_found_is_not_accepted", "an entry without an answer is sent again at once, without a fence", "I-05", SentAgain),
        new("reduce_only_dropped", "a close goes out without reduce-only", "I-14", () => WrongEngine.Asking(r =>
            r is PlaceOrder { Request.ReduceOnly: true } p ? p with { Request = p.Request with { ReduceOnly = false } } : r)),
        new("close_that_flips", "closes are placed as openings of twice the size on the other side", "I-14", Flipping),
        new("entry_off_lot", "quantities are not rounded to the lot", "I-28", () => WrongEngine.Asking(OffLot)),
        new("cancel_ack_is_end", "the acknowledgement of a cancel is taken for the end of the order", "I-07 I-09 I-24 I-13 I-08 I-10 I-05", CancelIsEnd),
        new("targets_left", "targets are not cancelled when their position is gone or their plan changes", "I-07 I-05 I-24", () =>
            WrongEngine.Asking(r => Role(r) is OrderRole.Target && r is CancelOrder ? null : r)),
        new("old_stops_pile_up", "stops of tranches are never cancelled: nobody counts conditional orders", "I-07 I-15 I-24", () =>
            WrongEngine.Asking(r => Role(r) is OrderRole.Stop && r is CancelOrder ? null : r)),
        new("targets_by_wish", "targets are sized by what the entry asked for, not by what filled", "I-14", TargetsByWish),
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

    private static Seams Flipping() => WrongEngine.Asking(r => r is PlaceOrder { Request: { ReduceOnly: true, Trigger: null } close } place
        && Role(r) == OrderRole.Exit
        ? place with
        {
            Request = close with
            {
                Quantity = new Quantity(close.Quantity.Units * 2),
                ReduceOnly = false,
                CloseOnTrigger = true, // so it says; without a trigger it means nothing
            },
        }
        : r);

    /// <summary>Entries that were sent, for those who send them again.</summary>
    private static Seams Resending(Func<PlaceOrder, PlaceOrder> again) => WrongEngine.Wanting(_ =>
    {
        var sent = new Dictionary<string, PlaceOrder>(StringComparer.Ordinal);
        return (effect, input) =>
        {
            if (effect is PlaceOrder { Request: { ReduceOnly: false } entry } place)
            {
                sent[entry.ClientOrderId.Value] = place;
            }

            return [effect];
        };
    }) with
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

    private static Seams TargetsByWish() => WrongEngine.Wanting(kernel => (effect, _) =>
    {
        if (effect is PlaceOrder { Request: var target } place && Role(place) == OrderRole.Target
            && OrderTag.TryRead(target.ClientOrderId.Value, out var tag)
            && kernel.Accounts.First(a => a.Account == place.Account).Plans.FirstOrDefault(p => p.Number == tag.Plan) is { } plan)
        {
            var wish = plan.Entries.Sum(e => e.Order.Request.Quantity.Units);
            return [place with { Request = target with { Quantity = new Quantity(Math.Max(wish, target.Quantity.Units)) } }];
        }

        return [effect];
    });
}
