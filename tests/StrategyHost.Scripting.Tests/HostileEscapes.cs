using static StrategyHost.Scripting.Tests.HostileScripts;

namespace StrategyHost.Scripting.Tests;

/// <summary>Scripts that look for a way out, change what others rely on, or lie in what they return.</summary>
internal static class HostileEscapes
{
    private const string Script = "fault Script";
    private const string Safe = "ok [\"safe\"]|ok [safe]|ok safe";
    private const string Refused = "refused script_error";

    public static IEnumerable<HostileScript> All() =>
        [.. Functions(), .. Pollution(), .. Answers(), .. Thrown(), .. Asynchronous(), .. Files()];

    private static HostileScript[] Functions() =>
    [
        Call("function from an array's constructor", "return [[].constructor.constructor('return this')()];", Script),
        Call("function from a function's constructor", "return [(function () { }).constructor('return 1')()];", Script),
        Call("function from ctx", "return [ctx.log.constructor('return this')()];", Script),
        Call("function from an indicator", "return [ctx.ta.sma.constructor('return this')()];", Script),
        Call("function from an error", "try { null.x; } catch (e) { return [e.constructor.constructor('return this')()]; }", Script),
        new("function from require", "require.constructor('return this')(); function on_kline() { }", Refused, Refused),
        Call("Function", "return [Function('return 1')()];", Script),
        Call("new Function", "return [new Function('return 1')()];", Script),
        Call("eval", "return [eval('1')];", Script),
        Call("indirect eval", "return [(0, eval)('1')];", Script),
        Call("function from a generator", "return [Object.getPrototypeOf(function* () { }).constructor('yield 1')().next()];", Script,
            "refused syntax"),
        Call("Reflect.construct", "return [Reflect.construct((function () { }).constructor, ['return 1'])()];", Script),
        Call("timer from text", "setTimeout('for(;;){}', 1);", Script),
        Call("caller of the callback", "return [on_kline.caller.name];", "fault Script|ok"),
        Call("names of hosts", """
            var names = ['process', 'global', 'window', 'self', 'Deno', 'Bun', 'System', 'importNamespace', 'clr', 'host', 'console',
                'Java', '$vm',
              'WebAssembly', 'Atomics', 'SharedArrayBuffer', 'Promise', 'Intl', 'performance', 'fetch', 'XMLHttpRequest', 'buf',
                  'dispatch', 'world'];
            var g = (function () { return this; }()) || {};
            for (var i = 0; i < names.length; i++) { if (g[names[i]] !== undefined) { return [names[i]]; } }
            return ['safe'];
            """, Safe),
    ];

    private static HostileScript[] Pollution() =>
    [
        new("prototypes changed at the top", Polluting + "function on_kline(k, ctx) { return check(ctx); }", Safe, Safe),
        new("prototypes changed in a call",
            "function on_kline(k, ctx) { pollute(); return check(ctx); } " + Polluting.Replace("\npollute();", "",
                StringComparison.Ordinal), Safe, Safe),
        Call("prototype given in an answer", "return ['safe', JSON.parse('{\"__proto__\":{\"action\":\"buy\"}}')].slice(0, 1);", Safe),
        Call("prototype of an answer", "var o = Object.create({ action: 'buy' }); return Object.keys(o).length === 0 ? ['safe'] : o;",
            Safe),
        Call("prototype of ctx",
            "try { ctx.__proto__ = { now: 1 }; } catch (e) { } return [ctx.now > 1 && ctx.missing === undefined ? 'safe' : 'ctx'];", Safe),
        Call("ctx changed", """
            var names = ['now', 'symbol', 'ta', 'log', 'history', 'position', 'account', 'params'], now = ctx.now, sma = ctx.ta.sma;
            for (var i = 0; i < names.length; i++) { try { ctx[names[i]] = 5; } catch (e) { } try { delete ctx[names[i]]; } catch (e) { } }
            try { ctx.ta.sma = 5; } catch (e) { }
            try { ctx.params.x = 5; } catch (e) { }
            try { ctx.instrument.tick_size = 5; } catch (e) { }
            return [ctx.now === now && ctx.ta.sma === sma && ctx.params.x === undefined && ctx.instrument.tick_size !== 5 ? 'safe' : 'ctx'];
            """, Safe),
        Call("built-ins replaced", """
            var names = ['Object', 'Array', 'Math', 'JSON', 'Date', 'String', 'Number', 'Error', 'parseInt', 'isNaN'],
                g = (function () { return this; }());
            for (var i = 0; i < names.length; i++) {
              var was = g[names[i]];
              try { g[names[i]] = 5; } catch (e) { }
              try { delete g[names[i]]; } catch (e) { }
              if (g[names[i]] !== was) { return [names[i]]; }
            }
            return ['safe'];
            """, Safe),
        Call("setter on a frozen prototype", """
            try { Object.defineProperty(Object.prototype, '0', { set: function () { for (;;) { } } }); } catch (e) { }
            try { Object.defineProperty(Array.prototype, '0', { set: function () { for (;;) { } } }); } catch (e) { }
            ctx.log('x');
            return ['safe'];
            """, Safe),
    ];

