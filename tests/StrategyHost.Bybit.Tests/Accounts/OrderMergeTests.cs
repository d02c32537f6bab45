using FsCheck;
using FsCheck.Fluent;
using StrategyHost.Bybit.Accounts;
using StrategyHost.Core.Domain;
using Xunit;

namespace StrategyHost.Bybit.Tests.Accounts;

/// <summary>Merging of an order's reports: laws over every order of arrival.</summary>
public sealed class OrderMergeTests
{
    private static readonly OrderReport[] FilledLife =
    [
        Report(OrderStatus.Untriggered, 0, 1), Report(OrderStatus.Triggered, 0, 2), Report(OrderStatus.New, 0, 3),
        Report(OrderStatus.PartiallyFilled, 4, 4), Report(OrderStatus.Filled, 10, 5),

        // A cancel that raced the fill (bybit-v5 §3.10).
        Report(OrderStatus.Filled, 10, 6),
    ];

    private static readonly OrderReport[] CancelledLife =
    [
        Report(OrderStatus.New, 0, 1), Report(OrderStatus.PartiallyFilled, 4, 2), Report(OrderStatus.Cancelled, 4, 3),
    ];

    [Fact]
    public void Any_order_of_arrival_ends_in_the_same_state_and_never_goes_back()
    {
        var arrivals = Gen.Choose(0, 1000).ArrayOf().Where(a => a.Length is > 0 and < 40).ToArbitrary();
        Prop.ForAll(arrivals, picks => Holds(FilledLife, picks) && Holds(CancelledLife, picks)).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Fills_that_come_after_a_cancel_are_told_and_it_stays_cancelled()
    {
        var known = Report(OrderStatus.Cancelled, 4, 3);
        var late = Report(OrderStatus.PartiallyFilled, 6, 2);

        Assert.True(OrderMerge.IsNews(known, late));
        Assert.Equal((OrderStatus.Cancelled, 6m), (OrderMerge.Merged(known, late).Status, OrderMerge.Merged(known, late).FilledQuantity.Value));
    }

    [Fact]
    public void Amendment_within_one_state_wins_by_time()
    {
        var known = Report(OrderStatus.New, 0, 5);

        Assert.True(OrderMerge.IsNews(known, Report(OrderStatus.New, 0, 6) with { Price = Price.Of(2) }));
        Assert.False(OrderMerge.IsNews(known, Report(OrderStatus.New, 0, 4) with { Price = Price.Of(2) }));
        Assert.False(OrderMerge.IsNews(known, known));
    }

    private static bool Holds(OrderReport[] life, int[] picks)
    {
        OrderReport? known = null;
        foreach (var next in picks.Select(p => life[p % life.Length]).Append(life[^1]))
        {
            if (known is null)
            {
                known = next;
            }
            else if (OrderMerge.IsNews(known, next))
            {
                var merged = OrderMerge.Merged(known, next);
                if (merged.FilledQuantity < known.FilledQuantity || (known.Status.IsFinal() && !merged.Status.IsFinal()))
                {
                    return false;
                }

                known = merged;
            }
        }

        return known!.Status == life[^1].Status && known.FilledQuantity == life[^1].FilledQuantity;
    }

    private static OrderReport Report(OrderStatus status, decimal filled, long at) => new()
    {
        Account = AccountId.Main,
        At = new Timestamp(at),
        Symbol = new Symbol("XYZUSDT"),
        OrderId = new ExchangeOrderId("o"),
        ClientOrderId = new ClientOrderId("c"),
        Status = status,
        Side = Side.Buy,
        Type = OrderType.Limit,
        Quantity = Quantity.Of(10),
        FilledQuantity = Quantity.Of(filled),
    };
}
