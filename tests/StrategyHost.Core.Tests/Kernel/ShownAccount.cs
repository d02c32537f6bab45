using StrategyHost.Core.Domain;
using StrategyHost.Core.Kernel;
using StrategyHost.Core.Planning;
using StrategyHost.Core.Tests.Protection;

namespace StrategyHost.Core.Tests.Kernel;

/// <summary>Main as the exchange shows it: a test changes what is on it and shows the whole.</summary>
internal sealed class ShownAccount(KernelDesk desk)
{
    public List<PositionReport> Positions { get; } = [];
    public List<OrderReport> Orders { get; } = [];

    public IReadOnlyList<string> Alerts => [.. desk.Requests.OfType<Alert>().Select(a => a.Code)];
    public int Reads => desk.Requests.Count(r => r is ReadAccount);

    /// <summary>What of the last effects would change something.</summary>
    public IReadOnlyList<AccountEffect> Writes => [.. desk.Requests.Where(r => r is not (Alert or ReadAccount))];

    public static TradePlan Plan(KernelDesk desk) => Assert.Single(desk.Kernel.Main.Plans, p => !p.Size.IsZero);

    /// <summary>Shows the account; what comes of it are the desk's requests.</summary>
    public void Show()
    {
        desk.Requests.Clear();
        desk.Tell(new AccountShown(AccountId.Main, 10_000m, [.. Positions], [.. Orders]) { At = desk.Now });
    }

    /// <summary>An audit passes, and the picture that it asked for comes.</summary>
    public void Audit(long ms = 5000)
    {
        desk.Requests.Clear();
        desk.Waits(ms);
        if (desk.Requests.Exists(r => r is ReadAccount))
        {
            Show();
        }
    }

    /// <summary>The position of the plan and its orders stand on the exchange as the kernel wants them.</summary>
    public void Stands(KernelDesk kernel)
    {
        Positions.Clear();
        Orders.Clear();
        foreach (var plan in kernel.Kernel.Main.Plans)
        {
            Positions.Add(Position(plan.Size.Value, plan.SentStop == 0 ? null : new Price(plan.SentStop).Value, plan.Side));
            foreach (var order in plan.TargetOrders.OfType<PlanOrder>().Concat(plan.Exits).Where(o => !o.Order.IsFinal))
            {
                var report = Order(order.Id, order.Order.Remaining.Value, order.Order.Request.Price?.Value);
                kernel.Says(order.Order.Request, OrderStatus.New, order.Order.Filled.Value);
                Orders.Add(report);
            }
        }
    }

    public PositionReport Position(decimal size, decimal? stop, PositionSide side = PositionSide.Long, decimal average = 100m) => new()
    {
        Account = AccountId.Main,
        At = desk.Now,
        Symbol = Markets.Btc.Symbol,
        Side = side,
        Size = Quantity.Of(size),
        AveragePrice = average,
        StopLoss = stop is { } price ? Price.Of(price) : null,
    };

    public OrderReport Order(string id, decimal quantity, decimal? price, Side side = Side.Sell) => new()
    {
        Account = AccountId.Main,
        At = desk.Now,
        Symbol = Markets.Btc.Symbol,
        OrderId = new ExchangeOrderId("x" + id),
        ClientOrderId = new ClientOrderId(id),
        Status = OrderStatus.New,
        Side = side,
        Type = price is null ? OrderType.Market : OrderType.Limit,
        Quantity = Quantity.Of(quantity),
        FilledQuantity = Quantity.Zero,
        Price = price is { } value ? Price.Of(value) : null,
        ReduceOnly = true,
    };
}
