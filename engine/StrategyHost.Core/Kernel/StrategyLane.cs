using StrategyHost.Core.Domain;
using StrategyHost.Core.MarketData;
using StrategyHost.Core.Planning;
using StrategyHost.Core.Strategies;

namespace StrategyHost.Core.Kernel;

/// <summary>
/// The kernel's side of one strategy: which calls it gets and what it sees. One call is in flight at a time; candles and fills queue;
/// books, tickers and updates of candles conflate. While another version is about to take over all of them wait.
/// </summary>
public sealed class StrategyLane(StrategySetup setup, int index, AccountKernel leading)
{
    private readonly LinkedList<ScriptCall> _waiting = [];
    private ScriptView _view = ScriptView.Empty;
    private long _seenAccount = -1;
    private long _seenMarket = -1;
    private ScriptFault? _fault;
    private bool _holdsOnFault;

    public StrategySetup Setup { get; internal set; } = setup;

    /// <summary>The version that may take over: what it would hear waits too. Null: nothing waits for another version.</summary>
    public StrategySetup? Next { get; private set; }
    public bool IsHeld => Next is not null;

    /// <summary>The version that trades has faulted, and its events wait for another.</summary>
    public bool HasFault => _fault is not null;
    public int Index { get; } = index;

    /// <summary>The account that the strategy sees: main, or the mirror for <c>accounts: "mirror"</c>.</summary>
    public AccountKernel Leading { get; } = leading;
    public bool IsParked { get; private set; }

    /// <summary>The run ends: the strategy is called no more, and enters nothing more.</summary>
    public bool IsStopping { get; private set; }
    public ScriptCall? InFlight { get; private set; }
    public bool IsIdle => InFlight is null && _waiting.Count == 0;

    /// <summary>Calls that wait, oldest first.</summary>
    public IEnumerable<ScriptCall> Waiting => _waiting;
    public Timestamp? NextTimer { get; private set; }
    private Timestamp BookShownAt { get; set; }

    /// <summary>When the event happened whose answer is being decided.</summary>
    public Timestamp EventAt { get; set; }

    /// <summary>Signals so far; set where a run goes on, so that no id of a signal comes twice.</summary>
    public long Signals { get; internal set; }
    public string NextSignalId() => $"{Setup.Strategy}-{++Signals}";
    public bool Has(ScriptCallbacks callback) =>
        (!IsParked || IsHeld) && ((Setup.Callbacks & callback) != 0 || (Next is { } next && (next.Callbacks & callback) != 0));
    public bool Trades(Symbol symbol) => Setup.Symbols.Contains(symbol) || Next?.Symbols.Contains(symbol) == true;

    /// <summary>The candles of this interval are delivered, not only kept.</summary>
    public bool Delivers(Interval interval) => (!IsParked || IsHeld)
        && (HeldCalls.Delivers(Setup, interval) || (Next is { } next && HeldCalls.Delivers(next, interval)));

    /// <summary>Changes of this symbol's candle are delivered before it closes.</summary>
    public bool FollowsUpdates(Symbol symbol, Interval interval) =>
        (Setup.Settings.KlineUpdates || Next is { Settings.KlineUpdates: true }) && Trades(symbol) && Delivers(interval);

    public bool Keeps(Interval interval) =>
        HeldCalls.Keeps(Setup, interval) || (Next is { } next && HeldCalls.Keeps(next, interval));

    public void Park()
    {
        (IsParked, InFlight, NextTimer) = (true, null, null);
        _waiting.Clear();
    }

    /// <summary>The call under way is given up.</summary>
    public void Overdue(ScriptOverdue overdue, EffectList effects) =>
        Fail(new ScriptFault(ScriptFaultKind.Timeout, new Error
        {
            Rule = "script_overdue",
            Message = $"{Setup.Strategy} has not answered for {overdue.AfterMs / 1000} s: find what its callback waits for",
        }), overdue.At, effects);

    /// <summary>
    /// The version that trades takes no further call: it is parked, or its events wait for the version that comes in its place.
    /// </summary>
    public void Fail(ScriptFault fault, Timestamp at, EffectList effects)
    {
        if (_holdsOnFault || IsHeld)
        {
            Next ??= Setup;
            (InFlight, _fault) = (null, fault);
            effects.Add(new StrategyFaulted(Setup.Strategy, at, fault));
            return;
        }

        Park();
        effects.Add(new StrategyParked(Setup.Strategy, at, fault));
    }

    /// <summary>From now on events wait, also those that only the next version would hear. The call under way goes on.</summary>
    public void Hold(StrategySetup next) => Next = next;

