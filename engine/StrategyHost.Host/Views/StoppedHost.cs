using StrategyHost.Bybit;
using StrategyHost.Core.Accounts;
using StrategyHost.Core.Domain;
using StrategyHost.Core.Ports;
using StrategyHost.Host.Commands;
using StrategyHost.Host.Configuration;
using StrategyHost.Host.Live;
using StrategyHost.Host.Operating;
using StrategyHost.Host.Performance;
using StrategyHost.Simulation.Exchange;
using StrategyHost.Simulation.Exchange.Saved;
using StrategyHost.Simulation.LiveMarket;
using StrategyHost.Storage.Exchange;

namespace StrategyHost.Host.Views;

/// <summary>
/// The documents while no host runs, from the journals. What is covered the exchange is asked itself: simulated and paper accounts are in
/// <c>exchange.db</c>; so it is with all documents where there are no journals, or one cannot be read. Nothing is changed but the tables
/// that are made of journals.
/// </summary>
internal sealed class StoppedHost(string directory, HostOptions options, Func<string, string?> environment, TimeProvider time)
{
    /// <summary>A host does run, and cannot be asked.</summary>
    public bool IsDeaf { get; init; }

    public async Task<Result<Document<T>>> ReadAsync<T>(ViewArguments arguments, CancellationToken cancellation)
    {
        var view = arguments.View;
        var now = new Timestamp(time.GetUtcNow().ToUnixTimeMilliseconds());
        var known = view == View.Verify ? null : new JournalViews(directory, options) { State = State }.Read(arguments, now);
        if (known is { IsOk: true, Value: var blocks })
        {
            return new Document<T>(JournalViews.Source, now.ToString(), [.. blocks.Cast<T>()]);
        }

        var (source, snapshots) = options.EffectiveMode is HostMode.Simulated or HostMode.Paper
            ? (SimulatedAccounts.FileName, Kept())
            : ("exchange", await AskAsync(cancellation));
        if (!snapshots.IsOk)
        {
            return Result<Document<T>>.Failed([.. known?.Errors ?? [], .. snapshots.Errors]);
        }

        return new Document<T>(source, now.ToString(), [.. snapshots.Value.Select(s => (T)Block(s, arguments, now))]);
    }

    private string State => IsDeaf ? "unreachable" : "stopped";

    private object Block(AccountSnapshot snapshot, ViewArguments arguments, Timestamp now)
    {
        var observed = new ObservedAccount(snapshot.Account);
        observed.Replace(snapshot.At, snapshot.WalletBalance, snapshot.Positions, snapshot.OpenOrders);
        var account = snapshot.Account == AccountId.Main ? options.Main : options.Mirror.Account;
        var shown = new AccountView { Observed = observed, Now = now, Leverage = account.Leverage, OrderIds = options.OrderIds };
        return arguments.View switch
        {
            View.Positions => shown.Positions(),
            View.Orders => shown.Orders(),
            View.Verify => shown.Verify(isConnected: true),
            View.Performance => PerformanceBlocks.Of(
                new AccountMoneyView(snapshot.Account, null, snapshot.WalletBalance, snapshot.Equity, now),
                new PerformanceBook(snapshot.Account), arguments.By),
            View.Status => new StatusBlock
            {
                Account = snapshot.Account.Name,
                Health = shown.Health(isConnected: false, []),
                State = State,
                WalletBalance = AccountView.Text(snapshot.WalletBalance),
                Equity = AccountView.Text(snapshot.Equity),
                Available = AccountView.Text(snapshot.Available),
                Strategies = [],
                Halts = SessionHalts.Rows(StoppedHalts.Of(directory, snapshot.Account, now)),
            },
        };
    }

    private Result<IReadOnlyList<AccountSnapshot>> Kept()
    {
        var file = Path.Combine(directory, SimulatedAccounts.FileName);
        if (!File.Exists(file))
        {
            return new Error
            {
                File = directory,
                Field = "--data",
                Value = directory,
                Rule = "no_host",
                Message = "no host runs on this data directory and it holds no record of one; start it with: strategyhost run",
            };
        }

        var opened = ExchangeStore.Open(file);
        if (!opened.IsOk)
        {
            return Result<IReadOnlyList<AccountSnapshot>>.Failed(opened.Errors);
        }

        using var store = opened.Value;
        var state = ExchangeTexts.Read(store.Load());
        if (!state.IsOk || state.Value is null)
        {
            return state.IsOk ? Array.Empty<AccountSnapshot>() : Result<IReadOnlyList<AccountSnapshot>>.Failed(state.Errors);
        }

        var exchange = new SimulatedExchange(new ExchangeOptions(), [.. state.Value.Markets.Markets.Select(m => AnyInstrument(m.Symbol))]);
        var errors = exchange.Restore(state.Value);
        return errors.Count > 0
            ? Result<IReadOnlyList<AccountSnapshot>>.Failed(errors)
            : state.Value.Accounts.Select(a => LiveExchange.Snapshot(exchange, new AccountId(a.Account), exchange.Time)).ToArray();
    }

    /// <summary>Nothing is rounded when a state is only looked at.</summary>
    private static Instrument AnyInstrument(string symbol) => new()
    {
        Symbol = new Symbol(symbol),
        TickSize = new Price(1),
        QtyStep = new Quantity(1),
        MinQty = new Quantity(1),
    };

    private async Task<Result<IReadOnlyList<AccountSnapshot>>> AskAsync(CancellationToken cancellation)
    {
        var opened = BybitConnection.Open(options, environment, needsKeys: true, time);
        if (!opened.IsOk)
        {
            return Result<IReadOnlyList<AccountSnapshot>>.Failed(opened.Errors);
        }

        using var connection = opened.Value;
        var snapshots = new List<AccountSnapshot>();
        foreach (var (account, client) in connection.Clients)
        {
            var snapshot = await BybitSnapshot.FetchAsync(client, account.PositionMode, cancellation);
            if (!snapshot.IsOk)
            {
                return Result<IReadOnlyList<AccountSnapshot>>.Failed(snapshot.Errors);
            }

            snapshots.Add(snapshot.Value);
        }

        return snapshots;
    }
}