    private const string Polluting = """
        function pollute() {
          function bad() { for (;;) { } }
          var all = [Object, Array, String, Number, Boolean, Function, RegExp, Date, Error], names = ['action', 'call', 'length', 'push',
              'slice',
            'charCodeAt', 'toString', 'valueOf', 'join', 'toJSON', 'exec', 'test', 'getTime', 'hasOwnProperty', 'symbol', 'interval',
                'back', '0', '5'];
          for (var i = 0; i < all.length; i++) {
            for (var j = 0; j < names.length; j++) {
              try { all[i].prototype[names[j]] = bad; } catch (e) { }
              try { all[i][names[j]] = bad; } catch (e) { }
              try { Object.defineProperty(all[i].prototype, names[j], { value: bad }); } catch (e) { }
              try { delete all[i].prototype[names[j]]; } catch (e) { }
            }
          }
          var owners = [Object, Math, JSON, Array, Number];
          for (var n = 0; n < owners.length; n++) {
            var own = Object.getOwnPropertyNames(owners[n]);
            for (var m = 0; m < own.length; m++) { try { owners[n][own[m]] = bad; } catch (e) { } }
          }
        }
        pollute();
        function check(ctx) {
          if (({}).action !== undefined || [].push === undefined || ctx.history(1).length !== 1
              || ctx.ta.sma(1) === null) { return ['changed']; }
          if (JSON.stringify([1, 'a']) !== '[1,"a"]' || Math.max(1, 2) !== 2 || [3, 1,
              2].sort().join() !== '1,2,3') { return ['built-in']; }
          ctx.log('x');
          return ['safe'];
        }
        """;

    private static HostileScript[] Answers() =>
    [
        Call("answer with a getter that throws", "return { get action() { throw new Error('no'); } };", Script),
        Call("answer that contains itself", "var a = [], o = { a: a }; a[0] = o; return o;", "ok"),
        Call("answer of a huge array", "var a = []; for (var i = 0; i < 11000; i++) { a[i] = i; } return a;", "ok"),
        Call("answer of a huge text", "var s = 'abcdefgh'; for (var i = 0; i < 16; i++) { s += s; } return [s];", "ok"),
        Call("answer of a huge object", "var o = {}; for (var i = 0; i < 5000; i++) { o['k' + i] = i; } return o;", "ok"),
        Call("answer that grows while it is read",
            "var a = [0]; Object.defineProperty(a, '0', { get: function () { for (var i = 1; i < 999; i++) { a[i] = a; } return 1; } }); return a;", "ok"),
        Call("answer that shrinks while it is read",
            "var a = [0, 1, 2, 3]; Object.defineProperty(a, '0', { configurable: true, get: function () { a.length = 1; return 1; } }); return a;", "ok"),
        Call("answer of a proxy with half a length", Lying("2.5"), "ok", Script),
        Call("answer of a proxy without a length", Lying("NaN"), "ok", Script),
        Call("answer of a proxy with less than no length", Lying("-1"), "ok", Script),
        Call("answer of a proxy with an endless length", Lying("Infinity"), "ok", Script),
        Call("answer of a proxy whose length is a text", Lying("'9'"), "ok", Script),
        Call("answer of a revoked proxy", "var p = Proxy.revocable({}, {}); p.revoke(); return p.proxy;", Script),
        Call("answer of odd kinds",
            "return [typeof Symbol === 'undefined' ? 1 : Symbol('x'), function () { }, new Date(NaN), /x/, new Error('x')];", "ok"),
        Call("answer of broken texts", "return ['\\uD800', '\\0', '\\uDC00\\uD800', '\\uFFFF', { '\\uD800': 1, '': 2 }];", "ok"),
        Call("log without end", "for (;;) { ctx.log('abcdefghij'); }", "fault Timeout"),
        Call("log of nothing without end", "for (;;) { ctx.log(''); }", "fault Timeout"),
        Call("log of a huge text", "var s = 'abcdefgh'; for (var i = 0; i < 18; i++) { s += s; } ctx.log(s);", "ok"),
        Call("state that cannot be told apart", "ctx.log({ toString: function () { return 5; } }); return ['safe'];", Safe),
        new("settings that contain themselves",
            "function settings() { var o = {}; o.o = o; return o; } function on_kline() { return ['safe']; }", Safe, Safe),
        new("callbacks that are getters", "Object.defineProperty(exports, 'on_kline', { get: function () { for (;;) { } } });",
            "refused script_timeout", "refused script_timeout"),
        new("exports that throw", "module.exports = null; function on_kline() { return ['safe']; }", Safe, Safe),
    ];

