using System.Globalization;
using StrategyHost.Core.Accounts;
using StrategyHost.Core.Domain;
using StrategyHost.Core.Kernel;
using StrategyHost.Core.Kernel.Saved;
using StrategyHost.Core.Orders;
using StrategyHost.Core.Planning;
using StrategyHost.Core.Protection;
using StrategyHost.Storage.Journal;
using StrategyHost.Storage.Tests.Journal;

namespace StrategyHost.Storage.Tests.Projections;

/// <summary>
/// The journal of main over several runs, from a seed: what an account's file may hold, in an order in which it may come; torn steps, and
/// here and there something of the mirror, which must be left alone.
/// </summary>
internal sealed class AnyHistory(int seed)
{
    public const long StartMs = 1_700_000_000_000;
    private static readonly AccountId Main = AccountId.Main;
    private static readonly Symbol[] Symbols = [new("BTCUSDT"), new("ETHUSDT")];
    private static readonly StrategyId[] Strategies = [new("sma"), new("grid")];
    private readonly Random _random = new(seed);

    /// <summary>Records by run, with what is in them.</summary>
    public List<(JournalRun Run, JournalStamp Stamp, object What)> Make()
    {
        var records = new List<(JournalRun, JournalStamp, object)>();
        var at = StartMs;
        for (var run = _random.Next(3); run >= 0; run--)
        {
            var steps = 10 + _random.Next(20);
            var named = Rows.NewRun(string.Create(CultureInfo.InvariantCulture, $"2026-11-{29 - run}T10-17-06Z-8KQ2"));
            for (var seq = 1; seq <= steps; seq++)
            {
                at += _random.Next(20_000_000);
                var part = 0;
                records.AddRange(Step(new Timestamp(at), isTorn: _random.Next(12) == 0)
                    .Select(w => (named, new JournalStamp(seq, part++, new Timestamp(at)), w)));
            }
        }

        return records;
    }

    private IEnumerable<object> Step(Timestamp at, bool isTorn)
    {
        if (_random.Next(3) > 0)
        {
            yield return Input(at);
        }

        var isOld = _random.Next(4) == 0; // told behind the save of its step, as programs of before did
        object[] told = [.. Enumerable.Range(0, _random.Next(3)).Select(_ => Effect(at))];
        foreach (var effect in isOld ? [] : told)
        {
            yield return effect;
        }

        var plans = _random.Next(3);
        for (var i = 0; i < plans; i++)
        {
            yield return new PlanSaved(Main, Plan(Main, at));
        }

        if (isTorn)
        {
            yield break;
        }

        if (plans > 0 || told.Length > 0)
        {
            yield return new AccountSaved(Main, (SavedAccount)new AnyRecord(_random.Next()).Make(typeof(SavedAccount)) with { Account = Main });
        }

        foreach (var effect in isOld ? told : [])
        {
            yield return effect;
        }
    }

    private object Input(Timestamp at) => _random.Next(8) switch
    {
        0 => new AccountShown(
            Main, Money(), [.. Enumerable.Range(0, _random.Next(3)).Select(_ => Position(at)).DistinctBy(p => (p.Symbol, p.PositionIdx))],
            [.. Enumerable.Range(0, _random.Next(4)).Select(_ => Order(at))])
        {
            At = at,
        },
        1 or 2 => Position(at),
        3 or 4 => Order(at),
        5 => new WalletReport { Account = Main, At = at.AddMs(-_random.Next(5000)), Balance = Money() },
        6 => new RefusalReport
        {
            Account = Main,
            At = at,
            Request = Pick(RequestKind.Place, RequestKind.Cancel),
            Symbol = Pick(Symbols),
            ClientOrderId = Id(),
            Code = 1,
            Text = "no",
        },
        _ => Position(at) with { Account = AccountId.Mirror },
    };

    private object Effect(Timestamp at) => _random.Next(6) switch
    {
        0 or 1 => new TradeClosed(Trade(at)),
        2 or 3 => new OrderClosed(Closed(at)),
        4 => new Alert(Main, at, "code", "text"),
        _ => new TradeClosed(Trade(at) with { Account = AccountId.Mirror }),
    };

    private SavedPlan Plan(AccountId account, Timestamp at)
    {
        var number = (long)_random.Next(1, 6);
        SavedOrder[] orders = [.. Enumerable.Range(0, _random.Next(4)).Select(i => Saved(number, i, at)).DistinctBy(o => o.Number)];
        var targets = _random.Next(3);
        return new SavedPlan
        {
            Account = account,
            Number = number,
            IsFinished = _random.Next(4) == 0,
            Strategy = Pick(Strategies),
            Symbol = Pick(Symbols),
            Side = Pick(PositionSide.Long, PositionSide.Short),
            PositionIdx = PositionIdx.OneWay,
            Origin = new PlanOrigin("sma-1", "abc", "tag", Pick("", "a"), "why", at),
            Spec = ProtectionSpec.Unsaid,
            Phase = Pick(PlanPhase.Building, PlanPhase.ProfitTaking),
            Position = new PlanPosition
            {
                Size = Pick(default, Quantity.Of(0.5m), Quantity.Of(2m)),
                EntryValue = Money(),
                OpenedAt = at,
            },
            Generations = [0, 0, 0, 0],
            Stop = Pick(null, new SavedStop(default, false, Pick(default, Price.Of(99.5m)), StopSource.StopLoss)),
            SentStop = Pick(default, Price.Of(99m)),
            Targets = [.. Enumerable.Range(0, targets).Select(i => new Target(Price.Of(110m + i), 50m))],
            TargetFilled = [.. Enumerable.Range(0, targets).Select(_ => Pick(default, Quantity.Of(0.1m)))],
            TargetOrders = [.. Enumerable.Range(0, targets).Select(_ => orders.Length > 0 ? Pick(0, orders[0].Number) : 0L)],
            Orders = orders,
            Entries = [.. orders.Where(o => o.Role == OrderRole.Entry).Select(o => o.Number)],
        };
    }

