namespace StrategyHost.Scripting.Tests;

/// <summary>State that a restart would carry over: what goes out is data or an error, and what comes in harms nobody else.</summary>
internal static class HostileStates
{
    private const string Timeout = "state script_timeout";
    private const string Script = "state script_error";

    public static HostileScript[] All() =>
    [
        Out("state without end", "for (;;) { }", Timeout),
        Out("state whose getter does not end", "return { get a() { for (;;) { } } };", Timeout),
        Out("state whose toJSON does not end", "return { toJSON: function () { for (;;) { } } };", Timeout),
        Out("state that recurs", "return (function f() { return f(); }());", "state script_recursion|state script_timeout"),
        Out("state that contains itself", "var o = {}; o.o = o; return o;", Script),
        Out("state nested without end", "var a = []; for (var i = 0; i < 100000; i++) { a = [a]; } return a;", "state script_"),
        Out("state that is a function", "return function () { };", "ok"),
        Out("state of functions", "return { f: function () { }, g: [function () { }], n: 1 };", "state of 18: {\"g\":[null],\"n\":1}|state of "),
        Out("state of odd numbers", "return [NaN, Infinity, -0];", "state of 13: [null,null,0]|state of 11"),
        Out("state that throws", "throw { toString: function () { for (;;) { } } };", "state "),
        Out("state that throws null", "throw null;", Script),
        Out("state of a revoked proxy", "var p = Proxy.revocable({}, {}); p.revoke(); return p.proxy;", Script),
        Out("state of a big integer", "return [BigInt(1)];", Script),
        Out("state that doubles", "for (var s = 'x'; ;) { s += s; }", "state script_", "state script_|exit 12"),
        Out("state of a huge text", "for (var i = 0, s = 'abcdefgh'; i < 20; i++) { s += s; } return s;", "state script_"),
        Out("state of many values", "var a = []; for (var i = 0; i < 900000; i++) { a[i] = 1234567; } return a;", "state script_"),
        Out("state that is not asked for again", "on_kline = null; return { n: 1 };", "state of 7"),
        In("state taken in without end", "for (;;) { }", "fault Timeout"),
        In("state taken in that recurs", "return import_state(s);", "fault Recursion|fault Timeout"),
        In("state taken in that throws", "throw new Error('no');", "fault Script"),
        In("state taken in that doubles", "for (var t = 'x'; ;) { t += t; }", "fault ", "fault |exit 12"),
        In("state taken in that pollutes", "s.__proto__.x = 1; Object.prototype.y = 2; Array.prototype.push = null;", "fault Script"),
        new("state that is no function", "var export_state = 5; function on_kline() { }", "refused script_error", "refused script_error"),
    ];

    private static HostileScript Out(string name, string body, string javaScriptCore, string? jint = null) =>
        new(name, "function on_kline() { } function export_state() { " + body + " }", javaScriptCore, jint ?? javaScriptCore);

    private static HostileScript In(string name, string body, string javaScriptCore, string? jint = null) => new(
        name,
        "'use strict'; function on_kline() { } function export_state() { return { n: 1 }; } function import_state(s) { " + body + " }",
        javaScriptCore,
        jint ?? javaScriptCore);
}
