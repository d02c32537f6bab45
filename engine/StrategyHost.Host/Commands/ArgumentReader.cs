using System.CommandLine;
using System.Globalization;
using StrategyHost.Core.Domain;
using StrategyHost.Core.Strategies;
using StrategyHost.Host.Configuration;

namespace StrategyHost.Host.Commands;

/// <summary>
/// Raw texts of the command line into types, at the border and once (rule 19). Every problem becomes an <see cref="Error"/> whose field
/// is the option as typed; reading goes on with a stand-in, so that all problems are found together.
/// </summary>
internal sealed class ArgumentReader(ParseResult parsed, List<Error> errors)
{
    public bool Flag(string option) => parsed.GetValue<bool>(option);

    /// <summary>Null too where the parser itself has complained: its error is listed already.</summary>
    public string? TextOrNull(string option) =>
        parsed.GetResult(option) is { } found && found.Errors.Any() ? null : parsed.GetValue<string?>(option);
    public IReadOnlyList<string> Texts(string name) => parsed.GetValue<string[]>(name) ?? [];

    /// <summary>The only operand of a command; empty where there is none, and any number but one is a problem.</summary>
    public string One(string operand, bool reportMissing, string toDo, string kind)
    {
        var texts = Texts(operand);
        if (texts.Count == 0 && reportMissing)
        {
            Problem(operand, null, "missing_argument", "is missing: " + toDo);
        }
        else if (texts.Count > 1 && reportMissing)
        {
            Problem(operand, texts[1], "too_many_arguments", $"is {kind}, not several");
        }

        return texts is [var text, ..] ? text : "";
    }

    /// <summary>Strategies, and data to play. A script can only be a strategy: <c>--data a.csv b.js</c> would else swallow it.</summary>
    public (IReadOnlyList<string> Strategies, IReadOnlyList<string> Data) Scripts(bool reportMissing)
    {
        var data = Texts("--data");
        string[] strategies = [.. Texts("STRATEGY"), .. data.Where(IsScript)];
        if (strategies.Length == 0 && reportMissing)
        {
            Problem("STRATEGY", null, "missing_argument", "is missing: name a script, for example strategies/enhanced_sma.js");
        }

        return (strategies, [.. data.Where(d => !IsScript(d))]);

        static bool IsScript(string path) => path.EndsWith(".js", StringComparison.OrdinalIgnoreCase);
    }

    public EngineChoice Engine() =>
        Choice("--engine", ("auto", EngineChoice.Auto), ("javascriptcore", EngineChoice.JavaScriptCore), ("jint", EngineChoice.Jint))
        ?? EngineChoice.Auto;

    public Core.Domain.Symbol? Symbol(string option) => TextOrNull(option) is { } text ? Symbol(option, text) : null;

    public IReadOnlyList<Core.Domain.Symbol> Symbols(string option) => [.. Texts(option).Select(t => Symbol(option, t)).Distinct()];

    private Core.Domain.Symbol Symbol(string option, string text)
    {
        var name = text.ToUpperInvariant();
        if (name.Length is < 2 or > 30 || !name.All(char.IsAsciiLetterOrDigit))
        {
            Problem(option, text, "bad_symbol", $"must be {OptionFactory.SymbolMeaning}");
        }

        return new Core.Domain.Symbol(name);
    }

    public Timestamp? Time(string option)
    {
        if (TextOrNull(option) is not { } text)
        {
            return null;
        }

        if (UtcTime.TryParse(text) is { } time)
        {
            return time;
        }

        Problem(option, text, "bad_time", $"must be {UtcTime.Form}");
        return null;
    }

    public long? Integer(string option)
    {
        if (TextOrNull(option) is not { } text)
        {
            return null;
        }

        if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value))
        {
            return value;
        }

        Problem(option, text, "bad_number", "must be a whole number, 0 or more");
        return null;
    }

    /// <summary>0 (a free one) to 65535.</summary>
    public int? Port(string option)
    {
        if (TextOrNull(option) is not { } text)
        {
            return null;
        }

        if (ushort.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port))
        {
            return port;
        }

        Problem(option, text, "bad_port", "must be a port from 0 (a free one) to 65535");
        return null;
    }

    /// <summary>A whole number with its unit, above 0 and at most 30 days.</summary>
    public TimeSpan? Duration(string option)
    {
        if (TextOrNull(option) is not { } text)
        {
            return null;
        }

        var seconds = text.Length < 2 ? 0 : text[^1] switch
        {
            's' => 1,
            'm' => 60,
            'h' => 3_600,
            'd' => 86_400,
            _ => 0,
        };
        if (seconds > 0 && int.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var count)
            && count > 0 && TimeSpan.FromSeconds((double)count * seconds) is var duration && duration <= TimeSpan.FromDays(30))
        {
            return duration;
        }

        Problem(option, text, "bad_duration", "must be a whole number with its unit, up to 30 days, for example 30s, 10m, 2h or 7d");
        return null;
    }

    /// <summary>A decimal number above 0.</summary>
    public double? Factor(string option)
    {
        if (TextOrNull(option) is not { } text)
        {
            return null;
        }

        if (double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value)
            && value > 0 && double.IsFinite(value))
        {
            return value;
        }

        Problem(option, text, "bad_number", "must be a number above 0, for example 10 or 0.5");
        return null;
    }

    public Slippage? Slippage(string option)
    {
        if (TextOrNull(option) is not { } text)
        {
            return null;
        }

        var slippage = Configuration.Slippage.TryParse(text);
        if (slippage is null)
        {
            Problem(option, text, "bad_slippage", $"must be {Configuration.Slippage.Form}");
        }

        return slippage;
    }

    /// <summary>One of the texts, in any case.</summary>
    public T? Choice<T>(string option, params IReadOnlyList<(string Text, T Value)> choices)
        where T : struct
    {
        if (TextOrNull(option) is not { } text)
        {
            return null;
        }

        foreach (var (name, value) in choices)
        {
            if (name.Equals(text, StringComparison.OrdinalIgnoreCase))
            {
                return value;
            }
        }

        var names = choices.Select(c => c.Text).ToList();
        Problem(option, text, "not_a_choice", $"must be one of {string.Join(", ", names)}", NearestName.Hint(text, names));
        return null;
    }

    /// <summary><c>name=value</c> pairs. A number, true, false and null are those; everything else is text.</summary>
    public IReadOnlyList<KeyValuePair<string, ScriptValue>> Pairs(string option)
    {
        var pairs = new List<KeyValuePair<string, ScriptValue>>();
        foreach (var text in Texts(option))
        {
            var equals = text.IndexOf('=', StringComparison.Ordinal);
            if (equals < 1)
            {
                Problem(option, text, "bad_pair", "must have the form name=value, for example fast=10");
                continue;
            }

            var name = text[..equals];
            if (pairs.Exists(p => p.Key == name))
            {
                Problem(option, text, "duplicate_name", $"sets '{name}' a second time; keep one");
                continue;
            }

            pairs.Add(KeyValuePair.Create(name, ValueOf(text[(equals + 1)..])));
        }

        return pairs;
    }

    public void Problem(string field, string? value, string rule, string must, string hint = "") => errors.Add(new Error
    {
        Field = field,
        Value = value,
        Rule = rule,
        Message = $"{field} {must}{(value is null ? "" : $", not '{value}'")}.{hint}",
    });

    private static ScriptValue ValueOf(string text) => text switch
    {
        "true" => ScriptValue.Of(true),
        "false" => ScriptValue.Of(false),
        "null" => ScriptValue.Null,
        _ => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number)
            ? ScriptValue.Of(number)
            : ScriptValue.Of(text),
    };
}
