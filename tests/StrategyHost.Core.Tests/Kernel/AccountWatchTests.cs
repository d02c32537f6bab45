using StrategyHost.Core.Domain;
using StrategyHost.Core.Kernel;

namespace StrategyHost.Core.Tests.Kernel;

/// <summary>Mission 004's alerts of a running account: each once until what it says is over. Balance 10,000, leverage 5.</summary>
public sealed class AccountWatchTests
{
    private const long Minute = 60_000;

    [Fact]
    public void Entries_that_hold_over_thirty_percent_are_said_at_the_placement_and_again_after_they_were_gone()
    {
        var desk = Desk();
        Enter(desk, 140);
        Assert.Empty(Codes(desk)); // 140 × 100 / 5 = 2,800

        Enter(desk, 20, ("scale_in", true));
        Assert.Equal(["fragmented"], Codes(desk)); // 3,200
        Enter(desk, 1, ("scale_in", true));
        Assert.Equal(["fragmented"], Codes(desk));

        desk.Price(110m, ("action", "cancel"), ("order", "all"));
        Answer(desk, OrderStatus.Cancelled);
        Enter(desk, 160);
        Assert.Equal(["fragmented", "fragmented"], Codes(desk));
    }

    [Fact]
    public void Capital_of_an_entry_is_held_from_its_sending_and_released_when_it_ends()
    {
        var desk = Desk();
        Enter(desk, 100);
        Assert.Equal((2_000m, 8_000m), (desk.Kernel.Main.HeldCapital, desk.Kernel.Main.Available));
        Answer(desk, OrderStatus.Cancelled);
        Assert.Equal((0m, 10_000m), (desk.Kernel.Main.HeldCapital, desk.Kernel.Main.Available));

        Open(desk, 100); // its position holds it then, once
        Assert.Equal((2_000m, 7_999m), (desk.Kernel.Main.HeldCapital, desk.Kernel.Main.Available));
        Close(desk, 100, 100m);
        Assert.Equal((0m, 9_998m), (desk.Kernel.Main.HeldCapital, desk.Kernel.Main.Available));
    }

