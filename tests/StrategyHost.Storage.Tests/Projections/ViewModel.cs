using System.Globalization;
using StrategyHost.Core.Accounts;
using StrategyHost.Core.Domain;
using StrategyHost.Core.Kernel;
using StrategyHost.Core.Kernel.Saved;
using StrategyHost.Core.Orders;
using StrategyHost.Storage.Journal;
using StrategyHost.Storage.Projections;

namespace StrategyHost.Storage.Tests.Projections;

/// <summary>What main's tables should say after a history, worked out from the records alone and in memory.</summary>
internal sealed record ViewModel
{
    public required IReadOnlyList<PlanPositionView> Positions { get; init; }
    public required IReadOnlyList<OrderView> Orders { get; init; }
    public required IReadOnlyList<TradeRecord> Trades { get; init; }
    public required IReadOnlyList<PerformanceView> Performance { get; init; }
    public required SeenAccount? Seen { get; init; }
    public required BooksState? Money { get; init; }
    public required IReadOnlyList<EquitySample> DailyEquity { get; init; }

    public static ViewModel Of(IEnumerable<(JournalRun Run, JournalStamp Stamp, object What)> history)
    {
        var records = history.ToArray();
        var counted = Counted(records);
        TradeRecord[] trades = [.. records.Select(r => r.What).OfType<TradeClosed>().Where(counted.Contains).Select(t => t.Trade)];
        var saved = records.Select(r => r.What).OfType<AccountSaved>().Where(s => s.Account == AccountId.Main).Select(s => s.State).ToArray();
        return new ViewModel
        {
            Positions = PositionsOf(records),
            Orders = OrdersOf(records, counted),
            Trades = trades,
            Performance = PerformanceOf(trades),
            Seen = SeenOf(records),
            Money = saved.LastOrDefault()?.Books,
            DailyEquity =
            [
                .. saved.Select(s => s.Watch).OfType<WatchState>().Where(w => w.Day is not null).GroupBy(w => w.Day).OrderBy(g => g.Key)
                    .Select(g => new EquitySample(g.Last().DayAt, g.Last().DayEquity)),
            ],
        };
    }

    /// <summary>What main's next save of the run counts, and what comes behind the save of its own step.</summary>
    private static HashSet<object> Counted((JournalRun Run, JournalStamp Stamp, object What)[] records)
    {
        var counted = new HashSet<object>(ReferenceEqualityComparer.Instance);
        for (var i = 0; i < records.Length; i++)
        {
            if (records[i].What is TradeClosed { Trade.Account: var trades } && trades == AccountId.Main
                || records[i].What is OrderClosed { Order.Account: var orders } && orders == AccountId.Main)
            {
                var (run, step) = (records[i].Run.Name, records[i].Stamp.Seq);
                var isSaved = records.Take(i).Any(r => r.Run.Name == run && r.Stamp.Seq == step && r.What is AccountSaved)
                    || records.Skip(i).Any(r => r.Run.Name == run && r.What is AccountSaved);
                _ = isSaved && counted.Add(records[i].What);
            }
        }

        return counted;
    }

    /// <summary>The same from the tables.</summary>
    public static ViewModel Of(AccountProjection projection)
    {
        var tables = projection.Tables;
        return new ViewModel
        {
            Positions = tables.Positions(),
            Orders = [.. Enumerable.Range(0, 10).SelectMany(i => tables.OrdersOf(i)).Concat(tables.OpenOrders())
                .Concat(Enumerable.Range(0, 10).Select(i => tables.Order("y" + i)).OfType<OrderView>())
                .DistinctBy(o => o.Id).OrderBy(o => o.Id, StringComparer.Ordinal)],
            Trades = [.. tables.LastTrades(1000).Reverse()],
            Performance = tables.Performance(),
            Seen = tables.Seen(),
            Money = tables.Money(),
            DailyEquity = tables.DailyEquity(long.MinValue),
        };
    }

    private static IReadOnlyList<PlanPositionView> PositionsOf((JournalRun Run, JournalStamp Stamp, object What)[] records)
    {
        var fold = new SavedFold();
        string? last = null;
        foreach (var (run, _, what) in records)
        {
            if (last != run.Name)
            {
                fold.Break();
            }

            last = run.Name;
            if (what is Effect effect)
            {
                fold.Take(effect);
            }
        }

        return [.. fold.Engine.Plans.Where(p => !p.IsFinished && !p.Position.Size.IsZero).Select(Position)];
    }

