using StrategyHost.Core.Domain;
using StrategyHost.Simulation.Exchange;

namespace StrategyHost.Emulator.Trading;

/// <summary>
/// What one user may look up and is told on the private stream: the reports of the simulated exchange as records.
/// 1. An order's record appears with its first report and never vanishes; its id never changes.
/// 2. Stops of whole positions, which the exchange keeps with the position, are orders here as everywhere on the wire.
/// 3. Executions are numbered without gaps; the signed size is the fold of the executions.
/// Called only under the floor's lock.
/// </summary>
internal sealed class AccountLedger(AccountId account, long uid, WireIds ids, IPrivateSink sink)
{
    private readonly Dictionary<string, OrderRecord> _byExchangeId = new(StringComparer.Ordinal);
    private readonly Dictionary<string, OrderRecord> _byOrderId = new(StringComparer.Ordinal);
    private readonly Dictionary<string, OrderRecord> _byLinkId = new(StringComparer.Ordinal);
    private readonly Dictionary<(Symbol, PositionIdx), PositionRecord> _positions = [];
    private readonly Dictionary<string, ClosedPnlRecord> _closing = new(StringComparer.Ordinal);
    private readonly List<OrderRecord> _fullStops = [];
    private long _funding;

    public AccountId Account { get; } = account;
    public long Uid { get; } = uid;

    /// <summary>Every order, oldest first.</summary>
    public List<OrderRecord> Orders { get; } = [];

    /// <summary>Every execution and funding settlement, oldest first.</summary>
    public List<ExecutionRecord> Executions { get; } = [];
    public List<ClosedPnlRecord> ClosedPnl { get; } = [];

    /// <summary>Realised results less fees and funding, over the account's life.</summary>
    public decimal CumRealised { get; private set; }

    /// <summary>Whether the wallet changed since the last look.</summary>
    public bool IsWalletTouched { get; set; }

    /// <summary>Symbols whose positions are to be told again.</summary>
    public HashSet<Symbol> Touched { get; } = [];

    public OrderRecord? ByOrderId(string id) => _byOrderId.GetValueOrDefault(id);
    public OrderRecord? ByLinkId(string id) => _byLinkId.GetValueOrDefault(id);

    public PositionRecord Position(Symbol symbol, PositionIdx idx)
    {
        if (!_positions.TryGetValue((symbol, idx), out var position))
        {
            _positions.Add((symbol, idx), position = new PositionRecord());
        }

        return position;
    }

    /// <summary>
    /// The orders of a symbol, null: all, become so much older, as if the account had been left alone for so long; gives how many.
    /// </summary>
    public int Age(long ms, Symbol? symbol)
    {
        var count = 0;
        foreach (var order in Orders)
        {
            if (symbol is null || order.Symbol == symbol)
            {
                (order.CreatedMs, order.UpdatedMs) = (order.CreatedMs - ms, order.UpdatedMs - ms);
                count++;
            }
        }

        return count;
    }

    /// <summary>A new order of the user, with what its reports do not repeat.</summary>
    public OrderRecord Open(OrderReport report, OrderRequest request, Price last, Price? protectedAt) => Add(new OrderRecord
    {
        OrderId = ids.Order(Uid, report.OrderId),
        ExchangeId = report.OrderId,
        Number = WireIds.Number(report.OrderId.Value),
        Symbol = report.Symbol,
        LinkId = request.ClientOrderId.Value ?? "",
        Side = report.Side,
        Type = report.Type,
        TimeInForce = request.Type == OrderType.Market ? TimeInForce.Ioc : request.TimeInForce,
        PositionIdx = report.PositionIdx,
        ReduceOnly = request.ReduceOnly,
        CloseOnTrigger = request.CloseOnTrigger,
        StopOrderType = report.StopOrderType,
        LastPriceOnCreated = last,
        ProtectedPrice = protectedAt,
        CreatedMs = report.At.Ms,
        Price = report.Price,
        Quantity = report.Quantity,
        Trigger = request.Trigger,
        Protection = request.Protection,
        Status = report.Status,
        UpdatedMs = report.At.Ms,
    });

