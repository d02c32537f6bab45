using StrategyHost.Core.Protection;
using StrategyHost.Core.Strategies;

namespace StrategyHost.Core.Signals;

/// <summary>
/// Reads stop, target, trail and breakeven from the fields of a signal or of settings(). null says "none" and ends the search through the
/// levels (contracts §2.1 rule 4). Fields that the table of the caller lacks are never found, so one reader serves both.
/// </summary>
internal sealed class ProtectionReader(FieldReader fields)
{
    private const decimal ShareTolerance = 0.01m;

    internal static readonly string[] Fields =
    [
        "stop_price", "stop_loss", "stop_loss_percent", "stop_loss_atr", "take_profit", "take_profit_percent", "take_profit_atr",
        "trail_percent", "trail_amount", "trail_activation", "breakeven",
    ];

    /// <summary>Reads all four. Where nothing may be loosened a stop of null is refused.</summary>
    public ProtectionSpec Read(bool stopPriceProtects, bool mayLoosen)
    {
        var target = ReadTarget();
        return new ProtectionSpec
        {
            Stop = ReadStop(stopPriceProtects, mayLoosen),
            Target = target,
            Trail = ReadTrail(),
            Breakeven = ReadBreakeven(target),
        };
    }

    private Said<Level> ReadStop(bool stopPriceProtects, bool mayLoosen)
    {
        var name = stopPriceProtects ? fields.OneOf("stop_price", "stop_loss", "stop_loss_percent", "stop_loss_atr")
            : fields.OneOf("stop_loss", "stop_loss_percent", "stop_loss_atr");
        if (name is null)
        {
            return Said<Level>.Nothing;
        }

        if (fields.Number(name) is { } value)
        {
            return Said<Level>.Of(new Level(KindOf(name), value));
        }

        if (!mayLoosen)
        {
            fields.Refuse(name, SignalRules.WouldLoosen, "A stop only tightens: null would remove it. Leave the field out.");
        }

        return Said<Level>.None;
    }

    private Said<TargetSpec> ReadTarget()
    {
        var name = fields.OneOf("take_profit", "take_profit_percent", "take_profit_atr");
        if (name is null)
        {
            return Said<TargetSpec>.Nothing;
        }

        if (fields.IsNull(name))
        {
            return Said<TargetSpec>.None;
        }

        if (fields.Number(name) is { } value)
        {
            return Said<TargetSpec>.Of(new TargetSpec([new TargetRung(new Level(KindOf(name), value), 100)]));
        }

        return ReadLadder(name, fields.Raw(name).Items) is { } rungs
            ? Said<TargetSpec>.Of(new TargetSpec(rungs))
            : Said<TargetSpec>.Nothing;
    }

    private List<TargetRung>? ReadLadder(string name, IReadOnlyList<ScriptValue> items)
    {
        if (items.Count is 0 or > SignalFields.MaxRungs)
        {
            var rule = items.Count == 0 ? FieldRules.WrongType : SignalRules.TooMany;
            fields.Refuse(name, rule, $"{name} must have 1 to {SignalFields.MaxRungs} rungs; write null for no target.");
            return null;
        }

        var before = fields.Errors.Count;
        var levels = new List<Level>();
        var shares = new List<decimal?>();
        for (var i = 0; i < items.Count; i++)
        {
            ReadRung(name, i, items[i], levels, shares);
        }

        return fields.Errors.Count == before ? Share(name, levels, shares) : null;
    }

