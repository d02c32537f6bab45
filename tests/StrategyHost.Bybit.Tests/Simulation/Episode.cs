using StrategyHost.Bybit.Accounts;
using StrategyHost.Bybit.Rest;
using StrategyHost.Bybit.Streams;
using StrategyHost.Core.Domain;
using StrategyHost.Core.Ports;
using StrategyHost.Emulator;
using StrategyHost.Emulator.Rest;
using StrategyHost.Simulation;

namespace StrategyHost.Bybit.Tests.Simulation;

/// <summary>How an episode ended.</summary>
internal sealed record EpisodeResult(long Seed, Tally Tally, long VirtualMs, long Timers, long Requests, long Asked);

/// <summary>
/// One life of two adapters on one line, by one seed: trade under faults, then the faults stop and everything must be told, then a last
/// exchange in good order with its own bounds. All of it in virtual time; no socket, no thread.
/// </summary>
internal sealed class Episode
{
    private const long ToldWithinMs = 60_000;
    private const long ToldAfterBanMs = 660_000;
    private const long StaysMs = 70_000;
    private readonly long _seed;
    private readonly string _plant;
    private readonly VirtualTime _time;
    private readonly SetClock _clock;
    private readonly EmulatedVenue _venue;
    private readonly MemoryLine _line;
    private readonly RequestWatch _watch;
    private readonly FaultSwarm _swarm;
    private readonly Tally _tally;
    private readonly long _startMs;
    private readonly List<(EmulatedAccount Of, BybitRestClient Client, BybitAccount Account, RandomTrader Trader)> _accounts = [];
    private bool _isOver;

    private Episode(long seed, string plant, VirtualTime time, Action<string>? log)
    {
        (_seed, _plant, _time, _startMs) = (seed, plant, time, time.NowMs);
        _clock = new SetClock(time);
        _tally = new Tally(time, _startMs) { Log = log };
        _watch = new RequestWatch(time, _tally);
        _venue = new EmulatedVenue(Options(seed), time);
        _line = new MemoryLine(_venue, time, _watch, seed + 1);
        _swarm = new FaultSwarm(_venue, _line, _clock, (time, _watch, _tally), new Prng(seed + 2));
        var gate = new RequestGate(Plants.Limits(plant), _clock);
        _accounts.Add(Open(EmulatedAccount.Main, AccountId.Main, gate));
        _accounts.Add(Open(EmulatedAccount.Mirror, AccountId.Mirror, gate));
    }

    public static async Task<EpisodeResult> RunAsync(long seed, string plant, Action<string>? log)
    {
        // Every fourth one meets a funding.
        var start = DateTimeOffset.FromUnixTimeMilliseconds(1_700_000_000_000).AddSeconds(seed % 4 == 0 ? 6330 : 0);
        var time = new VirtualTime(start);
        EpisodeResult? result = null;
        await OneThread.RunAsync(time, async () => result = await new Episode(seed, plant, time, log).PlayAsync());
        return result!; // the work has ended
    }

    private static EmulatorOptions Options(long seed) => new()
    {
        Limits = true,
        Instruments = [Instrument("BTCUSDT", 0.1m, 0.001m), Instrument("ETHUSDT", 0.01m, 0.01m), Instrument("SOLUSDT", 0.01m, 0.1m)],
        Market = new EmulatedMarketOptions { Seed = seed, IsPaused = true, HistoryMinutes = 1000 },
    };

    private static Instrument Instrument(string symbol, decimal tick, decimal step) => new()
    {
        Symbol = new Symbol(symbol),
        TickSize = Price.Of(tick),
        QtyStep = Quantity.Of(step),
        MinQty = Quantity.Of(step),
        MaxLimitQty = Quantity.Of(100_000),
        MaxMarketQty = Quantity.Of(10_000),
        MinNotional = 5,
    };

    private (EmulatedAccount Of, BybitRestClient Client, BybitAccount Account, RandomTrader Trader) Open(
        EmulatedAccount of, AccountId id, RequestGate gate)
    {
        var told = new ToldAccount(id.Name, _tally);
        var client = new BybitRestClient(
            new RestOptions
            {
                Address = new Uri("http://127.0.0.1/"),
                Account = id,
                Credentials = new ApiCredentials(of.Key, of.Secret),
                Way = _line.Handler,
            },
            gate, _clock);
        var options = new BybitAccountOptions
        {
            PrivateStream = new Uri("ws://127.0.0.1/v5/private"),
            ExecutionsSince = new Timestamp(_startMs - 30_000),
            Batches = _seed % 5 != 0,
            Stream = new StreamOptions { Way = _line.ConnectAsync, Seed = (int)_seed },
        };
        var account = new BybitAccount(client, Plants.Options(_plant, options), Plants.Listener(_plant, told), _clock);
        var trader = new RandomTrader(account, told, (_venue.Floor, of.Uid), _time, new Prng(_seed + 10 + of.Uid));
        return (of, client, account, trader);
    }

