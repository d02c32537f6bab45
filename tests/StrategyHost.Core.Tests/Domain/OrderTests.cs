using FsCheck.Fluent;
using StrategyHost.Core.Domain;
using StrategyHost.Core.Tests.Protection;

namespace StrategyHost.Core.Tests.Domain;

/// <summary>The order's state machine over reports that come late, twice, or in any order.</summary>
public sealed class OrderTests
{
    private static readonly ClientOrderId Id = new("test");

    private static Order New(decimal quantity = 3m) => new(
        new OrderRequest
        {
            ClientOrderId = Id,
            Symbol = new Symbol("BTCUSDT"),
            Side = Side.Buy,
            Type = OrderType.Limit,
            Quantity = Quantity.Of(quantity),
            Price = Price.Of(100m),
        },
        default);

    private static OrderReport Says(OrderStatus status, decimal filled = 0, string reason = "") => new()
    {
        Account = AccountId.Main,
        At = default,
        Symbol = new Symbol("BTCUSDT"),
        OrderId = new ExchangeOrderId("x"),
        ClientOrderId = Id,
        Status = status,
        Side = Side.Buy,
        Type = OrderType.Limit,
        Quantity = Quantity.Of(3m),
        FilledQuantity = Quantity.Of(filled),
        Reason = reason,
    };

    private static FillReport Fill(int number) => new()
    {
        Account = AccountId.Main,
        At = default,
        Symbol = new Symbol("BTCUSDT"),
        ExecutionId = new ExecutionId($"e{number}"),
        OrderId = new ExchangeOrderId("x"),
        ClientOrderId = Id,
        Side = Side.Buy,
        Price = Price.Of(100m + number),
        Quantity = Quantity.Of(1m),
        Fee = 0.1m,
        FeeRate = 0.001m,
        IsMaker = false,
    };

    /// <summary>As the account's kernel does: an execution is taken once.</summary>
    private static Order After(IEnumerable<ExchangeReport> reports)
    {
        var order = New();
        var seen = new HashSet<ExecutionId>();
        foreach (var report in reports)
        {
            var before = order.Filled;
            switch (report)
            {
                case OrderReport said:
                    order.Apply(said);
                    break;
                case FillReport fill when seen.Add(fill.ExecutionId):
                    order.Apply(fill);
                    break;
            }

            Assert.True(order.Filled >= before, "the filled quantity never falls");
        }

        return order;
    }

    private static string State(Order order) =>
        $"{order.Status} {order.Filled} {order.FilledValue} {order.Fees} {order.Remaining} {order.EndReason} {order.IsCancelling}";

    public static TheoryData<string, ExchangeReport[], OrderStatus> Endings => new()
    {
        { "all fills without any status report", [Fill(1), Fill(2), Fill(3)], OrderStatus.Filled },
        { "some fills", [Says(OrderStatus.New), Fill(1)], OrderStatus.PartiallyFilled },
        { "a late New does not take a fill back", [Fill(1), Says(OrderStatus.New)], OrderStatus.PartiallyFilled },
        {
            "a late Untriggered does not take Triggered back",
            [Says(OrderStatus.Triggered), Says(OrderStatus.Untriggered)],
            OrderStatus.Triggered
        },
        { "cancelled absorbs", [Says(OrderStatus.Cancelled), Says(OrderStatus.New)], OrderStatus.Cancelled },
        { "rejected absorbs", [Says(OrderStatus.Rejected), Says(OrderStatus.PartiallyFilled)], OrderStatus.Rejected },
        { "filled beats a cancelled that came first", [Says(OrderStatus.Cancelled), Says(OrderStatus.Filled)], OrderStatus.Filled },
        { "cancelled does not beat filled", [Says(OrderStatus.Filled), Says(OrderStatus.Cancelled)], OrderStatus.Filled },
        {
            "fills that complete a cancelled order make it filled",
            [Says(OrderStatus.Cancelled), Fill(1), Fill(2), Fill(3)],
            OrderStatus.Filled
        },
        { "cancelled after a part stays cancelled", [Fill(1), Says(OrderStatus.Cancelled), Fill(2)], OrderStatus.Cancelled },
        { "an unknown order is known again", [Says(OrderStatus.Unknown), Says(OrderStatus.New)], OrderStatus.New },
    };

    [Theory]
    [MemberData(nameof(Endings))]
    public void Order_ends_where_its_reports_say(string name, ExchangeReport[] reports, OrderStatus expected)
    {
        Assert.NotEmpty(name);
        Assert.Equal(expected, After(reports).Status);
    }

    public static TheoryData<string, ExchangeReport[]> Lives => new()
    {
        { "filled", [Says(OrderStatus.New), Fill(1), Says(OrderStatus.PartiallyFilled, 1), Fill(2), Fill(3), Says(OrderStatus.Filled, 3)] },
        { "cancelled", [Says(OrderStatus.New), Says(OrderStatus.Cancelled, 0, "user")] },
        {
            "part filled, then cancelled",
            [Says(OrderStatus.New), Fill(1), Says(OrderStatus.PartiallyFilled, 1), Says(OrderStatus.Cancelled, 1, "user")]
        },
        {
            "filled while being cancelled",
            [Fill(1), Fill(2), Fill(3), Says(OrderStatus.Cancelled, 0, "user"), Says(OrderStatus.Filled, 3)]
        },
        { "triggered, open", [Says(OrderStatus.Untriggered), Says(OrderStatus.Triggered), Says(OrderStatus.New)] },
    };

    [Theory]
    [MemberData(nameof(Lives))]
    public void Any_order_and_repetition_of_the_reports_ends_the_same(string name, ExchangeReport[] reports)
    {
        Assert.NotEmpty(name);
        var expected = State(After(reports));
        Markets.Holds(
            from order in Gen.Shuffle(reports)
            from repeats in Gen.Choose(0, reports.Length - 1).ListOf()
            select (order, repeats),
            test => Assert.Equal(expected, State(After([.. test.order, .. test.repeats.Select(i => test.order[i])]))));
    }

    [Fact]
    public void Refusal_of_a_finished_order_changes_nothing()
    {
        var order = After([Fill(1), Fill(2), Fill(3)]);
        order.Refuse("late");
        Assert.Equal(OrderStatus.Filled, order.Status);
    }

    [Fact]
    public void Quantity_amended_below_what_filled_meanwhile_leaves_nothing_open()
    {
        var order = After([Fill(1)]);
        order.Amended(new OrderAmendment { Symbol = new Symbol("BTCUSDT"), ClientOrderId = Id, Quantity = Quantity.Of(2m) });
        order.Apply(Fill(2));
        order.Apply(Fill(3));
        Assert.Equal((OrderStatus.Filled, Quantity.Of(3m), Quantity.Zero), (order.Status, order.Filled, order.Remaining));
    }
}
