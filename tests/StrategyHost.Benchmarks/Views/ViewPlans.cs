using StrategyHost.Core.Accounts;
using StrategyHost.Core.Domain;
using StrategyHost.Core.Kernel;
using StrategyHost.Core.Kernel.Saved;
using StrategyHost.Core.Orders;
using StrategyHost.Core.Planning;
using StrategyHost.Core.Protection;
using StrategyHost.Core.Risk;

namespace StrategyHost.Benchmarks.Views;

/// <summary>Plans with ten open orders and ten that have ended each.</summary>
internal static class ViewPlans
{
    private static readonly Timestamp At = new(1_700_000_000_000);

    public static AccountSaved Account { get; } = new(AccountId.Main, new SavedAccount
    {
        Account = AccountId.Main,
        PlanNumber = 100,
        OrderNumber = 2000,
        Books = new BooksState(0, 0, 0, 0, 0, 0),
        Losses = new LatchState(0, 0, 0, null, null, false),
    });

    public static SavedPlan Plan(int number) => new()
    {
        Account = AccountId.Main,
        Number = number,
        Strategy = new StrategyId("sma"),
        Symbol = new Symbol("BTCUSDT"),
        Side = PositionSide.Long,
        PositionIdx = PositionIdx.OneWay,
        Origin = new PlanOrigin("sma-1", "", "tag", $"t{number}", "", At),
        Spec = ProtectionSpec.Unsaid,
        Position = new PlanPosition
        {
            Size = Quantity.Of(0.1m),
            EntryValue = 6_000m,
            OpenedAt = At,
        },
        Generations = [0, 0, 0, 0],
        Stop = new SavedStop(default, false, Price.Of(59_000m), StopSource.StopLoss),
        Targets = [new Target(Price.Of(61_000m), 50m), new Target(Price.Of(62_000m), 50m)],
        TargetFilled = [default, default],
        TargetOrders = [number * 100, (number * 100) + 1],
        Orders = [.. Enumerable.Range(0, 20).Select(i => Order(number, i))],
    };

    public static OrderReport Report(SavedOrder order) => new()
    {
        Account = AccountId.Main,
        At = At,
        Symbol = order.Order.Request.Symbol,
        OrderId = new ExchangeOrderId($"x{order.Number}"),
        ClientOrderId = order.Order.Request.ClientOrderId,
        Status = order.Order.Status,
        Side = order.Order.Request.Side,
        Type = OrderType.Limit,
        Quantity = order.Order.Request.Quantity,
        FilledQuantity = default,
        Price = order.Order.Request.Price,
    };

    private static SavedOrder Order(int plan, int index) => new()
    {
        Number = (plan * 100) + index,
        Role = OrderRole.Target,
        Order = new OrderState(
            new OrderRequest
            {
                ClientOrderId = new OrderTag(AccountId.Main, "BNCH", 1, plan, OrderRole.Target, index, 1).Write(),
                Symbol = new Symbol("BTCUSDT"),
                Side = Side.Sell,
                Type = OrderType.Limit,
                Quantity = Quantity.Of(0.01m),
                Price = Price.Of(61_000m + index),
                ReduceOnly = true,
            },
            At,
            index < 10 ? OrderStatus.New : OrderStatus.Cancelled),
        ExchangeId = new ExchangeOrderId($"x{(plan * 100) + index}"),
        TypeName = "limit",
        Spec = ProtectionSpec.Unsaid,
    };
}