    private async Task<EpisodeResult> PlayAsync()
    {
        var prng = new Prng(_seed + 3);
        _venue.Start();
        var market = MoveAsync(new Prng(_seed + 4));
        _accounts.ForEach(a => a.Trader.Inherit());
        _accounts.ForEach(a => a.Account.Start());
        await _time.DelayAsync(prng.Below(3000));
        var faultsMs = 30_000 + (1000L * prng.Below(90));
        await Task.WhenAll(_accounts.Select(a => a.Trader.PlayAsync(faultsMs + 5000)).Append(_swarm.PlayAsync(faultsMs)));
        _isOver = true;
        await market;
        await SettleAsync();
        await new LastExchange(_accounts.ConvertAll(a => a.Trader), _time, _tally).PlayAsync();
        await EndAsync();
        return new EpisodeResult(_seed, _tally, _time.NowMs - _startMs, _time.Fired, _watch.Requests, _accounts.Sum(a => a.Trader.Sent));
    }

    /// <summary>From here on nothing disturbs: all is told in time, and stays so.</summary>
    private async Task SettleAsync()
    {
        var (since, within) = (_time.NowMs, _watch.WasBanned ? ToldAfterBanMs : ToldWithinMs);
        while (Differences().Any() && _time.NowMs < since + within)
        {
            await _time.DelayAsync(500);
        }

        _tally.Mark($"told after: {(_time.NowMs - since) switch { < 1000 => "<1", < 10_000 => "<10", < 30_000 => "<30", _ => "30+" }} s");
        foreach (var difference in Differences())
        {
            _tally.Broken($"told within {within / 1000} s", difference);
        }

        await _time.DelayAsync((int)Math.Max(StaysMs, since + (_watch.WasBanned ? ToldAfterBanMs : 0) - _time.NowMs));
        _watch.IsServerOdd = false;
        _accounts.ForEach(a => a.Trader.Told.Snapshot = null);
        _accounts.ForEach(a => a.Account.AskSnapshot());
        for (var tries = 0; tries < 1000 && _accounts.Exists(a => a.Trader.Told.Snapshot is null); tries++)
        {
            await _time.DelayAsync(10);
        }

        foreach (var difference in Differences().Concat(_accounts.SelectMany(a => Truth(a.Of).OfSnapshot(a.Trader.Told))))
        {
            _tally.Broken("stays told", difference);
        }

        foreach (var (_, _, account, trader) in _accounts)
        {
            if (new[] { Link.Private, Link.Requests }.Any(l => trader.Told.Links.GetValueOrDefault(l) != LinkState.Up))
            {
                _tally.Broken("links come back", $"{account.Account.Name}: {string.Join(", ", trader.Told.Links)}");
            }
        }
    }

    private IEnumerable<string> Differences() => _accounts.SelectMany(a => Truth(a.Of).Of(a.Trader.Told)
        .Concat(a.Trader.Unanswered.Select(u => $"{a.Account.Account.Name} {u} was not answered")));

    private AccountTruth Truth(EmulatedAccount account) => new(_venue.Floor, account.Uid);

    private async Task EndAsync()
    {
        foreach (var difference in Differences())
        {
            _tally.Broken("told at the end", difference);
        }

        foreach (var (_, client, account, _) in _accounts)
        {
            if (account.Completion.IsCompleted)
            {
                _tally.Broken("no bug", account.Completion.Exception?.ToString() ?? "ended");
            }

            await account.DisposeAsync();
            client.Dispose();
        }

        await _venue.StopAsync();
        _venue.Dispose();
    }

    private async Task MoveAsync(Prng prng)
    {
        while (!_isOver)
        {
            await _time.DelayAsync(50 + prng.Below(1500));
            if (prng.Chance(0.02))
            {
                _accounts[prng.Below(2)].Trader.Meddle();
            }

            var market = _venue.Floor.Markets[prng.Below(3)];
            var share = prng.Chance(0.03) ? 0.008 * prng.NextNormal() : 0.0006 * prng.NextNormal();
            var price = market.Instrument.TickDown(new Price(market.Last).Value * (1 + (decimal)share));
            lock (_venue.Floor.Gate)
            {
                _venue.Director.MoveTo(market, price);
            }
        }
    }
}
