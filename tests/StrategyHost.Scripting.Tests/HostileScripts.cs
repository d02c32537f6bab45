namespace StrategyHost.Scripting.Tests;

/// <summary>
/// A script that means harm and how it ends per engine: prefixes of the probe's result, alternatives separated by <c>|</c>; <c>exit 12</c>
/// is the clean end of the process by the watchdog.
/// </summary>
internal sealed record HostileScript(string Name, string Script, string JavaScriptCore, string Jint)
{
    public string Expected(string engine) => engine == "jint" ? Jint : JavaScriptCore;
}

/// <summary>The tables; each row's name is a test's name.</summary>
internal static class HostileScripts
{
    private const string Timeout = "fault Timeout";
    private const string Script = "fault Script";
    /// <summary>Unwinding a deep stack may use up the rest of the call's time.</summary>
    private const string Recursion = "fault Recursion|fault Timeout";
    private const string Refused = "refused script_error";
    private const string AnyFault = "fault ";

    public static IReadOnlyList<HostileScript> All { get; } =
        [.. Loops(), .. Growth(), .. Recursions(), .. HostileSources.Nested(), .. RegularExpressions(), .. HostileEscapes.All(), .. HostileStates.All()];

    internal static HostileScript Call(string name, string body, string javaScriptCore, string? jint = null) =>
        new(name, "function on_kline(k, ctx) { " + body + " }", javaScriptCore, jint ?? javaScriptCore);

    private static HostileScript[] Loops() =>
    [
        Call("loop", "for (;;) { }", Timeout),
        Call("loop in try and finally", "try { for (;;) { } } finally { for (;;) { } }", Timeout),
        Call("loop in catch", "for (;;) { try { throw 1; } catch (e) { for (;;) { } } }", Timeout),
        Call("loop in a getter of the answer", "return { get action() { for (;;) { } } };", Timeout),
        Call("loop in a sort callback", "[3, 2, 1].sort(function () { for (;;) { } });", Timeout),
        Call("loop in a replace callback", "'abc'.replace(/./g, function () { for (;;) { } });", Timeout),
        Call("loop in toString", "return ['' + { toString: function () { for (;;) { } } }];", Timeout),
        Call("loop in toJSON", "JSON.stringify({ toJSON: function () { for (;;) { } } });", Timeout),
        Call("loop in a logged value", "ctx.log({ toString: function () { for (;;) { } } });", Timeout),
        Call("loop in a thrown value", "throw { toString: function () { for (;;) { } } };", AnyFault),
        Call("loop in a stack getter",
            "var e = new Error('x'); Object.defineProperty(e, 'stack', { get: function () { for (;;) { } } }); throw e;", AnyFault),
        Call("loop in a proxy", "return new Proxy({}, { ownKeys: function () { for (;;) { } } });", Timeout, Script),
        Call("loop of recursion that catches", "function f() { try { f(); } catch (e) { f(); } } f();", "fault Timeout|fault Recursion"),
        new("loop at the top", "for (;;) { }", "refused script_timeout", "refused script_timeout"),
        new("loop in settings", "function settings() { for (;;) { } } function on_kline() { }", "refused script_timeout",
            "refused script_timeout"),
        Call("loop over a length of a native search", "return [Array.prototype.indexOf.call({ length: 9007199254740991 }, 1)];", AnyFault),
        Call("loop over a length of a native fill", "return [Array.prototype.fill.call({ length: 9007199254740991 }, 1)];", AnyFault),
        Call("loop over a length of a native join", "return [Array.prototype.join.call({ length: 9007199254740991 })];", AnyFault),
        Call("loop over a length of a native reverse", "return [Array.prototype.reverse.call({ length: 9007199254740991 })];", AnyFault),
        Call("loop over a length of a native last search", "return [Array.prototype.lastIndexOf.call({ length: 9007199254740991 }, 1)];",
            AnyFault),
        Call("loop over a length of includes", "return [Array.prototype.includes.call({ length: 9007199254740991 }, 1)];", AnyFault),
        Call("loop over a length of shift", "return [Array.prototype.shift.call({ length: 9007199254740991 })];", AnyFault),
        Call("loop over a length of slice", "return [Array.prototype.slice.call({ length: 9007199254740991 }).length];", AnyFault),
        Call("loop over a length of apply", "return [Math.max.apply(null, { length: 4294967295 })];", AnyFault),
        Call("loop over a sparse sort", "var a = []; a.length = 4294967295; a[4294967294] = 1; a.sort(); return [a.length];",
            "fault |ok", AnyFault),
    ];

