using StrategyHost.Core.Domain;
using StrategyHost.Core.MarketData;
using StrategyHost.Core.Ports;

namespace StrategyHost.Host.Live;

/// <summary>What a venue begins with.</summary>
internal sealed record VenueStart(
    IReadOnlyList<MarketSubscription> Subscriptions, IReadOnlyDictionary<AccountId, AccountRecovery> Recoveries)
{
    /// <summary>Asked of an account that joins late: whether its journal is its own. From any thread.</summary>
    public Func<AccountId, string, Error?> Claim { get; init; } = (_, _) => null;
}

/// <summary>
/// Where a run trades: accounts, market data, instruments, history. One implementation per way to trade; the session does not know which.
/// </summary>
internal interface IVenue : IAsyncDisposable
{
    /// <summary>For people, such as <c>simulated exchange</c>.</summary>
    string Name { get; }

    /// <summary>
    /// The instruments of the symbols, or what is wrong with them, with keys, accounts or connections. Before anything is written to an
    /// exchange's account <paramref name="claim"/> is asked whether its journal is its own.
    /// </summary>
    Task<Result<IReadOnlyList<Instrument>>> PrepareAsync(
        IReadOnlyList<Symbol> symbols, Func<AccountId, string, Error?> claim, CancellationToken cancellation);

    /// <summary>
    /// Instruments of further symbols, only to protect positions that are there; nothing is set up for them. Empty where there can be none.
    /// </summary>
    Task<Result<IReadOnlyList<Instrument>>> InstrumentsAsync(IReadOnlyList<Symbol> symbols, CancellationToken cancellation) =>
        Task.FromResult(Result<IReadOnlyList<Instrument>>.Ok([]));

    /// <summary>Which account of which exchange each one is, where the venue knows it by now; a journal is kept for one only.</summary>
    IReadOnlyDictionary<AccountId, string> Holders { get; }

    /// <summary>The accounts as they stand, main first. The mirror is left out while it does not answer: nothing waits for it.</summary>
    Task<Result<IReadOnlyList<AccountSnapshot>>> AccountsAsync(CancellationToken cancellation);

    /// <summary>The last closed candles, oldest first: as many as were asked for, or as there are.</summary>
    Task<Result<KlineBlock>> HistoryAsync(Symbol symbol, Interval interval, int count, CancellationToken cancellation);

    /// <summary>
    /// Begins to speak to the listener; after this the accounts take requests. Of each account the first snapshot comes when all that its
    /// <see cref="AccountRecovery"/> asks for was told.
    /// </summary>
    Task StartAsync(VenueStart start, IExchangeListener listener, CancellationToken cancellation);

    /// <summary>Ends only when a part of it failed by a bug, with that failure: else requests or news would stop silently.</summary>
    Task Completion { get; }

    /// <summary>After <see cref="StartAsync"/>.</summary>
    IReadOnlyList<IExchangeAccount> Accounts { get; }

    /// <summary>
    /// Symbols that are to be traded from now on: their instruments, set up as <see cref="PrepareAsync"/> does, or why they cannot be.
    /// After <see cref="StartAsync"/>, one call at a time.
    /// </summary>
    Task<Result<IReadOnlyList<Instrument>>> AddAsync(IReadOnlyList<Symbol> symbols, CancellationToken cancellation) =>
        Task.FromResult<Result<IReadOnlyList<Instrument>>>(new Error
        {
            Field = "symbols",
            Rule = "symbols_fixed",
            Message = $"{Name} takes no further symbols while it runs; start the host again",
        });

    /// <summary>
    /// What is wanted of the market from now on, in place of what was: streams that stay in it go on without a gap, and candles of what is
    /// new are complete from here, so that their history is fetched after this.
    /// </summary>
    void Follow(IReadOnlyList<MarketSubscription> wanted)
    {
        // A venue whose market is always there has nothing to do.
    }
}
