using StrategyHost.Core.Accounts;
using StrategyHost.Core.Domain;
using StrategyHost.Core.Kernel.Saved;
using StrategyHost.Core.Orders;
using StrategyHost.Core.Planning;

namespace StrategyHost.Core.Kernel;

/// <summary>
/// Orders, positions and plans of one account. It takes reports and wishes, and says by effects what has to be done; it knows nothing of
/// the other account.
/// 1. Every order that is sent belongs to one plan. 2. A plan's position is the fold of its fills. 3. A plan that is flat leaves no order.
/// </summary>
public sealed class AccountKernel
{
    private const int FinishedOrdersMax = 1000;

    private readonly Dictionary<string, PlanOrder> _orders = new(StringComparer.Ordinal); // by the text of their ids: it hashes faster
    private readonly List<TradePlan> _plans = [];
    private readonly Dictionary<(Symbol, PositionIdx), PositionLeg> _legs = [];
    private readonly List<TradePlan> _touched = [];
    private readonly ProtectionCycle _protection;
    private readonly AccountRecords _records;
    private readonly AccountReports _reports;
    private readonly EntryTrails _entryTrails;
    private readonly FillDesk _fills;
    private readonly EngineOptions _options;
    private readonly Queue<ClientOrderId> _finished = [];
    private readonly bool _takesTargets;
    private readonly WalletTie _wallet;
    private long _planCounter;
    private long _orderCounter;

    public AccountKernel(AccountSetup setup, EngineOptions options, MarketBoard market)
    {
        Setup = setup;
        Market = market;
        Books = new AccountBooks(setup.StartBalance);
        _options = options;
        _protection = new ProtectionCycle(this, options.TrailMode);
        Watch = options.WatchesAccounts ? new AccountWatch(this) : null;
        _records = new AccountRecords(setup.Account, Watch);
        _entryTrails = new EntryTrails(this, options);
        _fills = new FillDesk(this, _records);
        _reports = new AccountReports(this, _protection, _entryTrails, _fills);
        Saves = options.SavesState ? new SaveDesk(this) : null;
        _takesTargets = options.InstantTakeProfit && options.TrailMode == TrailMode.Resting;
        _wallet = new WalletTie(this);
        Losses = new LossWatch(this, options.RiskOf(setup.Account));
        Halts = new HaltDesk(this);
        Foreign = new ForeignDesk(this, options);
        Operator = new OperatorDesk(this, options.Installation);
        Observed = options.AuditMs > 0 ? new ObservedAccount(setup.Account) : null;
        Audit = Observed is { } observed ? new AccountAudit(this, observed, options.AuditMs) : null;
    }

    public AccountSetup Setup { get; }
    public AccountId Account => Setup.Account;
    public AccountBooks Books { get; }
    public MarketBoard Market { get; }

    /// <summary>The account as its exchange last reported it; null where nothing is compared with it (backtests).</summary>
    public ObservedAccount? Observed { get; }

    /// <summary>Plans that are not finished, in the order of their numbers.</summary>
    public IReadOnlyList<TradePlan> Plans => _plans;

    /// <summary>Plans that took another one over, with what followed that; emptied by the engine's kernel.</summary>
    internal List<(TradePlan Heir, TradePlan Follower)> Merged { get; } = [];

    /// <summary>The account's loss limits.</summary>
    internal LossWatch Losses { get; }

    /// <summary>Where a person has stopped entries.</summary>
    public HaltDesk Halts { get; }
    internal ForeignDesk Foreign { get; }

    /// <summary>Takes a person's orders; others only look at it between two steps.</summary>
    public OperatorDesk Operator { get; }
    internal AccountAudit? Audit { get; }
    internal AccountWatch? Watch { get; }

    /// <summary>Nothing may be entered now: its connection, its journal or its recovery is not there.</summary>
    internal bool IsHeldBack { get; set; }

