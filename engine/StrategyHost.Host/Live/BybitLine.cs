using Serilog;
using StrategyHost.Bybit;
using StrategyHost.Bybit.Accounts;
using StrategyHost.Bybit.Rest;
using StrategyHost.Core.Domain;
using StrategyHost.Core.Ports;
using StrategyHost.Host.Configuration;

namespace StrategyHost.Host.Live;

/// <summary>
/// One account of Bybit on its way to being traded: checked, locked, set up, opened. 1. Each account goes its way alone: one that does not
/// answer holds nobody up and is tried again. 2. A wrong configuration is an error and not tried again. 3. What is sent before it is open
/// waits; nothing leaves before every check has passed.
/// </summary>
internal sealed class BybitLine(HostOptions options, AccountOptions account, BybitRestClient client, string exchange) : IAsyncDisposable
{
    private static readonly TimeSpan TryFirst = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan TryMost = TimeSpan.FromSeconds(30);
    private FileStream? _lock;

    public AccountId Account => account.Account;
    public BybitRestClient Client => client;
    public PositionMode PositionMode => account.PositionMode;

    /// <summary>Who it is at the exchange; null: no check has passed yet, and nothing may be written to it.</summary>
    public long? UserId { get; private set; }

    /// <summary>It was checked, locked and set up.</summary>
    public bool IsReady { get; private set; }

    /// <summary>It was opened ready; else it has to join.</summary>
    public bool HasBegun { get; private set; }

    /// <summary>The adapter; after <see cref="Open"/>.</summary>
    public BybitAccount? Adapter { get; private set; }

    /// <summary>Whom its journal belongs to; null: not known yet.</summary>
    public string? Holder => UserId is { } user ? $"the account with UID {user} at {exchange}" : null;

    /// <summary>
    /// Finds what is wrong with it and takes its lock; reads only. Errors of rule <see cref="AccountChecks.Unanswered"/> alone: it did not
    /// answer, and may be tried again. Others: the host's other accounts, which must not be this one.
    /// </summary>
    public async Task<IReadOnlyList<Error>> CheckAsync(IReadOnlyList<BybitLine> others, CancellationToken cancellation)
    {
        var facts = await AccountChecks.CheckAsync(options, account, client, cancellation);
        if (!facts.IsOk)
        {
            return facts.Errors;
        }

        var user = facts.Value.UserId;
        if (others.FirstOrDefault(o => o.UserId == user) is { } same)
        {
            return [AccountChecks.Same(account, same.Account, user)];
        }

        if (_lock is null)
        {
            var held = AccountLock.Hold(exchange, user);
            if (!held.IsOk)
            {
                return held.Errors;
            }

            _lock = held.Value;
        }

        UserId = user; // last: who sees it may go on, also when nobody waited for this check
        return [];
    }

    /// <summary>The first private writes; after a check that found nothing.</summary>
    public async Task<IReadOnlyList<Error>> SetUpAsync(IReadOnlyList<Instrument> instruments, CancellationToken cancellation)
    {
        var errors = await AccountChecks.SetUpAsync(options, account, client, instruments, cancellation);
        IsReady = errors.Count == 0;
        return errors;
    }

    /// <summary>Sets further symbols up; the account stays ready whatever comes of it.</summary>
    public Task<IReadOnlyList<Error>> AddAsync(IReadOnlyList<Instrument> instruments, CancellationToken cancellation) =>
        AccountChecks.SetUpAsync(options, account, client, instruments, cancellation);

    /// <summary>Makes the adapter; it begins to speak and to send when the account is ready.</summary>
    public BybitAccount Open(
        BybitAccountOptions adapter, IExchangeListener listener, TimeProvider time, Action<IReadOnlyList<Error>> problems)
    {
        Adapter = new BybitAccount(client, adapter, listener, time) { OnProblems = problems };
        HasBegun = IsReady;
        if (HasBegun)
        {
            Begin(Adapter);
        }

        return Adapter;
    }

    /// <summary>Tries until the account is ready, then begins; a configuration that is wrong after all is said once.</summary>
    public async Task JoinAsync(
        Func<CancellationToken, Task<IReadOnlyList<Error>>> prepare, Action<LinkState, string> link, ILogger log, TimeProvider time,
        CancellationToken cancellation)
    {
        var pause = TryFirst;
        while (!cancellation.IsCancellationRequested)
        {
            var errors = await prepare(cancellation);
            if (errors.Count == 0)
            {
                log.Information("{Account} is ready now and joins", Account.Name);
                link(LinkState.Up, "it is ready");
                Begin(Adapter!); // opened before
                return;
            }

            link(LinkState.Down, errors[0].Message);
            if (!errors.All(AccountChecks.MayPass))
            {
                log.Error("{Account} stays out until the next start: {Problem}", Account.Name, errors[0].ToString());
                return;
            }

            await Task.Delay(pause, time, cancellation);
            pause = pause * 2 < TryMost ? pause * 2 : TryMost;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (Adapter is not null)
        {
            await Adapter.DisposeAsync();
        }

        _lock?.Dispose();
    }

    private static void Begin(BybitAccount adapter)
    {
        adapter.Start();
        adapter.AskSnapshot();
    }
}
