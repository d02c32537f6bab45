using StrategyHost.Core.Strategies;
using StrategyHost.Scripting.JavaScriptCore;
using Xunit;

namespace StrategyHost.Scripting.Tests;

/// <summary>
/// CommonJS packages in a strategy's <c>node_modules</c> under JavaScriptCore: real ones, as npm lays them, and ones that mean harm.
/// </summary>
public sealed class PackageTests
{
    private static JavaScriptCoreEngine Engine { get; } = JavaScriptCoreEngine.Create() is { IsOk: true } made ? made.Value : null!;

    [PackageFact]
    public void Real_packages_load_by_name_with_what_they_require()
    {
        using var folder = ScriptPackages.With("technicalindicators", "trading-signals", "big.js");
        using var running = new Running(Engine, """
            const ti = require('technicalindicators'), ts = require('trading-signals'), Big = require('big.js');
            function on_kline() {
              const sma = new ts.SMA(3);
              [1, 2, 6].forEach(x => sma.update(x, false));
              return [ti.sma({ period: 2, values: [1, 2, 4] }), sma.getResultOrThrow().toFixed(2), new Big('0.1').plus('0.2').toString()];
            }
            """, folder: folder.Path);
        Assert.Empty(running.Loaded.Errors);
        Assert.Equal("[[1.5,3],\"3.00\",\"0.3\"]", Running.Text(running.Klines(Running.Walk(1), 0, 1).Value));
    }

    [JavaScriptCoreFact]
    public void Package_begins_where_its_manifest_says()
    {
        using var folder = new ScriptFolder(
            ("node_modules/main/package.json", """{"main": "lib"}"""), ("node_modules/main/lib/index.js", "exports.x = 1;"),
            ("node_modules/dual/package.json", """{"type": "module", "exports": {"import": "./a.js", "require": "./b.cjs"}}"""),
            ("node_modules/dual/a.js", "export default 9;"), ("node_modules/dual/b.cjs", "exports.x = 2;"),
            ("node_modules/bare/index.js", "exports.x = require('inner').x + require('./data.json').x;"),
            ("node_modules/bare/data.json", """{"x": 0.5}"""),
            ("node_modules/bare/node_modules/inner/index.js", "exports.x = 3;"),
            ("node_modules/inner/index.js", "exports.x = 100;"),
            ("node_modules/@scope/name/sub.js", "exports.x = 4;"));
        using var running = new Running(Engine,
            "var all = ['main', 'dual', 'bare', '@scope/name/sub'].map(n => require(n).x); function on_kline() { return all; }",
            folder: folder.Path);
        Assert.Empty(running.Loaded.Errors);
        Assert.Equal("[1,2,3.5,4]", Running.Text(running.Klines(Running.Walk(1), 0, 1).Value));
    }

    [JavaScriptCoreFact]
    public void Hash_covers_the_files_of_packages()
    {
        string Hash(string text)
        {
            using var folder = new ScriptFolder(("node_modules/p/index.js", "exports.x = require('./deep');"), ("node_modules/p/deep.js", text));
            using var running = new Running(Engine, "var p = require('p'); function on_kline() { }", folder: folder.Path);
            return running.Instance.Sha256;
        }

        Assert.Equal(Hash("module.exports = 1;"), Hash("module.exports = 1;"));
        Assert.NotEqual(Hash("module.exports = 1;"), Hash("module.exports = 2;"));
    }

