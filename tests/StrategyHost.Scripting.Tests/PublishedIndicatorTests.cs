using StrategyHost.Core.Strategies;
using StrategyHost.Scripting.JavaScriptCore;
using Xunit;

namespace StrategyHost.Scripting.Tests;

/// <summary>
/// <c>ctx.ta</c> against two published libraries (npm technicalindicators 3.1.0 and trading-signals 6.9.1), which run in the same script
/// through <c>require()</c>. Where a library defines an indicator in another way than Pine does, the other library is asked.
/// </summary>
public sealed class PublishedIndicatorTests
{
    private const int Candles = 420; // more than the history limit of 300: the rings turn over
    private const double Tolerance = 1e-9;

    /// <summary>What the host gives at a candle, and the library's values over all candles, the last at the end.</summary>
    private static readonly (string Ours, string Theirs)[] Pairs =
    [
        ("ctx.ta.sma(7)", "ti.sma({ period: 7, values: k.close })"),
        ("ctx.ta.sma(7)", "each(new ts.FasterSMA(7), k.close)"),
        ("ctx.ta.sma(50, { source: 'open' })", "ti.sma({ period: 50, values: k.open })"),
        ("ctx.ta.ema(9)", "ti.ema({ period: 9, values: k.close })"),
        ("ctx.ta.ema(200)", "ti.ema({ period: 200, values: k.close })"),
        ("ctx.ta.rma(14)", "ti.wema({ period: 14, values: k.close })"),
        ("ctx.ta.rma(14)", "each(new ts.FasterWSMA(14), k.close)"),
        ("ctx.ta.rsi(14)", "each(new ts.FasterRSI(14), k.close)"),
        ("ctx.ta.rsi(5)", "each(new ts.FasterRSI(5), k.close)"),
        ("ctx.ta.atr(14)", "each(new ts.FasterATR(14), k.rows)"),
        ("ctx.ta.stdev(20)", "ti.sd({ period: 20, values: k.close })"),
        ("pick(ctx.ta.bollinger(20, 2), 'upper')", "pluck(ti.bollingerbands({ period: 20, stdDev: 2, values: k.close }), 'upper')"),
        ("pick(ctx.ta.bollinger(20, 2), 'middle')", "pluck(ti.bollingerbands({ period: 20, stdDev: 2, values: k.close }), 'middle')"),
        ("pick(ctx.ta.bollinger(20, 2), 'lower')", "pluck(ti.bollingerbands({ period: 20, stdDev: 2, values: k.close }), 'lower')"),
        ("pick(ctx.ta.bollinger(20, 2.5), 'upper')", "pluck(each(new ts.FasterBollingerBands(20, 2.5), k.close), 'upper')"),
        ("pick(ctx.ta.macd(12, 26, 9), 'macd')", "signalled('MACD')"),
        ("pick(ctx.ta.macd(12, 26, 9), 'signal')", "signalled('signal')"),
        ("pick(ctx.ta.macd(12, 26, 9), 'histogram')", "signalled('histogram')"),
        ("ctx.ta.highest(20)", "ti.highest({ period: 20, values: k.high })"),
        ("ctx.ta.lowest(20)", "ti.lowest({ period: 20, values: k.low })"),
        ("ctx.ta.vwap()", "ti.vwap({ high: k.high, low: k.low, close: k.close, volume: k.volume })"),
        ("ctx.ta.vwap()", "each(new ts.FasterVWAP(), k.rows)"),
    ];

    [PackageFact]
    public void Indicators_equal_the_published_libraries()
    {
        using var folder = ScriptPackages.With("technicalindicators", "trading-signals", "big.js");
        var engine = JavaScriptCoreEngine.Create().Value;
        foreach (var (ours, theirs) in Pairs)
        {
            using var running = new Running(engine, Script(ours, theirs), folder: folder.Path);
            Assert.Empty(running.Loaded.Errors);
            var answer = running.Klines(Running.Walk(Candles, 17), 0, Candles);
            Assert.True(answer.Fault is null, $"{theirs}: {answer.Fault?.Error.Message}");
            Compare($"{ours} and {theirs}", answer.Value.Items[0].Items, answer.Value.Items[1].Items);
        }
    }

    private static string Script(string ours, string theirs) => $$"""
        const ti = require('technicalindicators'), ts = require('trading-signals');
        const k = { open: [], high: [], low: [], close: [], volume: [], rows: [] }, values = [];
        const each = (indicator, inputs) => inputs.map(x => indicator.update(x, false));
        const pick = (found, name) => found === null ? null : found[name];
        const pluck = (list, name) => list.map(x => x === null ? null : x[name]);
        const signalled = name => ti.macd({ fastPeriod: 12, slowPeriod: 26, signalPeriod: 9, SimpleMAOscillator: false, SimpleMASignal: false,
          values: k.close }).map(x => x.signal === undefined ? null : x[name]);
        function on_kline(kline, ctx) {
          for (const name of ['open', 'high', 'low', 'close', 'volume']) { k[name].push(kline[name]); }
          k.rows.push(kline);
          values.push({{ours}});
          if (values.length === {{Candles}}) { return [values, {{theirs}}]; }
        }
        """;

    /// <summary>
    /// Aligned at the end, from the library's first value on: one leaves out the candles for which it has none, the other gives null, and
    /// some begin a candle later than ours.
    /// </summary>
    private static void Compare(string what, IReadOnlyList<ScriptValue> ours, IReadOnlyList<ScriptValue> theirs)
    {
        var known = theirs.SkipWhile(v => v.Kind != ScriptValueKind.Number).ToList();
        Assert.True(known.Count > Candles / 2, $"{what}: {known.Count} candles to compare");
        for (var i = 1; i <= known.Count; i++)
        {
            var (mine, other) = (ours[^i], known[^i]);
            Assert.True(mine.Kind == ScriptValueKind.Number && other.Kind == ScriptValueKind.Number
                && Math.Abs(mine.Number - other.Number) <= Tolerance * Math.Max(1, Math.Abs(other.Number)), $"{what}: {mine} {other}, {i} before the end");
        }
    }
}