    private static HostileScript[] Growth() =>
    [
        Call("text that doubles", "var s = 'x'; for (;;) { s += s; }", AnyFault, "fault |exit 12"),
        Call("texts that are kept", "for (var a = []; ;) { a.push(new Array(1000).join('x') + a.length); }", AnyFault, "fault |exit 12"),
        new("texts kept over calls",
            "var held = []; function on_kline() { held.push(new Array(1000001).join('abcdefghij').toUpperCase()); }",
                "fault Memory|fault Timeout", "fault |exit 12"),
        new("objects kept over calls",
            "var held = []; function on_kline() { for (var i = 0; i < 30000; i++) { held.push({ a: i, b: [i] }); } }",
                "fault Memory", "fault |exit 12"),
        Call("array that grows", "for (var a = []; ;) { a.push(a.length); }", AnyFault, "fault |exit 12"),
        Call("array of all lengths filled", "return [new Array(4294967295).fill(0).length];", AnyFault, Script),
        Call("array of all lengths joined", "return [new Array(4294967295).join('x').length];", AnyFault, Script),
        Call("array that doubles", "for (var a = [1]; ;) { a = a.concat(a); }", AnyFault, "fault |exit 12"),
        Call("text repeated", "return ['x'.repeat(Math.pow(2, 31)).length];", Script),
        Call("typed array", "return [new Float64Array(1e10).length];", AnyFault, Script),
        Call("typed arrays kept", "for (var a = []; ;) { a.push(new Float64Array(1e6).fill(1)); }", AnyFault, Script),
        Call("replace that multiplies", "var s = new Array(2001).join('a'); for (;;) { s = s.replace(/a/g, '$&$&'); }", AnyFault,
            "fault |exit 12"),
        Call("split of a long text", "var s = 'ab'; for (var i = 0; i < 22; i++) { s += s; } return [s.split('').length];", "fault |ok",
            "fault |ok|exit 12"),
        Call("closures that grow", "var f = null; for (;;) { (function (g) { f = function () { return g; }; }(f)); }", AnyFault,
            "fault |exit 12"),
        Call("number of keys", "for (var o = {}, i = 0; ; i++) { o['k' + i] = i; }", AnyFault, "fault |exit 12"),
    ];

    private static HostileScript[] Recursions() =>
    [
        Call("recursion", "(function f() { f(); }());", Recursion),
        Call("recursion through toString", "var o = { toString: function () { return '' + o; } }; return ['' + o];", Recursion),
        Call("recursion through toJSON", "var o = { toJSON: function () { return JSON.stringify(o); } }; return [JSON.stringify(o)];",
            Recursion),
        Call("recursion through a sort callback", "function f() { [2, 1].sort(f); return 0; } f();", Recursion),
        Call("recursion through a getter", "var o = { get a() { return o.a; } }; return [o.a];", Recursion),
        Call("recursion through apply", "function f() { return f.apply(null, [1]); } f();", Recursion),
        Call("recursion through bind", "function f() { return f.bind(null)(); } f();", Recursion),
        Call("recursion through replace", "function f() { return 'a'.replace(/a/, f); } f();", Recursion),
        Call("recursion through map", "function f() { return [1].map(f); } f();", Recursion),
        Call("recursion through new", "function F() { this.a = new F(); } return [new F()];", Recursion),
        Call("recursion inside a deep expression", "function f() { return " + Repeat("1 + (", 90) + "f()" + Repeat(")", 90) + "; } f();",
            Recursion),
        Call("recursion inside deep blocks", "function f() { " + Repeat("if (1) { ", 60) + "f();" + Repeat(" }", 60) + " } f();",
            Recursion),
        Call("recursion through a nested array's toString", "var a = []; for (var i = 0; i < 100000; i++) { a = [a]; } return ['' + a];",
            "fault |ok", "fault |exit 12"),
        Call("recursion through nested objects in JSON.stringify",
            "var a = []; for (var i = 0; i < 100000; i++) { a = [a]; } return [JSON.stringify(a)];", AnyFault),
        Call("recursion through JSON.parse", "return [JSON.parse(new Array(500001).join('['))];", AnyFault),
        Call("recursion through JSON.parse's reviver",
            "var n = 0; return [JSON.parse('[1]', function f() { return JSON.parse('[1]', f); })];", Recursion, Recursion + "|ok"),
        Call("recursion through concat texts", "var s = ''; for (var i = 0; i < 100000; i++) { s = 'a' + s + 'b'; } return [s.length];",
            "ok|fault ", "ok|fault |exit 12"),
        Call("answer nested without end", "var o = {}; for (var i = 0; i < 1000; i++) { o = { o: o }; } return o;", "ok"),
        new("recursion at the top", "(function f() { f(); }());", "refused script_recursion",
            "refused script_recursion|refused script_timeout"),
        new("chain of prototypes", """
            var o = {};
            function F() { }
            function on_kline() { for (var i = 0; i < 20000; i++) { F.prototype = o; o = new F(); } o.missing; }
            """, "fault |ok|exit 12", "fault Script"),
        new("chain of bound functions", """
            var f = function () { };
            function on_kline() { for (var i = 0; i < 5000; i++) { f = f.bind(null); } f(); }
            """, "fault |ok", AnyFault),
    ];

    private static HostileScript[] RegularExpressions() =>
    [
        Call("regular expression bomb", "return [/(a+)+$/.test('aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!')];", AnyFault, Timeout),
        Call("regular expression bomb in a catch",
            "try { /(a+)+$/.test('aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!'); } catch (e) { } for (;;) { }", Timeout),
        Call("regular expression bomb in replace", "return ['aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!'.replace(/(a|a)*$/, '')];",
            "fault |ok", Timeout + "|ok"),
        Call("regular expression bomb in split", "return ['aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!'.split(/(?:a|aa)+$/)];",
            AnyFault, Timeout),
        Call("regular expression bomb from text", "return [new RegExp('(x+x+)+y').test('xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx')];",
            AnyFault, Timeout),
        Call("regular expression nested without end",
            "return [new RegExp(new Array(50001).join('(') + 'a' + new Array(50001).join(')')).test('b')];", "fault |ok", "fault |ok"),
        Call("regular expression of a huge count", "return [new RegExp('(?:(?:(?:a{1000}){1000}){1000}){1000}').test('b')];",
            "fault |ok", "fault |ok|exit 12"),
    ];

    internal static string Repeat(string text, int count) => string.Concat(Enumerable.Repeat(text, count));
}
