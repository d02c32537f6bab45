using StrategyHost.Core.Domain;
using StrategyHost.Core.MarketData;
using StrategyHost.Core.Strategies;
using Xunit;

namespace StrategyHost.Scripting.Tests;

/// <summary><c>ctx.ta</c> against <see cref="TaReference"/>, candle by candle.</summary>
public abstract partial class ScriptEngineContract
{
    private const int Candles = 420; // more than the history limit of 300: the rings turn over

    private static readonly string[] Sources = ["open", "high", "low", "close", "volume", "turnover", "hl2", "hlc3", "ohlc4"];

    private static KlineBlock Block { get; } = Running.Walk(Candles, 11);
    private static TaReference Reference { get; } = new(Block);

    [EngineFact]
    public void Averages_are_the_reference()
    {
        AssertTa("ctx.ta.sma(7)", Reference.Sma(7, Reference.Close));
        AssertTa("ctx.ta.sma(1)", Reference.Close);
        AssertTa("ctx.ta.sma(300)", Reference.Sma(300, Reference.Close));
        AssertTa("ctx.ta.ema(9)", Reference.Ema(9, Reference.Close));
        AssertTa("ctx.ta.rma(14)", Reference.Rma(14, Reference.Close));
        AssertTa("ctx.ta.ema(1)", Reference.Close);
    }

    [EngineFact]
    public void Sma_is_the_sum_that_adds_the_new_and_drops_the_oldest()
    {
        var (s, n, close) = (0.0, 12, Reference.Close);
        var expected = Reference.Each(i =>
        {
            s += close[i] - (i >= n ? close[i - n] : 0);
            return i < n - 1 ? double.NaN : s / n;
        });
        Assert.Equal(expected, Ta("ctx.ta.sma(12)"));
        Assert.Equal(expected, Ta("ctx.ta.sma(12, { source: 'close' })"));
    }

    [EngineFact]
    public void Oscillators_and_ranges_are_the_reference()
    {
        AssertTa("ctx.ta.rsi(14)", Reference.Rsi(14, Reference.Close));
        AssertTa("ctx.ta.rsi(1)", Reference.Rsi(1, Reference.Close));
        AssertTa("ctx.ta.atr(14)", Reference.Atr(14));
        AssertTa("ctx.ta.stdev(20)", Reference.Stdev(20, Reference.Close));
        AssertTa("ctx.ta.highest(20)", Reference.Highest(20, Reference.Source("high")));
        AssertTa("ctx.ta.lowest(20)", Reference.Lowest(20, Reference.Source("low")));
        AssertTa("ctx.ta.highest(300)", Reference.Highest(300, Reference.Source("high")));
    }

    [EngineFact]
    public void Rsi_of_a_steady_rise_is_100_and_of_a_steady_fall_0()
    {
        Assert.All(Ta("ctx.ta.rsi(3)", Slope(1))[3..], v => Assert.Equal(100, v));
        Assert.All(Ta("ctx.ta.rsi(3)", Slope(-1))[3..], v => Assert.Equal(0, v));
        Assert.All(Ta("ctx.ta.stdev(5)", Slope(0))[4..], v => Assert.Equal(0, v));
    }

    [EngineFact]
    public void Macd_is_the_reference()
    {
        var line = Reference.MacdLine(12, 26);
        var signal = Reference.Ema(9, line);
        AssertTa("(ctx.ta.macd(12, 26, 9) || {}).signal", signal);
        AssertTa("(ctx.ta.macd(12, 26, 9) || {}).macd", Reference.Each(i => double.IsNaN(signal[i]) ? double.NaN : line[i]));
        AssertTa("(ctx.ta.macd(12, 26, 9) || {}).histogram", Reference.Each(i => line[i] - signal[i]));
        Assert.Equal("null", Eval("ctx.ta.macd(12, 26, 9)", 26 + 9 - 2));
    }

