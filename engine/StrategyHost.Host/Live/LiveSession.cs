using System.Security.Cryptography;
using Serilog;
using StrategyHost.Core.Domain;
using StrategyHost.Core.Kernel;
using StrategyHost.Core.Orders;
using StrategyHost.Core.Ports;
using StrategyHost.Core.Strategies;
using StrategyHost.Host.Alerts;
using StrategyHost.Host.Backtests;
using StrategyHost.Host.Configuration;
using StrategyHost.Host.Journal;
using StrategyHost.Host.Operating;
using StrategyHost.Host.Performance;
using StrategyHost.Host.Reload;
using StrategyHost.Storage.Journal;

namespace StrategyHost.Host.Live;

/// <summary>What a session is made of. The session disposes venue and strategies, and closes the journal.</summary>
internal sealed record SessionParts(
    HostOptions Options, IVenue Venue, StrategyPool Strategies, RunJournal Journal, ILogger Log, TimeProvider Time)
{
    /// <summary>What people asked for while no host ran; null: nobody could.</summary>
    public HaltDelivery? Halts { get; init; }

    /// <summary>Where alerts go besides the log; null: nowhere. Who opens the session disposes it.</summary>
    public AlertDesk? Alerts { get; init; }

    /// <summary>Results by account, kept up by who folds the journals.</summary>
    public IReadOnlyList<PerformanceBoard> Boards { get; init; } = [];
}

/// <summary>
/// One run of the host, from loaded strategies to the last confirmed cancel. Opening it finds every problem before anything is sent;
/// stopping it cancels resting entries and leaves stops and targets where they are. It goes on where the run before it ended, however that
/// ended (engine/docs/recovery.md).
/// </summary>
internal sealed class LiveSession : IAsyncDisposable
{
    /// <summary>How long a stop waits for scripts and cancels (contracts §1: three seconds in all).</summary>
    private static readonly TimeSpan StopWait = TimeSpan.FromSeconds(2);

    /// <summary>What a version that is about to take over may still take.</summary>
    private static readonly TimeSpan ReloadWait = TimeSpan.FromMilliseconds(200);

    /// <summary>What strategies have to give their state in the end, however long the cancels took.</summary>
    private static readonly TimeSpan SaveWaitMin = TimeSpan.FromMilliseconds(100);

    /// <summary>How often accounts are compared with what is wanted (reliability §5.5: coverage every 5 s).</summary>
    private const long AuditMs = 5000;

    private readonly IVenue _venue;
    private readonly StrategyPool _strategies;
    private readonly RunJournal _journal;
    private readonly ILogger _log;
    private readonly TimeProvider _time;
    private readonly HaltDelivery? _halts;
    private readonly CancellationTokenSource _ending = new();
    private readonly AlertDesk? _alerts;
    private readonly Dictionary<AccountId, PerformanceBoard> _boards;
    private EngineLoop? _loop;
    private RunMemory? _memory;
    private RecoveryDesk? _recovery;
    private ReloadDesk? _reload;

    private LiveSession(SessionParts parts)
    {
        (Options, _venue, _strategies, _journal, _log, _time) = parts;
        (_halts, _alerts) = (parts.Halts, parts.Alerts);
        _boards = parts.Boards.ToDictionary(b => b.Account);
        Ending = _ending.Token;
    }

    public HostOptions Options { get; }
    public string VenueName => _venue.Name;
    public IReadOnlyList<StrategySetup> Strategies { get; private set; } = [];
    public LinkBoard Links { get; private set; } = null!; // set together with the loop
    public EngineLoop Loop => _loop ?? throw new InvalidOperationException("the session is not open");
    public EffectExecutor Executor { get; private set; } = null!; // set together with the loop

    /// <summary>Ends when what happened to an account so far is on disk; an error: it is not.</summary>
    public Task<Error?> CommittedAsync(AccountId account) => _journal.CommittedAsync(account);

    /// <summary>The session is over: no commit comes any more.</summary>
    public CancellationToken Ending { get; }

    /// <summary>Versions of the scripts; null: files are not watched.</summary>
    public ReloadDesk? Reload => _reload;

    /// <summary>An account's results; empty where nobody keeps them up.</summary>
    public PerformanceBoard Board(AccountId account) => _boards.GetValueOrDefault(account) ?? new PerformanceBoard(account);

    /// <summary>What became of an account's recovery so far.</summary>
    public RecoveryView? Recovery(AccountId account) => _recovery?.Look(account);