    /// <summary>The version that trades goes on with what waited for it; one that has faulted is parked.</summary>
    public void Release(Timestamp at, EffectList effects)
    {
        Next = null;
        if (_fault is { } fault)
        {
            _fault = null;
            Park();
            effects.Add(new StrategyParked(Setup.Strategy, at, fault));
        }
        else if (IsParked)
        {
            _waiting.Clear(); // what waited was for the version that does not come
        }
        else
        {
            Refit(call => HeldCalls.ForOld(call, Setup));
            Dispatch(effects);
        }
    }

    /// <summary>Another version goes on with what waited for it.</summary>
    public void Replace(StrategyReplaced replaced, EffectList effects)
    {
        if (IsStopping)
        {
            Release(replaced.At, effects); // on_stop is the last call, of whichever version the host has now
            return;
        }

        var timer = replaced.Setup.Settings.TimerMs == Setup.Settings.TimerMs ? NextTimer : null;
        (Setup, Next, _fault, IsParked, InFlight) = (replaced.Setup, null, null, false, null);
        (_holdsOnFault, _seenMarket, BookShownAt, NextTimer) = (replaced.HoldsOnFault, -1, default, null);
        Refit(call => HeldCalls.ForNew(call, Setup));
        ArmTimer(replaced.At);
        NextTimer = NextTimer is null || timer is null || timer <= replaced.At ? NextTimer : timer;
        if (Has(ScriptCallbacks.Start))
        {
            _waiting.AddFirst(new StartCall { At = replaced.At });
        }

        Dispatch(effects);
    }

    private void Refit(Func<ScriptCall, ScriptCall?> fit)
    {
        ScriptCall[] calls = [.. _waiting];
        _waiting.Clear();
        foreach (var call in calls)
        {
            if (fit(call) is { } fitting)
            {
                _waiting.AddLast(fitting);
            }
        }
    }

    public void ArmTimer(Timestamp at)
    {
        if (Setup.Settings.TimerMs is { } every && Has(ScriptCallbacks.Timer))
        {
            NextTimer = at.AddMs(every);
        }
    }

    /// <summary>Null: into history only. False: into history and delivered. True: delivered, being in history already.</summary>
    public void Feed(KlinesClosed input, bool? kept, EffectList effects)
    {
        foreach (var series in input.Series)
        {
            var block = series.Block;
            if (!Trades(block.Symbol) || !Keeps(block.Interval))
            {
                continue;
            }

            var delivers = kept is not null && Delivers(block.Interval);
            if (delivers || kept is not true)
            {
                Call(new KlineRun(block, series.From, series.To)
                {
                    At = new Timestamp(block.Start[series.From] + block.Interval.Ms),
                    Warming = input.Warming,
                    Late = input.Late,
                    Callback = delivers,
                    InHistory = kept is true,
                }, effects);
            }
        }
    }

    /// <summary>Arms the timer and calls <c>on_start</c>.</summary>
    public void Start(Timestamp at, EffectList effects)
    {
        ArmTimer(at);
        if (Has(ScriptCallbacks.Start))
        {
            Call(new StartCall { At = at }, effects);
        }
    }

    /// <summary>After what is waiting <c>on_stop</c> is called, and nothing after that: no timer, no candle, no news.</summary>
    public void Stop(Timestamp at, EffectList effects)
    {
        if (Has(ScriptCallbacks.Stop))
        {
            Call(new StopCall { At = at }, effects);
        }

        (IsStopping, NextTimer) = (true, null);
    }

    /// <summary>A book of a symbol that it trades: to <c>on_orderbook</c> as often as it wants one, and to <c>on_ticker</c>.</summary>
    public void Show(BookChanged input, EffectList effects)
    {
        if (Has(ScriptCallbacks.OrderBook) && input.At.Ms - BookShownAt.Ms >= Setup.Settings.BookIntervalMs)
        {
            BookShownAt = input.At;
            var depth = Math.Max(Setup.Settings.BookDepth, Next?.Settings.BookDepth ?? 0);
            BookLevel[] bids = [.. input.Bids.Take(depth)];
            BookLevel[] asks = [.. input.Asks.Take(depth)];
            Call(new OrderBookCall(input.Symbol, bids, asks) { At = input.At }, effects);
        }

        if (Has(ScriptCallbacks.Ticker))
        {
            Call(new TickerCall(input.Symbol, double.NaN, double.NaN, double.NaN) { At = input.At }, effects);
        }
    }