    /// <summary>Why an entry that is still held here may not be sent now; null: it may. Set once, by the engine's kernel.</summary>
    internal Func<TradePlan, Timestamp, string?> NotNow { get; set; } = (_, _) => null;

    /// <summary>Rises with every change that a script may see.</summary>
    public long Version { get; internal set; }

    /// <summary>What a fill or an order change means for the strategy's callbacks; emptied by the engine's kernel.</summary>
    internal List<(PlanOrder Order, FillReport? Fill)> News { get; } = [];

    /// <summary>Wallet and open positions at mark.</summary>
    public decimal Equity => AccountMoney.Equity(this);

    /// <summary>Margin of positions and of entries that rest or are under way; a stop and a target hold nothing of their own.</summary>
    public decimal HeldCapital => AccountMoney.Held(this);

    /// <summary>Free for entries, before sizing: also without what other people's orders hold.</summary>
    public decimal Available => Books.Balance - HeldCapital - TrackedOrders.HeldByOthers(this);

    /// <summary>The next moment at which <see cref="PassTime"/> has something to do.</summary>
    public Timestamp NextDue => AccountTimes.NextDue(this);

    /// <summary>Records of the orders that have not ended.</summary>
    public IEnumerable<OrderRecord> OpenOrders => _orders.Values.Where(o => !o.IsRecorded).Select(o => AccountRecords.Describe(Account, o));

    /// <summary>Orders of a plan that have not ended, in the order of sending.</summary>
    internal IEnumerable<PlanOrder> LiveOrders(TradePlan plan) =>
        _orders.Values.Where(o => o.Plan == plan && !o.Order.IsFinal).OrderBy(o => o.Number);

    /// <summary>Profit of a plan at mark; 0 where no price is known yet.</summary>
    public decimal Unrealised(TradePlan plan) => plan.Size.IsZero || Market[plan.Symbol].Mark == 0
        ? 0m
        : ((plan.Size.Value * FixedPoint.ToDecimal(Market[plan.Symbol].Mark)) - plan.EntryValue) * plan.Side.Sign();

    /// <summary>The strategy's open position on a symbol, of a side where one is named, else the larger leg.</summary>
    public TradePlan? OpenPlan(StrategyId strategy, Symbol symbol, PositionSide? side = null, string? tranche = null) =>
        PlanLookup.Open(_plans, strategy, symbol, side, tranche);

    /// <summary>
    /// Takes note of what the exchange books otherwise when a tranche closes: it knows one average for the whole position.
    /// </summary>
    internal void Carry(TradePlan plan, Quantity closed)
    {
        if (!closed.IsZero && (plan.Leg.IsShared || plan.Leg.Carry != 0))
        {
            var carry = AccountMoney.Carry(_plans, plan, closed);
            Carried += carry - plan.Leg.Carry;
            plan.Leg.Carry = carry;
        }
    }

    /// <summary>Profit of open positions beyond what their plans show, in quote currency.</summary>
    internal decimal Carried { get; set; }

    /// <summary>The latest numbers of plans and orders.</summary>
    internal (long Plan, long Order) Numbers
    {
        get => (_planCounter, _orderCounter);
        set => (_planCounter, _orderCounter) = value;
    }

    /// <summary>Says what must not be forgotten; null: nobody asks.</summary>
    internal SaveDesk? Saves { get; }

    /// <summary>What was in doubt when the run before ended; the first picture settles it.</summary>
    internal LeftInDoubt? Doubts { get; set; }

    /// <summary>For who saves and restores.</summary>
    internal AccountParts Parts => new(_orders, _plans, _legs, _touched, _finished, _fills, _entryTrails);

    internal long NextPlanNumber() => ++_planCounter;

    internal long NextOrderNumber() => ++_orderCounter;

    /// <summary>The order with an id of ours; null: none, or it ended long ago.</summary>
    internal PlanOrder? Find(ClientOrderId id) => id.IsNone ? null : _orders.GetValueOrDefault(id.Value);

