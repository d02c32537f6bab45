using StrategyHost.Core.Accounts;
using StrategyHost.Core.Domain;
using StrategyHost.Core.Orders;
using StrategyHost.Core.Planning;

namespace StrategyHost.Core.Kernel;

/// <summary>
/// Orders, positions and plans of one account. It takes reports and wishes, and says by effects what has to be done; it knows nothing of
/// the
/// other account.
/// 1. Every order that is sent belongs to one plan. 2. A plan's position is the fold of its fills. 3. A plan that is flat leaves no order.
/// </summary>
public sealed class AccountKernel
{
    private const int FinishedOrdersMax = 1000;

    /// <summary>Bybit V5: order not exists or too late to replace (read 2026-07-24).</summary>
    private const int NoSuchOrder = 110001;

    /// <summary>Bybit V5: the stop of a partially filled order cannot be changed (read 2026-07-24).</summary>
    private const int HasFilled = 110059;

    private readonly Dictionary<string, PlanOrder> _orders = new(StringComparer.Ordinal); // by the text of their ids: it hashes faster
    private readonly List<TradePlan> _plans = [];
    private readonly List<TradePlan> _touched = [];
    private readonly ProtectionCycle _protection;
    private readonly AccountRecords _records;
    private readonly FillDesk _fills;
    private readonly EngineOptions _options;
    private readonly Queue<ClientOrderId> _finished = [];
    private long _planCounter;
    private long _orderCounter;

    public AccountKernel(AccountSetup setup, EngineOptions options, MarketBoard market)
    {
        Setup = setup;
        Market = market;
        Books = new AccountBooks(setup.StartBalance);
        _options = options;
        _protection = new ProtectionCycle(this, options.TrailMode);
        _records = new AccountRecords(setup.Account);
        _fills = new FillDesk(this, _records);
        Losses = new LossWatch(this, options.RiskOf(setup.Account));
    }

    public AccountSetup Setup { get; }
    public AccountId Account => Setup.Account;
    public AccountBooks Books { get; }
    public MarketBoard Market { get; }

    /// <summary>Plans that are not finished, in the order of their numbers.</summary>
    public IReadOnlyList<TradePlan> Plans => _plans;

    /// <summary>The account's loss limits.</summary>
    internal LossWatch Losses { get; }

    /// <summary>Rises with every change that a script may see.</summary>
    public long Version { get; internal set; }

    /// <summary>What a fill or an order change means for the strategy's callbacks; emptied by the engine's kernel.</summary>
    internal List<(PlanOrder Order, FillReport? Fill)> News { get; } = [];

    /// <summary>Wallet and open positions at mark.</summary>
    public decimal Equity => AccountMoney.Equity(this);

    /// <summary>Margin of positions and of entries that rest or are under way; a stop and a target hold nothing of their own.</summary>
    public decimal HeldCapital => AccountMoney.Held(this);

    public decimal Available => Books.Balance - HeldCapital;

    /// <summary>The next moment at which <see cref="PassTime"/> has something to do.</summary>
    public Timestamp NextDue => AccountTimes.NextDue(_plans);

    /// <summary>Records of the orders that have not ended.</summary>
    public IEnumerable<OrderRecord> OpenOrders => _orders.Values.Where(o => !o.IsRecorded).Select(o => AccountRecords.Describe(Account, o));

    public decimal Unrealised(TradePlan plan) => plan.Size.IsZero
        ? 0m
        : ((plan.Size.Value * FixedPoint.ToDecimal(Market[plan.Symbol].Mark)) - plan.EntryValue) * plan.Side.Sign();

    /// <summary>The strategy's open position on a symbol, of a side where one is named, else the larger leg.</summary>
    public TradePlan? OpenPlan(StrategyId strategy, Symbol symbol, PositionSide? side = null) =>
        PlanLookup.Open(_plans, strategy, symbol, side);

    internal long NextPlanNumber() => ++_planCounter;

    internal long NextOrderNumber() => ++_orderCounter;

    /// <summary>The order with an id of ours; null: none, or it ended long ago.</summary>
    internal PlanOrder? Find(ClientOrderId id) => id.IsNone ? null : _orders.GetValueOrDefault(id.Value);