    [JavaScriptCoreFact]
    public void Package_that_is_a_link_or_points_out_of_the_folder_is_refused()
    {
        using var outside = new ScriptFolder(("index.js", "exports.x = 1;"), ("package.json", """{"main": "index.js"}"""));
        using var folder = new ScriptFolder(
            ("node_modules/up/package.json", $$"""{"main": "../../../{{Path.GetFileName(outside.Path)}}/index.js"}"""),
            ("node_modules/absolute/package.json", $$"""{"main": "{{outside.Path}}/index.js"}"""),
            ("node_modules/nil/package.json", """{"main": "a\u0000"}"""),
            ("node_modules/manifest/readme.md", ""));
        Directory.CreateSymbolicLink(Path.Combine(folder.Path, "node_modules", "linked"), outside.Path);
        File.CreateSymbolicLink(Path.Combine(folder.Path, "node_modules", "manifest", "package.json"), "/dev/zero");
        File.CreateSymbolicLink(Path.Combine(folder.Path, "node_modules", "file.js"), Path.Combine(outside.Path, "index.js"));
        Assert.Contains("leads out of the strategy's folder", Refused("require('linked');", folder), StringComparison.Ordinal);
        Assert.Contains("leads out of the strategy's folder", Refused("require('file');", folder), StringComparison.Ordinal);
        foreach (var name in new[] { "up", "absolute", "nil", "manifest", "fs", "../node_modules/up" })
        {
            Assert.Matches("no such file|lea(ves|ds out of) the strategy's folder", Refused($"require('{name}');", folder));
        }
    }

    [JavaScriptCoreFact]
    public void Package_inside_the_folder_may_be_a_link()
    {
        using var folder = new ScriptFolder(("store/p/index.js", "exports.x = 7;"), ("node_modules/other/index.js", ""));
        Directory.CreateSymbolicLink(Path.Combine(folder.Path, "node_modules", "p"), Path.Combine("..", "store", "p"));
        using var running = new Running(Engine, "var p = require('p'); function on_kline() { return p.x; }", folder: folder.Path);
        Assert.Equal("7", Running.Text(running.Klines(Running.Walk(1), 0, 1).Value));
    }

    [JavaScriptCoreFact]
    public void Package_cannot_change_what_the_strategy_and_the_host_see()
    {
        using var folder = new ScriptFolder(("node_modules/evil/index.js", """
            var attempts = [
              function () { Object.prototype.polluted = 1; }, function () { Array.prototype.push = function () { return -1; }; },
              function () { ({}).__proto__.polluted = 1; }, function () { ({}).constructor.prototype.polluted = 1; },
              function () { Object.defineProperty(Object.prototype, 'action', { value: 'sell' }); },
              function () { Function.prototype.call = null; }, function () { Math.random = function () { return 4; }; },
              function () { JSON.stringify = null; }, function () { Date.now = function () { return 1; }; },
              function () { Object.setPrototypeOf(Object.prototype, { polluted: 1 }); },
              function () { Object.keys = function () { return ['x']; }; }, function () { globalThis.Math = { sqrt: 1 }; },
              function () { Array.prototype[Symbol.iterator] = null; }, function () { Float64Array.prototype.set = null; }
            ];
            attempts.forEach(function (f) { try { f(); } catch (e) { } });
            exports.done = attempts.length;
            """));
        const string Body = """
            function on_kline(k, ctx) {
              var o = {}; o.polluted = o.polluted || 0; var list = []; list.push(3);
              return { seen: [o.polluted, list, typeof Math.sqrt, Object.keys({ a: 1 }), JSON.stringify([1]), Date.now() === ctx.now,
                [...list].length, Math.random() < 1], sma: ctx.ta.sma(1), stdev: ctx.ta.stdev(1), more: ctx.history(1).length };
            }
            """;
        using var plain = new Running(Engine, Body);
        using var running = new Running(Engine, "var evil = require('evil');\n" + Body, folder: folder.Path);
        Assert.Empty(running.Loaded.Errors);
        Assert.Equal(
            Running.Text(plain.Klines(Running.Walk(1), 0, 1).Value), Running.Text(running.Klines(Running.Walk(1), 0, 1).Value));
    }

