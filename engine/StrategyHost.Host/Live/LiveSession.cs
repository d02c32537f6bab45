using Serilog;
using StrategyHost.Core.Domain;
using StrategyHost.Core.Kernel;
using StrategyHost.Core.MarketData;
using StrategyHost.Core.Ports;
using StrategyHost.Core.Strategies;
using StrategyHost.Host.Backtests;
using StrategyHost.Host.Configuration;

namespace StrategyHost.Host.Live;

/// <summary>
/// One run of the host, from loaded strategies to the last confirmed cancel. Opening it finds every problem before anything is sent;
/// stopping it cancels resting entries and leaves stops and targets where they are.
/// </summary>
internal sealed class LiveSession : IAsyncDisposable
{
    /// <summary>How long a stop waits for scripts and cancels (contracts §1: three seconds in all).</summary>
    private static readonly TimeSpan StopWait = TimeSpan.FromSeconds(2);

    private readonly IVenue _venue;
    private readonly StrategyPool _strategies;
    private readonly ILogger _log;
    private readonly TimeProvider _time;
    private EngineLoop? _loop;

    private LiveSession(HostOptions options, IVenue venue, StrategyPool strategies, ILogger log, TimeProvider time) =>
        (Options, _venue, _strategies, _log, _time) = (options, venue, strategies, log, time);

    public HostOptions Options { get; }
    public string VenueName => _venue.Name;
    public IReadOnlyList<StrategySetup> Strategies { get; private set; } = [];
    public LinkBoard Links { get; private set; } = new([]);
    public EngineLoop Loop => _loop ?? throw new InvalidOperationException("the session is not open");
    public EffectExecutor Executor { get; private set; } = null!; // set together with the loop

    /// <summary>Loads, checks, warms up and starts. On errors nothing was sent and nothing runs.</summary>
    public static async Task<Result<LiveSession>> OpenAsync(
        HostOptions options, IVenue venue, StrategyPool strategies, ILogger log, TimeProvider time, CancellationToken cancellation)
    {
        var session = new LiveSession(options, venue, strategies, log, time);
        var errors = await session.OpenAsync(cancellation);
        if (errors.Count == 0)
        {
            return session;
        }

        await session.DisposeAsync();
        return Result<LiveSession>.Failed(errors);
    }

    /// <summary>Entries are cancelled, protection stays; waits for the answers, but not for ever.</summary>
    public async Task StopAsync()
    {
        if (_loop is not { Ended.IsCompleted: false } loop)
        {
            return;
        }

        loop.Post(at => new Stopping { At = at });
        var deadline = _time.GetTimestamp();
        while (_time.GetElapsedTime(deadline) < StopWait && !await loop.AskAsync((kernel, _) => IsQuiet(kernel)))
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20), _time);
        }

        loop.End();
        await loop.Ended;
        _log.Information("stopped: resting entries are cancelled, stops and targets stay on the exchange, trails no longer move");
    }

    public async ValueTask DisposeAsync()
    {
        await _venue.DisposeAsync();
        _loop?.End();
        if (_loop is not null)
        {
            await Task.WhenAny(_loop.Ended);
            _loop.Dispose();
        }

        _strategies.Dispose();
    }

    private static bool IsQuiet(EngineKernel kernel) =>
        kernel.Lanes.All(l => l.IsIdle || l.IsParked)
        && kernel.Accounts.All(a => a.Plans.All(p => p.Entries.All(e => e.Order.IsFinal)));

    private async Task<IReadOnlyList<Error>> OpenAsync(CancellationToken cancellation)
    {
        var symbols = _strategies.Loaded.SelectMany(s => s.Symbols).Distinct().ToArray();
        var instruments = await _venue.PrepareAsync(symbols, cancellation);
        if (!instruments.IsOk)
        {
            return instruments.Errors;
        }

        var accounts = await _venue.AccountsAsync(cancellation);
        if (!accounts.IsOk)
        {
            return accounts.Errors;
        }

        Strategies = [.. _strategies.Loaded.Select(Setup)];
        var engine = Engine(instruments.Value, accounts.Value);
        var kernel = new EngineKernel(engine);
        _strategies.Configure(Strategies, kernel);
        var subscriptions = Subscriptions().ToArray();
        var market = new LiveMarket(subscriptions);
        var history = await WarmUp.LoadAsync(_venue, Strategies, subscriptions, cancellation);
        if (!history.IsOk)
        {
            return history.Errors;
        }

        Links = new LinkBoard(kernel.Accounts.Select(a => a.Account));
        await StartAsync(kernel, market, subscriptions, history.Value, cancellation);
        return [];
    }

    private async Task StartAsync(
        EngineKernel kernel, LiveMarket market, MarketSubscription[] subscriptions, IReadOnlyList<KlineBlock> history,
        CancellationToken cancellation)
    {
        Executor = new EffectExecutor(() => _venue.Accounts, kernel.Accounts.Select(a => a.Account), _strategies.Runners, _log)
        {
            Failed = bug => _loop!.Fail(bug),
        };
        _loop = new EngineLoop(kernel, Executor, market, Links, _time);
        Executor.Loop = _loop;
        foreach (var block in history)
        {
            market.Warmed(block);
        }

        foreach (var instant in WarmUp.Instants(history))
        {
            _loop.Post(at => new KlinesClosed(instant) { At = at, Warming = true });
        }

        _loop.Start();
        await _venue.StartAsync(subscriptions, _loop, cancellation);
        _loop.Post(at => new Started { At = at });
    }

    private EngineOptions Engine(IReadOnlyList<Instrument> instruments, IReadOnlyList<AccountSnapshot> accounts)
    {
        var engine = EngineOptionsFactory.Make(Options, Strategies, instruments, TrailMode.Resting);
        return engine with
        {
            Main = engine.Main with { StartBalance = Balance(AccountId.Main) },
            Mirror = engine.Mirror is { } mirror ? mirror with { StartBalance = Balance(AccountId.Mirror) } : null,
        };

        decimal Balance(AccountId account) => accounts.Single(a => a.Account == account).WalletBalance;
    }

    private static StrategySetup Setup(LiveStrategy strategy) => new()
    {
        Strategy = strategy.Loaded.Id,
        Settings = strategy.Loaded.Settings,
        Symbols = strategy.Symbols,
        Callbacks = strategy.Loaded.Script.Callbacks,
        ScriptSha256 = strategy.Loaded.Script.Sha256,
    };

    private IEnumerable<MarketSubscription> Subscriptions() =>
        from symbol in Strategies.SelectMany(s => s.Symbols).Distinct()
        let traders = Strategies.Where(s => s.Symbols.Contains(symbol)).ToArray()
        let books = traders.Where(s => (s.Callbacks & ScriptCallbacks.OrderBook) != 0).ToArray()
        select new MarketSubscription(symbol)
        {
            Intervals = [.. traders.SelectMany(t => t.Settings.Intervals.Prepend(t.Settings.Interval)).Distinct().Order()],
            Trades = true,
            Ticker = true,
            BookDepth = books.Length == 0 ? 1 : books.Max(b => b.Settings.BookDepth),
        };
}