    internal void Add(TradePlan plan) => _plans.Add(plan);

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
            Spec = wish.Spec,
        };
        _orders.Add(request.ClientOrderId.Value, order);
        effects.Add(new PlaceOrder(Account, request) { SignalId = wish.SignalId });
        Version++;
        return order;
    }

    internal void Cancel(PlanOrder order, EffectList effects)
    {
        if (!order.Order.IsFinal && !order.Order.IsCancelling)
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
        effects.Add(new AmendOrder(Account, amendment));
    }

    /// <summary>Closes part of a plan's position at market; what is already being closed is not closed again.</summary>
    internal void Close(TradePlan plan, Quantity quantity, ExitReason reason, string tag, Timestamp at, EffectList effects) =>
        Exit(plan, new ExitWish(quantity, reason, tag), at, effects);

    /// <summary>Sends a reduce-only order of a plan, at most for what is not being closed yet.</summary>
    internal void Exit(TradePlan plan, ExitWish exit, Timestamp at, EffectList effects)
    {
        var rest = Quantity.Min(exit.Quantity, plan.Size - plan.Exiting);
        if (rest.Units <= 0)
        {
            return;
        }

        plan.Exits.Add(Send(plan, exit.Order(plan, rest), at, effects));
    }

    /// <summary>Gives the open plans on a symbol to a scan; false when one of them allows no quiet run.</summary>
    internal bool AddOpen(Symbol symbol, QuietScan scan)
    {
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
    /// </summary>
    internal bool Apply(IReadOnlyList<ExchangeReport> reports, EffectList effects)
    {
        var any = false;
        for (var i = 0; i < reports.Count; i++)
        {
            if (reports[i].Account == Account)
            {
                any = true;
                Apply(reports[i], effects);
            }
        }

        foreach (var plan in _touched)
        {
            Settle(plan, reports[^1].At, effects);
        }

        _touched.Clear();
        if (any)
        {
            Losses.Look(reports[^1].At, effects);
        }

        return any;
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

        offset += (double)Books.Balance;
        Books.Sample(isOpen ? close : close[^1..], offset, slope);
        for (var i = 0; isOpen && i < _plans.Count; i++)
        {
            if (_plans[i].Symbol == market.Symbol && !_plans[i].Size.IsZero)
            {
                _protection.MoveStop(_plans[i], at, effects); // targets depend on fills and orders, not on the price
                _protection.MoveExits(_plans[i], at, effects);
            }
        }

        Losses.Look(at, effects);
    }

    /// <summary>Time exits and expiries that are due.</summary>
    internal void PassTime(Timestamp at, EffectList effects) => AccountTimes.Pass(this, at, effects);

    /// <summary>Brings protection up to date after the market or a signal changed what is wanted.</summary>
    internal void Settle(TradePlan plan, Timestamp at, EffectList effects)
    {
        if (plan.Size.IsZero && (plan.HasOpened || plan.IsEntryDone))
        {
            Finish(plan, effects);
        }
        else if (!plan.Size.IsZero)
        {
            _protection.Run(plan, at, effects);
        }
    }

    internal void Touch(TradePlan plan)
    {
        Version++;
        if (!_touched.Contains(plan))
        {
            _touched.Add(plan);
        }
    }

    internal void Emergency(TradePlan plan, ExitReason reason, Timestamp at, EffectList effects) =>
        Close(plan, plan.Size, reason, plan.Origin.Tag, at, effects);

    private void Apply(ExchangeReport report, EffectList effects)
    {
        switch (report)
        {
            case FillReport fill:
                _fills.Apply(fill, effects);
                break;
            case OrderReport order:
                Apply(order, effects);
                break;
            case FundingReport funding:
                Books.Apply(funding);
                AccountMoney.Charge(_plans, funding);
                break;
            case RefusalReport refusal:
                Apply(refusal, effects);
                break;
            case PositionReport shown when PlanLookup.Holder(_plans, shown.Symbol, shown.PositionIdx) is { } plan
                && _protection.IsLooser(plan, shown):
                ProtectionCycle.Doubt(plan);
                Touch(plan);
                break;
            case PositionReport or WalletReport:
                break; // the exchange's own sums: compared by the reconciler, never copied over the fold of fills
            default:
                throw new System.Diagnostics.UnreachableException(report.ToString());
        }
    }

    private void Apply(OrderReport report, EffectList effects)
    {
        var order = report.ClientOrderId.IsNone ? PlanLookup.StopOrder(_plans, report.OrderId) : Find(report.ClientOrderId);
        if (order is null)
        {
            return; // an order of the exchange or of a person: known to the classifier, not to a plan
        }

        order.Order.Apply(report);
        News.Add((order, null));
        Touch(order.Plan);
        Record(order, effects);
    }

    private void Apply(RefusalReport refusal, EffectList effects)
    {
        var order = Find(refusal.ClientOrderId);
        switch (refusal.Request)
        {
            case RequestKind.Place when order is not null:
                order.Order.Refuse($"{refusal.Code} {refusal.Text}");
                News.Add((order, null));
                Touch(order.Plan);
                Record(order, effects);
                break;
            case RequestKind.TradingStop when PlanLookup.Holder(_plans, refusal.Symbol, refusal.PositionIdx) is { } plan:
                _protection.StopRefused(plan, refusal, effects);
                break;
            case RequestKind.Cancel:
            case RequestKind.Amend when refusal.Code is NoSuchOrder or HasFilled:
                if (order is { Role: OrderRole.Entry, Plan.Size.IsZero: false })
                {
                    ProtectionCycle.Doubt(order.Plan); // it filled with the stop of before
                    Touch(order.Plan);
                }

                break; // no longer open: its final report has come or is on its way
            default:
                effects.Add(new Alert(Account, refusal.At, "refused",
                    $"{refusal.Request} on {refusal.Symbol}: {refusal.Code} {refusal.Text}"));
                break;
        }
    }

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
            _records.Trade(order, effects);
        }
    }

    private void Finish(TradePlan plan, EffectList effects)
    {
        foreach (var target in plan.TargetOrders)
        {
            if (target is not null)
            {
                Cancel(target, effects);
            }
        }

        foreach (var exit in plan.Exits)
        {
            Cancel(exit, effects);
        }

        if (plan.HasLiveOrder)
        {
            return;
        }

        _plans.Remove(plan);
        Version++;
        while (_finished.Count > FinishedOrdersMax)
        {
            _orders.Remove(_finished.Dequeue().Value); // ended orders stay known for late reports, but not for ever (rule 16)
        }
    }
}
