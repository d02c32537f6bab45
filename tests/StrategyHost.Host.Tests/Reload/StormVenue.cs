using System.Collections.Concurrent;
using StrategyHost.Core.Domain;
using StrategyHost.Core.Kernel;
using StrategyHost.Core.MarketData;
using StrategyHost.Core.Ports;
using StrategyHost.Host.Instruments;
using StrategyHost.Host.Live;
using StrategyHost.Simulation.Exchange;
using StrategyHost.Simulation.LiveMarket;

namespace StrategyHost.Host.Tests.Reload;

/// <summary>
/// A simulated exchange whose market the test moves: trades one by one, and candles of a time of its own, each of which follows from its
/// symbol and start. It notes every trade that it told, every order that it got, and every moment at which a position had no stop, on every
/// account.
/// </summary>
internal sealed class StormVenue : IVenue
{
    public static readonly Symbol Btc = new("BTCUSDT");
    public static readonly Symbol Eth = new("ETHUSDT");
    private const long Day = 86_400_000;
    private readonly SimulatedExchange _exchange;
    private readonly TimeProvider _time;
    private readonly AccountId[] _accounts;
    private IReadOnlyList<MarketSubscription> _wanted = [];
    private IExchangeListener? _listener;
    private LiveExchange? _live;
    private long _traded;
    private long _candles = 20_000 * Day;

    /// <param name="time">The clock of the news.</param>
    /// <param name="mirrors">With a mirror account.</param>
    public StormVenue(TimeProvider time, bool mirrors)
    {
        (_time, _accounts) = (time, mirrors ? [AccountId.Main, AccountId.Mirror] : [AccountId.Main]);
        _exchange = new SimulatedExchange(new ExchangeOptions { Fill = FillModel.Touch }, []);
    }

    /// <summary>Trades of BTCUSDT that were told.</summary>
    public long Told { get; private set; }

    /// <summary>Time of the newest trade.</summary>
    public long Traded => _traded;

    /// <summary>Hears of each, before the host does.</summary>
    public Action<long>? Telling { get; set; }
    public ConcurrentQueue<PlaceOrder> Placed { get; } = new();
    public ConcurrentQueue<string> Uncovered { get; } = new();

    /// <summary>How often a position was looked at, by account.</summary>
    public ConcurrentDictionary<AccountId, int> Positions { get; } = new();

    /// <summary>The largest position of an account.</summary>
    public ConcurrentDictionary<AccountId, decimal> SizeMax { get; } = new();
    public IReadOnlyList<MarketSubscription> Wanted => _wanted;
    public string Name => "a storm";
    public Task Completion { get; } = new TaskCompletionSource().Task;
    public IReadOnlyList<IExchangeAccount> Accounts { get; private set; } = [];
    public IReadOnlyDictionary<AccountId, string> Holders { get; } = new Dictionary<AccountId, string>();

    public Task<Result<IReadOnlyList<Instrument>>> PrepareAsync(
        IReadOnlyList<Symbol> symbols, Func<AccountId, string, Error?> claim, CancellationToken cancellation)
    {
        var listed = AddAsync(symbols, cancellation);
        foreach (var account in _accounts)
        {
            _exchange.AddAccount(new AccountOptions { Account = account, Balance = 1_000_000m, Leverage = 5m });
        }

        return listed;
    }

    public Task<Result<IReadOnlyList<Instrument>>> AddAsync(IReadOnlyList<Symbol> symbols, CancellationToken cancellation)
    {
        if (symbols.FirstOrDefault(s => KnownInstruments.Find(s) is null) is { Name: { } unknown })
        {
            return Task.FromResult<Result<IReadOnlyList<Instrument>>>(new Error { Rule = "unknown_symbol", Message = $"no {unknown} here" });
        }

        Instrument[] added = [.. symbols.Select(s => KnownInstruments.Find(s)!)];
        foreach (var instrument in added)
        {
            _live?.Add([instrument]);
            _exchange.AddInstrument(instrument);
        }

        return Task.FromResult(Result<IReadOnlyList<Instrument>>.Ok(added));
    }

    public Task<Result<IReadOnlyList<AccountSnapshot>>> AccountsAsync(CancellationToken cancellation) => Task.FromResult(
        Result<IReadOnlyList<AccountSnapshot>>.Ok([.. _accounts.Select(a => LiveExchange.Snapshot(_exchange, a, Now))]));

