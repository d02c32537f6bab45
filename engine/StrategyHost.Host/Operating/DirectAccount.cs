using System.Security.Cryptography;
using StrategyHost.Bybit;
using StrategyHost.Bybit.Accounts;
using StrategyHost.Bybit.Rest;
using StrategyHost.Core.Domain;
using StrategyHost.Core.Kernel;
using StrategyHost.Core.Orders;
using StrategyHost.Core.Ports;
using StrategyHost.Host.Configuration;
using StrategyHost.Host.Live;

namespace StrategyHost.Host.Operating;

/// <summary>One account at its exchange while no host runs: sends actions, reads the whole, sends what is left, until nothing is.</summary>
internal sealed class DirectAccount(Func<IExchangeListener, BybitAccount> open, string installation, TimeProvider time) : IExchangeListener
{
    /// <summary>Between sending and looking: the exchange lists what was done a moment later.</summary>
    private static readonly TimeSpan Settle = TimeSpan.FromMilliseconds(1500);
    private static readonly TimeSpan ReadWait = TimeSpan.FromSeconds(20);
    private const int RoundsMax = 12;

    private readonly Lock _lock = new();
    private readonly List<string> _refused = [];
    private TaskCompletionSource<AccountSnapshot>? _asked;
    private int _number;

    /// <summary>One of a connection's accounts, as the configuration has it.</summary>
    public static DirectAccount Of(AccountOptions account, BybitRestClient client, BybitConnection connection, TimeProvider time)
    {
        var settings = new BybitAccountOptions
        {
            PrivateStream = connection.Endpoints.PrivateStream,
            PositionMode = account.PositionMode,
            Stream = connection.StreamOptions,
        };
        return new DirectAccount(
            listener => new BybitAccount(client, settings, listener, time), OrderTag.NewInstallation(RandomNumberGenerator.GetInt32), time);
    }

    /// <summary>What the exchange refused, in its words.</summary>
    public IReadOnlyList<string> Refused
    {
        get
        {
            lock (_lock)
            {
                return [.. _refused];
            }
        }
    }

    /// <summary>What is left at the end; empty: done, as the last picture shows. Null: the account did not answer.</summary>
    public async Task<IReadOnlyList<OrderAction>?> CarryOutAsync(
        Func<AccountPicture, IReadOnlyList<OrderAction>> plan, CancellationToken cancellation)
    {
        await using var account = open(this);
        account.Start();
        IReadOnlyList<OrderAction>? left = null;
        for (var round = 0; round < RoundsMax; round++)
        {
            if (await ReadAsync(account, cancellation) is not { } snapshot)
            {
                return left;
            }

            var picture = new AccountPicture(snapshot.Account, snapshot.Positions, snapshot.OpenOrders);
            left = plan(picture);
            if (left.Count == 0)
            {
                return left;
            }

            foreach (var action in left.Where(a => !IsHeld(left, a)))
            {
                Send(account, picture, action);
            }

            await Task.Delay(Settle, time, cancellation);
        }

        return left;
    }

    void IExchangeListener.OnReports(AccountId account, IReadOnlyList<ExchangeReport> reports)
    {
        lock (_lock)
        {
            _refused.AddRange(reports.OfType<RefusalReport>().Select(r => $"{r.Request} {r.Symbol}: {r.Code} {r.Text}"));
        }
    }

    void IExchangeListener.OnSnapshot(AccountSnapshot snapshot) => _asked?.TrySetResult(snapshot);

    void IExchangeListener.OnMarket(MarketNews news)
    {
        // It listens to an account only.
    }

    void IExchangeListener.OnLink(LinkNews news)
    {
        // A read that stays out says enough.
    }

    private async Task<AccountSnapshot?> ReadAsync(BybitAccount account, CancellationToken cancellation)
    {
        _asked = new TaskCompletionSource<AccountSnapshot>(TaskCreationOptions.RunContinuationsAsynchronously);
        account.AskSnapshot();
        try
        {
            return await _asked.Task.WaitAsync(ReadWait, time, cancellation);
        }
        catch (TimeoutException)
        {
            return null;
        }
    }

    private void Send(BybitAccount account, AccountPicture picture, OrderAction action)
    {
        switch (action)
        {
            case SetStop set:
                account.Send(new SetTradingStop(account.Account, new TradingStop
                {
                    Symbol = set.Symbol,
                    PositionIdx = set.Leg,
                    StopLoss = set.Stop,
                    StopLossBy = set.By,
                }));
                break;
            case AmendProtection { Wanted: var wanted } amend:
                account.Send(new AmendOrder(account.Account, new OrderAmendment
                {
                    Symbol = amend.Symbol,
                    ClientOrderId = wanted.Id,
                    Quantity = wanted.Quantity,
                    Price = wanted.Price,
                    TriggerPrice = wanted.Trigger?.Price,
                }));
                break;
            case CancelResting { Present: var order } when !order.ClientOrderId.IsNone:
                account.Send(new CancelOrder(account.Account, order.Symbol, order.ClientOrderId));
                break;
            case CloseAtMarket close when picture.Positions.FirstOrDefault(
                p => p.Symbol == close.Symbol && p.PositionIdx == close.Leg) is { } position:
                var tag = new OrderTag(account.Account, installation, 0, ++_number, OrderRole.Exit, 0, 1);
                account.Send(new PlaceOrder(account.Account, Flattening.Request(position, tag)));
                break;
        }
    }

    /// <summary>What only closes stays until the position that is being closed has gone: it may be all that protects it.</summary>
    private static bool IsHeld(IReadOnlyList<OrderAction> actions, OrderAction action) =>
        action is CancelResting { Present.ReduceOnly: true }
        && actions.Any(a => a is CloseAtMarket && a.Symbol == action.Symbol && a.Leg == action.Leg);
}
