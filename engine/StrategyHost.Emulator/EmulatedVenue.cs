using Microsoft.AspNetCore.Http;
using StrategyHost.Emulator.Control;
using StrategyHost.Emulator.Markets;
using StrategyHost.Emulator.Rest;
using StrategyHost.Emulator.Streams;
using StrategyHost.Emulator.Trading;

namespace StrategyHost.Emulator;

/// <summary>Puts the emulator's parts together and sends each HTTP request where it belongs.</summary>
internal sealed class EmulatedVenue : IDisposable
{
    private readonly TimeProvider _time;
    private readonly StreamHub _hub = new();
    private readonly PrivateFeed _privateFeed;
    private readonly TradingFloor _floor;
    private readonly PublicFeed _publicFeed;
    private readonly MarketDirector _director;
    private readonly Authentication _authentication;
    private readonly RestServer _rest;
    private readonly StreamServer _streams;
    private readonly TradeServer _trades;
    private readonly ControlRoutes _control;
    private readonly FaultTable _faults;
    private readonly CancellationTokenSource _stopping = new();
    private ITimer? _ticker;
    private long _connections;

    public EmulatedVenue(EmulatorOptions options, TimeProvider time)
    {
        _time = time;
        var (markets, sources) = MarketFactory.Create(options, NowMs);
        _privateFeed = new PrivateFeed(_hub, () => NowMs);
        _floor = new TradingFloor(markets, new WireIds(options.Market.Seed ^ NowMs), _privateFeed, time);
        _privateFeed.Attach(_floor);
        _publicFeed = new PublicFeed(_floor, _hub);
        _director = new MarketDirector(_floor, _publicFeed, sources) { IsPaused = options.Market.IsPaused };
        _authentication = new Authentication(options.Accounts);
        foreach (var account in options.Accounts)
        {
            _floor.AddAccount(account);
        }

        var routes = Routes(options).ToDictionary(r => (r.Method, r.Path));
        _faults = new FaultTable(_hub, () => NowMs);
        var log = new RequestLog();
        var desk = new RequestDesk(routes, _authentication, new RateMeter(options.Limits), _floor, _privateFeed);
        var authentication = new StreamAuthentication(_authentication);
        _streams = new StreamServer(_floor, _hub, _publicFeed, authentication, (_faults, log));
        _trades = new TradeServer(_floor, authentication, desk, (_faults, log), _privateFeed, time);
        _control = new ControlRoutes(_floor, _director, new AccountDesk(_floor, _authentication, _hub), _hub, (_faults, log));
        _rest = new RestServer(desk, _control, _faults, log, _privateFeed, time);
    }

    /// <summary>For simulations in one process: the truth, the hand on the market, the faults.</summary>
    internal TradingFloor Floor => _floor;
    internal MarketDirector Director => _director;
    internal FaultTable Faults => _faults;

    private long NowMs => _time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>Starts the market's clock.</summary>
    public void Start()
    {
        lock (_floor.Gate)
        {
            foreach (var market in _floor.Markets)
            {
                _director.Open(market);
            }
        }

        var step = TimeSpan.FromMilliseconds(MarketWander.StepMs);
        _ticker = _time.CreateTimer(_ => Tick(), null, step, step);
    }

    public void SetAccount(EmulatedAccount account) => _control.Accounts.Set(account);

    /// <summary>Stops the market and ends every stream.</summary>
    public async Task StopAsync()
    {
        await _stopping.CancelAsync();
        if (_ticker is { } ticker)
        {
            await ticker.DisposeAsync();
        }
    }

    public void Dispose() => _stopping.Dispose();

    public Task ServeAsync(HttpContext context) =>
        context.WebSockets.IsWebSocketRequest ? ServeStreamAsync(context) : _rest.ServeAsync(context);

    private IEnumerable<EmulatorRoute> Routes(EmulatorOptions options) =>
        new MarketRoutes(options.Instruments).All()
            .Concat(UserRoutes.All())
            .Concat(new MarketDataRoutes(_floor, _publicFeed).All())
            .Concat(new AccountRoutes(_floor).All())
            .Concat(new OrderRoutes(_floor).All())
            .Concat(new HistoryRoutes(_floor).All())
            .Concat(new PositionRoutes(_floor).All())
            .Concat(options.Routes);

    private async Task ServeStreamAsync(HttpContext context)
    {
        StreamKind? kind = context.Request.Path.Value switch
        {
            "/v5/public/linear" => StreamKind.Public,
            "/v5/private" => StreamKind.Private,
            "/v5/trade" => StreamKind.Trade,
            _ => null,
        };
        if (kind is not { } known)
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        using var socket = await context.WebSockets.AcceptWebSocketAsync();
        using var connection = new StreamConnection(known, _floor.Ids.Other('c', Interlocked.Increment(ref _connections)), _faults, _time);
        _hub.Add(connection);
        try
        {
            await connection.RunAsync(socket, known == StreamKind.Trade ? _trades.OnFrame : _streams.OnFrame, _stopping.Token);
        }
        finally
        {
            _hub.Remove(connection);
        }
    }

    private void Tick()
    {
        lock (_floor.Gate)
        {
            if (!_stopping.IsCancellationRequested)
            {
                _director.Tick();
            }
        }

        _faults.FlushHeld();
    }
}
