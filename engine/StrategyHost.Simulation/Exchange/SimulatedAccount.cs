using StrategyHost.Core.Domain;
using StrategyHost.Core.Kernel;
using StrategyHost.Core.Ports;

namespace StrategyHost.Simulation.Exchange;

/// <summary>
/// A simulated exchange that several accounts and a market feed use from different threads: one lock around it, one clock that never goes
/// back, and after each call its reports go to the listener, grouped by account. The exchange belongs to this from now on.
/// </summary>
public sealed class SharedExchange(SimulatedExchange exchange, IExchangeListener listener, TimeProvider time)
{
    private readonly Lock _lock = new();
    private long _nowMs;

    /// <summary>
    /// Something happens on the exchange at this moment, by the market's clock; what is called gets the moment in ms, which is later where
    /// the exchange has already seen a later one. Reports are told before this returns.
    /// </summary>
    public void Move(Timestamp at, Action<SimulatedExchange, long> happen)
    {
        lock (_lock)
        {
            _nowMs = Math.Max(_nowMs, at.Ms);
            happen(exchange, _nowMs);
            Tell();
        }
    }

    /// <summary>Something an account does now, by our clock.</summary>
    public void Act(Action<SimulatedExchange, Timestamp> act) =>
        Move(new Timestamp(time.GetUtcNow().ToUnixTimeMilliseconds()), (e, ms) => act(e, new Timestamp(ms)));

    /// <summary>One account of the exchange, which must have it.</summary>
    public SimulatedAccount Account(AccountId account) => new(account, this, listener);

    private void Tell()
    {
        if (exchange.Reports.Count == 0)
        {
            return;
        }

        foreach (var group in exchange.Reports.GroupBy(r => r.Account))
        {
            listener.OnReports(group.Key, [.. group]);
        }

        exchange.Reports.Clear();
    }
}

/// <summary>One account of a <see cref="SharedExchange"/> behind the port. Every request is answered before Send returns.</summary>
public sealed class SimulatedAccount : IExchangeAccount
{
    private readonly SharedExchange _exchange;
    private readonly IExchangeListener _listener;

    internal SimulatedAccount(AccountId account, SharedExchange exchange, IExchangeListener listener) =>
        (Account, _exchange, _listener) = (account, exchange, listener);

    public AccountId Account { get; }

    public void Send(AccountEffect request)
    {
        if (request.Account != Account)
        {
            throw new ArgumentException($"a request of {request.Account} was given to {Account}", nameof(request));
        }

        Action<SimulatedExchange, Timestamp> act = request switch
        {
            PlaceOrder place => (e, at) => e.Place(Account, place.Request, at),
            AmendOrder amend => (e, at) => e.Amend(Account, amend.Amendment, at),
            CancelOrder cancel => (e, at) => e.Cancel(Account, cancel.Symbol, cancel.Id, at),
            SetTradingStop stop => (e, at) => e.SetTradingStop(Account, stop.Wanted, at),
            _ => throw new ArgumentException("only requests to an exchange are sent to it", nameof(request)),
        };
        _exchange.Act(act);
    }

    /// <summary>Answered before this returns.</summary>
    public void AskSnapshot() => _exchange.Act((e, at) => _listener.OnSnapshot(Snapshot(e, at)));

    private AccountSnapshot Snapshot(SimulatedExchange exchange, Timestamp at)
    {
        var state = exchange.State(Account);
        return new AccountSnapshot
        {
            Account = Account,
            At = at,
            WalletBalance = state.WalletBalance,
            Equity = state.Equity,
            Available = state.Available,
            Positions = [.. exchange.Positions(Account).Select(p => Report(p, at))],
            OpenOrders = [.. exchange.OpenOrders(Account).Select(Report)],
        };
    }

    private PositionReport Report(PositionState position, Timestamp at) => new()
    {
        Account = Account,
        At = at,
        Symbol = position.Symbol,
        PositionIdx = position.PositionIdx,
        Side = position.Side,
        Size = position.Size,
        AveragePrice = position.AveragePrice,
        StopLoss = position.StopLoss,
        TakeProfit = position.TakeProfit,
        TrailingDistance = position.TrailingDistance,
    };

    private OrderReport Report(OpenOrderState order) => new()
    {
        Account = Account,
        At = order.UpdatedAt,
        Symbol = order.Symbol,
        OrderId = order.OrderId,
        ClientOrderId = order.ClientOrderId,
        Status = order.Status,
        Side = order.Side,
        Type = order.Type,
        Quantity = order.Quantity,
        FilledQuantity = order.FilledQuantity,
        Price = order.Price,
        TriggerPrice = order.Trigger?.Price,
        AveragePrice = order.AveragePrice,
        PositionIdx = order.PositionIdx,
        ReduceOnly = order.ReduceOnly,
        StopOrderType = order.StopOrderType,
    };
}
