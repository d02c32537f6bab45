using Serilog;
using StrategyHost.Bybit;
using StrategyHost.Bybit.Accounts;
using StrategyHost.Core.Domain;
using StrategyHost.Core.MarketData;
using StrategyHost.Core.Ports;
using StrategyHost.Host.Configuration;

namespace StrategyHost.Host.Live;

/// <summary>
/// Bybit itself (demo, testnet, live), or an emulator through <c>endpoints</c>. Every check of keys and accounts is made before the first
/// private write. Main does not wait for a mirror that is not ready: that one joins when it is.
/// </summary>
internal sealed class BybitVenue : IVenue
{
    /// <summary>
    /// A mirror that answers is checked with main, so that a wrong configuration stops the start; longer nobody waits for it.
    /// </summary>
    private static readonly TimeSpan MirrorWait = TimeSpan.FromSeconds(3);

    private readonly HostOptions _options;
    private readonly BybitConnection _connection;
    private readonly ILogger _log;
    private readonly TimeProvider _time;
    private readonly BybitLine[] _lines;
    private readonly CancellationTokenSource _stop = new();
    private BybitMarketData? _market;
    private Instrument[] _instruments = [];
    private Task<IReadOnlyList<Error>> _mirror = Task.FromResult<IReadOnlyList<Error>>([]);
    private Task _joining = Task.CompletedTask;

    public BybitVenue(HostOptions options, BybitConnection connection, ILogger log, TimeProvider time)
    {
        (_options, _connection, _log, _time) = (options, connection, log, time);
        _lines = [.. connection.Clients.Select(c => new BybitLine(options, c.Account, c.Client, connection.Endpoints.Rest.Authority))];
    }

    public string Name => $"Bybit ({_connection.Endpoints.Rest.Host})";
    public IReadOnlyList<IExchangeAccount> Accounts => [.. _lines.Select(l => l.Adapter).OfType<BybitAccount>()];

    /// <summary>Of every account that was checked: one whose set-up is still under way may be ready before it could join.</summary>
    public IReadOnlyDictionary<AccountId, string> Holders => _lines.Select(l => (l.Account, l.Holder))
        .Where(l => l.Holder is not null).ToDictionary(l => l.Account, l => l.Holder!); // it was just asked

    public Task Completion { get; private set; } = Task.CompletedTask;

    private BybitLine Main => _lines[0];

    private BybitLine? Mirror => _lines.Length > 1 ? _lines[1] : null;

    public async Task<Result<IReadOnlyList<Instrument>>> PrepareAsync(
        IReadOnlyList<Symbol> symbols, Func<AccountId, string, Error?> claim, CancellationToken cancellation)
    {
        if (await _connection.CheckClockAsync(cancellation) is { } clock)
        {
            return Result<IReadOnlyList<Instrument>>.Failed(clock);
        }

        var main = await Main.CheckAsync([], cancellation);
        var own = Mirror is null ? [] : await InTimeAsync(token => Mirror.CheckAsync([Main], token), cancellation);
        if (main.Count + own.Count > 0)
        {
            return Result<IReadOnlyList<Instrument>>.Failed([.. main, .. own]);
        }

        var instruments = await _connection.InstrumentsAsync(symbols, cancellation);
        if (!instruments.IsOk)
        {
            return instruments;
        }

        _instruments = [.. instruments.Value];
        BybitLine[] known = [.. _lines.Where(l => l.UserId is not null)];
        Error[] wrong = [.. known.Select(l => claim(l.Account, l.Holder!)).OfType<Error>()]; // who it is was just found out
        if (wrong.Length == 0)
        {
            wrong = [.. await SetUpAsync(known, cancellation)];
        }

        if (wrong.Length > 0)
        {
            return Result<IReadOnlyList<Instrument>>.Failed(wrong);
        }

        var withFees = new List<Instrument>();
        foreach (var instrument in _instruments)
        {
            withFees.Add(await BybitInstruments.WithFeesAsync(Main.Client, instrument, cancellation));
        }

        return withFees;
    }

    public Task<Result<IReadOnlyList<Instrument>>> InstrumentsAsync(IReadOnlyList<Symbol> symbols, CancellationToken cancellation) =>
        _connection.InstrumentsAsync(symbols, cancellation);

    public async Task<Result<IReadOnlyList<AccountSnapshot>>> AccountsAsync(CancellationToken cancellation)
    {
        var snapshots = new List<AccountSnapshot>();
        foreach (var line in _lines.Where(l => l.IsReady))
        {
            var read = BybitSnapshot.FetchAsync(line.Client, line.PositionMode, cancellation);
            if (line != Main && await Task.WhenAny(read, Task.Delay(MirrorWait, _time, cancellation)) != read)
            {
                continue; // its picture comes when it comes
            }

            var snapshot = await read;
            if (snapshot.IsOk)
            {
                snapshots.Add(snapshot.Value);
            }
            else if (line == Main)
            {
                return Result<IReadOnlyList<AccountSnapshot>>.Failed(snapshot.Errors);
            }
        }

        return snapshots;
    }

    public Task<Result<KlineBlock>> HistoryAsync(Symbol symbol, Interval interval, int count, CancellationToken cancellation) =>
        _connection.HistoryAsync(symbol, interval, count, cancellation);

