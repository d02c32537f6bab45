using StrategyHost.Core.Domain;

namespace StrategyHost.Core.Strategies;

/// <summary>
/// Reads an object that a script gave against a table of <see cref="FieldSpec"/>: every field is known, has an accepted kind and lies in
/// its range, or an error is collected. Undefined fields count as not given. Never throws, whatever the value.
/// </summary>
internal sealed class FieldReader
{
    /// <summary>Errors that one object may produce; the rest would only repeat themselves.</summary>
    private const int MaxErrors = 50;

    // Lists, for an object gives a handful of fields: looking through them is faster than hashing a name.
    private readonly List<(string Name, ScriptValue Value)> _given = [];
    private readonly List<string> _mentioned = [];
    private readonly OrderedDictionary<string, FieldSpec> _table;
    private readonly string _prefix;

    public FieldReader(ScriptValue value, OrderedDictionary<string, FieldSpec> table, string prefix, List<Error> errors)
    {
        (_table, _prefix, Errors) = (table, prefix, errors);
        foreach (var (name, item) in value.Kind == ScriptValueKind.Object ? value.Fields : [])
        {
            if (errors.Count < MaxErrors)
            {
                Take(name ?? "", item);
            }
        }
    }

    public List<Error> Errors { get; }

    /// <summary>Given with an accepted value; null counts.</summary>
    public bool Has(string name) => Raw(name).Kind != ScriptValueKind.Undefined;

    /// <summary>Given at all, also with a value that was refused: a further "required" would only mislead.</summary>
    public bool Mentions(string name) => _mentioned.Contains(name);
    public bool IsNull(string name) => Raw(name).Kind == ScriptValueKind.Null;

    public ScriptValue Raw(string name)
    {
        foreach (var (given, value) in _given)
        {
            if (given == name)
            {
                return value;
            }
        }

        return ScriptValue.Undefined;
    }


    /// <summary>The accepted fields in the order of the table.</summary>
    public IEnumerable<string> Names => _given.Select(g => g.Name).OrderBy(_table.IndexOf);
    public decimal? Number(string name) => ScriptNumber.TryDecimal(Raw(name));
    public int? Integer(string name) => (int?)Number(name);
    public long? Long(string name) => (long?)Number(name);
    public bool? Flag(string name) => Raw(name) is { Kind: ScriptValueKind.Boolean } value ? value.Boolean : null;
    public string? Text(string name) => Raw(name) is { Kind: ScriptValueKind.Text } value ? value.Text : null;

    /// <summary>The index of the text among the field's choices, or null where it was not given.</summary>
    public int? Choice(string name)
    {
        if (Text(name) is not { } text)
        {
            return null;
        }

        var choices = _table[name].Choices;
        for (var i = 0; i < choices.Count; i++)
        {
            if (choices[i] == text)
            {
                return i;
            }
        }

        return null; // a field without choices; a text that is none of them was refused
    }

    public void Refuse(string name, string rule, string message) =>
        Errors.Add(FieldRules.Refuse(_prefix + name, Raw(name), rule, message));

    /// <summary>At most one of the names may be given; refuses the later ones and returns the first.</summary>
    public string? OneOf(params ReadOnlySpan<string> names)
    {
        string? first = null;
        foreach (var name in names)
        {
            if (!Has(name))
            {
                continue;
            }

            if (first is not null)
            {
                Refuse(name, FieldRules.Exclusive, $"{_prefix}{name} and {_prefix}{first} exclude each other. Give one of them.");
            }

            first ??= name;
        }

        return first;
    }

    private void Take(string written, ScriptValue value)
    {
        var name = FieldRules.Canonical(written);
        if (!_table.TryGetValue(name, out var spec))
        {
            Errors.Add(FieldRules.Refuse(_prefix + written, value, FieldRules.UnknownField,
                $"\"{Short(written)}\" is not a field that is known here.{NearestName.Question(written, _table.Keys)}"));
            return;
        }

        if (value.Kind == ScriptValueKind.Undefined)
        {
            return;
        }

        _mentioned.Add(name);
        if (FieldCheck.Check(spec, value) is { } broken)
        {
            Errors.Add(FieldRules.Refuse(_prefix + written, value, broken.Rule, $"{_prefix}{written} {broken.Message}"));
            return;
        }

        if (Has(name))
        {
            Errors.Add(FieldRules.Refuse(_prefix + written, value, FieldRules.GivenTwice,
                $"{_prefix}{name} is given twice (_pct is another spelling of _percent). Give it once."));
            return;
        }

        _given.Add((name, value));
    }

    private static string Short(string text) => text.Length <= 60 ? text : text[..57] + "...";
}

/// <summary>One value against one row of the table.</summary>
internal static class FieldCheck
{
    /// <summary>Null where the value is fine, else the rule and a message that continues "field …".</summary>
    public static (string Rule, string Message)? Check(FieldSpec spec, ScriptValue value) => value.Kind switch
    {
        ScriptValueKind.Null => spec.Accepts(FieldKinds.Null) ? null : NullRefused(spec),
        ScriptValueKind.Boolean => spec.Accepts(FieldKinds.Boolean) ? null : Wrong(spec),
        ScriptValueKind.Array => spec.Accepts(FieldKinds.List) ? null : Wrong(spec),
        ScriptValueKind.Object => spec.Accepts(FieldKinds.Object) ? null : Wrong(spec),
        ScriptValueKind.Number => spec.IsNumeric ? CheckNumber(spec, value) : Wrong(spec),
        ScriptValueKind.Text => CheckText(spec, value),
        ScriptValueKind.Undefined or ScriptValueKind.Unsupported => Wrong(spec),
    };

    private static (string, string)? CheckText(FieldSpec spec, ScriptValue value)
    {
        if (!spec.Accepts(FieldKinds.Text))
        {
            return spec.IsNumeric ? CheckNumber(spec, value) : Wrong(spec);
        }

        if (spec.Choices.Count > 0 && !spec.Choices.Contains(value.Text))
        {
            return (FieldRules.UnknownValue, $"must be {spec.Expected}.{NearestName.Question(value.Text, spec.Choices)}");
        }

        return spec.IsLabel && !FieldSpec.IsLabelText(value.Text) ? (FieldRules.BadLabel, $"must be {spec.Expected}.") : null;
    }

    private static (string, string)? CheckNumber(FieldSpec spec, ScriptValue value)
    {
        if (value.Kind == ScriptValueKind.Number && !double.IsFinite(value.Number))
        {
            return (FieldRules.NotFinite, $"must be a {spec.Expected}; it is {value}. Check its inputs (ta gives null at first).");
        }

        if (ScriptNumber.TryDecimal(value) is not { } number)
        {
            return value.Kind == ScriptValueKind.Text ? Wrong(spec) : (FieldRules.OutOfRange, $"must be a {spec.Expected}.");
        }

        if (spec.Accepts(FieldKinds.Integer) && !spec.Accepts(FieldKinds.Number) && decimal.Truncate(number) != number)
        {
            return (FieldRules.WrongType, $"must be a {spec.Expected}.");
        }

        return spec.InRange(number) ? null : (FieldRules.OutOfRange, $"must be a {spec.Expected}.");
    }

    private static (string, string) Wrong(FieldSpec spec) => (FieldRules.WrongType, $"must be {Article(spec)}{spec.Expected}.");

    private static (string, string) NullRefused(FieldSpec spec) =>
        (FieldRules.WrongType, $"must be {Article(spec)}{spec.Expected}; null has no meaning here. Leave the field out instead.");

    private static string Article(FieldSpec spec) => spec.IsNumeric ? "a " : "";
}