    private SavedOrder Saved(long plan, int index, Timestamp at)
    {
        var role = index == 0 ? OrderRole.Entry : Pick(Enum.GetValues<OrderRole>());
        var generation = _random.Next(1, 4);
        var isOurs = _random.Next(5) > 0;
        return new SavedOrder
        {
            Number = (plan * 100) + (index * 10) + generation,
            Role = role,
            Order = new OrderState(
                new OrderRequest
                {
                    ClientOrderId = isOurs ? new OrderTag(Main, "8KQ2", 1, plan, role, index, generation).Write() : ClientOrderId.None,
                    Symbol = Pick(Symbols),
                    Side = Pick(Side.Buy, Side.Sell),
                    Type = OrderType.Limit,
                    Quantity = Quantity.Of(1m),
                    Price = Pick<Price?>(null, Price.Of(100m)),
                    Trigger = Pick<Trigger?>(null, new Trigger(Price.Of(101m), TriggerDirection.Rise, TriggerBy.Last)),
                    ReduceOnly = role != OrderRole.Entry,
                },
                at,
                Pick(Enum.GetValues<OrderStatus>()))
            {
                Filled = Pick(default, Quantity.Of(0.25m)),
            },
            ExchangeId = new ExchangeOrderId(isOurs ? Pick("", "x" + plan) : Pick("", "y" + plan)),
            TypeName = "limit",
            Oco = Pick(null, "o"),
            SignalId = Pick("", "sma-1"),
            Spec = ProtectionSpec.Unsaid,
        };
    }

    private OrderRecord Closed(Timestamp at)
    {
        var role = Pick(Enum.GetValues<OrderRole>());
        var plan = _random.Next(1, 7);
        return new OrderRecord
        {
            Seq = plan * 100,
            Time = at,
            Account = Main,
            Strategy = Pick(Strategies),
            OrderLinkId = _random.Next(4) == 0
                ? "y" + plan : new OrderTag(Main, "8KQ2", 1, plan, role, 0, _random.Next(1, 4)).Write().Value,
            Symbol = Pick(Symbols),
            Side = Pick(Side.Buy, Side.Sell),
            Type = "market",
            Quantity = Quantity.Of(1m),
            ReduceOnly = true,
            Role = Pick("entry", "stop", "trail", "target", "signal"),
            Status = Pick("filled", "cancelled", "rejected"),
            FilledQuantity = Quantity.Of(1m),
        };
    }

    private TradeRecord Trade(Timestamp at) => new()
    {
        Account = Main,
        TradeId = $"main-1-{_random.Next(9)}",
        Strategy = Pick(Strategies),
        Symbol = Pick(Symbols),
        Side = Pick(PositionSide.Long, PositionSide.Short),
        Tag = "tag",
        EntryTime = at.AddMs(-5),
        EntryPrice = Money(),
        ExitTime = at,
        ExitPrice = Money(),
        Quantity = Quantity.Of(0.5m),
        GrossPnl = Money() - 500m,
        Fees = Money() / 100m,
        Funding = Pick(0m, -0.01m),
        Slippage = 0.5m,
        R = Pick<decimal?>(null, 1.25m),
        Mae = 1m,
        Mfe = 2m,
        ExitReason = Pick(Enum.GetValues<ExitReason>()),
        EntryReason = "why",
        SignalId = "sma-1",
        ScriptSha256 = "abc",
    };

    private PositionReport Position(Timestamp at) => new()
    {
        Account = Main,
        At = at.AddMs(-_random.Next(5000)),
        Symbol = Pick(Symbols),
        PositionIdx = Pick(PositionIdx.OneWay, PositionIdx.HedgeShort),
        Size = Pick(default, Quantity.Of(0.5m), Quantity.Of(1m)),
        AveragePrice = Money(),
        StopLoss = Pick<Price?>(null, Price.Of(90m)),
    };

    private OrderReport Order(Timestamp at) => new()
    {
        Account = Main,
        At = at.AddMs(-_random.Next(5000)),
        Symbol = Pick(Symbols),
        OrderId = new ExchangeOrderId(Pick("", "x1", "x2", "x3")),
        ClientOrderId = Id(),
        Status = Pick(Enum.GetValues<OrderStatus>()),
        Side = Side.Buy,
        Type = OrderType.Limit,
        Quantity = Quantity.Of(1m),
        FilledQuantity = default,
    };

    private ClientOrderId Id() => Pick(ClientOrderId.None, new ClientOrderId("c1"), new ClientOrderId("c2"));

    private decimal Money() => _random.Next(1, 100_000_000) / 100_000m;

    private T Pick<T>(params T[] values) => values[_random.Next(values.Length)];
}
