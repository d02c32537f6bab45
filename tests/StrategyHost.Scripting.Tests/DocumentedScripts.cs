using System.Text.RegularExpressions;
using StrategyHost.TestKit;

namespace StrategyHost.Scripting.Tests;

/// <summary>
/// The strategies and tests that the documents print, as files for the compiler: with the first two lines that ask for a check, and the
/// types of callbacks that the page leaves out. Pieces that are no whole script are left out.
/// </summary>
internal static partial class DocumentedScripts
{
    private static readonly Dictionary<string, string> Events = new(StringComparer.Ordinal)
    {
        ["on_kline"] = "Kline",
        ["on_orderbook"] = "Book",
        ["on_ticker"] = "Ticker",
        ["on_trade"] = "Trade",
        ["on_fill"] = "Fill",
        ["on_order"] = "OrderEvent",
        ["on_timer"] = "number",
    };

    /// <summary>By page and line, for example <c>recipes_17.js</c>; what a test writes begins with the typings' own folder.</summary>
    public static (string Name, string Text)[] All() =>
    [
        .. Pages().SelectMany(page => Block().Matches(File.ReadAllText(page))
            .Where(b => IsWhole(b.Groups["code"].Value))
            .Select(b => ($"{Path.GetFileNameWithoutExtension(page)}_{LineOf(b)}.js", Typed(b.Groups["code"].Value)))),
        .. Directory.GetFiles(Path.Combine(SharedFolder.Repository, "engine", "StrategyHost.Host", "Authoring", "Templates"), "strategy*.js")
            .Select(f => (Path.GetFileName(f), Typed(File.ReadAllText(f)))),
    ];

    private static IEnumerable<string> Pages() => Directory
        .EnumerateFiles(Path.Combine(SharedFolder.Repository, "engine", "docs"), "*.md", SearchOption.AllDirectories)
        .Append(Path.Combine(SharedFolder.Repository, "README.md")).Order(StringComparer.Ordinal);

    private static bool IsWhole(string code) =>
        code.StartsWith("// @ts-check", StringComparison.Ordinal) || code.Contains("function settings(", StringComparison.Ordinal);

    private static int LineOf(Match block) => block.Result("$`").Count(c => c == '\n') + 2;

    private static string Typed(string code)
    {
        var lines = new List<string>();
        foreach (var line in code.Split('\n'))
        {
            var callback = Callback().Match(line);
            if (callback.Success && !(lines.Count > 0 && lines[^1].EndsWith("*/", StringComparison.Ordinal)))
            {
                lines.Add(TypesOf(callback.Groups["name"].Value, callback.Groups["event"].Value, callback.Groups["context"].Value));
            }

            lines.Add(line);
        }

        var head = code.StartsWith("// @ts-check", StringComparison.Ordinal)
            ? "" : "// @ts-check\n/// <reference path=\"strategyhost.d.ts\" />\n";
        return (head + string.Join('\n', lines)).Replace(
            "path=\"strategyhost", "path=\"" + Path.GetDirectoryName(TypingsText.File) + "/strategyhost", StringComparison.Ordinal);
    }

    private static string TypesOf(string name, string first, string context) => name == "settings" ? "/** @returns {Settings} */"
        : Events.TryGetValue(name, out var type) ? $"/** @param {{{type}}} {first} @param {{Context}} {context} @returns {{Answer}} */" : "";

    [GeneratedRegex(@"^```js[^\n]*\n(?<code>.*?)^```$", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex Block();

    [GeneratedRegex(@"^function (?<name>\w+)\((?<event>\w*)(, (?<context>\w+))?\)")]
    private static partial Regex Callback();
}
