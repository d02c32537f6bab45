using System.Globalization;
using StrategyHost.Core.Domain;

namespace StrategyHost.Core.Strategies;

/// <summary>The kinds of script value that a field takes. Numbers may also be decimal strings.</summary>
[Flags]
public enum FieldKinds
{
    None = 0, Number = 1, Integer = 2, Boolean = 4, Text = 8, List = 16, Object = 32, Null = 64,
}

/// <summary>
/// One field of an object that a script gives (a signal, settings), as data: the parser, the documents and the typings all come from or are
/// checked against these rows. Ranges are of the number as the script writes it (percent, seconds), not of what is stored.
/// </summary>
public sealed record FieldSpec(string Name, FieldKinds Kinds, string Doc)
{
    /// <summary>Largest price or quantity that the fixed-point types hold.</summary>
    public const decimal MaxFixedPoint = 9_223_372_036m;

    /// <summary>Largest price: 10,000 percent above it (the farthest target) still fits the fixed-point types.</summary>
    public const decimal MaxPrice = 90_000_000m;

    /// <summary>Length of tags and of names of groups and tranches; they travel in order ids.</summary>
    public const int MaxLabelLength = 24;

    /// <summary>Exclusive lower bound.</summary>
    public decimal? Above { get; init; }
    public decimal? Min { get; init; }

    /// <summary>Exclusive upper bound.</summary>
    public decimal? Below { get; init; }
    public decimal? Max { get; init; }

    /// <summary>The only texts allowed; empty: any.</summary>
    public IReadOnlyList<string> Choices { get; init; } = [];

    /// <summary>At most 24 of <c>[A-Za-z0-9_-]</c>.</summary>
    public bool IsLabel { get; init; }

    public bool Accepts(FieldKinds kind) => (Kinds & kind) != 0;
    public bool IsNumeric => Accepts(FieldKinds.Number | FieldKinds.Integer);

    public bool InRange(decimal value) => !(value <= Above || value < Min || value >= Below || value > Max);

    /// <summary>For messages and documents: <c>above 0, at most 100</c>; empty where anything goes.</summary>
    public string Range
    {
        get
        {
            var parts = new List<string>();
            Add(parts, "above", Above);
            Add(parts, "at least", Min);
            Add(parts, "below", Below);
            Add(parts, "at most", Max);
            return string.Join(", ", parts);
        }
    }

    /// <summary>What the field takes, in words: <c>number above 0</c>, <c>"long" or "short"</c>.</summary>
    public string Expected
    {
        get
        {
            var parts = new List<string>();
            if (IsNumeric)
            {
                parts.Add(((Accepts(FieldKinds.Integer) ? "whole number " : "number ") + Range).TrimEnd());
            }

            AddKind(parts, FieldKinds.Boolean, "true or false");
            AddKind(parts, FieldKinds.Text, TextExpected());
            AddKind(parts, FieldKinds.List, "array");
            AddKind(parts, FieldKinds.Object, "object");
            AddKind(parts, FieldKinds.Null, "null for none");
            return string.Join(", or ", parts);
        }
    }

    /// <summary>Rows by name, in their order (the nearest name of equal distance is the first).</summary>
    internal static OrderedDictionary<string, FieldSpec> Table(IEnumerable<FieldSpec> rows) =>
        new(rows.Select(r => KeyValuePair.Create(r.Name, r)), StringComparer.Ordinal);

    /// <summary>Tags and names: at most 24 of <c>[A-Za-z0-9_-]</c>.</summary>
    public static bool IsLabelText(string text) =>
        text.Length <= MaxLabelLength && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-');

    private string TextExpected() => Choices.Count > 0 ? string.Join(" or ", Choices.Select(c => $"\"{c}\""))
        : IsLabel ? $"at most {MaxLabelLength} of A-Z a-z 0-9 _ -" : "text";

    private void AddKind(List<string> parts, FieldKinds kind, string text)
    {
        if (Accepts(kind))
        {
            parts.Add(text);
        }
    }

    private static void Add(List<string> parts, string word, decimal? bound)
    {
        if (bound is { } value)
        {
            parts.Add(word + " " + value.ToString("0.#########", CultureInfo.InvariantCulture));
        }
    }
}

/// <summary>Stable codes of what is wrong with one field, whatever object it stands in.</summary>
public static class FieldRules
{
    public const string UnknownField = "unknown_field";
    public const string WrongType = "wrong_type";
    public const string NotFinite = "not_finite";
    public const string OutOfRange = "out_of_range";
    public const string UnknownValue = "unknown_value";
    public const string BadLabel = "bad_label";
    public const string GivenTwice = "given_twice";
    public const string Required = "required";
    public const string Exclusive = "exclusive";

    /// <summary>The name with <c>_pct</c> written out, which every object accepts for <c>_percent</c>.</summary>
    public static string Canonical(string name) =>
        name.EndsWith("_pct", StringComparison.Ordinal) ? string.Concat(name.AsSpan(0, name.Length - 3), "percent") : name;

    internal static Error Refuse(string field, ScriptValue value, string rule, string message) => new()
    {
        Field = field,
        Value = value.ToString(),
        Rule = rule,
        Message = message,
    };
}
