using StrategyHost.Core.Domain;
using StrategyHost.Core.MarketData;
using StrategyHost.Core.Protection;
using StrategyHost.Core.Signals;
using StrategyHost.Core.Strategies;

namespace StrategyHost.Core.Settings;

/// <summary>
/// Turns what <c>settings()</c> returned into <see cref="StrategySettings"/>, or every problem in it (contracts §2). Total: no value makes
/// it throw. A script without settings() has the defaults.
/// </summary>
public static class SettingsParser
{
    public static Result<StrategySettings> Parse(ScriptValue value, string? file = null)
    {
        var errors = new List<Error>();
        if (value.IsNothing)
        {
            return new StrategySettings();
        }

        if (value.Kind != ScriptValueKind.Object)
        {
            errors.Add(FieldRules.Refuse("settings", value, FieldRules.WrongType, "settings() must return an object."));
        }

        var fields = new FieldReader(value, SettingsFields.Specs, "", errors);
        var settings = Read(fields);
        return errors.Count == 0 ? settings : Result<StrategySettings>.Failed([.. errors.Select(e => e with { File = file })]);
    }

    private static StrategySettings Read(FieldReader fields)
    {
        var defaults = new StrategySettings();
        var interval = fields.Text("interval") is { } name && Interval.TryParse(name, out var given) ? given : defaults.Interval;
        var intervals = ReadIntervals(fields, interval);
        var (warmup, warmups) = ReadWarmup(fields, interval, intervals);
        return new StrategySettings
        {
            Symbols = ReadSymbols(fields),
            Interval = interval,
            Intervals = intervals,
            OnAllIntervals = fields.Flag("on_all_intervals") ?? false,
            Warmup = warmup,
            WarmupByInterval = warmups,
            KlineUpdates = fields.Flag("kline_updates") ?? false,
            TimerMs = fields.Long("timer_ms"),
            BookDepth = ReadBookDepth(fields) ?? defaults.BookDepth,
            BookIntervalMs = fields.Integer("book_interval_ms") ?? defaults.BookIntervalMs,
            Pyramiding = fields.Integer("pyramiding") ?? defaults.Pyramiding,
            MaxEventAgeMs = fields.Long("max_event_age_ms") ?? defaults.MaxEventAgeMs,
            Parameters = ParameterReader.Read(fields),
            Accounts = (AccountScope?)fields.Choice("accounts") ?? defaults.Accounts,
            Approach = fields.Text("approach") switch
            {
                "fast" => Approach.Fast,
                "conservative" => Approach.Conservative,
                _ => defaults.Approach,
            },
            MergeTranches = fields.Flag("mergeTranches") ?? defaults.MergeTranches,
            Protection = ReadProtection(fields),
        };
    }

    /// <summary>use_trailing_stops: false takes back the trail of this level only, so that the configuration's may still speak.</summary>
    private static ProtectionSpec ReadProtection(FieldReader fields)
    {
        var protection = new ProtectionReader(fields).Read(stopPriceProtects: false, mayLoosen: true);
        return fields.Flag("use_trailing_stops") is false ? protection with { Trail = Said<TrailSpec>.Nothing } : protection;
    }

    private static List<Symbol> ReadSymbols(FieldReader fields)
    {
        var items = fields.Raw("symbols");
        var names = items.Kind == ScriptValueKind.Text ? [items] : items.Items.Take(SettingsFields.MaxSymbols + 1).ToList();
        if (names.Count > SettingsFields.MaxSymbols)
        {
            fields.Refuse("symbols", SignalRules.TooMany, $"At most {SettingsFields.MaxSymbols} symbols are allowed.");
        }

        var symbols = new List<Symbol>();
        for (var i = 0; i < names.Count; i++)
        {
            var symbol = new Symbol(names[i].Kind == ScriptValueKind.Text ? names[i].Text : "");
            var field = $"symbols[{i}]";
            if (!IsSymbolName(symbol.Name))
            {
                var message = $"{field} must be a name in capitals such as \"BTCUSDT\".";
                fields.Errors.Add(FieldRules.Refuse(field, names[i], TextRule(names[i]), message));
            }
            else if (symbols.Contains(symbol))
            {
                fields.Errors.Add(FieldRules.Refuse(field, names[i], FieldRules.GivenTwice, $"{symbol} is listed twice. List it once."));
            }

            symbols.Add(symbol);
        }

        return symbols;
    }