    public void Apply(OrderReport report, in LedgerContext context)
    {
        var record = _byExchangeId.GetValueOrDefault(report.OrderId.Value) ?? Adopt(report, context);
        record.Price = report.Price ?? record.Price;
        record.Quantity = report.Quantity;
        record.Status = report.Status;
        record.Reason = report.Reason.Length > 0 ? report.Reason : record.Reason;
        record.UpdatedMs = report.At.Ms;
        if (report.TriggerPrice is { } price && record.Trigger is { } trigger)
        {
            record.Trigger = trigger with { Price = price };
        }

        Touched.Add(report.Symbol);
        IsWalletTouched = true;
        sink.Order(this, record);
    }

    public void Apply(FillReport fill, in LedgerContext context)
    {
        var order = _byExchangeId.GetValueOrDefault(fill.OrderId.Value) ?? Adopt(fill, context);
        order.Filled += fill.Quantity;
        order.FilledValue += fill.Quantity.Notional(fill.Price);
        order.Fees += fill.Fee;
        order.ClosedPnl += fill.RealisedPnl;
        var position = Position(fill.Symbol, fill.PositionIdx);
        Fold(fill, order, position, context);
        var record = new ExecutionRecord
        {
            ExecId = ids.Execution(Uid, fill.ExecutionId),
            Number = Executions.Count + 1,
            Symbol = fill.Symbol,
            OrderId = order.OrderId,
            LinkId = order.LinkId,
            Side = fill.Side,
            Type = fill.ExecType,
            OrderType = order.Type,
            StopOrderType = fill.StopOrderType,
            OrderPrice = order.Price ?? order.ProtectedPrice,
            OrderQuantity = order.Quantity,
            Leaves = order.Quantity - order.Filled,
            Price = fill.Price,
            Quantity = fill.Quantity,
            Fee = fill.Fee,
            FeeRate = fill.FeeRate,
            IsMaker = fill.IsMaker,
            MarkPrice = context.Mark,
            ClosedQuantity = fill.ClosedQuantity,
            RealisedPnl = fill.RealisedPnl,
            Seq = context.Seq,
            AtMs = fill.At.Ms,
            BalanceAfter = context.Balance,
            SizeAfter = position.Size,
        };
        Executions.Add(record);
        Touched.Add(fill.Symbol);
        IsWalletTouched = true;
        sink.Execution(this, record);
    }

    public void Apply(FundingReport funding, in LedgerContext context, PositionState state)
    {
        var position = Position(funding.Symbol, funding.PositionIdx);
        position.CumRealised -= funding.Amount;
        CumRealised -= funding.Amount;
        position.UpdatedMs = funding.At.Ms;
        var record = new ExecutionRecord
        {
            ExecId = ids.Other('f', (Uid * 1_000_000) + ++_funding),
            Number = Executions.Count + 1,
            Symbol = funding.Symbol,
            OrderId = ids.Other('g', (Uid * 1_000_000) + _funding),
            LinkId = "",
            Side = state.Side.OpeningSide(),
            Type = ExecType.Funding,
            Price = state.MarkPrice,
            Quantity = state.Size,
            Fee = funding.Amount,
            FeeRate = funding.Rate,
            MarkPrice = state.MarkPrice,
            Seq = context.Seq,
            AtMs = funding.At.Ms,
            BalanceAfter = context.Balance,
            SizeAfter = position.Size,
        };
        Executions.Add(record);
        Touched.Add(funding.Symbol);
        IsWalletTouched = true;
        sink.Execution(this, record);
    }