    /// <summary>Tells the script of a fill, or of an order that is not as it was last told.</summary>
    public void Tell(PlanOrder order, FillReport? fill, Timestamp at, EffectList effects)
    {
        if (fill is not null && Has(ScriptCallbacks.Fill))
        {
            Call(new FillCall(ScriptNews.Describe(order, fill)) { At = at, Leg = order.Plan.Side }, effects);
        }
        else if (fill is null && Has(ScriptCallbacks.Order) && ScriptNews.IsNew(order))
        {
            Call(new OrderCall(Describe(order), ScriptNews.Code(order.Order), order.Order.EndReason) { At = at }, effects);
        }
    }

    /// <summary>Calls now, or after what is under way.</summary>
    public void Call(ScriptCall call, EffectList effects)
    {
        if (IsStopping || (IsParked && !IsHeld))
        {
            return;
        }

        if (InFlight is null && !IsHeld)
        {
            Dispatch(call, effects);
            return;
        }

        WaitingCalls.Conflate(_waiting, call);
        if (_waiting.Count >= WaitingCalls.Max)
        {
            (Next, _fault) = (null, null);
            Park();
            effects.Add(new StrategyParked(Setup.Strategy, call.At, WaitingCalls.Fault(Setup.Strategy)));
            return;
        }

        _waiting.AddLast(call);
    }

    /// <summary>The rest of the call that has just been answered: whatever waits comes after it.</summary>
    public void GoOn(ScriptCall rest)
    {
        if (!IsStopping)
        {
            _waiting.AddFirst(rest);
        }
    }

    /// <summary>The answer has come: the next waiting call goes out.</summary>
    public void Returned() => InFlight = null;

    public void Dispatch(EffectList effects)
    {
        if (InFlight is null && !IsParked && !IsHeld && _waiting.First is { } first)
        {
            _waiting.RemoveFirst();
            Dispatch(first.Value, effects);
        }
    }

    private void Dispatch(ScriptCall call, EffectList effects)
    {
        InFlight = call;
        effects.Add(new CallScript(Setup.Strategy, call, View(call)));
    }

    private ScriptView View(ScriptCall call)
    {
        if (call is FillCall fill && Leading.Setup.PositionMode == PositionMode.Hedge)
        {
            return Build() with { Positions = Positions(fill) };
        }

        var market = 0L;
        foreach (var symbol in Setup.Symbols)
        {
            market += Leading.Market[symbol].Version;
        }

        // Rows carry their own last price; every other call shows the market as it is now.
        var carriesPrice = call is KlineRun or TradeRun && Setup.Symbols.Count == 1;
        if (_seenAccount != Leading.Version || _seenMarket != market || !carriesPrice)
        {
            _view = Build();
            _seenAccount = Leading.Version;
            _seenMarket = market;
        }

        return _view;
    }

    /// <summary>What a call would be shown now.</summary>
    public ScriptView Look() => Build();

    /// <summary>What a call of another version would be shown now.</summary>
    public ScriptView Look(StrategySetup version) => Build() with
    {
        Markets = Markets(version),
    };

    private ScriptView Build() => new()
    {
        WalletBalance = (double)Leading.Books.Balance,
        Available = (double)Leading.Available,
        Positions = Positions(),
        Orders = Orders(),
        Markets = Markets(Setup),
    };

    private List<ScriptPosition> Positions()
    {
        var positions = new List<ScriptPosition>();
        for (var i = 0; i < Leading.Plans.Count; i++)
        {
            var plan = Leading.Plans[i];
            if (plan.Strategy != Setup.Strategy || plan.Size.IsZero)
            {
                continue;
            }

            var at = plan.Leg.IsShared || plan.Origin.Tranche.Length > 0
                ? positions.FindIndex(p => p.Symbol == plan.Symbol && p.Side == plan.Side) : -1;
            if (at < 0)
            {
                positions.Add(Position(plan));
            }
            else
            {
                positions[at] = Joined(positions[at], Position(plan));
            }
        }

        // Of two legs a script is shown the larger one; this order is stable, as PlanLookup's.
        return Leading.Setup.PositionMode == PositionMode.Hedge ? [.. positions.OrderByDescending(p => p.Size)] : positions;
    }

