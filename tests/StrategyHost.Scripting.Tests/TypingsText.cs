using System.Text.RegularExpressions;
using StrategyHost.TestKit;

namespace StrategyHost.Scripting.Tests;

/// <summary>One member of an interface: <c>Parameters</c> is null for a value, the text between the brackets for a function.</summary>
internal sealed record TypingsMember(string Name, bool IsOptional, string? Parameters, string Type, string Doc);

/// <summary>What <c>strategies/strategyhost.d.ts</c> says, read by its plain layout: one member a line, a comment before it.</summary>
internal sealed partial class TypingsText
{
    public static readonly string[] ReadBack = ["Kline", "Ticker", "Book", "Trade", "Fill", "Order", "OrderEvent", "Tranche", "Position",
        "Market", "Instrument", "Context", "Indicators"];

    private readonly string _text;

    private TypingsText(string text) => _text = text;

    public static string File { get; } = Path.Combine(SharedFolder.Repository, "strategies", "strategyhost.d.ts");

    public static TypingsText Read() => new(System.IO.File.ReadAllText(File).ReplaceLineEndings("\n"));

    /// <summary>The members in their order, those of the base first.</summary>
    public IReadOnlyList<TypingsMember> Interface(string name)
    {
        var found = Regex.Match(_text, $@"^interface {name}(?: extends (\w+))? \{{\n(.*?)^\}}", RegexOptions.Singleline | RegexOptions.Multiline);
        if (!found.Success)
        {
            throw new ArgumentException($"no interface {name} in {File}");
        }

        IEnumerable<TypingsMember> own = Member().Matches(found.Groups[2].Value).Select(m => new TypingsMember(
            m.Groups["name"].Value,
            m.Groups["optional"].Length > 0,
            m.Groups["call"].Success ? m.Groups["call"].Value : null,
            m.Groups["type"].Value,
            Plain(m.Groups["doc"].Value)));
        return [.. found.Groups[1].Length > 0 ? Interface(found.Groups[1].Value) : [], .. own];
    }

    /// <summary>The comment before an interface or a type.</summary>
    public string Doc(string name)
    {
        var found = Regex.Match(_text, $@"^/\*\* ([^\n]*) \*/\n(?:interface|type) {name}\b", RegexOptions.Multiline);
        return found.Groups[1].Value;
    }

    /// <summary>The texts of a union such as <c>"buy" | "sell"</c>.</summary>
    public IReadOnlyList<string> Choices(string type) =>
        [.. Regex.Matches(Regex.Match(_text, $"^type {type} = (.*);", RegexOptions.Multiline).Groups[1].Value, "\"([^\"]+)\"")
            .Select(m => m.Groups[1].Value)];

    /// <summary>Whether the type allows a value of JavaScript's kind ("null", "number", "string", …).</summary>
    public bool Admits(TypingsMember member, string kind, string value) => member.Parameters is not null ? kind == "function"
        : Split(Expand(member.Type)).Any(part => part switch
        {
            "number" or "string" or "boolean" or "null" => part == kind,
            "ParameterValues" => kind == "object",
            _ when part.StartsWith('"') => kind == "string" && part == $"\"{value}\"",
            _ when part.EndsWith("[]", StringComparison.Ordinal) => kind == "array",
            _ => kind == "object",
        });

    private string Expand(string type) => Regex.Match(_text, $"^type {Regex.Escape(type)} = (.*);", RegexOptions.Multiline) is { Success: true } found
        ? found.Groups[1].Value : type;

    private static string[] Split(string type) =>
        type.StartsWith('{') ? [type] : type.Split('|', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private static string Plain(string comment) =>
        Regex.Replace(comment.Replace("/**", "", StringComparison.Ordinal).Replace("*/", "", StringComparison.Ordinal), @"\s*\n?\s*\*?\s+", " ").Trim();

    [GeneratedRegex(@"(?<doc>^  /\*\*(?:(?!\*/).)*\*/\n)?^  (?<name>\w+)(?<optional>\??)(?:\((?<call>.*?)\))?: (?<type>[^\n]*);$",
        RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Member();
}
