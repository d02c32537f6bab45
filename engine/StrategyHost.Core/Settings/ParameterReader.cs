using StrategyHost.Core.Signals;
using StrategyHost.Core.Strategies;

namespace StrategyHost.Core.Settings;

/// <summary>Reads <c>settings().params</c>: name → default, or name → {default, min, max, step}.</summary>
internal static class ParameterReader
{
    private const int MaxNameLength = 64;

    public static List<ScriptParameter> Read(FieldReader fields)
    {
        var parameters = new List<ScriptParameter>();
        var given = fields.Raw("params").Fields;
        if (given.Count > SettingsFields.MaxParameters)
        {
            fields.Refuse("params", SignalRules.TooMany, $"At most {SettingsFields.MaxParameters} parameters are allowed.");
            return parameters;
        }

        foreach (var (name, value) in given)
        {
            if (ReadOne(fields, name ?? "", value) is { } parameter)
            {
                parameters.Add(parameter);
            }
        }

        return parameters;
    }

    private static ScriptParameter? ReadOne(FieldReader fields, string name, ScriptValue value)
    {
        var field = "params." + name;
        if (!IsName(name))
        {
            fields.Errors.Add(FieldRules.Refuse(field, value, FieldRules.BadLabel,
                $"A parameter's name has at most {MaxNameLength} letters, digits and _, and starts with no digit."));
            return null;
        }

        var written = value.Kind == ScriptValueKind.Object ? value : ScriptValue.Of([KeyValuePair.Create("default", value)]);
        var before = fields.Errors.Count;
        var reader = new FieldReader(written, SettingsFields.ParameterSpecs, field + ".", fields.Errors);
        if (!reader.Mentions("default"))
        {
            reader.Refuse("default", FieldRules.Required, $"{field} needs a default: a number, a text, or true or false.");
        }

        if (fields.Errors.Count > before)
        {
            return null;
        }

        var parameter = new ScriptParameter(name, reader.Raw("default"), Bound(reader, "min"), Bound(reader, "max"), Bound(reader, "step"));
        CheckBounds(reader, field, parameter);
        return parameter;
    }

    private static void CheckBounds(FieldReader reader, string field, ScriptParameter parameter)
    {
        if (parameter.Default.Kind != ScriptValueKind.Number)
        {
            foreach (var name in (ReadOnlySpan<string>)["min", "max", "step"])
            {
                if (reader.Has(name))
                {
                    reader.Refuse(name, FieldRules.Exclusive, $"{field}.{name} is only for numbers. Leave it out.");
                }
            }
        }
        else if (parameter.Min > parameter.Max)
        {
            reader.Refuse("min", FieldRules.OutOfRange, $"{field}.min is above its max. Swap them.");
        }
        else if (ParameterOverrides.RangeError(parameter, parameter.Default.Number) is { } message)
        {
            reader.Refuse("default", FieldRules.OutOfRange, message);
        }
    }

    private static double? Bound(FieldReader reader, string name) => (double?)reader.Number(name);

    private static bool IsName(string name) => name.Length is > 0 and <= MaxNameLength && !char.IsAsciiDigit(name[0])
        && name.All(c => char.IsAsciiLetterOrDigit(c) || c == '_');
}
