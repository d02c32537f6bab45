using static StrategyHost.Scripting.Tests.HostileScripts;

namespace StrategyHost.Scripting.Tests;

/// <summary>Source texts that are meant to exhaust a parser.</summary>
internal static class HostileSources
{
    private const string Ends = "refused |fault |ok";

    public static HostileScript[] Nested() =>
    [
        Source("source of brackets", "var a = " + Repeat("[", 100_000) + Repeat("]", 100_000) + ";"),
        Source("source of open brackets", "var a = " + Repeat("[", 900_000)),
        Source("source of parentheses", "var a = " + Repeat("(", 100_000) + "1" + Repeat(")", 100_000) + ";"),
        Source("source of blocks", Repeat("{", 100_000) + Repeat("}", 100_000)),
        Source("source of functions", Repeat("function f() { ", 20_000) + Repeat("}", 20_000)),
        Source("source of signs", "var a = " + Repeat("!", 900_000) + "1;"),
        Source("source of minus signs", "var a = " + Repeat("- ", 450_000) + "1;"),
        Source("source of assignments", "var a; " + Repeat("a=", 450_000) + "1;"),
        Source("source of conditions", "var a = " + Repeat("1?1:", 200_000) + "1;"),
        Source("source of sums", "var a = 1" + Repeat("+1", 400_000) + ";"),
        Source("source of ifs", Repeat("if(1)", 150_000) + ";"),
        Source("source of loops", Repeat("for(;0;)", 100_000) + ";"),
        Source("source of elses", "var a;" + Repeat("if(a){}else ", 60_000) + ";"),
        Source("source of labels", string.Concat(Enumerable.Range(0, 50_000).Select(i => $"l{i}:")) + ";"),
        Source("source of news", "var a = function () { return " + Repeat("new ", 200_000) + "a; };"),
        Source("source of members", "var a = function (o) { return o" + Repeat(".a", 200_000) + "; };"),
        Source("source of calls", "var a = function (o) { return o" + Repeat("()", 200_000) + "; };"),
        Source("source of commas", "var a = (1" + Repeat(",1", 200_000) + ");"),
        Source("source of brackets behind a false regular expression", "var x = 1, a = x++ /" + Repeat("[", 500_000)),
        Source("source of braces behind a false regular expression", "var x = 1, a = (x) /1; a = x++ /" + Repeat("(", 500_000)),
        Source("source beyond every size", "var a = " + Repeat("!", 6_000_000) + "1;"),
        Source("source of one open comment", "/*" + Repeat("*", 500_000)),
        Source("source of one open text", "var a = '" + Repeat("\\", 500_000)),
        Source("source that closes its wrapper", "}); (function () { for (;;) { } }()); (function () {"),
        Source("source that returns early", "return { on_kline: 5 };"),
    ];

    private static HostileScript Source(string name, string text) => new(name, text + "\nfunction on_kline() { }", Ends, Ends);
}
