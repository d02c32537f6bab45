using StrategyHost.Core.Domain;

namespace StrategyHost.Host.Configuration;

internal enum ConfigKind { Object, Array, Text, Number, Flag, Null }

/// <summary>
/// Where a value was written: a file with line and column (from 1), or an environment variable, whose name is then the file.
/// </summary>
internal sealed record ConfigPlace(string? File, int? Line, int? Column)
{
    public static readonly ConfigPlace Nowhere = new(null, null, null);

    public Error Problem(string field, string? value, string rule, string message) => new()
    {
        File = File,
        Line = Line,
        Column = Column,
        Field = field,
        Value = value,
        Rule = rule,
        Message = message,
    };
}

/// <summary>One field of an object as written; the place is that of its name.</summary>
internal sealed record ConfigField(string Name, ConfigPlace Place, ConfigNode Value);

/// <summary>A JSON value that knows where it stands, so that a problem found later can still name line and column.</summary>
internal sealed record ConfigNode
{
    public required ConfigKind Kind { get; init; }
    public required ConfigPlace Place { get; init; }

    /// <summary>Text without quotes, a number as written, <c>true</c> or <c>false</c>; empty for the other kinds.</summary>
    public string Text { get; init; } = "";
    public IReadOnlyList<ConfigField> Fields { get; init; } = [];
    public IReadOnlyList<ConfigNode> Items { get; init; } = [];

    public static ConfigNode EmptyObject { get; } = new() { Kind = ConfigKind.Object, Place = ConfigPlace.Nowhere };

    /// <summary>The kind as a message says it.</summary>
    public string KindText => Kind switch
    {
        ConfigKind.Object => "an object",
        ConfigKind.Array => "a list",
        ConfigKind.Text => "a text",
        ConfigKind.Number => "a number",
        ConfigKind.Flag => "true or false",
        ConfigKind.Null => "null",
    };

    /// <summary>The node with that field replaced or appended; the fields keep their order.</summary>
    public ConfigNode With(string name, ConfigPlace place, ConfigNode value)
    {
        var field = new ConfigField(name, place, value);
        var fields = Fields.Any(f => f.Name == name)
            ? Fields.Select(f => f.Name == name ? field : f)
            : Fields.Append(field);
        return this with { Fields = [.. fields] };
    }
}