    public Task StartAsync(VenueStart start, IExchangeListener listener, CancellationToken cancellation)
    {
        _market = _connection.OpenMarket(listener, problems => Warn("market", problems));
        _market.Start();
        _market.Subscribe(start.Subscriptions);
        foreach (var line in _lines)
        {
            line.Open(
                new BybitAccountOptions
                {
                    PrivateStream = _connection.Endpoints.PrivateStream,
                    PositionMode = line.PositionMode,
                    Stream = _connection.StreamOptions,
                    Batches = _options.Globals.TpSlBatchEnabled,
                    Recovery = start.Recoveries.GetValueOrDefault(line.Account),
                },
                listener, _time, problems => Warn(line.Account.Name, problems));
        }

        if (Mirror is { HasBegun: false } late)
        {
            _joining = JoinAsync(late, start, listener);
        }

        Completion = Task.WhenAny([.. _lines.Select(l => l.Adapter!.Completion), _market.Completion, FailureOf(_joining)]).Unwrap();
        _log.Information("{Count} symbols on {Venue}", _instruments.Length, Name);
        return Task.CompletedTask;
    }

    public async Task<Result<IReadOnlyList<Instrument>>> AddAsync(IReadOnlyList<Symbol> symbols, CancellationToken cancellation)
    {
        var found = await _connection.InstrumentsAsync(symbols, cancellation);
        if (!found.IsOk)
        {
            return found;
        }

        var errors = new List<Error>();
        foreach (var line in _lines.Where(l => l.IsReady))
        {
            errors.AddRange(await line.AddAsync(found.Value, cancellation));
        }

        if (errors.Count > 0)
        {
            return Result<IReadOnlyList<Instrument>>.Failed(errors);
        }

        var withFees = new List<Instrument>();
        foreach (var instrument in found.Value)
        {
            withFees.Add(await BybitInstruments.WithFeesAsync(Main.Client, instrument, cancellation));
        }

        _instruments = [.. _instruments, .. withFees]; // a mirror that joins later sets them up too
        return withFees;
    }

    public void Follow(IReadOnlyList<MarketSubscription> wanted) => _market!.Subscribe(wanted); // started before

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAny(_joining); // its failure was told
        await Task.WhenAny(_mirror);
        foreach (var line in _lines)
        {
            await line.DisposeAsync();
        }

        if (_market is not null)
        {
            await _market.DisposeAsync();
        }

        _connection.Dispose();
        _stop.Dispose();
    }

    private async Task<IEnumerable<Error>> SetUpAsync(BybitLine[] known, CancellationToken cancellation)
    {
        var main = await Main.SetUpAsync(_instruments, cancellation);
        IReadOnlyList<Error> mirrors = known.FirstOrDefault(l => l != Main) is { } mirror
            ? await InTimeAsync(token => mirror.SetUpAsync(_instruments, token), cancellation) : [];
        return main.Concat(mirrors);
    }

    /// <summary>
    /// A step of the mirror's; its errors as far as they are its configuration's, and nothing of what may pass or takes too long.
    /// </summary>
    private async Task<IReadOnlyList<Error>> InTimeAsync(
        Func<CancellationToken, Task<IReadOnlyList<Error>>> step, CancellationToken cancellation)
    {
        _mirror = step(_stop.Token);
        await Task.WhenAny(_mirror, Task.Delay(MirrorWait, _time, cancellation));
        var errors = _mirror.IsCompleted ? await _mirror : [NotYet];
        if (!errors.All(AccountChecks.MayPass))
        {
            return errors;
        }

        if (errors.Count > 0)
        {
            _log.Warning("{Account} is not ready, main starts without it: {Problem}", AccountId.Mirror.Name, errors[0].ToString());
        }

        return [];
    }

    private Task JoinAsync(BybitLine late, VenueStart start, IExchangeListener listener) => late.JoinAsync(
        async cancellation =>
        {
            await _mirror; // the step that main did not wait for
            if (await late.CheckAsync([Main], cancellation) is { Count: > 0 } wrong)
            {
                return wrong;
            }

            return start.Claim(late.Account, late.Holder!) is { } other // it was just found out
                ? [other] : await late.SetUpAsync(_instruments, cancellation);
        },
        (state, why) => listener.OnLink(new LinkNews(Link.Requests, late.Account, state, Now, why)),
        _log, _time, _stop.Token);

    /// <summary>Ends only by a failure.</summary>
    private static async Task FailureOf(Task work)
    {
        await work.ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        if (work.IsFaulted)
        {
            await work;
        }

        await Task.Delay(Timeout.InfiniteTimeSpan);
    }

    private static Error NotYet => new()
    {
        Rule = AccountChecks.Unanswered,
        Message = $"no answer within {MirrorWait.TotalSeconds} s",
    };

    private Timestamp Now => new(_time.GetUtcNow().ToUnixTimeMilliseconds());

    private void Warn(string source, IReadOnlyList<Error> problems)
    {
        foreach (var problem in problems)
        {
            _log.Warning("{Source}: {Problem}", source, problem.ToString());
        }
    }
}