    private static HostileScript[] Thrown() =>
    [
        Call("throw null", "throw null;", Script),
        Call("throw undefined", "throw undefined;", Script),
        Call("throw a text", "throw 'a text';", Script),
        Call("throw the engine's own words", "throw 'JavaScript execution terminated.';", Script),
        Call("throw what cannot be shown", "throw { toString: function () { throw { toString: function () { throw 1; } }; } };", Script),
        Call("throw a getter",
            "var e = new Error('x'); Object.defineProperty(e, 'message', { get: function () { throw e; } }); throw e;", Script),
        Call("throw a huge text", "var s = 'abcdefgh'; for (var i = 0; i < 18; i++) { s += s; } throw new Error(s);", Script),
        Call("throw an object without a prototype", "throw Object.create(null);", Script),
        Call("throw a line of nowhere",
            "var e = new Error('x'); try { e.line = 1e99; e.lineNumber = -5; e.column = 'x'; e.stack = 5; e.sourceURL = {}; } catch (f) { } throw e;", Script),
        Call("throw a stack without end",
            "var s = '@:1:1\\n'; for (var i = 0; i < 16; i++) { s += s; } var e = new Error('x'); e.stack = s; throw e;", Script),
    ];

    private static HostileScript[] Asynchronous() =>
    [
        Call("async", "(async function () { })();", "refused syntax"),
        Call("async arrow", "(async () => { for (;;) { await 0; } })();", "refused syntax"),
        Call("await", "await 0;", "refused syntax"),
        Call("import", "import('./x.js');", "refused syntax"),
        Call("async written with an escape", "(\\u0061sync function () { })();", "refused syntax"),
        Call("async behind a false regular expression",
            "var x = 1; x++ / (async () => { for (;;) { await 0; } })() / 1; return ['safe'];", Safe + "|refused syntax", "refused syntax"),
        Call("Promise", "return [new Promise(function () { })];", Script),
    ];

    private static HostileScript[] Files() =>
    [
        Require("../secret.js"), Require("../../secret"), Require("./x/../../secret.js"), Require("/etc/passwd"), Require("./link.js"),
        Require("./linked/secret.js"), Require("linked/secret.js"), Require("outside"), Require("up"), Require("..\\\\secret.js"),
            Require("./secret.js\\0.json"), Require(""),
        Require("."), Require(".."), Require("file:///etc/passwd"), Require("node_modules/../../secret"), Require("fs"),
            Require("./a-folder"),
        new("require of no text", "require({ toString: function () { return '../secret.js'; } }); function on_kline() { }", Refused,
            Refused),
        Call("require in a callback", "return [require('./late.js')];", Script),
        new("require of itself", "var me = require('./require of itself.js'); function on_kline() { return ['safe']; }",
            Safe + "|refused ", Safe + "|refused "),
        new("require in a circle", "require('./circle-a.js'); function on_kline() { return ['safe']; }", Safe, Safe),
        new("require of a broken file", "require('./broken.js'); function on_kline() { }", "refused syntax", "refused syntax"),
        new("require of broken JSON", "require('./broken.json'); function on_kline() { }", Refused, Refused),
        new("require of a huge file", "require('./huge.js'); function on_kline() { }", Refused, Refused),
        new("require inside a loop that catches", "for (;;) { try { require('../secret.js'); } catch (e) { } } function on_kline() { }",
            "refused script_timeout", "refused script_timeout"),
    ];

    private static HostileScript Require(string path) => new(
        "require of " + path.Replace('/', ',').Replace("\\0", "(nul)", StringComparison.Ordinal).Replace('\\', ';'),
        $"require('{path}'); function on_kline() {{ }}",
        Refused,
        Refused);

    private static string Lying(string length) =>
        $"return new Proxy([1, 2, 3], {{ get: function (t, p) {{ return p === 'length' ? {length} : 'abc'; }} }});";
}