    private static PlanPositionView Position(SavedPlan plan) => new()
    {
        Plan = plan.Number,
        Strategy = plan.Strategy,
        Symbol = plan.Symbol,
        Leg = plan.PositionIdx,
        Side = plan.Side,
        Tag = plan.Origin.Tag,
        Tranche = plan.Origin.Tranche,
        SignalId = plan.Origin.SignalId,
        Size = plan.Position.Size,
        AveragePrice = plan.Position.EntryValue / plan.Position.Size.Value,
        OpenedAt = plan.Position.OpenedAt,
        Phase = plan.Phase,
        Stop = plan.Stop is { Stop.Units: > 0 } stop ? stop.Stop : null,
        StopSource = plan.Stop is { Stop.Units: > 0, Source: var source } ? source : null,
        SentStop = plan.SentStop.Units > 0 ? plan.SentStop : null,
        Targets = [.. plan.Targets.Select((t, i) => new TargetView(
            i, t.Price, t.SharePercent, plan.TargetFilled[i],
            plan.Orders.Where(o => o.Number == plan.TargetOrders[i]).Select(IdOf).FirstOrDefault()))],
    };

    private static IReadOnlyList<OrderView> OrdersOf((JournalRun Run, JournalStamp Stamp, object What)[] records, HashSet<object> counted)
    {
        var orders = new Dictionary<string, OrderView>();
        var pending = new List<SavedPlan>();
        var told = new List<(OrderRecord Order, Timestamp At)>();
        (string? last, var step) = (default(string), -1L);
        foreach (var (run, stamp, what) in records)
        {
            if (last != run.Name)
            {
                pending.Clear();
                told.Clear();
                step = -1;
            }

            last = run.Name;
            switch (what)
            {
                case PlanSaved saved:
                    pending.Add(saved.Plan);
                    break;
                case AccountSaved:
                    foreach (var plan in pending)
                    {
                        // A run's first save says again what is over: what is not there any more stays away.
                        var isSaidAgain = step < 0 && plan.IsFinished;
                        plan.Orders.Where(o => !isSaidAgain || orders.ContainsKey(IdOf(o))).ToList()
                            .ForEach(o => Add(orders, Order(plan, o, stamp.At)));
                    }

                    told.ForEach(t => Add(orders, Order(t.Order, t.At)));
                    pending.Clear();
                    told.Clear();
                    step = stamp.Seq;
                    break;
                case OrderClosed { Order: var closed } when counted.Contains(what) && step == stamp.Seq:
                    Add(orders, Order(closed, stamp.At));
                    break;
                case OrderClosed { Order: var closed } when counted.Contains(what):
                    told.Add((closed, stamp.At));
                    break;
            }
        }

        return [.. orders.Values.OrderBy(o => o.Id, StringComparer.Ordinal)];
    }

    /// <summary>What is said later counts; what is not said leaves what was known; an end stays the first.</summary>
    private static void Add(Dictionary<string, OrderView> orders, OrderView order)
    {
        if (order.Id.Length == 0)
        {
            return;
        }

        orders[order.Id] = !orders.TryGetValue(order.Id, out var old) ? order : old with
        {
            ExchangeId = order.ExchangeId ?? old.ExchangeId,
            Plan = order.Plan ?? old.Plan,
            Number = order.Number,
            ClosedAs = order.ClosedAs ?? old.ClosedAs,
            ParentId = order.ParentId ?? old.ParentId,
            SignalId = order.SignalId ?? old.SignalId,
            Oco = order.Oco ?? old.Oco,
            Quantity = order.Quantity,
            Filled = order.Filled,
            Price = order.Price,
            TriggerPrice = order.TriggerPrice,
            Status = order.Status,
            ChangedAt = order.ChangedAt,
            EndedAt = old.EndedAt ?? order.EndedAt,
        };
    }

    private static string IdOf(SavedOrder order) =>
        order.Order.Request.ClientOrderId.IsNone ? order.ExchangeId.Value : order.Order.Request.ClientOrderId.Value;

