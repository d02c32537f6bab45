using System.Diagnostics;
using System.Globalization;
using StrategyHost.Core.Domain;

namespace StrategyHost.Host.Configuration;

/// <summary>
/// Reads one group of a checked tree with the table's defaults. Asking for a key that the table does not have is a bug. Rules that need
/// more than one key report through <see cref="Report"/> with the place of the key that is to be changed.
/// </summary>
internal sealed class Section(GroupOption option, ConfigNode node, string path, List<Error> errors)
{
    public static decimal? ParseNumber(string text) =>
        decimal.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent,
            CultureInfo.InvariantCulture, out var value) ? value : null;

    public bool Has(string name) => Written(name) is not null;

    /// <summary>Said with null: the key stands there as null, which is something else than not standing there.</summary>
    public bool IsNull(string name) => Written(name) is { Value.Kind: ConfigKind.Null };

    public string? TextOrNull(string name) => Raw(name);
    public string Text(string name) => Raw(name) ?? throw new UnreachableException($"{path}.{name} has no default");
    public bool Flag(string name) => Raw(name) == "true";
    public bool? FlagOrNull(string name) => Raw(name) is { } text ? text == "true" : null;
    public decimal Number(string name) => NumberOrNull(name) ?? throw new UnreachableException($"{path}.{name} has no default");
    public decimal? NumberOrNull(string name) => Raw(name) is { } text ? ParseNumber(text) : null;
    public long Long(string name) => long.Parse(Text(name), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
    public int Integer(string name) => checked((int)Long(name));
    public int? IntegerOrNull(string name) => Raw(name) is null ? null : Integer(name);

    public T Choice<T>(string name)
        where T : struct, Enum => ChoiceOrNull<T>(name) ?? throw new UnreachableException($"{path}.{name} has no default");

    public T? ChoiceOrNull<T>(string name)
        where T : struct, Enum => Raw(name) is { } text ? ChoiceText.Find<T>(text) : null;

    /// <summary>The group; empty, so all defaults, where it does not stand.</summary>
    public Section Group(string name) => new((GroupOption)Child(name), Node(name) ?? ConfigNode.EmptyObject, Join(name), errors);

    /// <summary>The groups of a list or of a map, with the key or the index.</summary>
    public IEnumerable<(string Key, Section Section)> Groups(string name)
    {
        var node = Node(name) ?? ConfigNode.EmptyObject;
        return Child(name) switch
        {
            ListOption list => node.Items.Select((item, i) => ($"{i}",
                new Section((GroupOption)list.Item, item, $"{Join(name)}[{i}]", errors))),
            MapOption map => node.Fields.Select(f => (f.Name,
                new Section((GroupOption)map.Item, f.Value, $"{Join(name)}.{f.Name}", errors))),
            var other => throw new UnreachableException(other.ToString()),
        };
    }

    /// <summary>The texts of a list of values.</summary>
    public IReadOnlyList<string> Texts(string name)
    {
        var list = (ListOption)Child(name);
        var node = Node(name) ?? ConfigParser.Parse("", list.Default).Value;
        return [.. node.Items.Select(i => i.Text)];
    }

    /// <summary>An open object as written, or an empty one.</summary>
    public ConfigNode Open(string name) => Node(name) ?? ConfigNode.EmptyObject;

    /// <summary>A problem at that key, or at the section where the key does not stand.</summary>
    public void Report(string name, string rule, string message)
    {
        var written = Written(name);
        var place = written?.Value.Place ?? node.Place;
        errors.Add(place.Problem(Join(name), written?.Value.Text, rule, message));
    }

    /// <summary>As <see cref="Report"/>, without the value, which may be a secret.</summary>
    public void ReportHidden(string name, string rule, string message) =>
        errors.Add((Written(name)?.Value.Place ?? node.Place).Problem(Join(name), null, rule, message));

    private string? Raw(string name)
    {
        var child = (ValueOption)Child(name);
        return Written(name) is { } field ? (field.Value.Kind == ConfigKind.Null ? null : field.Value.Text) : child.Default;
    }

    private ConfigNode? Node(string name) => Written(name) is { Value.Kind: not ConfigKind.Null } field ? field.Value : null;

    private ConfigField? Written(string name)
    {
        var child = Child(name);
        return node.Fields.FirstOrDefault(f => child.IsNamed(f.Name));
    }

    private ConfigOption Child(string name) => option.Find(name) ?? throw new UnreachableException($"no option {path}.{name}");
    private string Join(string name) => path.Length == 0 ? name : path + "." + name;
}
