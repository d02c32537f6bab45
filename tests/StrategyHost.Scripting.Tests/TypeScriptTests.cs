using System.Diagnostics;
using StrategyHost.TestKit;
using Xunit;

namespace StrategyHost.Scripting.Tests;

/// <summary>The strategies that are shipped or printed, under the TypeScript compiler with checkJs and strict.</summary>
public sealed class TypeScriptTests
{
    private static readonly string Strategies = Path.Combine(SharedFolder.Repository, "strategies");

    [Fact]
    public void Samples_ask_to_be_checked()
    {
        var samples = Directory.GetFiles(Strategies, "*.js");
        Assert.NotEmpty(samples);
        Assert.All(samples, file =>
        {
            var lines = File.ReadLines(file).Take(2).ToArray();
            Assert.Equal("// @ts-check", lines[0]);
            Assert.Matches("^/// <reference path=\"strategyhost(-test)?\\.d\\.ts\" />$", lines[1]);
        });
    }

    [CompilerFact]
    public void Samples_pass_the_compiler() => Assert.Equal("", Check(Directory.GetFiles(Strategies, "*.js")));

    [CompilerFact]
    public void Scripts_of_the_documents_and_of_new_pass_the_compiler()
    {
        var scripts = DocumentedScripts.All();
        using var folder = new ScriptFolder(scripts);
        Assert.All((string[])["recipes_", "tutorial_", "authoring_", "README_", "strategy.test"],
            page => Assert.Contains(scripts, s => s.Name.StartsWith(page, StringComparison.Ordinal)));
        Assert.Equal("", Check([.. scripts.Select(s => Path.Combine(folder.Path, s.Name))]));
    }

    [CompilerFact]
    public void Compiler_finds_what_is_wrong_in_a_strategy()
    {
        using var folder = new ScriptFolder(
            ("field.js", Body("return { action: 'buy', quantty: 1 };")),
            ("action.js", Body("return { action: 'bye', quantity: 1 };")),
            ("null.js", Body("return { action: 'close', quantity: ctx.position.size };")),
            ("ta.js", Body("ctx.ta.smaa(3);")),
            ("right.js", Body("if (ctx.position) { return { action: 'close', quantity: ctx.position.size }; }")));
        Assert.Contains("'quantty' does not exist", Check(Path.Combine(folder.Path, "field.js")), StringComparison.Ordinal);
        Assert.Contains("\"bye\"", Check(Path.Combine(folder.Path, "action.js")), StringComparison.Ordinal);
        Assert.Contains("possibly 'null'", Check(Path.Combine(folder.Path, "null.js")), StringComparison.Ordinal);
        Assert.Contains("'smaa'", Check(Path.Combine(folder.Path, "ta.js")), StringComparison.Ordinal);
        Assert.Equal("", Check(Path.Combine(folder.Path, "right.js")));
    }

    private static string Body(string statement) => $$"""
        // @ts-check
        /// <reference path="{{TypingsText.File}}" />
        /** @param {Kline} kline @param {Context} ctx @returns {Answer} */
        function on_kline(kline, ctx) {
          {{statement}}
        }
        """;

    private static string Check(params string[] files)
    {
        var start = new ProcessStartInfo("node", [Path.Combine(ScriptPackages.Folder, "check.js"), .. files])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start) ?? throw new InvalidOperationException("node does not start");
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.Equal("", error.Result);
        return output;
    }
}