    private static OrderView Order(SavedPlan plan, SavedOrder order, Timestamp at)
    {
        var entry = plan.Entries.Count > 0 ? plan.Orders.First(o => o.Number == plan.Entries[0]) : null;
        return new OrderView
        {
            Id = IdOf(order),
            ExchangeId = Some(order.ExchangeId.Value),
            Plan = plan.Number,
            Number = order.Number,
            Role = order.Role,
            ClosedAs = null,
            ParentId = entry is null || entry == order ? null : Some(IdOf(entry)),
            SignalId = Some(order.SignalId),
            Oco = order.Oco,
            Strategy = plan.Strategy,
            Symbol = order.Order.Request.Symbol,
            Side = order.Order.Request.Side,
            Type = order.TypeName,
            Quantity = order.Order.Request.Quantity,
            Filled = order.Order.Filled,
            Price = order.Order.Request.Price,
            TriggerPrice = order.Order.Request.Trigger?.Price,
            ReduceOnly = order.Order.Request.ReduceOnly,
            Status = order.Order.Status switch
            {
                OrderStatus.Deactivated => "cancelled",
                OrderStatus.PartiallyFilled => "partial",
                var status => status.IsFinal() ? status.ToString().ToLowerInvariant() : "open",
            },
            CreatedAt = order.Order.CreatedAt,
            ChangedAt = at,
            EndedAt = order.Order.Status.IsFinal() ? at : null,
        };
    }

    private static OrderView Order(OrderRecord order, Timestamp at)
    {
        var isOurs = OrderTag.TryRead(order.OrderLinkId, out var tag);
        return new OrderView
        {
            Id = order.OrderLinkId,
            ExchangeId = isOurs ? null : order.OrderLinkId,
            Plan = isOurs ? tag.Plan : null,
            Number = order.Seq,
            Role = isOurs ? tag.Role : order.Role switch
            {
                "entry" => OrderRole.Entry,
                "target" => OrderRole.Target,
                "signal" => OrderRole.Exit,
                _ => OrderRole.Stop,
            },
            ClosedAs = order.Role,
            ParentId = null,
            SignalId = null,
            Oco = null,
            Strategy = order.Strategy,
            Symbol = order.Symbol,
            Side = order.Side,
            Type = order.Type,
            Quantity = order.Quantity,
            Filled = order.FilledQuantity,
            Price = order.Price,
            TriggerPrice = order.TriggerPrice,
            ReduceOnly = order.ReduceOnly,
            Status = order.Status,
            CreatedAt = order.Time,
            ChangedAt = at,
            EndedAt = at,
        };
    }

    private static string? Some(string text) => text.Length == 0 ? null : text;

    private static IReadOnlyList<PerformanceView> PerformanceOf(TradeRecord[] trades) =>
    [
        .. trades.GroupBy(t => (t.Strategy, t.Symbol, Day: DateTimeOffset.UnixEpoch.AddMilliseconds(t.ExitTime.Ms)
                .ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)))
            .OrderBy(g => g.Key.Strategy.Name, StringComparer.Ordinal).ThenBy(g => g.Key.Symbol.Name, StringComparer.Ordinal)
            .ThenBy(g => g.Key.Day, StringComparer.Ordinal)
            .Select(g => new PerformanceView
            {
                Strategy = g.Key.Strategy,
                Symbol = g.Key.Symbol,
                Day = g.Key.Day,
                Trades = g.Count(),
                Wins = g.Count(t => t.NetPnl > 0),
                Losses = g.Count(t => t.NetPnl < 0),
                GrossPnl = g.Sum(t => t.GrossPnl),
                Fees = g.Sum(t => t.Fees),
                Funding = g.Sum(t => t.Funding),
                Slippage = g.Sum(t => t.Slippage),
                NetPnl = g.Sum(t => t.NetPnl),
            }),
    ];

    /// <summary>By the type that shows a running host's account.</summary>
    private static SeenAccount? SeenOf((JournalRun Run, JournalStamp Stamp, object What)[] records)
    {
        var seen = new ObservedAccount(AccountId.Main);
        foreach (var what in records.Select(r => r.What))
        {
            if (what is AccountShown shown)
            {
                seen.Replace(shown.At, shown.WalletBalance, shown.Positions, shown.Orders);
            }
            else if (what is ExchangeReport report)
            {
                seen.Apply(report);
            }
        }

        return seen.UpdatedAt is not { } at ? null : new SeenAccount(
            at,
            seen.WalletBalance,
            [.. seen.Positions.OrderBy(p => p.Symbol.Name, StringComparer.Ordinal).ThenBy(p => p.PositionIdx)],
            [.. seen.Orders.Select(o => new SeenOrder(o, seen.Since(o))).OrderBy(o => o.Since).ThenBy(o => Key(o.Order), StringComparer.Ordinal)]);
    }

    private static string Key(OrderReport order) => ObservedAccount.Key(order).Value;
}
