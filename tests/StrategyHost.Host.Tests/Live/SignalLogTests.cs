using StrategyHost.Core.Domain;
using StrategyHost.Core.Kernel;
using StrategyHost.Host.Live;

namespace StrategyHost.Host.Tests.Live;

/// <summary>A strategy that is refused on every tick says so once, and how often; it does not fill the log.</summary>
public sealed class SignalLogTests
{
    private readonly LogLines _lines = new();
    private readonly SignalLog _log;

    public SignalLogTests() => _log = new SignalLog(_lines.Logger);

    private string[] Lines => [.. _lines.Lines.Select(l => l.Replace("\"", "", StringComparison.Ordinal))];

    [Fact]
    public void Refusal_that_comes_ten_times_a_second_is_said_once_and_counted_each_minute()
    {
        for (var i = 0; i <= 1300; i++)
        {
            Take(i * 100L, "beyond_stop", $"the entry at {53_996 - i} is beyond the position's stop {53_000 + i}");
        }

        Assert.Equal(
            [
                "s buy BTCUSDT: beyond_stop the entry at 53996 is beyond the position's stop 53000",
                "s buy BTCUSDT: beyond_stop … and 599 more in the last minute",
                "s buy BTCUSDT: beyond_stop … and 600 more in the last minute",
            ], Lines);
    }

    [Fact]
    public void Every_refusal_is_either_said_or_counted()
    {
        Take(0, "already_in", "no");
        for (var i = 1; i < 50; i++)
        {
            Take(i * 1000, "already_in", "no");
        }

        _log.End(new Timestamp(49_000));

        Assert.Equal(["s buy BTCUSDT: already_in no", "s buy BTCUSDT: already_in … and 49 more in the last 49 s"], Lines);
    }

    [Fact]
    public void Other_outcome_tells_the_count_before_it_and_the_next_refusal_is_news()
    {
        Take(0, "already_in", "no");
        Take(1000, "already_in", "no");
        Take(2000, "already_in", "no");
        Take(3000, "risk:halted", "entries are off");
        Take(3100, "already_in", "no");
        Take(3200, "already_in", "no");
        Take(4000, null, "");
        Take(5000, "already_in", "no");

        Assert.Equal(
            [
                "s buy BTCUSDT: already_in no",
                "s buy BTCUSDT: already_in … and 2 more in the last 3 s",
                "s buy BTCUSDT: risk:halted entries are off",
                "s buy BTCUSDT: already_in … and 2 more in the last 1 s",
                "s buy BTCUSDT: accepted",
                "s buy BTCUSDT: already_in no",
            ], Lines);
    }

    [Fact]
    public void Two_refusals_by_turns_are_said_once_each()
    {
        for (var i = 0; i < 600; i++)
        {
            Take(i * 100L, i % 2 == 0 ? "already_in" : "risk:max_positions", "no");
        }

        Assert.Equal(["s buy BTCUSDT: already_in no", "s buy BTCUSDT: risk:max_positions no"], Lines);
    }

    [Fact]
    public void Same_code_for_another_reason_is_said()
    {
        Take(0, "not_ready", "the private stream of main is down since 12:00:01");
        Take(100, "not_ready", "the private stream of main is down since 12:00:02");
        Take(200, "not_ready", "the journal of main cannot be written");

        Assert.Equal(3, Lines.Length);
        Assert.EndsWith("the journal of main cannot be written", Lines.Last(), StringComparison.Ordinal);
    }

    [Fact]
    public void Refusal_once_a_candle_is_said_each_time()
    {
        for (var i = 0; i < 5; i++)
        {
            Take((i * 60_000L) - (i % 2), "below_min_qty", $"{i} is too little"); // candles come some milliseconds early or late
        }

        _log.Pass(new Timestamp(300_000));

        Assert.Equal(Enumerable.Range(0, 5).Select(i => $"s buy BTCUSDT: below_min_qty {i} is too little"), Lines);
    }

    [Fact]
    public void Strategies_symbols_and_actions_are_told_apart()
    {
        foreach (var (strategy, symbol, action) in new[] { ("a", "BTCUSDT", "buy"), ("b", "BTCUSDT", "buy"), ("a", "ETHUSDT", "buy"), ("a", "BTCUSDT", "sell") })
        {
            _log.Take(Signal(0, "no", "no", strategy, symbol, action));
        }

        Assert.Equal(4, Lines.Length);
    }

    [Fact]
    public void Accepted_signals_are_all_said_but_holds_are_counted()
    {
        for (var i = 0; i < 3; i++)
        {
            Take(i, null, "");
            _log.Take(Signal(i, null, "", action: "hold"));
        }

        Assert.Equal(3, Lines.Count(l => l == "s buy BTCUSDT: accepted"));
        Assert.Equal(1, Lines.Count(l => l == "s hold BTCUSDT: accepted"));
    }

    [Fact]
    public void Memory_is_bounded_and_what_is_forgotten_is_told_first()
    {
        for (var i = 0; i < SignalLog.KindsMax * 4; i++)
        {
            _log.Take(Signal(i, "unknown_symbol", "no", symbol: "S" + i));
            _log.Take(Signal(i, "unknown_symbol", "no", symbol: "S" + i));
            _log.Take(Signal(i, "unknown_symbol", "no", symbol: "S" + i));
        }

        Assert.Equal(SignalLog.KindsMax * 3, Lines.Count(l => l.Contains("… and 2 more", StringComparison.Ordinal)));
        _log.End(new Timestamp(SignalLog.KindsMax * 4));
        Assert.Equal(SignalLog.KindsMax * 4, Lines.Count(l => l.Contains("… and 2 more", StringComparison.Ordinal)));
    }

    private void Take(long ms, string? code, string text)
    {
        _log.Pass(new Timestamp(ms));
        _log.Take(Signal(ms, code, text));
    }

    private static SignalDecided Signal(
        long ms, string? code, string text, string strategy = "s", string symbol = "BTCUSDT", string action = "buy") =>
        new("s-1", new Timestamp(ms), new StrategyId(strategy), new Symbol(symbol), action, code ?? "accepted", text, "", "")
        {
            Error = code is null ? null : new Error { Rule = code, Message = text },
        };
}