    /// <summary>Loads, checks, warms up and starts. On errors nothing was sent and nothing runs.</summary>
    public static async Task<Result<LiveSession>> OpenAsync(SessionParts parts, CancellationToken cancellation)
    {
        var session = new LiveSession(parts);
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

        await EndReloadAsync();
        var keeps = Options.EntriesOnStop == EntriesOnStop.Keep;
        loop.Post(at => new Stopping { At = at, KeepsEntries = keeps });
        var deadline = _time.GetTimestamp();
        string[] left = [];
        try
        {
            while (_time.GetElapsedTime(deadline) < StopWait && !await loop.AskAsync((kernel, _) => IsQuiet(kernel, keeps)))
            {
                await Task.Delay(TimeSpan.FromMilliseconds(20), _time);
            }

            left = await loop.AskAsync((kernel, _) => keeps ? [] : Resting(kernel).ToArray());
            var rest = StopWait - _time.GetElapsedTime(deadline);
            await Task.WhenAny(_strategies.SaveAsync(), Task.Delay(rest > SaveWaitMin ? rest : SaveWaitMin, _time));
        }
        catch (OperationCanceledException)
        {
            // The loop has ended by a bug, which comes out below.
        }

        loop.End();
        await Task.WhenAny(loop.Ended);
        _journal.Close();
        await Task.WhenAny(_halts?.Completion ?? Task.CompletedTask, Task.Delay(SaveWaitMin, _time));
        await loop.Ended;
        if (left.Length > 0)
        {
            _log.Error("no answer to the cancels of {Entries}: they may still rest on the exchange and fill, with their stops", left);
        }

        _log.Information("stopped: resting entries {Entries}, stops and targets stay on the exchange, trails no longer move",
            keeps || left.Length > 0 ? "stay" : "are cancelled");
    }

    public async ValueTask DisposeAsync()
    {
        _journal.Close(); // nothing is sent to a venue that is gone
        await _ending.CancelAsync();
        await EndReloadAsync();
        await _venue.DisposeAsync();
        if (_loop is not null)
        {
            await _loop.DisposeAsync();
        }

        _strategies.Dispose();
        _ending.Dispose();
    }

    /// <summary>No version takes over any more; events that waited for one go to the version that trades.</summary>
    private async Task EndReloadAsync()
    {
        if (_reload is not null)
        {
            await Task.WhenAny(Task.Run(_reload.StopAsync), Task.Delay(ReloadWait, _time));
        }
    }

    private static bool IsQuiet(EngineKernel kernel, bool keepsEntries) =>
        kernel.Lanes.All(l => l.IsIdle || l.IsParked) && (keepsEntries || !Resting(kernel).Any());

    private static IEnumerable<string> Resting(EngineKernel kernel) =>
        from account in kernel.Accounts
        from plan in account.Plans
        from entry in plan.Entries
        where !entry.Order.IsFinal
        select $"{account.Account} {entry.Id}";

    private async Task<IReadOnlyList<Error>> OpenAsync(CancellationToken cancellation)
    {
        var symbols = _strategies.Loaded.SelectMany(s => s.Symbols).Distinct().ToArray();
        var instruments = await _venue.PrepareAsync(symbols, _journal.Claim, cancellation);
        if (!instruments.IsOk)
        {
            return instruments.Errors;
        }

        if (_venue.Holders.Select(h => _journal.Claim(h.Key, h.Value)).OfType<Error>().ToArray() is { Length: > 0 } others)
        {
            return others;
        }

        if (_halts?.Problem is { } unread)
        {
            return [unread];
        }

        _memory = RunMemory.Read(_journal, Accounts, Now);
        var accounts = await _venue.AccountsAsync(cancellation);
        if (!accounts.IsOk)
        {
            return accounts.Errors;
        }

        if (LiveGuards.CheckUnmanaged(Options, accounts.Value) is { Count: > 0 } refused)
        {
            return refused;
        }

        foreach (var account in accounts.Value)
        {
            Advise(account);
        }

        Strategies = [.. _strategies.Loaded.Select(Setup)];
        var open = new OpenSymbols(_venue, _log);
        var held = await open.InstrumentsAsync(symbols, accounts.Value, _memory.Saved, cancellation);
        Instrument[] known = [.. instruments.Value.Concat(held).DistinctBy(i => i.Symbol)];
        var engine = Engine(known, accounts.Value);
        var kernel = new EngineKernel(engine);
        var notRestored = kernel.Restore(_memory.Saved);
        OpenSymbols.SayHolders(engine, kernel, _log);
        _strategies.Configure(Strategies, kernel);
        MarketSubscription[] subscriptions = [.. Subscriptions(), .. OpenSymbols.Subscriptions(known, symbols)];
        var market = new LiveMarket(subscriptions);
        Links = new LinkBoard([.. kernel.Accounts.Select(a => a.Account)], _log);
        Executor = new EffectExecutor(
            () => _venue.Accounts, kernel.Accounts.Select(a => a.Account), _strategies.Runners, _journal, _log, _time)
        {
            Failed = bug => _loop!.Fail(bug),
            IsRaised = _alerts is null ? new AlertRules(Options).IsRaised : _alerts.IsLogged,
            Raised = alert => _alerts?.Post(alert),
            Remedy = Options.Reload.Enabled ? "Mend its file and save it: it trades again then" : "Mend its file and start the host again",
            StoodStill = parked => _alerts?.Post(parked),
        };
        _loop = new EngineLoop(kernel, Executor, market, Links, _time);
        Executor.Loop = _loop;
        _strategies.Remember(_journal.States(_strategies.Hashes), _loop, _log, _time);
        var facts = new EngineFacts(engine)
        {
            Saved = _memory.Saved,
            Scripts = [.. _strategies.Versions.Select(v => new LoadedScript(v.Version.Id, v.Version.Files))],
        };
        _journal.Begin(RunFacts.Of(Options, engine, _time.GetUtcNow()), facts, _loop, Executor.Record);
        _recovery = new RecoveryDesk(_memory, _loop, Executor, _log, _time);
        _recovery.Begin(notRestored);
        return await StartAsync(market, subscriptions, _recovery, cancellation);
    }