    internal void Add(TradePlan plan) => _plans.Add(plan);

    internal bool AwaitsPosition(TradePlan plan) => _fills.Late.Holds(plan);
    internal LateFills Late => _fills.Late;

    /// <summary>What all plans on a position share.</summary>
    internal PositionLeg LegOf(Symbol symbol, PositionIdx idx)
    {
        if (!_legs.TryGetValue((symbol, idx), out var leg))
        {
            _legs.Add((symbol, idx), leg = new PositionLeg());
        }

        return leg;
    }

    /// <summary>Takes an order over that was not sent by this run; it goes by the id that it has.</summary>
    internal void Know(PlanOrder order) => _orders[order.Order.Id.Value] = order;

    /// <summary>Sends a new order of a plan.</summary>
    internal PlanOrder Send(TradePlan plan, OrderWish wish, Timestamp at, EffectList effects)
    {
        var tag = new OrderTag(Account, _options.Installation, plan.StrategyIndex, plan.Number, wish.Role, wish.Index,
            plan.NextGeneration(wish.Role));
        var request = wish.Request with { ClientOrderId = tag.Write() };
        var order = new PlanOrder(new Order(request, at), plan, wish.Role, NextOrderNumber())
        {
            TypeName = wish.TypeName,
            Tag = wish.Tag,
            ExitReason = wish.ExitReason,
            ReferencePrice = wish.ReferencePrice,
            ExpiresAt = wish.ExpiresAt,
            Oco = wish.Oco,
            SignalId = wish.SignalId,
            Trail = wish.Trail?.Trail,
            TrailState = wish.Trail?.State ?? default,
            TrailMovedAt = at,
            IsHeld = wish.Trail is { State.Activated: false },
            Spec = wish.Spec,
        };
        _orders.Add(request.ClientOrderId.Value, order);
        _entryTrails.Add(order);
        Watch?.Placed(wish.Role);
        if (!order.IsHeld)
        {
            effects.Add(new PlaceOrder(Account, request) { SignalId = wish.SignalId });
        }

        Version++;
        return order;
    }

    internal void Cancel(PlanOrder order, EffectList effects)
    {
        order.EntersNow = false;
        if (order.IsHeld && !order.Order.IsFinal)
        {
            order.Order.Withdraw("not_activated");
            News.Add((order, null));
            Touch(order.Plan);
            Record(order, effects);
        }
        else if (!order.Order.IsFinal && !order.Order.IsCancelling)
        {
            order.Order.Cancelling();
            Version++;
            effects.Add(new CancelOrder(Account, order.Plan.Symbol, order.Order.Id));
        }
    }

    internal void Amend(PlanOrder order, OrderAmendment amendment, EffectList effects)
    {
        order.Order.Amended(amendment);
        Version++;
        if (!order.IsHeld)
        {
            effects.Add(new AmendOrder(Account, amendment));
        }
    }

    /// <summary>Moves a trigger, and the attached stop where one is given; an order that was held is sent.</summary>
    internal void MoveTrigger(PlanOrder order, Price trigger, Price? stop, EffectList effects)
    {
        Amend(order, new OrderAmendment
        {
            Symbol = order.Plan.Symbol,
            ClientOrderId = order.Order.Id,
            TriggerPrice = trigger,
            StopLoss = stop,
        }, effects);
        if (order.IsHeld)
        {
            order.IsHeld = false;
            effects.Add(new PlaceOrder(Account, order.Order.Request));
        }
    }

    internal void Retrail(PlanOrder order, SignalAct act) => _entryTrails.Retrail(order, act);

    /// <summary>The run ends and entries may stay: those that only this kernel knows cannot.</summary>
    internal void DropHeld(EffectList effects) => _entryTrails.DropHeld(effects);

