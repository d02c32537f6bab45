using StrategyHost.Core.Accounts;
using StrategyHost.Core.Domain;
using StrategyHost.Core.Kernel;
using StrategyHost.Core.Kernel.Saved;
using StrategyHost.Core.MarketData;
using StrategyHost.Core.Settings;
using StrategyHost.Core.Strategies;
using StrategyHost.Core.Tests.Protection;

namespace StrategyHost.Core.Tests.Kernel;

/// <summary>A kernel alone, with the test as its exchange and its script: prices, signals and reports go in; requests come out.</summary>
internal sealed class KernelDesk(
    PositionMode mode = PositionMode.OneWay, TrailMode trail = TrailMode.Ideal, bool hasMirror = false, bool takesTargets = true,
    Func<EngineOptions, EngineOptions>? change = null, MirrorSettings? following = null, Approach approach = Approach.None)
{
    private readonly EffectList _effects = new();
    private readonly StrategyId _strategy = new("test");
    private readonly List<ScriptCall> _calls = [];
    private long _now = 1_000_000;
    private int _executions;

    public EngineKernel Kernel { get; } = new((change ?? (o => o))(new EngineOptions
    {
        Main = new AccountSetup { Account = AccountId.Main, StartBalance = 10_000m, PositionMode = mode },
        Strategies =
        [
            new StrategySetup
            {
                Strategy = new StrategyId("test"),
                Settings = new StrategySettings { Approach = approach },
                Symbols = [Markets.Btc.Symbol],
                Callbacks = ScriptCallbacks.Trade | ScriptCallbacks.Order,
                ScriptSha256 = "",
            },
        ],
        Instruments = [Markets.Btc],
        Mirror = hasMirror || following is not null ? new AccountSetup { Account = AccountId.Mirror, StartBalance = 10_000m } : null,
        MirrorSettings = following ?? new MirrorSettings(),
        TrailMode = trail,
        InstantTakeProfit = takesTargets,
    }));

    /// <summary>Requests to the exchange since the last report, in their order.</summary>
    public List<AccountEffect> Requests { get; } = [];
    public List<PlaceOrder> Placed => [.. Requests.OfType<PlaceOrder>()];

    /// <summary>Requests of an order's kind since the last report, on one account.</summary>
    public List<OrderRequest> PlacedOn(AccountId account) => [.. Placed.Where(p => p.Account == account).Select(p => p.Request)];

    /// <summary>What the mirror's alerts said so far, as "code: text".</summary>
    public List<string> MirrorAlerts { get; } = [];

    /// <summary>Main's alerts so far.</summary>
    public List<Alert> MainAlerts { get; } = [];
    public AccountKernel Mirror => Kernel.Mirror!; // asked with one only

    /// <summary>Outcomes of the signals so far, in their order.</summary>
    public List<string> Outcomes { get; } = [];
    public Timestamp Now => new(_now);

    /// <summary>How long the script takes for its next answers.</summary>
    public long ThinkingMs { get; set; }

    /// <summary>The script answers nothing any more.</summary>
    public bool IsSilent { get; set; }

    public List<StrategyParked> Parked { get; } = [];
    public List<TradeRecord> Trades { get; } = [];

    public void Tell(EngineInput input) => Step(input);

    /// <summary>
    /// The process has died and starts again: a kernel with what the effects so far have saved, that knows no price and no picture yet.
    /// </summary>
    public KernelDesk Restarted(out IReadOnlyList<NotRestored> lost, Func<EngineOptions, EngineOptions>? now = null)
    {
        var desk = new KernelDesk(mode, trail, hasMirror, takesTargets, o => (now ?? (n => n))((change ?? (b => b))(o)), following, approach)
        {
            _now = _now + 60_000,
            _executions = _executions,
        };
        var fold = new SavedFold();
        Saved.ForEach(fold.Take);
        desk.Saved.AddRange(Saved); // its saves go on behind these
        lost = desk.Kernel.Restore(fold.Engine);
        return desk;
    }

    /// <summary>What was saved so far, in its order.</summary>
    public List<Effect> Saved { get; } = [];

    public void Price(decimal price, params (string Name, object Value)[] signal)
    {
        _now += 2000;
        var block = new TradeBlock(Markets.Btc.Symbol, [_now], [FixedPoint.Units(price)], [FixedPoint.Scale], [1]);
        Step(new TradesPrinted(block, 0, 1) { At = new Timestamp(_now) });
        _now += ThinkingMs;
        for (var i = 0; !IsSilent && i < _calls.Count; i++)
        {
            var value = _calls[i] is TradeRun && signal.Length > 0 ? Value(signal) : ScriptValue.Undefined;
            Step(new ScriptReturned(_strategy, _calls[i], new ScriptAnswer { Consumed = 1, Value = value }) { At = new Timestamp(_now) });
        }

        _calls.Clear();
    }

    /// <summary>
    /// An execution; an id that was used before is a report that comes twice. Closed: how much of it closed by the exchange's word, else
    /// what the plans of the other side hold. At: when it happened, else now.
    /// </summary>
    public void Fills(
        OrderRequest order, decimal quantity, decimal price, string? execution = null, decimal? closed = null, Timestamp? at = null)
    {
        var fill = new FillReport
        {
            Account = OwnerOf(order),
            At = at ?? new Timestamp(_now),
            Symbol = order.Symbol,
            ExecutionId = new ExecutionId(execution ?? $"e{++_executions}"),
            OrderId = new ExchangeOrderId("x" + order.ClientOrderId),
            ClientOrderId = order.ClientOrderId,
            PositionIdx = order.PositionIdx,
            Side = order.Side,
            Price = new Price(FixedPoint.Units(price)),
            Quantity = Quantity.Of(quantity),
            ClosedQuantity = Quantity.Of(closed ?? Closes(order, quantity)),
            Fee = 1m,
            FeeRate = 0m,
            IsMaker = true,
        };
        Report(fill);
    }

    private decimal Closes(OrderRequest order, decimal quantity) => order.ReduceOnly ? quantity
        : Math.Min(quantity, Kernel.Accounts.First(a => a.Account == OwnerOf(order)).Plans.Where(p => p.Symbol == order.Symbol
            && p.PositionIdx == order.PositionIdx && p.Side.ClosingSide() == order.Side).Sum(p => p.Size.Value));

    /// <summary>The stop that the exchange holds for a one-way position closes it.</summary>
    public void Stops(AccountId account, decimal quantity, decimal price, string? execution = null, Side side = Side.Sell)
    {
        var fill = new FillReport
        {
            Account = account,
            At = new Timestamp(_now),
            Symbol = Markets.Btc.Symbol,
            ExecutionId = new ExecutionId(execution ?? $"e{++_executions}"),
            OrderId = new ExchangeOrderId($"stop{_executions}"),
            ClientOrderId = ClientOrderId.None,
            Side = side,
            Price = new Price(FixedPoint.Units(price)),
            Quantity = Quantity.Of(quantity),
            ClosedQuantity = Quantity.Of(quantity),
            Fee = 0m,
            FeeRate = 0m,
            IsMaker = false,
            StopOrderType = StopOrderType.StopLoss,
        };
        Report(fill);
    }

    public void Says(OrderRequest order, OrderStatus status, decimal filled) => Report(new OrderReport
    {
        Account = OwnerOf(order),
        At = new Timestamp(_now),
        Symbol = order.Symbol,
        OrderId = new ExchangeOrderId("x" + order.ClientOrderId),
        ClientOrderId = order.ClientOrderId,
        Status = status,
        Side = order.Side,
        Type = order.Type,
        Quantity = order.Quantity,
        FilledQuantity = Quantity.Of(filled),
    });

    /// <summary>Time passes; what is due is done.</summary>
    public void Waits(long ms)
    {
        var until = _now + ms;
        while (Kernel.NextDue.Ms <= until)
        {
            _now = Math.Max(_now, Kernel.NextDue.Ms);
            Step(new TimePassed { At = new Timestamp(_now) });
        }

        _now = until;
    }

    public void RefusesAmendment(OrderRequest order, int code) => Refuses(order, code, RequestKind.Amend);

    public void Refuses(OrderRequest order, int code, RequestKind request = RequestKind.Place) => Report(new RefusalReport
    {
        Account = OwnerOf(order),
        At = new Timestamp(_now),
        Request = request,
        Symbol = order.Symbol,
        ClientOrderId = order.ClientOrderId,
        Code = code,
        Text = "",
    });

    public void RefusesStop(int code, PositionIdx leg = PositionIdx.OneWay, long lagMs = 0) => Report(new RefusalReport
    {
        Account = AccountId.Main,
        At = new Timestamp(_now - lagMs),
        Request = RequestKind.TradingStop,
        Symbol = Markets.Btc.Symbol,
        PositionIdx = leg,
        Code = code,
        Text = code == 10001 ? "StopLoss:95 set for Buy position should lower than base_price:94??LastPrice" : "",
    });

    /// <summary>As <see cref="Waits"/>; what was asked before is forgotten.</summary>
    public void Wait(long ms)
    {
        Requests.Clear();
        Waits(ms);
    }

    /// <summary>The id of an order says whose it is.</summary>
    private static AccountId OwnerOf(OrderRequest order) => order.ClientOrderId.Value is [_, _, 'R', ..] ? AccountId.Mirror : AccountId.Main;

    private void Report(ExchangeReport report)
    {
        Requests.Clear();
        Step(new Reported([report]) { At = new Timestamp(_now) });
    }

    private void Step(EngineInput input)
    {
        Kernel.Step(input, _effects);
        while (_effects.TryTake(out var effect))
        {
            if (effect is SaveEffect)
            {
                Saved.Add(effect);
            }

            if (effect is SignalDecided decided)
            {
                Outcomes.Add(decided.Outcome);
            }

            if (effect is TradeClosed closed)
            {
                Trades.Add(closed.Trade);
            }

            if (effect is StrategyParked parked)
            {
                Parked.Add(parked);
            }

            if (effect is Alert alert && alert.Account == AccountId.Mirror)
            {
                MirrorAlerts.Add($"{alert.Code}: {alert.Text}");
            }

            if (effect is Alert { Account: var of } said && of == AccountId.Main)
            {
                MainAlerts.Add(said);
            }

            if (effect is CallScript call)
            {
                _calls.Add(call.Call);
            }
            else if (effect is AccountEffect request)
            {
                Requests.Add(request);
            }
        }
    }

    internal static ScriptValue Value((string Name, object Value)[] fields) => ScriptValue.Of(
    [
        .. fields.Select(f => KeyValuePair.Create(
            f.Name,
            f.Value is ScriptValue made ? made : f.Value is string text ? ScriptValue.Of(text)
                : f.Value is bool flag ? ScriptValue.Of(flag)
                : f.Value is (double Price, double Share)[] rungs
                    ? ScriptValue.Of([.. rungs.Select(r => Value([("price", r.Price), ("share", r.Share)]))])
                : ScriptValue.Of(Convert.ToDouble(f.Value, System.Globalization.CultureInfo.InvariantCulture)))),
    ]);
}