    /// <summary>Tranches of one position: the average entry, and the stop that is reached last.</summary>
    private static ScriptPosition Joined(ScriptPosition a, ScriptPosition b)
    {
        var isLooser = double.IsNaN(a.StopPrice) || (b.StopPrice - a.StopPrice) * a.Side.Sign() < 0;
        return a with
        {
            Size = a.Size + b.Size,
            EntryPrice = ((a.EntryPrice * a.Size) + (b.EntryPrice * b.Size)) / (a.Size + b.Size),
            StopPrice = isLooser ? b.StopPrice : a.StopPrice,
            TrailPercent = isLooser ? b.TrailPercent : a.TrailPercent,
            OpenedAt = a.OpenedAt < b.OpenedAt ? a.OpenedAt : b.OpenedAt,
            Tranches = [.. a.Tranches, .. b.Tranches],
        };
    }

    /// <summary>Before all others the leg that filled, of size zero when that closed it.</summary>
    private List<ScriptPosition> Positions(FillCall call)
    {
        var positions = Positions();
        var at = positions.FindIndex(p => p.Symbol == call.Fill.Symbol && p.Side == call.Leg);
        var leg = at >= 0
            ? positions[at]
            : new ScriptPosition
            {
                Symbol = call.Fill.Symbol,
                Side = call.Leg,
                Size = 0,
                EntryPrice = 0,
                OpenedAt = call.At,
            };
        positions.RemoveAll(p => p == leg);
        positions.Insert(0, leg);
        return positions;
    }

    private List<ScriptOrder> Orders()
    {
        var orders = new List<ScriptOrder>();
        for (var i = 0; i < Leading.Plans.Count; i++)
        {
            var plan = Leading.Plans[i];
            if (plan.Strategy == Setup.Strategy)
            {
                plan.Entries.ForEach(o => AddOpen(orders, o));
                plan.Exits.ForEach(o => AddOpen(orders, o));
                Array.ForEach(plan.TargetOrders, o => AddOpen(orders, o));
                AddOpen(orders, plan.OwnStop);
            }
        }

        return orders;
    }

    private static void AddOpen(List<ScriptOrder> orders, PlanOrder? order)
    {
        if (order is { Order.IsFinal: false })
        {
            orders.Add(Describe(order));
        }
    }

    private ScriptMarket[] Markets(StrategySetup setup)
    {
        var markets = new ScriptMarket[setup.Symbols.Count];
        for (var i = 0; i < markets.Length; i++)
        {
            markets[i] = ScriptNews.Describe(Leading.Market[setup.Symbols[i]]);
        }

        return markets;
    }

    private static ScriptPosition Position(TradePlan plan) => new()
    {
        Symbol = plan.Symbol,
        Side = plan.Side,
        Size = plan.Size.ToDouble(),
        EntryPrice = (double)plan.AverageEntry,
        StopPrice = StopOf(plan),
        TrailPercent = plan.Trail?.TrailPercent is { } percent ? (double)percent : double.NaN,
        OpenedAt = plan.OpenedAt,
        Tranches = plan.Leg.IsShared || plan.Origin.Tranche.Length > 0
            ? [new ScriptTranche(plan.Origin.Tranche, plan.Size.ToDouble(), (double)plan.AverageEntry, StopOf(plan))] : [],
    };

    private static double StopOf(TradePlan plan) => plan.SentStop == 0 ? double.NaN : new Price(plan.SentStop).ToDouble();

    /// <summary>An order as scripts see it.</summary>
    public static ScriptOrder Describe(PlanOrder order, string? status = null)
    {
        var request = order.Order.Request;
        return new ScriptOrder
        {
            Id = order.Id,
            Tag = order.Tag,
            Symbol = request.Symbol,
            Role = AccountRecords.RoleText(order),
            Side = request.Side,
            Type = order.TypeName,
            Price = request.Price?.ToDouble() ?? double.NaN,
            StopPrice = request.Trigger?.Price.ToDouble() ?? double.NaN,
            Quantity = request.Quantity.ToDouble(),
            Filled = order.Order.Filled.ToDouble(),
            Status = status ?? Status(order),
            CreatedAt = order.Order.CreatedAt,
            ExpiresAt = order.ExpiresAt,
        };
    }

    private static string Status(PlanOrder plan) => plan.Order switch
    {
        { IsCancelling: true } => "cancelling",
        { Status: OrderStatus.Cancelled or OrderStatus.Deactivated } when plan.HasExpired => "expired",
        var order => order.Status switch
        {
            OrderStatus.Pending => "pending",
            OrderStatus.Untriggered or OrderStatus.Triggered or OrderStatus.New => "open",
            OrderStatus.PartiallyFilled => "partial",
            OrderStatus.Filled => "filled",
            OrderStatus.Cancelled or OrderStatus.Deactivated => "cancelled",
            OrderStatus.Rejected => "rejected",
            OrderStatus.Unknown => "unknown",
        },
    };
}