    private void Advise(AccountSnapshot account)
    {
        var profile = (account.Account == AccountId.Main ? Options.Main : Options.Mirror.Account).Profile;
        if (ProfileAdvice.Of(account.Account, profile, account.WalletBalance) is { } advice)
        {
            _log.Warning("{Advice}", advice);
        }
    }

    private IEnumerable<AccountId> Accounts => Options.Mirror.Enabled ? [AccountId.Main, AccountId.Mirror] : [AccountId.Main];

    private Timestamp Now => new(_time.GetUtcNow().ToUnixTimeMilliseconds());

    private async Task<IReadOnlyList<Error>> StartAsync(
        LiveMarket market, MarketSubscription[] subscriptions, RecoveryDesk recovery, CancellationToken cancellation)
    {
        var held = new HeldListener();
        await _venue.StartAsync(
            new VenueStart(subscriptions, _memory!.Recoveries) { Claim = _journal.Claim }, held, cancellation); // read before
        _ = _venue.Completion.ContinueWith(
            t => Loop.Fail(t.Exception!), // it is faulted
            CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
        var history = await WarmUp.LoadAsync(_venue, Strategies, subscriptions, cancellation);
        if (!history.IsOk)
        {
            return history.Errors;
        }

        foreach (var block in history.Value)
        {
            market.Warmed(block);
        }

        foreach (var instant in WarmUp.Instants(history.Value))
        {
            Loop.Post(at => new KlinesClosed(instant) { At = at, Warming = true });
        }

        foreach (var link in Links.Links.ToArray())
        {
            Loop.OnLink(link); // down until they say that they are up: before that nothing may be entered
        }

        _halts?.Post(this); // before the first market event that a strategy could answer
        Loop.Start();
        held.Release(recovery);
        Loop.Post(at => new Started { At = at });
        if (Options.Reload.Enabled)
        {
            var follows = new SessionMarket(Loop, market, _venue, subscriptions);
            _reload = new ReloadDesk(new ReloadParts(Options, _strategies, follows, _log, _time));
            Executor.VersionFaulted = _reload.Faulted;
            _reload.Begin();
        }

        return [];
    }

    private EngineOptions Engine(IReadOnlyList<Instrument> instruments, IReadOnlyList<AccountSnapshot> accounts)
    {
        var engine = EngineOptionsFactory.Make(Options, Strategies, instruments, TrailMode.Resting);
        return engine with
        {
            AuditMs = AuditMs,
            WatchesAccounts = true,
            SavesState = true,
            KeepsSymbolsApart = !Options.Risk.ShareSymbols,
            ForeignPositions = Options.ForeignPositions,
            OrderIds = Options.OrderIds,
            Installation = OrderTag.NewInstallation(RandomNumberGenerator.GetInt32),
            Main = Known(engine.Main),
            Mirror = engine.Mirror is { } mirror ? Known(mirror) : null,
        };

        AccountSetup Known(AccountSetup account) => account with
        {
            StartBalance = accounts.FirstOrDefault(a => a.Account == account.Account)?.WalletBalance ?? 0, // it does not answer yet
            TakesWallet = true,
        };
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
            BookDepth = Math.Max(OpenSymbols.BookDepthMin, books.Select(b => b.Settings.BookDepth).DefaultIfEmpty().Max()),
        };
}