    /// <summary>
    /// Compares the stops of positions with what was told: new ones appear, moved ones are told again, vanished ones end.
    /// </summary>
    public void SyncFullStops(IReadOnlyList<OpenOrderState> open, IReadOnlySet<Symbol> withPosition, long nowMs)
    {
        var present = open
            .Where(o => o is { Status: OrderStatus.Untriggered, ClientOrderId.IsNone: true } && IsFull(o.StopOrderType)).ToArray();
        foreach (var state in present)
        {
            Sync(state, nowMs);
        }

        for (var i = _fullStops.Count - 1; i >= 0; i--)
        {
            var record = _fullStops[i];
            var isThere = Array.Exists(present, p => p.OrderId == record.ExchangeId);
            if (isThere)
            {
                continue;
            }

            _fullStops.RemoveAt(i);
            if (record.Status == OrderStatus.Untriggered)
            {
                record.Status = OrderStatus.Deactivated;
                record.Reason = withPosition.Contains(record.Symbol) ? "CancelByUser" : "CancelByTpSlTsClear";
                record.UpdatedMs = nowMs;
                Touched.Add(record.Symbol);
                sink.Order(this, record);
            }
        }
    }

    private static bool IsFull(StopOrderType type) =>
        type is StopOrderType.TakeProfit or StopOrderType.StopLoss or StopOrderType.TrailingStop;

    private void Sync(OpenOrderState state, long nowMs)
    {
        var record = _byExchangeId.GetValueOrDefault(state.OrderId.Value);
        if (record is null)
        {
            record = Add(OfState(state, nowMs));
            _fullStops.Add(record);
        }
        else if (record.Quantity == state.Quantity
            && (record.Trigger == state.Trigger || state.StopOrderType == StopOrderType.TrailingStop))
        {
            return;
        }

        record.Quantity = state.Quantity;
        record.Trigger = state.StopOrderType == StopOrderType.TrailingStop ? record.Trigger : state.Trigger;
        record.UpdatedMs = nowMs;
        Touched.Add(state.Symbol);
        sink.Order(this, record);
    }

    private void Fold(FillReport fill, OrderRecord order, PositionRecord position, in LedgerContext context)
    {
        var closedFees = 0m;
        var closed = fill.ClosedQuantity.Value;
        var quantity = fill.Quantity.Value;
        if (closed > 0)
        {
            closedFees = position.Size == 0 ? 0 : position.OpenFees * closed / Math.Abs(position.Size);
            position.OpenFees -= closedFees;
            Close(fill, order, closedFees, context);
        }

        position.OpenFees += fill.Fee * (quantity - closed) / quantity;
        position.Size += fill.Side == Side.Buy ? quantity : -quantity;
        position.CumRealised += fill.RealisedPnl - fill.Fee;
        CumRealised += fill.RealisedPnl - fill.Fee;
        position.CreatedMs = position.CreatedMs == 0 ? fill.At.Ms : position.CreatedMs;
        position.UpdatedMs = fill.At.Ms;
        position.Seq = context.Seq;
    }

    private void Close(FillReport fill, OrderRecord order, decimal openFee, in LedgerContext context)
    {
        if (!_closing.TryGetValue(order.OrderId, out var row))
        {
            row = new ClosedPnlRecord
            {
                Number = ClosedPnl.Count + 1,
                Order = order,
                Type = fill.ExecType,
                Leverage = context.Leverage,
                CreatedMs = fill.At.Ms,
            };
            _closing.Add(order.OrderId, row);
            ClosedPnl.Add(row);
        }

        var exit = fill.ClosedQuantity.Notional(fill.Price);
        row.ClosedQuantity += fill.ClosedQuantity;
        row.ExitValue += exit;
        row.EntryValue += fill.Side == Side.Sell ? exit - fill.RealisedPnl : exit + fill.RealisedPnl;
        row.OpenFee += openFee;
        row.CloseFee += fill.Fee * fill.ClosedQuantity.Value / fill.Quantity.Value;
        row.Fills++;
        row.UpdatedMs = fill.At.Ms;
    }