    /// <summary>Closes part of a plan's position at market; what is already being closed is not closed again.</summary>
    internal void Close(TradePlan plan, Quantity quantity, ExitReason reason, string tag, Timestamp at, EffectList effects) =>
        Exit(plan, new ExitWish(quantity, reason, tag), at, effects);

    /// <summary>Sends a reduce-only order of a plan, at most for what is not being closed yet.</summary>
    internal void Exit(TradePlan plan, ExitWish exit, Timestamp at, EffectList effects)
    {
        var rest = Quantity.Min(exit.Quantity, plan.Size - (exit.TrustsDoubtful ? plan.Exiting : plan.SurelyExiting));
        var most = exit.Price is null ? plan.Instrument.MaxMarketQty : plan.Instrument.MaxLimitQty;
        while (rest.Units > 0)
        {
            var part = Quantity.Min(rest, most); // the exchange takes no more in one order
            plan.Exits.Add(Send(plan, exit.Order(plan, part), at, effects));
            rest -= part;
        }
    }

    /// <summary>Gives the open plans on a symbol to a scan; false when one of them allows no quiet run.</summary>
    internal bool AddOpen(Symbol symbol, QuietScan scan)
    {
        if (_entryTrails.IsAny && _entryTrails.Any(symbol))
        {
            return false;
        }

        foreach (var plan in _plans)
        {
            if (plan.Symbol == symbol && !plan.Size.IsZero && (Losses.IsOn || !scan.Add(plan)))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>
    /// Applies reports that arrived together, then lets every touched plan put its protection right. False: none was this account's.
    /// What comes of them has the engine's time, by which pauses are kept: the exchange's clock may be seconds apart from it.
    /// </summary>
    internal bool Apply(IReadOnlyList<ExchangeReport> reports, Timestamp heardAt, EffectList effects)
    {
        var any = false;
        for (var i = 0; i < reports.Count; i++)
        {
            if (reports[i].Account == Account)
            {
                any = true;
                Observed?.Apply(reports[i]);
                _reports.Apply(reports[i], heardAt, effects);
            }
        }

        if (any)
        {
            _entryTrails.Enter(heardAt, effects);
            SettleTouched(heardAt, effects);
            Operator.Look(heardAt, effects);
            Losses.Look(heardAt, effects);
        }

        return any;
    }

    /// <summary>Lets every plan that something happened to put its protection right, or end.</summary>
    internal void SettleTouched(Timestamp at, EffectList effects)
    {
        for (var i = 0; i < _touched.Count; i++) // a plan that ends may touch another
        {
            Settle(_touched[i], at, effects);
        }

        _touched.Clear();
    }

    /// <summary>Takes market rows: trails, excursions, equity; then what they make necessary.</summary>
    internal void MoveMarket(
        SymbolMarket market, ReadOnlySpan<long> high, ReadOnlySpan<long> low, ReadOnlySpan<long> close, Timestamp at, EffectList effects)
    {
        double offset = 0, slope = 0;
        var isOpen = false;
        foreach (var plan in _plans)
        {
            if (plan.Size.IsZero)
            {
                continue;
            }

            if (plan.Symbol == market.Symbol)
            {
                isOpen = true;
                ProtectionCycle.Advance(plan, high, low);
                slope += plan.Side.Sign() * plan.Size.ToDouble() / FixedPoint.Scale;
                offset -= plan.Side.Sign() * (double)plan.EntryValue;
            }
            else
            {
                offset += (double)Unrealised(plan);
            }
        }

        offset += (double)(Books.Balance + Carried);
        Books.Sample(isOpen ? close : close[^1..], offset, slope);
        for (var i = 0; isOpen && i < _plans.Count; i++)
        {
            if (_plans[i].Symbol == market.Symbol && !_plans[i].Size.IsZero)
            {
                if (!_plans[i].Leg.IsShared || PlanLookup.Holder(_plans, _plans[i].Symbol, _plans[i].PositionIdx) == _plans[i])
                {
                    _protection.MoveStop(_plans[i], at, effects); // of a shared position once; targets depend on fills, not on the price
                }

                _protection.MoveExits(_plans[i], at, effects);
                if (_takesTargets)
                {
                    InstantTargets.Look(_plans[i], market.Last, at);
                }
            }
        }

        if (_entryTrails.IsAny)
        {
            _entryTrails.Advance(market, high, low, at, effects);
        }

        if (_touched.Count > 0)
        {
            SettleTouched(at, effects); // merged tranches end
        }

        Losses.Look(at, effects);
    }

    /// <summary>Time exits and expiries that are due.</summary>
    internal void PassTime(Timestamp at, EffectList effects)
    {
        AccountTimes.Pass(this, at, effects);
        Audit?.Pass(at, effects);
        Watch?.Pass(at, effects);
        Operator.Pass(at, effects);
        Halts.Pass(at, effects);
    }

    /// <summary>Takes the whole account as its exchange shows it.</summary>
    internal void Show(AccountShown shown, EffectList effects)
    {
        Observed?.Replace(shown.At, shown.WalletBalance, shown.Positions, shown.Orders);
        _protection.Ladder.Conclude(shown, effects);
        Audit?.Conclude(shown, effects);
        Watch?.Conclude(shown.At, effects);
        Foreign.Take(shown, effects);
        Operator.Prove();
        Doubts?.Settle(shown, effects);
        Doubts = null;
        _wallet.Take(shown, effects);
    }

    /// <summary>Brings protection up to date after the market or a signal changed what is wanted.</summary>
    internal void Settle(TradePlan plan, Timestamp at, EffectList effects)
    {
        if (plan.Size.IsZero && (plan.HasOpened || plan.IsEntryDone))
        {
            Finish(plan, effects);
            if (PlanLookup.Beside(_plans, plan) is { } beside)
            {
                _protection.Run(beside, at, effects); // whose stop may be the position's now
            }
        }
        else if (!plan.Size.IsZero)
        {
            plan.Phase = plan.IsEntryDone ? PlanPhase.ProfitTaking : plan.Phase;
            _protection.Run(plan, at, effects);
            ForcedCloses.GoOn(this, plan, at, effects);
        }
    }

    internal void Touch(TradePlan plan)
    {
        Version++;
        Saves?.Note(plan);
        if (!_touched.Contains(plan))
        {
            _touched.Add(plan);
        }
    }

    /// <summary>Closes a plan at market, whatever it takes.</summary>
    internal void Emergency(TradePlan plan, ExitReason reason, Timestamp at, EffectList effects) =>
        ForcedCloses.Begin(this, plan, reason, at, effects);

    internal void Record(PlanOrder order, EffectList effects)
    {
        if (!order.Order.IsDone || order.IsRecorded)
        {
            return;
        }

        order.IsRecorded = true;
        if (!order.Order.Id.IsNone)
        {
            _finished.Enqueue(order.Order.Id);
        }

        _records.Order(order, effects);
        if (order.Role != OrderRole.Entry)
        {
            Losses.Closes(_records.Trade(order, effects));
            foreach (var other in order.Others)
            {
                Losses.Closes(_records.Trade(other, effects));
            }
        }
    }

    private void Finish(TradePlan plan, EffectList effects)
    {
        _protection.Tranches.HandOver(plan);
        LeftStops.Keep(this, plan);
        ClosingOrders.CancelAll(this, plan, effects);
        plan.OldStops.ForEach(s => Cancel(s, effects));
        if (plan.HasLiveOrder || AwaitsPosition(plan))
        {
            return;
        }

        _plans.Remove(plan);
        Saves?.Note(plan);
        Version++;
        while (_finished.Count > FinishedOrdersMax)
        {
            _orders.Remove(_finished.Dequeue().Value); // ended orders stay known for late reports, but not for ever (rule 16)
        }
    }
}