    [Fact]
    public void Entry_of_an_hour_is_said_once_at_the_next_ten_minutes()
    {
        var desk = Desk();
        Enter(desk, 1);
        desk.Waits(59 * Minute);
        Assert.Empty(Codes(desk));

        desk.Waits(11 * Minute);
        Assert.Equal(["stale_entry"], Codes(desk));
        desk.Waits(60 * Minute);
        Assert.Equal(["stale_entry"], Codes(desk));
        Assert.Contains("buy 1 BTCUSDT at 100", desk.MainAlerts[0].Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Rest_of_an_own_entry_below_the_least_value_is_dust_at_the_next_ten_minutes(bool isObserved)
    {
        var desk = Desk(isObserved);
        Enter(desk, 1);
        var order = desk.Placed[^1].Request;
        desk.Waits(8 * Minute); // to minute 24
        Fill(desk, order, 0.96m, 100m, OrderStatus.PartiallyFilled); // the rest is worth 4, the least value is 5
        desk.Waits(5 * Minute);
        Assert.Empty(Codes(desk));
        desk.Waits(Minute);
        Assert.Equal(["dust"], Codes(desk));
        Assert.Equal(30 * Minute, desk.MainAlerts[0].At.Ms);
        desk.Waits(20 * Minute);
        Assert.Single(desk.MainAlerts);
    }

    [Fact]
    public void Nothing_is_due_on_an_account_that_is_not_observed_but_when_an_order_becomes_a_finding()
    {
        var desk = Desk(isObserved: false);
        desk.Price(110m);
        Assert.Equal(Timestamp.MaxValue, desk.Kernel.NextDue);
        Enter(desk, 1); // at 1,004 s: an hour old at 4,604 s
        Assert.Equal(4_800_000, desk.Kernel.NextDue.Ms);
        desk.Waits(100 * Minute);
        Assert.Equal(["stale_entry"], Codes(desk));
        Assert.Equal(4_800_000, desk.MainAlerts[0].At.Ms);
        Assert.Equal(Timestamp.MaxValue, desk.Kernel.NextDue);

        Answer(desk, OrderStatus.Cancelled);
        Enter(desk, 1);
        Answer(desk, OrderStatus.Cancelled);
        Assert.Equal(Timestamp.MaxValue, desk.Kernel.NextDue);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Entries_of_the_same_time_are_found_at_the_same_time_whether_the_account_is_observed_or_not(bool isObserved)
    {
        var desk = Desk(isObserved);
        for (var i = 0; i < 15; i++)
        {
            Enter(desk, 1, ("scale_in", true)); // from 1,002 s on, one each minute and two seconds more
            desk.Waits(Minute);
        }

        desk.Waits(120 * Minute);
        var expected = Enumerable.Range(0, 15).Select(i => 1_002_000L + (i * 62_000) + 3_600_000)
            .Select(hour => (hour + 599_999) / 600_000 * 600_000).ToArray();
        Assert.Equal(expected, desk.MainAlerts.Where(a => a.Code == "stale_entry").Select(a => a.At.Ms));
    }

    [Fact]
    public void Foreign_order_that_is_hours_old_at_the_start_is_said_with_the_first_picture()
    {
        var desk = Desk();
        desk.Waits(200 * Minute + 1);
        Show(desk, Foreign(Side.Buy, 1)); // made at 1,000 s
        Assert.Equal(["stale_entry"], Codes(desk));
        Assert.Contains("foreign entry f1", desk.MainAlerts[0].Text, StringComparison.Ordinal);
        Show(desk, Foreign(Side.Buy, 1));
        Assert.Single(desk.MainAlerts);
    }

    [Fact]
    public void Foreign_order_beside_a_position_is_said_and_lowers_what_is_available()
    {
        var desk = Desk();
        Open(desk, 10);
        var available = desk.Kernel.Main.Available;

        Show(desk, Foreign(Side.Sell, 5));
        Assert.Equal(["double_reservation"], Codes(desk));
        Assert.Equal(available - 120m, desk.Kernel.Main.Available); // 5 × 120 / 5

        Show(desk, Foreign(Side.Sell, 5));
        Assert.Equal(["double_reservation"], Codes(desk));
        Show(desk);
        Assert.Equal(available, desk.Kernel.Main.Available);
        Show(desk, Foreign(Side.Sell, 5) with { ReduceOnly = true });
        Assert.Equal(["double_reservation"], Codes(desk));
    }

    [Fact]
    public void Rest_of_a_foreign_order_below_the_minimum_is_dust()
    {
        var desk = Desk();
        desk.Price(100m);
        var order = Foreign(Side.Buy, 1) with { FilledQuantity = Quantity.Of(0.9999m) };
        Show(desk, order);
        Assert.Empty(Codes(desk));
        desk.Waits(10 * Minute);
        Assert.Equal(["dust"], Codes(desk));
    }

    [Fact]
    public void Ten_losing_trades_are_said_and_ten_winning_ones_take_it_back()
    {
        var desk = Desk();
        for (var i = 0; i < 9; i++)
        {
            Trade(desk, 99m);
        }

        Assert.DoesNotContain("expectancy_negative", Codes(desk));
        Trade(desk, 99m);
        Assert.Equal(1, Codes(desk).Count(c => c == "expectancy_negative"));
        for (var i = 0; i < 10; i++)
        {
            Trade(desk, 110m);
        }

        for (var i = 0; i < 10; i++)
        {
            Trade(desk, 80m);
        }

        Assert.Equal(2, Codes(desk).Count(c => c == "expectancy_negative"));
    }

    [Fact]
    public void Fall_of_more_than_ten_percent_is_said_when_a_trade_ends()
    {
        var desk = Desk();
        Open(desk, 100);
        desk.Price(89m);
        Assert.Empty(Codes(desk)); // open loss of 1,100, no trade yet

        Close(desk, 100, 89m);
        Assert.Equal(["drawdown"], Codes(desk));
        Trade(desk, 99m);
        Assert.Equal(["drawdown"], Codes(desk));
    }

    [Fact]
    public void Trades_and_the_peak_go_on_after_a_restart()
    {
        var desk = Desk();
        Open(desk, 100);
        desk.Price(89m);
        Close(desk, 100, 89m);
        for (var i = 0; i < 8; i++)
        {
            Trade(desk, 99m);
        }

        var again = desk.Restarted(out _);
        Trade(again, 99m);

        Assert.Equal(["drawdown", "expectancy_negative"], Codes(again).Order());
    }

    [Fact]
    public void First_equity_of_a_day_is_kept_for_the_tables()
    {
        var desk = Desk();
        Trade(desk, 110m);
        desk.Waits(24 * 60 * Minute);
        Trade(desk, 110m);

        var saved = desk.Kernel.Save().Accounts[0].Watch!;
        Assert.Equal((2L, 1L, 86_400_000L), (saved.Trades, saved.Day, saved.DayAt.Ms));
        Assert.Equal(10_000m + 10m - 2m, saved.DayEquity); // one of 1 from 100 to 110, fees of 1 each way
    }

    [Fact]
    public void Nothing_is_watched_unless_asked_for()
    {
        var desk = new KernelDesk();
        Enter(desk, 160);
        desk.Waits(100 * Minute);
        Assert.Empty(desk.MainAlerts);
        Assert.Null(desk.Kernel.Save().Accounts[0].Watch);
    }

    private static KernelDesk Desk(bool isObserved = true) => new(change: o => o with
    {
        WatchesAccounts = true,
        SavesState = true,
        AuditMs = isObserved ? 1_000_000_000_000 : 0,
        ForeignPositions = ForeignPositions.Ignore,
        Risk = o.Risk with { RequireStop = false, MaxOrderNotionalPercent = 10_000m, MaxLeverage = null },
    });

    private static string[] Codes(KernelDesk desk) => [.. desk.MainAlerts.Select(a => a.Code)];

    private static void Enter(KernelDesk desk, int quantity, params (string, object)[] more) =>
        desk.Price(110m, [("action", "buy"), ("type", "limit"), ("price", 100), ("quantity", quantity), .. more]);

    private static void Open(KernelDesk desk, int quantity)
    {
        desk.Price(100m, ("action", "buy"), ("quantity", quantity));
        var order = desk.Placed[^1].Request;
        Fill(desk, order, quantity, 100m);
    }

    private static void Close(KernelDesk desk, int quantity, decimal price)
    {
        desk.Price(price, ("action", "close"));
        var order = desk.Placed[^1].Request;
        Fill(desk, order, quantity, price);
    }

    /// <summary>Profit is worked out by the kernel, as with Bybit's executions.</summary>
    private static void Fill(
        KernelDesk desk, OrderRequest order, decimal quantity, decimal price, OrderStatus status = OrderStatus.Filled)
    {
        desk.Tell(new Reported(
        [
            new FillReport
            {
                Account = AccountId.Main,
                At = desk.Now,
                Symbol = order.Symbol,
                ExecutionId = new ExecutionId("x" + order.ClientOrderId),
                OrderId = new ExchangeOrderId("x" + order.ClientOrderId),
                ClientOrderId = order.ClientOrderId,
                Side = order.Side,
                Price = Price.Of(price),
                Quantity = Quantity.Of(quantity),
                Fee = 1m,
                FeeRate = 0m,
                IsMaker = false,
                IsPnlKnown = false,
            },
        ])
        {
            At = desk.Now,
        });
        desk.Says(order, status, quantity);
    }

    private static void Trade(KernelDesk desk, decimal exit)
    {
        Open(desk, 1);
        Close(desk, 1, exit);
    }

    private static void Answer(KernelDesk desk, OrderStatus status)
    {
        foreach (var plan in desk.Kernel.Main.Plans.ToArray())
        {
            foreach (var entry in plan.Entries.ToArray())
            {
                desk.Says(entry.Order.Request, status, 0);
            }
        }
    }

    private static void Show(KernelDesk desk, params OrderReport[] foreign)
    {
        var kernel = desk.Kernel.Main;
        var positions = kernel.Plans.Where(p => !p.Size.IsZero).Select(p => new PositionReport
        {
            Account = AccountId.Main,
            At = desk.Now,
            Symbol = p.Symbol,
            Side = p.Side,
            Size = p.Size,
            AveragePrice = p.AverageEntry,
        });
        desk.Tell(new AccountShown(AccountId.Main, kernel.Books.Balance, [.. positions], foreign) { At = desk.Now });
    }

    private static OrderReport Foreign(Side side, decimal quantity) => new()
    {
        Account = AccountId.Main,
        At = new Timestamp(1_000_000),
        Symbol = new Symbol("BTCUSDT"),
        OrderId = new ExchangeOrderId("f1"),
        ClientOrderId = ClientOrderId.None,
        Status = OrderStatus.New,
        Side = side,
        Type = OrderType.Limit,
        Price = Price.Of(120m),
        Quantity = Quantity.Of(quantity),
        FilledQuantity = Quantity.Zero,
    };
}
