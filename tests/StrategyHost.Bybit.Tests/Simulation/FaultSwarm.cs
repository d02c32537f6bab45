using System.Text.Json;
using StrategyHost.Emulator;
using StrategyHost.Simulation;

namespace StrategyHost.Bybit.Tests.Simulation;

/// <summary>
/// The faults of one episode. The seed decides which kinds there are, each with an even chance, and which of them strikes when, where and how
/// often (reliability, swarm).
/// </summary>
internal sealed class FaultSwarm
{
    private const string Ban = "ban";
    private const string ListsLag = "line: lists lag";
    private const string ClockJump = "line: clock set";
    private static readonly string[] Kinds =
    [
        "drop_request", "drop_reply", "delay request", "delay reply", "delay message", "status", "truncate reply", "truncate message",
        "ret_code refused", "ret_code accepted", "close_stream", "half_open", "drop_message", "duplicate", "reorder", "clock",
        "line: down", "line: dark", "line: late", ListsLag, ClockJump, Ban,
    ];

    private static readonly string?[] Paths =
    [
        null, null, "/v5/order/*", "/v5/order/*", "/v5/order/create*", "/v5/order/cancel*", "/v5/order/amend*", "/v5/position/trading-stop",
        "/v5/position/*", "/v5/order/realtime", "/v5/order/history", "/v5/execution/list", "/v5/account/wallet-balance", "/v5/market/time",
    ];

    private readonly EmulatedVenue _venue;
    private readonly MemoryLine _line;
    private readonly SetClock _clock;
    private readonly VirtualTime _time;
    private readonly RequestWatch _watch;
    private readonly Tally _tally;
    private readonly Prng _prng;
    private readonly List<string> _kinds;
    private readonly double _meanMs;
    private long _lineTurns;

    public FaultSwarm(EmulatedVenue venue, MemoryLine line, SetClock clock, (VirtualTime Time, RequestWatch Watch, Tally Tally) of, Prng prng)
    {
        (_venue, _line, _clock, _prng) = (venue, line, clock, prng);
        (_time, _watch, _tally) = of;
        _kinds = [.. Kinds.Where(k => prng.Chance(k == Ban ? 0.25 : 0.5))];
        _meanMs = 700 * Math.Exp(2.2 * prng.NextDouble());
    }

    /// <summary>Strikes again and again for a time, then takes everything back.</summary>
    public async Task PlayAsync(long ms)
    {
        var end = _time.NowMs + ms;
        while (_kinds.Count > 0)
        {
            await _time.DelayAsync((int)Math.Min(1 + (_meanMs * _prng.NextExponential()), Math.Max(1, end - _time.NowMs)));
            if (_time.NowMs >= end)
            {
                break;
            }

            var kind = _kinds[_prng.Below(_kinds.Count)];
            if (kind == Ban)
            {
                _kinds.Remove(Ban); // one a seed: it takes ten minutes
            }

            Strike(kind);
        }

        Stop();
    }

    private void Stop()
    {
        foreach (var fault in _venue.Faults.List()["faults"]!.AsArray())
        {
            var (action, hits) = (fault!["action"]!.GetValue<string>(), fault["hits"]!.GetValue<int>());
            _tally.Mark("hit: " + action, hits);
        }

        _venue.Faults.Remove(null);
        _lineTurns++;
        _line.State = LineState.Fine;
        _line.ListsLagMs = 0;
        _watch.TroubleMs = _time.NowMs;
    }

    private void Strike(string kind)
    {
        _tally.Note("fault " + kind);
        _watch.TroubleMs = _time.NowMs;
        switch (kind)
        {
            case "line: down":
                Turn(LineState.Down, 300, 40_000);
                break;
            case "line: dark":
                Turn(LineState.Dark, 300, 40_000);
                break;
            case "line: late":
                _watch.IsServerOdd = true;
                Turn(LineState.Late, 2000, 30_000);
                break;
            case ListsLag:
                Lag();
                break;
            case ClockJump:
                var by = (_prng.Chance(0.5) ? 1 : -1) * Between(100, 20_000);
                _clock.Offset += TimeSpan.FromMilliseconds(by);
                _tally.Mark("hit: clock set");
                break;
            default:
                Add(kind);
                break;
        }
    }

