using System.Text;

namespace StrategyHost.Host.Configuration;

/// <summary>
/// One key of the configuration as data: reader, schema, documentation and environment overrides all follow the same table
/// (<see cref="OptionTable"/>), so none of them can forget a key.
/// </summary>
internal abstract record ConfigOption(string Name, string Summary)
{
    /// <summary>Other spellings that mean the same, for example <c>stop_loss_pct</c>.</summary>
    public IReadOnlyList<string> Aliases { get; init; } = [];

    /// <summary>True: <c>null</c> may stand for "not set" or "none"; the summary says which.</summary>
    public bool IsNullable { get; init; }

    public bool IsNamed(string name) => Name == name || Aliases.Contains(name);
}

internal enum ValueKind { Text, Integer, Number, Flag }

/// <summary>A single value. Numbers may be written as decimal strings, which is how money is meant.</summary>
internal sealed record ValueOption(string Name, string Summary, ValueKind Kind) : ConfigOption(Name, Summary)
{
    /// <summary>As it would be written, without quotes; null: no default, the key is then nullable or required.</summary>
    public string? Default { get; init; }
    public bool IsRequired { get; init; }
    public decimal? Min { get; init; }
    public bool IsMinExclusive { get; init; }
    public decimal? Max { get; init; }

    /// <summary>The only texts allowed, lower case; empty: any.</summary>
    public IReadOnlyList<string> Choices { get; init; } = [];

    /// <summary>Regular expression of the whole text, and what it means in words for the message.</summary>
    public string? Pattern { get; init; }
    public string PatternMeaning { get; init; } = "";

    /// <summary>True: the value is never shown in messages, since people put keys there by mistake.</summary>
    public bool IsHidden { get; init; }

    /// <summary>The range in words: <c>&gt; 0 and ≤ 1</c>; empty where there is none.</summary>
    public string RangeText => (Min, Max) switch
    {
        (null, null) => "",
        ({ } min, null) => $"{(IsMinExclusive ? ">" : "≥")} {min}",
        (null, { } max) => $"≤ {max}",
        ({ } min, { } max) => $"{(IsMinExclusive ? ">" : "≥")} {min} and ≤ {max}",
    };

    public bool IsInRange(decimal value) =>
        (Min is not { } min || (IsMinExclusive ? value > min : value >= min)) && (Max is not { } max || value <= max);
}

/// <summary>An object with known keys.</summary>
internal sealed record GroupOption(string Name, string Summary, IReadOnlyList<ConfigOption> Children) : ConfigOption(Name, Summary)
{
    /// <summary>Names that messages may suggest.</summary>
    public IEnumerable<string> Names => Children.SelectMany(c => c.Aliases.Prepend(c.Name));
    public ConfigOption? Find(string name) => Children.FirstOrDefault(c => c.IsNamed(name));
    public ConfigOption? FindAnyCase(string name) =>
        Children.FirstOrDefault(c => c.Aliases.Prepend(c.Name).Any(n => n.Equals(name, StringComparison.OrdinalIgnoreCase)));
}

/// <summary>A list of values or objects of one shape. <see cref="Default"/> is JSON text.</summary>
internal sealed record ListOption(string Name, string Summary, ConfigOption Item) : ConfigOption(Name, Summary)
{
    public string Default { get; init; } = "[]";
}

/// <summary>An object whose keys are the user's (symbols, parameters) and whose values have one shape.</summary>
internal sealed record MapOption(string Name, string Summary, string KeyName, ConfigOption Item) : ConfigOption(Name, Summary);

/// <summary>JSON that is passed on unchecked: a strategy's parameters, Serilog's own section.</summary>
internal sealed record OpenOption(string Name, string Summary) : ConfigOption(Name, Summary);

/// <summary>The written form of an enum: <c>OneWay</c> is <c>one_way</c>.</summary>
internal static class ChoiceText
{
    public static string Of<T>(T value)
        where T : struct, Enum
    {
        var text = new StringBuilder();
        foreach (var letter in value.ToString())
        {
            if (char.IsUpper(letter) && text.Length > 0)
            {
                text.Append('_');
            }

            text.Append(char.ToLowerInvariant(letter));
        }

        return text.ToString();
    }

    public static T? Find<T>(string text)
        where T : struct, Enum
    {
        foreach (var value in Enum.GetValues<T>())
        {
            if (Of(value) == text)
            {
                return value;
            }
        }

        return null;
    }
}
