using System.Globalization;

namespace StrategyHost.Host.Configuration;

/// <summary>Short forms in which <see cref="OptionTable"/> is written.</summary>
internal static class OptionFactory
{
    public static GroupOption Group(string name, string summary, IReadOnlyList<ConfigOption> children) => new(name, summary, children);

    public static ValueOption Text(string name, string summary, string? fallback) =>
        new(name, summary, ValueKind.Text) { Default = fallback };

    public static ValueOption Flag(string name, string summary, bool fallback) =>
        new(name, summary, ValueKind.Flag) { Default = fallback ? "true" : "false" };

    public static ValueOption Integer(string name, string summary, string? fallback, long min, long max) =>
        new(name, summary, ValueKind.Integer) { Default = fallback, Min = min, Max = max };

    public static ValueOption Number(string name, string summary, string? fallback, decimal min, decimal max) =>
        new(name, summary, ValueKind.Number) { Default = fallback, Min = min, Max = max };

    public static ValueOption Choice<T>(string name, string summary, T fallback)
        where T : struct, Enum => Choice(name, summary, (T?)fallback);

    /// <summary>Null as the default: the key may also be written as null.</summary>
    public static ValueOption Choice<T>(string name, string summary, T? fallback)
        where T : struct, Enum => new(name, summary, ValueKind.Text)
        {
            Default = fallback is { } value ? ChoiceText.Of(value) : null,
            IsNullable = fallback is null,
            Choices = [.. Enum.GetValues<T>().Select(ChoiceText.Of)],
        };

    public static ValueOption SymbolName() => new("", "As on the exchange.", ValueKind.Text)
    {
        Pattern = SymbolPattern,
        PatternMeaning = SymbolMeaning,
    };

    public const string SymbolPattern = "[A-Z0-9]{2,30}";
    public const string SymbolMeaning = "a symbol in upper case such as BTCUSDT";

    /// <summary>A percent of the entry price; the <c>_pct</c> spelling means the same.</summary>
    public static ValueOption Percent(string name, string summary) => new(name, summary, ValueKind.Number)
    {
        Aliases = [name.Replace("_percent", "_pct", StringComparison.Ordinal)],
        IsNullable = true,
        Min = 0,
        IsMinExclusive = true,
        Max = 1000,
    };

    /// <summary>A part of the instrument; not said leaves the exchange's or the data's.</summary>
    public static ValueOption Override(string name, string summary) => new(name, summary, ValueKind.Number)
    {
        IsNullable = true,
        Min = 0,
        IsMinExclusive = true,
        Max = decimal.Parse("1000000", CultureInfo.InvariantCulture),
    };

    public static ValueOption Address(string name, string summary) => new(name, summary, ValueKind.Text) { IsNullable = true };

    /// <summary>The value is hidden in messages: a key pasted here by mistake must not be printed.</summary>
    public static ValueOption EnvironmentName(string name, string summary, string fallback) => new(name, summary, ValueKind.Text)
    {
        Default = fallback,
        Pattern = "[A-Z][A-Z0-9]*(_[A-Z0-9]+)+",
        PatternMeaning = "the NAME of an environment variable such as BYBIT_API_KEY, never the key itself",
        IsHidden = true,
    };
}
