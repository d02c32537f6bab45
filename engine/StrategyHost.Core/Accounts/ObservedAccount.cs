using StrategyHost.Core.Domain;

namespace StrategyHost.Core.Accounts;

/// <summary>
/// One account as the exchange last reported it: its positions, its open orders (ours, other people's and the exchange's own) and its
/// wallet. A picture to look at and to compare plans with; no plan is made from it. One writer.
/// </summary>
public sealed class ObservedAccount(AccountId account)
{
    private readonly Dictionary<(Symbol, PositionIdx), PositionReport> _positions = [];
    private readonly Dictionary<ExchangeOrderId, OrderReport> _orders = [];
    private readonly Dictionary<ExchangeOrderId, Timestamp> _since = [];
    private OrderReport[]? _ordered; // made when somebody asks, until an order changes

    public AccountId Account { get; } = account;

    /// <summary>Time of the newest report; null before the first.</summary>
    public Timestamp? UpdatedAt { get; private set; }
    public decimal? WalletBalance { get; private set; }

    /// <summary>Open ones only, by symbol.</summary>
    public IReadOnlyList<PositionReport> Positions => [.. _positions.Values.OrderBy(p => p.Symbol.Name, StringComparer.Ordinal)];

    /// <summary>Open ones only, in the order in which they were first seen. A list that was given out stays as it is.</summary>
    public IReadOnlyList<OrderReport> Orders => _ordered ??= [.. _orders.Values.OrderBy(o => _since[Key(o)].Ms)];

    /// <summary>The same in no order, without a copy: for sums.</summary>
    internal Dictionary<ExchangeOrderId, OrderReport>.ValueCollection AnyOrders => _orders.Values;

    /// <summary>The open position of a leg; null: flat.</summary>
    public PositionReport? Position(Symbol symbol, PositionIdx leg) => _positions.GetValueOrDefault((symbol, leg));

    /// <summary>The open order with a client's id; null: none.</summary>
    public OrderReport? Order(ClientOrderId id)
    {
        foreach (var order in _orders.Values)
        {
            if (order.ClientOrderId == id)
            {
                return order;
            }
        }

        return null;
    }

    /// <summary>When an open order was first seen.</summary>
    public Timestamp Since(OrderReport order) => _since[Key(order)];

    /// <summary>Forgets everything and takes the account as it was shown at one moment.</summary>
    public void Replace(Timestamp at, decimal walletBalance, IEnumerable<PositionReport> positions, IEnumerable<OrderReport> orders)
    {
        _positions.Clear();
        _orders.Clear();
        _ordered = null;
        WalletBalance = walletBalance;
        UpdatedAt = at;
        foreach (var position in positions)
        {
            Apply(position);
        }

        foreach (var order in orders)
        {
            Apply(order);
        }

        foreach (var gone in _since.Keys.Where(id => !_orders.ContainsKey(id)).ToArray())
        {
            _since.Remove(gone);
        }
    }

    /// <summary>Begins with a picture that was kept: its open orders come with the time at which each was first seen.</summary>
    public void TakeUp(Timestamp at, decimal? walletBalance, IEnumerable<PositionReport> positions,
        IEnumerable<(OrderReport Order, Timestamp Since)> orders)
    {
        (UpdatedAt, WalletBalance) = (at, walletBalance);
        foreach (var position in positions)
        {
            Apply(position);
        }

        _ordered = null;
        foreach (var (order, since) in orders)
        {
            (_orders[Key(order)], _since[Key(order)]) = (order, since);
        }
    }

    /// <summary>Takes a report of this account; others are left alone.</summary>
    public void Apply(ExchangeReport report)
    {
        if (report.Account != Account)
        {
            return;
        }

        UpdatedAt = UpdatedAt is { } last && last > report.At ? last : report.At;
        switch (report)
        {
            case PositionReport position:
                Apply(position);
                break;
            case OrderReport order:
                Apply(order);
                break;
            case RefusalReport { Request: RequestKind.Place } refused:
                Forget(refused.ClientOrderId);
                break;
            case WalletReport wallet:
                WalletBalance = wallet.Balance;
                break;
        }
    }

    private void Apply(PositionReport position)
    {
        if (position.Size.IsZero)
        {
            _positions.Remove((position.Symbol, position.PositionIdx));
        }
        else
        {
            _positions[(position.Symbol, position.PositionIdx)] = position;
        }
    }

    private void Apply(OrderReport order)
    {
        _ordered = null;
        Forget(order.ClientOrderId);
        var id = Key(order);
        if (order.Status.IsFinal())
        {
            _orders.Remove(id);
            _since.Remove(id);
        }
        else
        {
            Supersede(order, id);
            _orders[id] = order;
            _since.TryAdd(id, order.At);
        }
    }

    /// <summary>
    /// An exchange may give an order another id when it triggers (bybit-v5 §3.10: likely not): the row of the old one never ends.
    /// </summary>
    private void Supersede(OrderReport order, ExchangeOrderId id)
    {
        if (order.ClientOrderId.IsNone || _orders.ContainsKey(id))
        {
            return;
        }

        foreach (var old in _orders.Values.Where(o => o.ClientOrderId == order.ClientOrderId).ToArray())
        {
            _orders.Remove(Key(old));
            _since.Remove(Key(old));
        }
    }

    /// <summary>What an order goes by: one in doubt has no id of the exchange yet and goes by ours until it is found or refused.</summary>
    public static ExchangeOrderId Key(OrderReport order) =>
        string.IsNullOrEmpty(order.OrderId.Value) ? new ExchangeOrderId(order.ClientOrderId.Value ?? "") : order.OrderId;

    private void Forget(ClientOrderId inDoubt)
    {
        if (!inDoubt.IsNone)
        {
            _ordered = null;
            _orders.Remove(new ExchangeOrderId(inDoubt.Value));
            _since.Remove(new ExchangeOrderId(inDoubt.Value));
        }
    }
}
