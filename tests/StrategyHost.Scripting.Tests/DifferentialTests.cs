using StrategyHost.Core.Domain;
using StrategyHost.Core.MarketData;
using StrategyHost.Core.Strategies;
using StrategyHost.Scripting.Managed;
using StrategyHost.TestKit;
using Xunit;

namespace StrategyHost.Scripting.Tests;

/// <summary>Both engines give the same values, logs and runs for the same events, number by number.</summary>
public sealed class DifferentialTests
{
    private const int Candles = 900;

    public static TheoryData<string, int> Shipped => With("breakout.js", "enhanced_sma.js", "ladder.js", "orderbook_imbalance.js");

    public static TheoryData<string, int> Small => With([.. DifferentialScripts.All.Keys]);

    [JavaScriptCoreTheory]
    [MemberData(nameof(Shipped))]
    public void Shipped_strategies_do_the_same_on_both_engines(string file, int seed) =>
        AssertSame(File.ReadAllText(Path.Combine(SharedFolder.Repository, "strategies", file)), seed);

    [JavaScriptCoreTheory]
    [MemberData(nameof(Small))]
    public void Small_scripts_do_the_same_on_both_engines(string name, int seed) => AssertSame(DifferentialScripts.All[name], seed);

    private static void AssertSame(string script, int seed)
    {
        var expected = Diary(JavaScriptCoreTestEngine.Value, script, seed);
        var actual = Diary(new JintEngine(), script, seed);
        Assert.Contains(expected, line => line.StartsWith('>')); // a feed without a signal would prove little
        for (var i = 0; i < Math.Min(expected.Count, actual.Count); i++)
        {
            Assert.Equal(expected[i], actual[i]);
        }

        Assert.Equal(expected.Count, actual.Count);
    }

    private static TheoryData<string, int> With(params string[] names)
    {
        var data = new TheoryData<string, int>();
        foreach (var name in names)
        {
            data.Add(name, 21);
            data.Add(name, 22);
        }

        return data;
    }

    /// <summary>Candles, then trades, then books, with a position that follows the signals.</summary>
    private static List<string> Diary(IScriptEngine engine, string script, int seed)
    {
        using var running = new Running(engine, script, Running.Generous with { Seed = seed }, environment: Defaults);
        Assert.Empty(running.Loaded.Errors);
        var feed = new Feed(running);
        feed.Add(running.Call(new StartCall { At = new Timestamp(1) }));
        var minutes = Running.Walk(Candles, seed, interval: MainInterval(running.Instance.Settings));
        feed.Rows(Candles, (from, view) => running.Klines(minutes, from, Candles, view), i => new Price(minutes.Close[i]).ToDouble());
        var trades = Running.Trades(800);
        feed.Rows(
            trades.Count,
            (from, view) => running.Call(new TradeRun(trades, from, trades.Count) { At = new Timestamp(trades.Time[from]) }, view),
            i => new Price(trades.Price[i]).ToDouble());
        feed.Books(new Random(seed), minutes.Start[^1]);
        feed.Lines.Add("state " + running.OnLane(running.Instance.ExportState).Value);
        return feed.Lines;
    }

    private static Interval MainInterval(ScriptValue settings) =>
        Interval.TryParse(settings["interval"].Text, out var interval) ? interval : Running.Minute;

    private static ScriptEnvironment Defaults(ScriptValue settings) => Running.Environment with
    {
        Intervals = [MainInterval(settings)],
        Parameters = [.. settings["params"].Fields.Select(p => new KeyValuePair<string, ScriptValue>(p.Key, p.Value["default"]))],
    };

    /// <summary>Plays events, writes down every answer, and moves the position as a simple exchange would.</summary>
    private sealed class Feed(Running running)
    {
        private ScriptView _view = ScriptView.Empty;

        public List<string> Lines { get; } = [];

        public void Rows(int count, Func<int, ScriptView, ScriptAnswer> call, Func<int, double> price)
        {
            for (var at = 0; at < count;)
            {
                var answer = call(at, _view);
                at += answer.Consumed;
                Lines.Add($"at {at}");
                Add(answer);
                Move(answer.Value, price(at - 1));
            }
        }

        public void Books(Random random, long start)
        {
            for (var i = 0; i < 150; i++)
            {
                BookLevel[] Levels(int sign) =>
                    [.. Enumerable.Range(1, 12).Select(l =>
                        new BookLevel((40_000 + (sign * l)) * FixedPoint.Scale, random.Next(1, 100) * FixedPoint.Scale))];
                var (bids, asks) = (Levels(-1), Levels(1));
                var tilt = random.Next(3) == 0 ? bids : random.Next(2) == 0 ? asks : [];
                for (var l = 0; l < tilt.Length; l++)
                {
                    tilt[l] = tilt[l] with { Size = tilt[l].Size * 20 };
                }

                var answer = running.Call(new OrderBookCall(Running.Btc, bids, asks) { At = new Timestamp(start + (i * 5000)) }, _view);
                Add(answer);
                Move(answer.Value, 40_000);
            }
        }

        public void Add(ScriptAnswer answer)
        {
            Assert.Null(answer.Fault);
            Lines.AddRange(answer.Logs.Select(l => $"{l.Row}: {l.Text}"));
            if (!answer.Value.IsNothing)
            {
                Lines.Add("> " + Running.Text(answer.Value));
            }
        }

        private void Move(ScriptValue value, double price)
        {
            var signal = value.Kind == ScriptValueKind.Array && value.Items.Count > 0 ? value.Items[0] : value;
            _view = signal["action"].Text switch
            {
                "buy" when _view.Positions.Count == 0 => Running.Position(price, 0.5),
                "sell" when _view.Positions.Count == 0 => Running.Position(price, 0.5, PositionSide.Short),
                "hold" or "" => _view,
                _ => ScriptView.Empty,
            };
        }
    }
}