    [EngineFact]
    public void Bollinger_is_mean_and_deviations()
    {
        var (mean, deviation) = (Reference.Sma(20, Reference.Close), Reference.Stdev(20, Reference.Close));
        AssertTa("(ctx.ta.bollinger(20, 2.5) || {}).upper", Reference.Each(i => mean[i] + (2.5 * deviation[i])));
        AssertTa("(ctx.ta.bollinger(20, 2.5) || {}).middle", mean);
        AssertTa("(ctx.ta.bollinger(20, 2.5) || {}).lower", Reference.Each(i => mean[i] - (2.5 * deviation[i])));
        Assert.Equal("null", Eval("ctx.ta.bollinger(20, 2)", 19));
    }

    [EngineFact]
    public void Vwap_is_over_the_last_candles_or_since_midnight()
    {
        AssertTa("ctx.ta.vwap(10)", Reference.Vwap(10));
        AssertTa("ctx.ta.vwap()", Reference.DailyVwap());
        var hours = Running.Walk(200, 8, interval: Running.Hour);
        Near(new TaReference(hours).DailyVwap(), Ta("ctx.ta.vwap({ interval: '1h' })", hours));
    }

    [EngineFact]
    public void Crossings_look_at_two_candles()
    {
        var (fast, slow) = (Reference.Sma(5, Reference.Close), Reference.Ema(12, Reference.Close));
        double Crossed(int i, double[] a, double[] b) =>
            i == 0 || double.IsNaN(a[i - 1] + b[i - 1]) ? double.NaN : a[i] > b[i] && a[i - 1] <= b[i - 1] ? 1 : 0;
        const string Lines = "(['sma', 5], ['ema', 12])";
        var up = Ta("ctx.ta.crossover" + Lines);
        Assert.Equal(Reference.Each(i => Crossed(i, fast, slow)), up);
        Assert.Equal(Reference.Each(i => Crossed(i, slow, fast)), Ta("ctx.ta.crossunder" + Lines));
        Assert.Contains(1, up);
        var level = Reference.Each(_ => 40_000.0);
        Assert.Equal(Reference.Each(i => Crossed(i, Reference.Close, level)), Ta("ctx.ta.crossover('close', 40000)"));
        Assert.Equal(Reference.Each(i => Crossed(i, Reference.Source("hl2"), fast)), Ta("ctx.ta.crossover('hl2', ['sma', 5])"));
    }

    [EngineFact]
    public void Source_chooses_what_is_averaged()
    {
        foreach (var source in Sources)
        {
            AssertTa($"ctx.ta.sma(6, {{ source: '{source}' }})", Reference.Sma(6, Reference.Source(source)));
        }

        AssertTa("ctx.ta.lowest(6, { source: 'close' })", Reference.Lowest(6, Reference.Close));
        AssertTa("ctx.ta.rsi(6, { source: 'hlc3' })", Reference.Rsi(6, Reference.Source("hlc3")));
    }

    [EngineFact]
    public void Back_shows_an_earlier_candles_value()
    {
        var (sma, atr) = (Reference.Sma(5, Reference.Close), Reference.Atr(5));
        AssertTa("ctx.ta.sma(5, { back: 3 })", Reference.Each(i => i < 3 ? double.NaN : sma[i - 3]));
        AssertTa("ctx.ta.atr(5, { back: 40 })", Reference.Each(i => i < 40 ? double.NaN : atr[i - 40]));
        Assert.Equal("null", Eval("ctx.ta.sma(2, { back: 300 })", 400));
    }

    [EngineFact]
    public void Symbol_and_interval_choose_the_candles()
    {
        using var running = new Running(Engine,
            "function on_kline(k, ctx) { return [ctx.ta.sma(4, { symbol: 'ETHUSDT', interval: '1h' }), ctx.ta.sma(4)]; }");
        var hours = Running.Walk(9, 3, Running.Eth, Running.Hour);
        running.Call(new KlineRun(hours, 0, 9) { At = new Timestamp(1), Callback = false });
        var answer = running.Klines(Running.Walk(1), 0, 1).Value;
        Assert.Equal(new TaReference(hours).Sma(4, new TaReference(hours).Close)[8], answer.Items[0].Number, 1e-6);
        Assert.Equal(ScriptValueKind.Null, answer.Items[1].Kind);
    }