    /// <summary>The further intervals, shortest first; the main one may be listed too and is left out.</summary>
    private static List<Interval> ReadIntervals(FieldReader fields, Interval main)
    {
        var intervals = new SortedSet<Interval>();
        var items = fields.Raw("intervals").Items;
        for (var i = 0; i < Math.Min(items.Count, Interval.Names.Count + 1); i++)
        {
            if (ReadInterval(fields, $"intervals[{i}]", items[i]) is { } interval && interval != main && !intervals.Add(interval))
            {
                fields.Errors.Add(FieldRules.Refuse($"intervals[{i}]", items[i], FieldRules.GivenTwice, $"{interval} is listed twice."));
            }
        }

        return [.. intervals];
    }

    private static Interval? ReadInterval(FieldReader fields, string field, ScriptValue value)
    {
        if (value.Kind == ScriptValueKind.Text && Interval.TryParse(value.Text, out var interval))
        {
            return interval;
        }

        var question = value.Kind == ScriptValueKind.Text ? NearestName.Question(value.Text, Interval.Names) : "";
        var message = $"{field} must be one of {string.Join(" ", Interval.Names)}.{question}";
        fields.Errors.Add(FieldRules.Refuse(field, value, TextRule(value), message));
        return null;
    }

    private static string TextRule(ScriptValue value) =>
        value.Kind == ScriptValueKind.Text ? FieldRules.UnknownValue : FieldRules.WrongType;

    private static bool IsSymbolName(string name) =>
        name.Length is > 0 and <= 32 && name.All(c => char.IsAsciiLetterUpper(c) || char.IsAsciiDigit(c) || c is '-' or '_');

    private static (int Main, List<KeyValuePair<Interval, int>> All) ReadWarmup(FieldReader fields, Interval main, List<Interval> others)
    {
        var all = new List<KeyValuePair<Interval, int>>();
        var given = fields.Raw("warmup");
        if (given.Kind != ScriptValueKind.Object)
        {
            return (fields.Integer("warmup") ?? 0, all);
        }

        foreach (var (name, value) in given.Fields.Take(Interval.Names.Count + 1))
        {
            var field = "warmup." + name;
            var spec = SettingsFields.Specs["warmup"] with { Kinds = FieldKinds.Integer };
            if (ReadInterval(fields, field, ScriptValue.Of(name ?? "")) is not { } interval)
            {
                continue;
            }

            if (FieldCheck.Check(spec, value) is { } broken)
            {
                fields.Errors.Add(FieldRules.Refuse(field, value, broken.Rule, $"{field} {broken.Message}"));
            }
            else if (interval != main && !others.Contains(interval))
            {
                fields.Errors.Add(FieldRules.Refuse(field, value, FieldRules.UnknownValue,
                    $"{interval} is neither interval nor one of intervals, so it has no warm-up. Add it to intervals."));
            }
            else
            {
                all.Add(KeyValuePair.Create(interval, (int)(ScriptNumber.TryDecimal(value) ?? 0)));
            }
        }

        return (all.FirstOrDefault(w => w.Key == main).Value, all);
    }

    private static int? ReadBookDepth(FieldReader fields)
    {
        var depth = fields.Integer("book_depth");
        if (depth is not (null or 1 or 50 or 200))
        {
            fields.Refuse("book_depth", FieldRules.UnknownValue, "book_depth must be 1, 50 or 200.");
        }

        return depth;
    }
}
