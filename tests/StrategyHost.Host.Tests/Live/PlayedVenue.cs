using System.Collections.Concurrent;
using StrategyHost.Core.Domain;
using StrategyHost.Core.Kernel;
using StrategyHost.Core.MarketData;
using StrategyHost.Core.Ports;
using StrategyHost.Host.Instruments;
using StrategyHost.Host.Live;

namespace StrategyHost.Host.Tests.Live;

/// <summary>A venue that the test plays: it says what the test says, and keeps what it is sent. Main only.</summary>
internal sealed class PlayedVenue : IVenue, IExchangeAccount
{
    private static readonly Symbol Btc = new("BTCUSDT");
    private readonly TaskCompletionSource<AccountEffect> _first = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private IExchangeListener? _listener;
    private int _executions;

    public ConcurrentQueue<AccountEffect> Sent { get; } = new();
    public TaskCompletionSource Failure { get; } = new();
    public IReadOnlyList<PositionReport> Positions { get; set; } = [];

    /// <summary>What the session follows.</summary>
    public IReadOnlyList<MarketSubscription> Followed { get; private set; } = [];
    public string Name => "a test";
    public Task Completion => Failure.Task;
    public IReadOnlyList<IExchangeAccount> Accounts => [this];
    AccountId IExchangeAccount.Account => AccountId.Main;

    public void Says(Link link, AccountId? account) => _listener!.OnLink(new LinkNews(link, account, LinkState.Up, Now, "a test"));

    public void Trades(decimal price, Symbol? symbol = null) => _listener!.OnMarket(
        new TradesNews(new TradeBlock(symbol ?? Btc, [Now.Ms], [FixedPoint.Units(price)], [FixedPoint.Scale], [1]))
        {
            Symbol = symbol ?? Btc,
            At = Now,
        });

    public void Fills(OrderRequest order, decimal price) => _listener!.OnReports(AccountId.Main,
    [
        new FillReport
        {
            Account = AccountId.Main,
            At = Now,
            Symbol = order.Symbol,
            ExecutionId = new ExecutionId($"e{++_executions}"),
            OrderId = new ExchangeOrderId("x" + order.ClientOrderId),
            ClientOrderId = order.ClientOrderId,
            Side = order.Side,
            Price = Price.Of(price),
            Quantity = order.Quantity,
            Fee = 0m,
            FeeRate = 0m,
            IsMaker = false,
        },
    ]);

    public Task<Result<IReadOnlyList<Instrument>>> PrepareAsync(
        IReadOnlyList<Symbol> symbols, Func<AccountId, string, Error?> claim, CancellationToken cancellation) =>
        InstrumentsAsync(symbols, cancellation);

    public Task<Result<IReadOnlyList<Instrument>>> InstrumentsAsync(IReadOnlyList<Symbol> symbols, CancellationToken cancellation) =>
        Task.FromResult(Result<IReadOnlyList<Instrument>>.Ok([.. symbols.Select(s => KnownInstruments.Find(s)!)]));

    public Task<Result<IReadOnlyList<AccountSnapshot>>> AccountsAsync(CancellationToken cancellation) =>
        Task.FromResult(Result<IReadOnlyList<AccountSnapshot>>.Ok([Snapshot]));

    public Task<Result<KlineBlock>> HistoryAsync(Symbol symbol, Interval interval, int count, CancellationToken cancellation) =>
        Task.FromResult(Result<KlineBlock>.Ok(KlineBlocks.Of(symbol, interval, [])));

    public Task StartAsync(VenueStart start, IExchangeListener listener, CancellationToken cancellation)
    {
        (_listener, Followed) = (listener, start.Subscriptions);
        _listener.OnSnapshot(Snapshot);
        return Task.CompletedTask;
    }

    public IReadOnlyDictionary<AccountId, string> Holders { get; } = new Dictionary<AccountId, string>();

    /// <summary>Requests leave when the journal has them, on its thread.</summary>
    public Task<AccountEffect> FirstAsync() => _first.Task.WaitAsync(TimeSpan.FromSeconds(150));

    public void Send(AccountEffect request)
    {
        Sent.Enqueue(request);
        _first.TrySetResult(request);
    }

    public void AskSnapshot()
    {
        // It never answers, but for the first picture.
    }

    private AccountSnapshot Snapshot => new()
    {
        Account = AccountId.Main,
        At = Now,
        WalletBalance = 10_000m,
        Equity = 10_000m,
        Available = 10_000m,
        Positions = Positions,
        OpenOrders = [],
    };

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private static Timestamp Now => new(TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds());
}