    /// <summary>An order that the exchange made: the child of a stop, or of a liquidation.</summary>
    private OrderRecord Adopt(OrderReport report, in LedgerContext context)
    {
        var state = context.Open.FirstOrDefault(o => o.OrderId == report.OrderId);
        return Add(state is not null ? OfState(state, report.At.Ms) : new OrderRecord
        {
            OrderId = ids.Order(Uid, report.OrderId),
            ExchangeId = report.OrderId,
            Number = WireIds.Number(report.OrderId.Value),
            Symbol = report.Symbol,
            LinkId = report.ClientOrderId.Value ?? "",
            Side = report.Side,
            Type = report.Type,
            TimeInForce = TimeInForce.Ioc,
            PositionIdx = report.PositionIdx,
            ReduceOnly = report.ReduceOnly,
            CloseOnTrigger = report.ReduceOnly,
            StopOrderType = report.StopOrderType,
            LastPriceOnCreated = context.Mark,
            CreatedMs = report.At.Ms,
            Price = report.Price,
            Quantity = report.Quantity,
            Trigger = report.TriggerPrice is { } price ? new Trigger(price, DirectionOf(report), TriggerBy.Last) : null,
        });
    }

    private OrderRecord Adopt(FillReport fill, in LedgerContext context) => Adopt(
        new OrderReport
        {
            Account = fill.Account,
            At = fill.At,
            Symbol = fill.Symbol,
            OrderId = fill.OrderId,
            ClientOrderId = fill.ClientOrderId,
            Status = OrderStatus.New,
            Side = fill.Side,
            Type = OrderType.Market,
            Quantity = fill.Quantity,
            FilledQuantity = Quantity.Zero,
            PositionIdx = fill.PositionIdx,
            ReduceOnly = true,
            StopOrderType = fill.StopOrderType,
        },
        context);

    private static TriggerDirection DirectionOf(OrderReport report)
    {
        var isTarget = report.StopOrderType is StopOrderType.TakeProfit or StopOrderType.PartialTakeProfit;
        return isTarget == (report.Side == Side.Sell) ? TriggerDirection.Rise : TriggerDirection.Fall;
    }

    private OrderRecord OfState(OpenOrderState state, long nowMs) => new()
    {
        OrderId = ids.Order(Uid, state.OrderId),
        ExchangeId = state.OrderId,
        Number = WireIds.Number(state.OrderId.Value),
        Symbol = state.Symbol,
        LinkId = state.ClientOrderId.Value ?? "",
        Side = state.Side,
        Type = state.Type,
        TimeInForce = state.Type == OrderType.Market ? TimeInForce.Ioc : state.TimeInForce,
        PositionIdx = state.PositionIdx,
        ReduceOnly = state.ReduceOnly,
        CloseOnTrigger = state.CloseOnTrigger,
        StopOrderType = state.StopOrderType,
        CreatedMs = nowMs,
        Price = state.Price,
        Quantity = state.Quantity,
        Trigger = state.Trigger,
        Protection = state.Protection,
        Status = state.Status,
        UpdatedMs = nowMs,
    };

    private OrderRecord Add(OrderRecord record)
    {
        Orders.Add(record);
        _byExchangeId[record.ExchangeId.Value] = record;
        _byOrderId[record.OrderId] = record;
        if (record.LinkId.Length > 0)
        {
            _byLinkId[record.LinkId] = record;
        }

        return record;
    }
}

/// <summary>What was true around a report: mark price, sequence, wallet, leverage of its symbol, and the orders open now.</summary>
internal readonly record struct LedgerContext(Price Mark, long Seq, decimal Balance, decimal Leverage, IReadOnlyList<OpenOrderState> Open);

/// <summary>Takes what goes to a user's private streams, in order.</summary>
internal interface IPrivateSink
{
    void Order(AccountLedger ledger, OrderRecord record);
    void Execution(AccountLedger ledger, ExecutionRecord record);
    void Position(AccountLedger ledger, Symbol symbol);
    void Wallet(AccountLedger ledger);
}