    private void ReadRung(string field, int index, ScriptValue item, List<Level> levels, List<decimal?> shares)
    {
        var prefix = $"{field}[{index}]";
        if (item.Kind != ScriptValueKind.Object)
        {
            var message = $"{prefix} must be an object such as {{percent: 2, share: 50}}.";
            fields.Errors.Add(FieldRules.Refuse(prefix, item, FieldRules.WrongType, message));
            return;
        }

        var rung = new FieldReader(item, SignalFields.RungSpecs, prefix + ".", fields.Errors);
        var kind = rung.OneOf("price", "percent", "atr");
        if (kind is null)
        {
            if (!rung.Mentions("price") && !rung.Mentions("percent") && !rung.Mentions("atr"))
            {
                fields.Errors.Add(FieldRules.Refuse(prefix, item, FieldRules.Required, $"{prefix} needs one of price, percent, atr."));
            }

            return;
        }

        var level = new Level(KindOf("_" + kind), rung.Number(kind) ?? 0);
        if (field != "take_profit" && level.Kind != KindOf(field))
        {
            rung.Refuse(kind, FieldRules.Exclusive, $"{prefix}.{kind} stands in {field}. Use take_profit for ladders of several kinds.");
        }

        levels.Add(level);
        shares.Add(rung.Number("share"));
    }

    /// <summary>Shares as given, or equal parts where none is given; the largest rung takes what rounding leaves of 100.</summary>
    private List<TargetRung>? Share(string name, List<Level> levels, List<decimal?> shares)
    {
        var given = shares.Count(s => s is not null);
        var parts = given == 0 ? [.. levels.Select(_ => decimal.Round(100m / levels.Count, 9))] : shares.Select(s => s ?? 0).ToList();
        var sum = parts.Sum();
        if (given != 0 && (given != shares.Count || Math.Abs(sum - 100m) > ShareTolerance))
        {
            fields.Refuse(name, SignalRules.SharesNotHundred, given == shares.Count
                ? FormattableString.Invariant($"The shares of {name} sum to {sum:0.####}, not to 100.")
                : $"Some rungs of {name} have a share and some have none. Give each a share, summing to 100, or none for equal parts.");
            return null;
        }

        var largest = parts.LastIndexOf(parts.Max());
        parts[largest] += 100m - sum;
        return [.. levels.Zip(parts, (level, share) => new TargetRung(level, share))];
    }

    private Said<TrailSpec> ReadTrail()
    {
        var name = fields.OneOf("trail_percent", "trail_amount");
        if (name is null)
        {
            if (fields.Has("trail_activation") && !fields.Mentions("trail_percent") && !fields.Mentions("trail_amount"))
            {
                fields.Refuse("trail_activation", FieldRules.Required, "trail_activation needs trail_percent or trail_amount beside it.");
            }

            return Said<TrailSpec>.Nothing;
        }

        return fields.Number(name) is { } distance
            ? Said<TrailSpec>.Of(new TrailSpec(
                name == "trail_percent" ? distance : null, name == "trail_amount" ? distance : null, fields.Number("trail_activation")))
            : Said<TrailSpec>.None;
    }

    private Said<BreakevenSpec> ReadBreakeven(Said<TargetSpec> target)
    {
        if (!fields.Has("breakeven"))
        {
            return Said<BreakevenSpec>.Nothing;
        }

        if (fields.IsNull("breakeven"))
        {
            return Said<BreakevenSpec>.None;
        }

        var reader = new FieldReader(fields.Raw("breakeven"), SignalFields.BreakevenSpecs, "breakeven.", fields.Errors);
        reader.OneOf("after_percent", "after_tp");
        if (!reader.Mentions("after_percent") && !reader.Mentions("after_tp"))
        {
            fields.Refuse("breakeven", FieldRules.Required, "breakeven needs after_percent or after_tp.");
        }

        var afterTarget = reader.Integer("after_tp");
        if (target.IsSaid && afterTarget > (target.Value?.Rungs.Count ?? 0))
        {
            reader.Refuse("after_tp", FieldRules.OutOfRange, $"breakeven.after_tp is {afterTarget}, but there are fewer targets.");
        }

        return Said<BreakevenSpec>.Of(new BreakevenSpec(reader.Number("after_percent"), afterTarget, reader.Flag("offset_fees") ?? false));
    }

    private static LevelKind KindOf(string field) => field.EndsWith("_percent", StringComparison.Ordinal) ? LevelKind.Percent
        : field.EndsWith("_atr", StringComparison.Ordinal) ? LevelKind.Atr : LevelKind.Price;
}
