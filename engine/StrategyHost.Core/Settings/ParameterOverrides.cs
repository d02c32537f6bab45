using System.Globalization;
using StrategyHost.Core.Domain;
using StrategyHost.Core.Strategies;

namespace StrategyHost.Core.Settings;

/// <summary>
/// Parameters of a run: the defaults of <c>settings().params</c>, changed by <c>params</c> of the configuration and by
/// <c>--set name=value</c>. A value keeps the default's kind; numbers keep to min and max.
/// </summary>
public static class ParameterOverrides
{
    /// <summary>Splits <c>name=value</c>; the value stays text until <see cref="Apply"/> knows the parameter's kind.</summary>
    public static Result<KeyValuePair<string, ScriptValue>> Split(string argument)
    {
        var at = argument.IndexOf('=', StringComparison.Ordinal);
        return at > 0
            ? KeyValuePair.Create(argument[..at].Trim(), ScriptValue.Of(argument[(at + 1)..].Trim()))
            : FieldRules.Refuse("--set", ScriptValue.Of(argument), FieldRules.WrongType, "--set takes name=value, such as --set fast=10.");
    }

    /// <summary>All parameters in their order with the values of this run; a later override of one name wins.</summary>
    public static Result<IReadOnlyList<KeyValuePair<string, ScriptValue>>> Apply(
        IReadOnlyList<ScriptParameter> parameters, IReadOnlyList<KeyValuePair<string, ScriptValue>> overrides)
    {
        var values = parameters.Select(p => KeyValuePair.Create(p.Name, p.Default)).ToArray();
        var errors = new List<Error>();
        foreach (var (name, value) in overrides)
        {
            var index = Array.FindIndex(values, v => v.Key == name);
            if (index < 0)
            {
                errors.Add(Unknown(name, value, parameters));
                continue;
            }

            var (converted, message) = Convert(parameters[index], value);
            if (message is null)
            {
                values[index] = KeyValuePair.Create(name, converted);
            }
            else
            {
                var isRange = converted.Kind == ScriptValueKind.Number;
                errors.Add(FieldRules.Refuse("params." + name, value, isRange ? FieldRules.OutOfRange : FieldRules.WrongType, message));
            }
        }

        return errors.Count == 0 ? Result<IReadOnlyList<KeyValuePair<string, ScriptValue>>>.Ok(values)
            : Result<IReadOnlyList<KeyValuePair<string, ScriptValue>>>.Failed(errors);
    }

    /// <summary>What is wrong with a number for a parameter's bounds, or null.</summary>
    internal static string? RangeError(ScriptParameter parameter, double value) =>
        value < parameter.Min ? Invariant($"params.{parameter.Name} is {value}, below its min {parameter.Min}.")
        : value > parameter.Max ? Invariant($"params.{parameter.Name} is {value}, above its max {parameter.Max}.")
        : null;

    private static Error Unknown(string name, ScriptValue value, IReadOnlyList<ScriptParameter> parameters) =>
        FieldRules.Refuse("params." + name, value, FieldRules.UnknownField, parameters.Count == 0
            ? "The strategy has no parameters; give it settings().params."
            : $"The strategy has no parameter \"{name}\".{NearestName.Question(name, parameters.Select(p => p.Name))}");

    private static (ScriptValue Value, string? Message) Convert(ScriptParameter parameter, ScriptValue value) =>
        parameter.Default.Kind switch
        {
            ScriptValueKind.Number => ToNumber(parameter, value),
            ScriptValueKind.Boolean => value.Kind == ScriptValueKind.Boolean ? (value, null)
                : value.Kind == ScriptValueKind.Text && bool.TryParse(value.Text, out var flag) ? (ScriptValue.Of(flag), null)
                : (default, $"params.{parameter.Name} must be true or false."),
            _ => value.Kind == ScriptValueKind.Text ? (value, null) : (default, $"params.{parameter.Name} must be text."),
        };

    private static (ScriptValue Value, string? Message) ToNumber(ScriptParameter parameter, ScriptValue value)
    {
        var text = value.Kind == ScriptValueKind.Text ? value.Text : "";
        var number = value.Kind == ScriptValueKind.Number ? value.Number
            : double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var parsed) ? parsed
            : double.NaN;
        return double.IsFinite(number)
            ? (ScriptValue.Of(number), RangeError(parameter, number))
            : (default, $"params.{parameter.Name} must be a number.");
    }

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