    [JavaScriptCoreFact]
    public void Package_has_no_way_to_evaluate_or_to_wait()
    {
        using var folder = new ScriptFolder(("node_modules/p/index.js", """
            async function forever() { ran++; for (;;) { await null; after++; } }
            var ran = 0, after = 0;
            exports.tries = [
              function () { return eval('1'); }, function () { return Function('return 1')(); },
              function () { return (function () { }).constructor('return 1')(); },
              function () { return Object.getPrototypeOf(function* () { }).constructor('yield 1')().next().value; },
              function () { return Object.getPrototypeOf(async function () { }).constructor('return 1')() && 1; },
              function () { return process.exit(1); }, function () { return setTimeout(forever, 0); },
              function () { return new Promise(function () { }); }, function () { return require('child_process'); }
            ].map(function (f) { try { return f(); } catch (e) { return 'refused'; } });
            forever();
            exports.counts = function () { return [ran, after]; };
            """));
        using var running = new Running(Engine,
            "var p = require('p'); function on_kline() { return [p.tries, p.counts()]; }", folder: folder.Path);
        Assert.Empty(running.Loaded.Errors);
        var block = Running.Walk(3);
        for (var i = 0; i < 3; i++)
        {
            var value = running.Klines(block, i, i + 1).Value;
            Assert.All(value.Items[0].Items, item => Assert.Equal("refused", item.Text));
            Assert.Equal("[1,0]", Running.Text(value.Items[1]));
        }
    }

    [JavaScriptCoreFact]
    public void Package_that_is_huge_is_refused_and_one_that_does_not_end_is_a_fault()
    {
        using var folder = new ScriptFolder(
            ("node_modules/long/index.js", "//" + new string('x', 1_000_000)),
            ("node_modules/many/index.js", "for (var i = 0; i < 300; i++) { require('./f' + i); }"),
            ("node_modules/loop/index.js", "for (;;) { }"),
            ("node_modules/deep/index.js", "(function f() { f(); }());"));
        for (var i = 0; i < 300; i++)
        {
            File.WriteAllText(Path.Combine(folder.Path, "node_modules", "many", $"f{i}.js"), "");
        }

        Assert.Contains("at most 200 files of 1000000 characters", Refused("require('long');", folder), StringComparison.Ordinal);
        Assert.Contains("at most 200 files", Refused("require('many');", folder), StringComparison.Ordinal);
        Assert.NotEqual("", Refused("require('loop');", folder, new ScriptLimits { TimeLimitMs = 100 }));
        Assert.Contains("call stack", Refused("require('deep');", folder), StringComparison.OrdinalIgnoreCase);
    }

    [JavaScriptCoreFact]
    public void Rules_on_words_hold_for_strategy_files_whatever_their_folder_is_called()
    {
        const string Async = "exports.f = async function () { };";
        using var folder = new ScriptFolder(("my_node_modules/a.js", Async), ("node_modules/a.js", Async));
        Assert.Contains("'async'", Refused("require('./my_node_modules/a');", folder), StringComparison.Ordinal);
        Assert.Equal("", Refused("require('a');", folder));
    }

    [JavaScriptCoreFact]
    public void Module_that_failed_fails_again_when_it_is_asked_for_again()
    {
        using var folder = new ScriptFolder(("a.js", "exports.half = 1; throw new Error('broken');"));
        using var running = new Running(Engine, """
            var seen = [1, 2].map(function () { try { return require('./a').half; } catch (e) { return e.message; } });
            function on_kline() { return seen; }
            """, folder: folder.Path);
        Assert.Equal("[\"broken\",\"broken\"]", Running.Text(running.Klines(Running.Walk(1), 0, 1).Value));
    }

    /// <summary>The message of the refusal; empty where the script loads.</summary>
    private static string Refused(string script, ScriptFolder folder, ScriptLimits? limits = null)
    {
        using var running = new Running(Engine, script, limits, folder.Path);
        return running.Loaded.IsOk ? "" : Assert.Single(running.Loaded.Errors).Message;
    }
}