    public Task<Result<KlineBlock>> HistoryAsync(Symbol symbol, Interval interval, int count, CancellationToken cancellation)
    {
        var end = Volatile.Read(ref _candles) / interval.Ms * interval.Ms;
        return Task.FromResult(Result<KlineBlock>.Ok(KlineBlocks.Of(
            symbol, interval, [.. Enumerable.Range(0, count).Select(i => Candle(symbol, end - ((count - i) * interval.Ms)))])));
    }

    public Task StartAsync(VenueStart start, IExchangeListener listener, CancellationToken cancellation)
    {
        (_listener, _wanted) = (listener, start.Subscriptions);
        _live = new LiveExchange(_exchange, listener, _time);
        Accounts = [.. _accounts.Select(a => new Noted(this, _live.Open(a)))];
        foreach (var account in Accounts)
        {
            account.AskSnapshot();
            listener.OnLink(new LinkNews(Link.Private, account.Account, LinkState.Up, Now, "a test"));
        }

        listener.OnLink(new LinkNews(Link.Public, null, LinkState.Up, Now, "a test"));
        return Task.CompletedTask;
    }

    public void Follow(IReadOnlyList<MarketSubscription> wanted) => _wanted = wanted;

    /// <summary>One trade of each symbol; its time is its number.</summary>
    public void Trade(decimal wave)
    {
        foreach (var wanted in _wanted)
        {
            _traded = Math.Max(_traded + 1, Now.Ms);
            if (wanted.Symbol == Btc)
            {
                Told++;
                Telling?.Invoke(_traded);
            }

            var price = FixedPoint.Units(Math.Round(Price(wanted.Symbol) * (1 + wave), 1));
            Tell(new TradesNews(new TradeBlock(wanted.Symbol, [_traded], [price], [FixedPoint.Scale * 1000], [1]))
            {
                Symbol = wanted.Symbol,
                At = Now,
            });
        }

        Array.ForEach(_accounts, Look);
    }

    /// <summary>The book of BTCUSDT, whole.</summary>
    public void Book()
    {
        var (bid, ask) = (FixedPoint.Units(Price(Btc) - 1), FixedPoint.Units(Price(Btc) + 1));
        Tell(new BookNews(new BookUpdate(
            Btc, Now, true, 1, [new BookLevel(bid, FixedPoint.Scale)], [new BookLevel(ask, FixedPoint.Scale)]))
        {
            Symbol = Btc,
            At = Now,
        });
    }

    /// <summary>A minute passes in the candles' time: those that end with it are told.</summary>
    public void Minute()
    {
        var end = _candles + 60_000;
        foreach (var wanted in _wanted)
        {
            foreach (var interval in wanted.Intervals.Where(i => end % i.Ms == 0))
            {
                Tell(new KlineNews(interval, Candle(wanted.Symbol, end - interval.Ms), IsClosed: true) { Symbol = wanted.Symbol, At = Now });
            }
        }

        Volatile.Write(ref _candles, end);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private void Tell(MarketNews news)
    {
        _live!.Take(news); // started before
        _listener!.OnMarket(news);
    }

    private void Look(AccountId account)
    {
        foreach (var position in _live!.Read(e => LiveExchange.Snapshot(e, account, Now)).Positions)
        {
            Positions.AddOrUpdate(account, 1, (_, count) => count + 1);
            var size = (decimal)position.Size.ToDouble();
            SizeMax.AddOrUpdate(account, size, (_, most) => Math.Max(most, size));
            if (position.StopLoss is null)
            {
                Uncovered.Enqueue($"{account.Name}: {position.Symbol} {position.Size} at trade {Told}");
            }
        }
    }

    private static decimal Price(Symbol symbol) => symbol == Btc ? 60_000m : 3_000m;

    private static Kline Candle(Symbol symbol, long start)
    {
        var price = FixedPoint.Units(Price(symbol) + (start / 60_000 % 10));
        return new Kline(start, price, price, price, price, FixedPoint.Scale, 1);
    }

    private Timestamp Now => new(_time.GetUtcNow().ToUnixTimeMilliseconds());

    private sealed class Noted(StormVenue venue, IExchangeAccount account) : IExchangeAccount
    {
        AccountId IExchangeAccount.Account => account.Account;

        public void Send(AccountEffect request)
        {
            if (request is PlaceOrder place)
            {
                venue.Placed.Enqueue(place);
            }

            account.Send(request);
            venue.Look(account.Account);
        }

        public void AskSnapshot() => account.AskSnapshot();
    }
}