    [EngineFact]
    public void Value_does_not_depend_on_how_often_it_is_asked_for()
    {
        foreach (var call in new[] { "sma(7)", "ema(9)", "rma(9)", "rsi(5)", "atr(6)", "stdev(8)", "highest(9)", "lowest(9)", "vwap(6)",
            "vwap()" })
        {
            var often = Ta($"(ctx.ta.{call}, ctx.ta.{call})");
            var seldom = Ta($"n % 7 === 6 ? ctx.ta.{call} : null");
            Near(Reference.Each(i => i % 7 == 6 ? often[i] : double.NaN), seldom);
        }
    }

    [EngineFact]
    public void First_question_after_many_candles_is_answered_from_the_kept_history()
    {
        var expected = Reference.Each(i => i < 400 ? double.NaN : Reference.Sma(50, Reference.Close)[i]);
        AssertTa("n < 400 ? null : ctx.ta.sma(50)", expected);
        AssertTa("n < 400 ? null : ctx.ta.highest(50)", Reference.Each(i =>
            i < 400 ? double.NaN : Reference.Highest(50, Reference.Source("high"))[i]));
    }

    [EngineFact]
    public void Wrong_arguments_are_errors_that_say_what_is_right()
    {
        foreach (var (call, words) in new[]
        {
            ("sma(0)", "whole number from 1 to 300"), ("sma(2.5)", "whole number"), ("sma()", "whole number"), ("ema('9')", "whole number"),
            ("rsi(301)", "from 1 to 300"), ("macd(12, 26)", "whole number"), ("sma(5, { source: 'closed' })", "unknown source closed"),
            ("sma(5, { back: -1 })", "back must be"), ("sma(5, { symbol: 'XRPUSDT' })", "unknown symbol XRPUSDT"),
            ("sma(5, { interval: '4h' })", "settings().intervals"), ("sma(5, 3)", "options must be an object"),
            ("crossover(['smma', 5], 3)", "unknown indicator smma"),
        })
        {
            Assert.Contains(words, Eval($"(function () {{ try {{ return ctx.ta.{call}; }} catch (e) {{ return e.message; }} }}())"),
                StringComparison.Ordinal);
        }
    }

    private void AssertTa(string expression, double[] expected) => Near(expected, Ta(expression));

    /// <summary>The expression's value at every candle; null and undefined are NaN, true is 1.</summary>
    private double[] Ta(string expression, KlineBlock? block = null)
    {
        var rows = block ?? Block;
        using var running = new Running(Engine, $$"""
            var n = -1, values = [];
            function on_kline(k, ctx) {
              n++;
              values[n] = {{expression}};
              if (n === {{rows.Count - 1}}) { return values; }
            }
            """);
        var answer = running.Klines(rows, 0, rows.Count);
        Assert.Null(answer.Fault);
        return [.. answer.Value.Items.Select(v => v.Kind switch
        {
            ScriptValueKind.Number => v.Number,
            ScriptValueKind.Boolean => v.Boolean ? 1 : 0,
            _ => double.NaN,
        })];
    }

    private static void Near(double[] expected, double[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (var i = 0; i < expected.Length; i++)
        {
            var isNear = double.IsNaN(expected[i]) ? double.IsNaN(actual[i])
                : Math.Abs(actual[i] - expected[i]) <= 1e-9 * Math.Max(1, Math.Abs(expected[i]));
            Assert.True(isNear, $"candle {i}: {actual[i]:R} instead of {expected[i]:R}");
        }
    }

    /// <summary>Forty candles whose close moves by the step.</summary>
    private static KlineBlock Slope(long step)
    {
        var block = Running.Walk(40);
        for (var i = 0; i < block.Count; i++)
        {
            var price = (1000 + (i * step)) * FixedPoint.Scale;
            (block.Open[i], block.High[i], block.Low[i], block.Close[i]) = (price, price, price, price);
        }

        return block;
    }
}
