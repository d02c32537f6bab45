namespace StrategyHost.Scripting.Tests;

/// <summary>Small ES5 strategies that lean on what engines do differently when they are wrong: sorting, texts, dates, numbers, exceptions.
/// Numbers from 1e21 or below 1e-6 become texts by String or toString only: what Jint 2.10.4 joins with + or writes as JSON may have 15
/// digits of those.</summary>
internal static class DifferentialScripts
{
    public static IReadOnlyDictionary<string, string> All { get; } = new Dictionary<string, string>
    {
        ["sorting"] = """
            function on_kline(k, ctx) {
              var rows = ctx.history(20), closes = rows.map(function (r) { return r.close; });
              var sorted = closes.slice().sort(function (a, b) { return a - b; }), texts = closes.map(String).sort();
              var stable = rows.map(function (r, i) { return { g: i % 3, i: i }; }).sort(function (a, b) { return a.g - b.g; });
              ctx.log(sorted.join() + texts.reverse().join('|') + stable.map(function (s) { return s.i; }));
              if (k.close === sorted[sorted.length - 1] && rows.length === 20) { return { action: 'buy', median: sorted[10],
                  first: texts[0] }; }
              if (k.close === sorted[0] && rows.length === 20) { return { action: 'sell', sum: closes.reduce(function (a,
                  b) { return a + b; }, 0) }; }
            }
            """,
        ["texts"] = """
            var pattern = /^(\d+)\.?(\d*)$/;
            function on_kline(k, ctx) {
              var text = String(k.close), m = pattern.exec(text), fixed = k.close.toFixed(1), json = JSON.stringify({ a: [k.open, null,
                  'ü"\\\n'], b: { c: k.late } });
              ctx.log([text, m && m[2], fixed, k.volume.toFixed(3), (k.close / 7).toFixed(6), parseFloat(fixed), parseInt(text, 10),
                  Number(' 12.5 '), json].join(' '));
              ctx.log([text.split('').reverse().join(''), text.replace(/0/g, 'o'), text.substr(1, 3), text.indexOf('9'),
                  'a,b;c'.split(/[,;]/).length].join(' '));
              ctx.log([k.close * 1e15, 1 / 3, 0.1 + 0.2, 1e21, -k.close % 7, (k.start / 60000) | 0, k.start >>> 3,
                  ~~(k.close / 3)].join(' '));
              if (text.charAt(text.length - 1) === '7') { return { action: 'buy', tag: 'x' + fixed.replace('.', '_'),
                  back: JSON.parse(json) }; }
            }
            """,
        ["numbers"] = """
            function on_kline(k, ctx) {
              var e = Math.floor(Math.random() * 600) - 300, x = Number((Math.random() - 0.5) + 'e' + e), y = k.close / 7 * Math.random();
              ctx.log([String(x), x.toString(), x.toPrecision(1 + Math.floor(Math.random() * 20)), x.toExponential(), x.toExponential(4)].join(' '));
              ctx.log([y.toFixed(0), y.toFixed(9), y.toFixed(20), y.toPrecision(3), y.toPrecision(5), y.toPrecision(17), x.toFixed(7)].join(' '));
              ctx.log(x);
              if (Math.random() > 0.97) { return { action: Math.random() > 0.5 ? 'buy' : 'close', x: x, text: x.toPrecision(7) }; }
            }
            """,
        ["dates"] = """
            function on_kline(k, ctx) {
              var d = new Date(k.start), e = new Date(d.getTime() + 86400000 * 31);
              ctx.log([d.toISOString(), String(e), d.getDay(), e.getMonth(), d.getHours(), d.getMinutes(), Date.UTC(2024, 1, 30),
                  new Date() - d].join(' '));
              d.setMinutes(90);
              ctx.log(JSON.stringify({ d: d, n: new Date(NaN).getTime(), p: Date.parse(e.toISOString()), l: e.toLocaleDateString() }));
              if (d.getMinutes() === 30 && d.getHours() % 2 === 1 && k.start % 1800000 === 0) { return { action: 'sell', at: +d,
                  text: d.toISOString() }; }
            }
            """,
        ["exceptions"] = """
            function Level(price) { this.price = price; }
            Level.prototype.above = function (x) { if (x > this.price) { throw new RangeError('above ' + this.price); } return x; };
            function guard(f) { try { return f(); } catch (e) { return e instanceof RangeError ? e.name + ': ' + e.message
                : e; } finally { count++; } }
            var count = 0, held = {};
            function on_kline(k, ctx) {
              var level = new Level(ctx.ta.sma(10) || k.close), r = guard(function () { return level.above(k.close); });
              var thrown = guard(function () { throw { code: count, list: [1, 2] }; }), type = guard(function () { return null.x; });
              held['k' + count % 5] = r;
              ctx.log([r, thrown.code, typeof type, type instanceof TypeError, Object.keys(held).join(), 'k1' in held, delete held.k2,
                  count].join(' '));
              switch (count % 40) { case 3: return { action: 'buy', r: r, thrown: thrown }; case 6: return [{ action: 'close' },
                  { n: NaN, i: -Infinity, u: undefined }]; }
            }
            """,
        ["random"] = """
            var walk = 0, seen = [];
            function on_kline(k, ctx) {
              var r = Math.random();
              walk += r - 0.5;
              seen.push(Math.floor(r * 10));
              ctx.log([r, walk, Math.round(r * 5 - 2.5), Math.max.apply(null, seen.slice(-5)), Math.min(1, r, -0), Math.sqrt(r),
                  Math.abs(walk)].join(' '));
              if (seen.length > 30) { seen.splice(3, 10); }
              if (r > 0.98) { return { action: r > 0.99 ? 'buy' : 'close', r: r, walk: walk, seen: seen }; }
            }
            function on_trade(t, ctx) { var r = Math.random(); if (r > 0.995) { ctx.log(r); return [t, { r: r }]; } }
            """,
        ["indicators"] = """
            function on_kline(k, ctx) {
              var ta = ctx.ta, all = [ta.sma(5), ta.ema(8), ta.rma(13), ta.rsi(7), ta.atr(9), ta.macd(6, 13, 4), ta.bollinger(20, 2),
                  ta.stdev(11),
                ta.highest(15), ta.lowest(15), ta.vwap(), ta.vwap(12), ta.crossover(['ema', 5], ['sma', 9]), ta.sma(4, { source: 'hlc3',
                    back: 2 })];
              ctx.log(JSON.stringify(all));
              if (ta.crossunder('close', ['ema', 20])) { return { action: 'sell', all: all, position: ctx.position, account: ctx.account,
                  market: ctx.market }; }
              if (ta.crossover('close', ['ema', 20])) { return { action: 'buy', kline: k, history: ctx.history(2) }; }
            }
            function on_orderbook(b, ctx) { if (b.bids[0][1] > 80) { return [b, ctx.market_of(b.symbol), ctx.position]; } }
            """,
    };
}
