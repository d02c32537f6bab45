using FsCheck;
using FsCheck.Fluent;
using StrategyHost.Core.Accounts;
using StrategyHost.Core.Domain;

namespace StrategyHost.Core.Tests.Accounts;

public sealed class ObservedAccountTests
{
    private static readonly Symbol Btc = new("BTCUSDT");
    private readonly ObservedAccount _account = new(AccountId.Main);

    [Fact]
    public void Order_in_doubt_becomes_the_exchanges_order_when_it_is_found()
    {
        _account.Apply(Order("", "a-1", OrderStatus.Unknown, 1));
        Assert.Equal(1, _account.Since(Assert.Single(_account.Orders)).Ms);
        _account.Apply(Order("x-1", "a-1", OrderStatus.New, 2));
        Assert.Equal("x-1", Assert.Single(_account.Orders).OrderId.Value);
        _account.Apply(Order("x-1", "a-1", OrderStatus.Filled, 3));
        Assert.Empty(_account.Orders);
    }

    [Fact]
    public void Order_that_goes_by_another_id_since_it_triggered_is_shown_once_and_ends_once()
    {
        _account.Apply(Order("x-1", "a-1", OrderStatus.Untriggered, 1));
        _account.Apply(Order("x-2", "a-1", OrderStatus.Triggered, 2));
        Assert.Equal("x-2", Assert.Single(_account.Orders).OrderId.Value);
        _account.Apply(Order("x-2", "a-1", OrderStatus.Filled, 3));
        Assert.Empty(_account.Orders);
    }

    [Fact]
    public void Order_in_doubt_is_gone_when_it_is_refused_or_never_arrived()
    {
        _account.Apply(Order("", "a-1", OrderStatus.Unknown, 1));
        _account.Apply(Refused(new ClientOrderId("a-1")));
        Assert.Empty(_account.Orders);
    }

    [Fact]
    public void Snapshot_replaces_everything_and_keeps_the_age_of_what_is_still_there()
    {
        _account.Apply(Order("x-1", "a-1", OrderStatus.New, 1));
        _account.Apply(Order("x-2", "a-2", OrderStatus.New, 1));
        _account.Replace(new Timestamp(9), 100m, [], [Order("x-1", "a-1", OrderStatus.New, 9)]);
        Assert.Equal(1, _account.Since(Assert.Single(_account.Orders)).Ms);
        Assert.Equal((100m, new Timestamp(9)), (_account.WalletBalance, _account.UpdatedAt));
    }

    [Fact]
    public void Reports_of_another_account_change_nothing()
    {
        _account.Apply(Order("x-1", "a-1", OrderStatus.New, 1) with { Account = AccountId.Mirror });
        Assert.Empty(_account.Orders);
        Assert.Null(_account.UpdatedAt);
    }

    /// <summary>The ordered list is kept between changes: it must be the one that is made from nothing.</summary>
    [Fact]
    public void Orders_asked_for_after_every_report_are_those_asked_for_once_at_the_end()
    {
        var step =
            from kind in Gen.Choose(0, 9)
            from id in Gen.Choose(0, 5)
            from at in Gen.Choose(0, 4)
            select (kind, id, at);
        Prop.ForAll(step.ArrayOf().ToArbitrary(), steps =>
        {
            var (asked, other) = (new ObservedAccount(AccountId.Main), new ObservedAccount(AccountId.Main));
            var isKept = true;
            foreach (var (kind, id, at) in steps)
            {
                var before = asked.Orders;
                OrderReport[] shown = [.. before];
                Change(asked, kind, id, at);
                Change(other, kind, id, at);
                isKept &= before.SequenceEqual(shown)
                    && asked.Orders.Select(o => asked.Since(o).Ms).SequenceEqual(asked.Orders.Select(o => asked.Since(o).Ms).Order());
            }

            return isKept && asked.Orders.SequenceEqual(other.Orders);
        }).QuickCheckThrowOnFailure();
    }

    private static void Change(ObservedAccount account, int kind, int id, int at)
    {
        var order = Order($"x-{id}", $"a-{id}", OrderStatus.New, at);
        switch (kind)
        {
            case 0:
                account.Replace(new Timestamp(at), 1m, [], [order, Order("x-9", "a-9", OrderStatus.New, at + 1)]);
                break;
            case 1:
                account.TakeUp(new Timestamp(at), 1m, [], [(order, new Timestamp(at))]);
                break;
            case 2:
                account.Apply(Refused(order.ClientOrderId));
                break;
            case 3:
                account.Apply(order with { OrderId = new ExchangeOrderId("") });
                break;
            case 4 or 5:
                account.Apply(order with { Status = OrderStatus.Cancelled });
                break;
            case 6:
                account.Apply(order with { OrderId = new ExchangeOrderId($"y-{id}") });
                break;
            default:
                account.Apply(order);
                break;
        }
    }

    private static RefusalReport Refused(ClientOrderId id) => new()
    {
        Account = AccountId.Main,
        At = new Timestamp(2),
        Request = RequestKind.Place,
        Symbol = Btc,
        ClientOrderId = id,
        Code = 10000,
        Text = "it never arrived",
    };

    private static OrderReport Order(string id, string link, OrderStatus status, long at) => new()
    {
        Account = AccountId.Main,
        At = new Timestamp(at),
        Symbol = Btc,
        OrderId = new ExchangeOrderId(id),
        ClientOrderId = new ClientOrderId(link),
        Status = status,
        Side = Side.Buy,
        Type = OrderType.Limit,
        Quantity = Quantity.Of(1m),
        FilledQuantity = Quantity.Zero,
    };
}
