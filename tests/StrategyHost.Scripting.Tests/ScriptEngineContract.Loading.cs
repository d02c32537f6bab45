using System.Security.Cryptography;
using System.Text;
using StrategyHost.Core.Domain;
using StrategyHost.Core.Strategies;
using Xunit;

namespace StrategyHost.Scripting.Tests;

/// <summary>Loading: required files, the hash, errors with their place, and what is refused.</summary>
public abstract partial class ScriptEngineContract
{
    private const string Library = "exports.twice = function (x) { return require_two() * x; };\nvar two = require('./b').two;\nfunction require_two() { return two; }";

    [EngineFact]
    public void Required_files_are_read_inside_the_folder_and_hashed_in_order_of_first_use()
    {
        using var folder = new ScriptFolder(("lib/a.js", Library), ("lib/b.js", "exports.two = 2;"), ("data.json", "{\"x\": 5}"));
        const string Script = "var a = require('./lib/a.js'), d = require('./data'); var again = require('./lib/a');\n"
            + "function on_kline() { return [a.twice(4), d.x, a === again]; }";
        using var running = new Running(Engine, Script, folder: folder.Path);
        Assert.Equal("[8,5,true]", Text(running.Klines(Running.Walk(1), 0, 1).Value));
        var all = Script + Library + "exports.two = 2;" + "{\"x\": 5}";
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(all))), running.Instance.Sha256);
    }

    [EngineFact]
    public void Files_that_require_each_other_see_what_is_exported_so_far()
    {
        using var folder = new ScriptFolder(
            ("a.js", "exports.early = 1; exports.b = require('./b'); exports.late = 2;"),
            ("b.js", "var a = require('./a'); exports.seen = [a.early, typeof a.late];"));
        using var running = new Running(Engine, "var a = require('./a'); function on_kline() { return a.b.seen; }", folder: folder.Path);
        Assert.Equal("[1,\"undefined\"]", Text(running.Klines(Running.Walk(1), 0, 1).Value));
    }

    [EngineFact]
    public void Required_file_that_is_absent_or_outside_is_refused()
    {
        using var folder = new ScriptFolder(("a.js", "exports.x = 1;"));
        Assert.Contains("no such file in the strategy's folder", Refused("require('./b');", folder.Path).Message, StringComparison.Ordinal);
        Assert.Contains("leaves the strategy's folder", Refused("require('../a.js');", folder.Path).Message, StringComparison.Ordinal);
        Assert.Contains("give a relative path", Refused("require('/etc/hostname');", folder.Path).Message, StringComparison.Ordinal);
        Assert.Contains("no such file in the strategy's folder", Refused("require('fs');", folder.Path).Message, StringComparison.Ordinal);
    }

    [EngineFact]
    public void Requiring_a_new_file_in_a_callback_is_refused()
    {
        using var folder = new ScriptFolder(("a.js", "exports.x = 1;"));
        using var running = new Running(Engine, "function on_kline() { return require('./a').x; }", folder: folder.Path);
        var fault = running.Klines(Running.Walk(1), 0, 1).Fault;
        Assert.Contains("while the script loads", fault?.Error.Message, StringComparison.Ordinal);
    }

    [EngineFact]
    public void Syntax_error_names_file_and_line()
    {
        var error = Refused("function on_kline() { }\nvar x = = 1;\n");
        Assert.Equal(("test.js", 2, "syntax"), (error.File, error.Line, error.Rule));
        Assert.Contains("var x = = 1;", error.Message, StringComparison.Ordinal);
    }

    [EngineFact]
    public void Syntax_error_names_the_column_where_the_parser_stopped()
    {
        foreach (var (line, column, script) in new[]
        {
            (2, 9, "var a = 1;\nvar x = = 1;"), (1, 9, "var x = = 1;"), (2, 15, "var a = 1;\nvar b = (1 + 2;\n"), (2, 1, "var a = [1, 2\nvar b = 3;"),
            (1, 5, "foo bar;"), (1, 16, "var x = { a: 1,, b: 2 };"), (1, 5, "var class = 1;"),
            (2, 13, "var y = 1; // = =\nvar a = y % % 2, b = 'x = y';"), (3, 2, "function f() {\n  if (1) {\n}"),
            (1, 30, "var r = /a b[/]/, t = '; ;', = 1;"),
        })
        {
            var error = Refused(script);
            Assert.Equal((script, line, column), (script, error.Line, error.Column));
        }

        // An open text: its beginning, or the end of the line.
        Assert.True(Refused("var s = \"abc;\nvar t = 1;") is { Line: 1, Column: 9 or 14 or 15 });
    }

    [EngineFact]
    public void Syntax_error_in_a_required_file_names_that_file()
    {
        using var folder = new ScriptFolder(("lib/bad.js", "var a = 1;\n\nvar b = ;\n"));
        var error = Refused("require('./lib/bad');", folder.Path);
        Assert.Equal(("lib/bad.js", 3, "syntax"), (error.File, error.Line, error.Rule));
    }

    [EngineFact]
    public void Error_at_the_top_level_or_in_settings_refuses_the_script_with_its_line()
    {
        var top = Refused("var a = 1;\nthrow new Error('top');\nfunction on_kline() { }");
        Assert.Equal(("test.js", 2, "script_error"), (top.File, top.Line, top.Rule));
        Assert.Contains("Error: top", top.Message, StringComparison.Ordinal);
        var settings = Refused("function settings() {\n  return nothing.here;\n}\nfunction on_kline() { }");
        Assert.Equal(2, settings.Line);
    }

    [EngineFact]
    public void Error_in_a_callback_names_line_row_and_text_and_parks_the_instance()
    {
        using var running = new Running(Engine,
            "var n = 0;\nfunction on_kline(k, ctx) {\n  ctx.log('row ' + n);\n  if (++n === 3) {\n    throw new RangeError('third');\n  }\n}");
        var answer = running.Klines(Running.Walk(9), 0, 9);
        Assert.Equal(ScriptFaultKind.Script, answer.Fault?.Kind);
        Assert.Equal(("test.js", 5), (answer.Fault?.Error.File, answer.Fault?.Error.Line));
        Assert.StartsWith("RangeError: third", answer.Fault?.Error.Message, StringComparison.Ordinal);
        Assert.Contains("throw new RangeError('third');", answer.Fault?.Error.Message, StringComparison.Ordinal);
        Assert.Equal(3, answer.Consumed);
        Assert.Equal(["row 0", "row 1", "row 2"], answer.Logs.Select(l => l.Text));
        Assert.Throws<InvalidOperationException>(() => running.Klines(Running.Walk(9), 3, 4));
    }

    [EngineFact]
    public void Thrown_value_of_any_kind_can_be_caught()
    {
        Assert.Equal("[5,\"t\",null,{code:7},[1],{message:\"m\"}]", Eval(
            "[5, 't', null, { code: 7 }, [1], { message: 'm' }].map(function (x) { function f() { throw x; } try { f(); } catch (e) { return e; } })"));
        Assert.Equal("[true,\"code\",7]", Eval(
            "(function () { var x = { code: 7 }; function f() { throw x; } try { f(); } catch (e) { return [e === x, Object.keys(e).join(), e.code]; } }())"));
    }

    [EngineFact]
    public void Thrown_value_that_is_no_error_is_a_fault_of_the_script()
    {
        using var running = new Running(Engine, "function on_kline() {\n  throw { code: 7 };\n}");
        var fault = running.Klines(Running.Walk(1), 0, 1).Fault;
        Assert.Equal((ScriptFaultKind.Script, "script_error"), (fault?.Kind, fault?.Error.Rule));
    }

    [EngineFact]
    public void Asynchronous_words_are_refused_with_their_place()
    {
        foreach (var (word, line) in new[]
        {
            ("async", "  async function f() { }"), ("await", "  await 1;"), ("import", "  import x from './x.js';"), ("import",
                "var x = import('./x.js');"),
        })
        {
            var error = Refused("var a = 1;\n" + line + "\nfunction on_kline() { }");
            Assert.Equal(("test.js", 2, line.IndexOf(word, StringComparison.Ordinal) + 1, "syntax"), (error.File, error.Line,
                error.Column, error.Rule));
            Assert.Contains($"'{word}'", error.Message, StringComparison.Ordinal);
        }
    }

    [EngineFact]
    public void Asynchronous_words_in_comments_texts_and_names_of_fields_are_no_words()
    {
        using var running = new Running(Engine, """
            // async await import
            /* import */
            var o = { a: 'await', b: /async/ };
            o.import = 3;
            function on_kline() { return [o.import, o.b.test('async'), o.a]; }
            """);
        Assert.Equal("[3,true,\"await\"]", Text(running.Klines(Running.Walk(1), 0, 1).Value));
    }

    private Error Refused(string script, string folder = "")
    {
        using var running = new Running(Engine, script, folder: folder);
        return Assert.Single(running.Loaded.Errors);
    }
}

/// <summary>A strategy's folder with files, removed afterwards.</summary>
internal sealed class ScriptFolder : IDisposable
{
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("scripts");

    public ScriptFolder(params (string Name, string Text)[] files)
    {
        foreach (var (name, text) in files)
        {
            var file = System.IO.Path.Combine(_root.FullName, name);
            Directory.CreateDirectory(System.IO.Path.GetDirectoryName(file) ?? _root.FullName);
            File.WriteAllText(file, text);
        }
    }

    public string Path => _root.FullName;

    public void Dispose() => _root.Delete(recursive: true);
}