    private void Add(string kind)
    {
        _watch.IsServerOdd |= kind is "clock" or "delay request";
        var fault = new Dictionary<string, object?> { ["action"] = kind.Split(' ')[0], ["match"] = Match(kind) };
        foreach (var (name, value) in Parameters(kind))
        {
            fault[name] = value;
        }

        var (_, problem) = _venue.Faults.Add(JsonSerializer.SerializeToElement(fault));
        if (problem is not null)
        {
            throw new InvalidOperationException(problem);
        }
    }

    private Dictionary<string, object?> Match(string kind)
    {
        var match = new Dictionary<string, object?> { ["count"] = Between(1, 12), ["after"] = _prng.Below(3) };
        var isOfMessages = kind is "delay message" or "truncate message" or "drop_message" or "duplicate" or "reorder" or "close_stream"
            or "half_open";
        if (isOfMessages)
        {
            match["stream"] = "private";
            match["topic"] = kind is "close_stream" or "half_open" || _prng.Chance(0.3)
                ? null
                : ((string[])["order", "execution", "position", "wallet"])[_prng.Below(4)];
            match["after"] = kind is "close_stream" or "half_open" ? 0 : match["after"];
        }
        else
        {
            match["path"] = kind == Ban ? null : Paths[_prng.Below(Paths.Length)];
        }

        if (kind is Ban or "close_stream" or "half_open")
        {
            match["count"] = 1;
        }

        if (_prng.Chance(0.4))
        {
            match["account"] = _prng.Chance(0.5) ? "test-main" : "test-mirror";
        }

        return match;
    }

    private IEnumerable<(string Name, object? Value)> Parameters(string kind)
    {
        int[] refused = [10000, 10006, 10006, 10016, 10019, 110079, 10002, 110063];
        int[] accepted = [10000, 10016, 10019, 110079, 429];
        int[] statuses = [500, 502, 503, 504, 429];
        return kind switch
        {
            "delay request" => [("ms", Between(100, 15_000)), ("where", "request")],
            "delay reply" => [("ms", Between(100, 15_000)), ("where", "reply")],
            "delay message" => [("ms", Between(100, 15_000)), ("where", "message")],
            "status" => [("status", statuses[_prng.Below(5)]), ("body", "<html>planned</html>")],
            "truncate reply" or "truncate message" => [("bytes", _prng.Below(120))],
            "ret_code refused" => [("retCode", refused[_prng.Below(refused.Length)]), ("retMsg", "planned"), ("accept", false)],
            "ret_code accepted" => [("retCode", accepted[_prng.Below(accepted.Length)]), ("retMsg", "planned"), ("accept", true)],
            "reorder" => [("window", 2 + _prng.Below(3))],
            "clock" => [("offsetMs", (_prng.Chance(0.5) ? 1 : -1) * Between(300, 20_000))],
            Ban => [("ms", 600_000)],
            _ => [],
        };
    }

    private async void Turn(LineState state, int msMin, int msMax)
    {
        var turn = ++_lineTurns;
        _line.State = state;
        _tally.Mark("hit: line " + state);
        await _time.DelayAsync(Between(msMin, msMax));
        if (turn == _lineTurns)
        {
            _line.State = LineState.Fine;
            _watch.TroubleMs = _time.NowMs;
        }
    }

    private async void Lag()
    {
        _line.ListsLagMs = Between(200, 8000);
        _tally.Mark("hit: lists lag");
        await _time.DelayAsync(Between(2000, 30_000));
        _line.ListsLagMs = 0;
    }

    // Small ones as likely as large ones.
    private int Between(int min, int max) => (int)(min * Math.Exp(Math.Log((double)max / min) * _prng.NextDouble()));
}
