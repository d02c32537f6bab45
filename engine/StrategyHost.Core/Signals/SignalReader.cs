using StrategyHost.Core.Domain;
using StrategyHost.Core.Strategies;

namespace StrategyHost.Core.Signals;

/// <summary>Reads one signal: fields by the table first, then the rules between fields, then the record. One use per signal.</summary>
internal sealed class SignalReader
{
    private const int MaxReasonLength = 200;
    private readonly FieldReader _fields;
    private readonly SignalContext _context;
    private readonly SignalAction? _action;
    private readonly SignalType _type;

    private SignalReader(FieldReader fields, SignalContext context)
    {
        (_fields, _context) = (fields, context);
        _action = (SignalAction?)fields.Choice("action");
        _type = (SignalType)(fields.Choice("type") ?? 0);
    }

    public static ParsedSignal Read(ScriptValue value, int index, SignalContext context)
    {
        var errors = new List<Error>();
        if (value.Kind != ScriptValueKind.Object)
        {
            errors.Add(FieldRules.Refuse("", value, FieldRules.WrongType,
                "A callback must return nothing, a signal object such as {action: \"close\"}, or an array of signals."));
        }

        var fields = new FieldReader(value, SignalFields.Specs, "", errors);
        var signal = value.Kind == ScriptValueKind.Object ? new SignalReader(fields, context).ReadSignal() : null;
        return new ParsedSignal
        {
            Index = index,
            Signal = errors.Count == 0 ? signal : null,
            Errors = [.. errors.Select(e => e with { File = context.File })],
            Symbol = signal?.Symbol ?? context.Symbol,
            Action = Raw(value, "action"),
            Tag = Raw(value, "tag"),
            Group = Raw(value, "group"),
        };
    }

    private Signal? ReadSignal()
    {
        if (_action is not { } action)
        {
            if (!_fields.Mentions("action"))
            {
                _fields.Refuse("action", FieldRules.Required, $"A signal needs an action: {string.Join(" ", SignalFields.Actions)}.");
            }

            return null;
        }

        new SignalConsistency(_fields, action, _type).Check();
        var trigger = SignalConsistency.IsTrigger(action, _type);
        var triggerBy = ReadTriggerBy();
        var mayLoosen = action is not (SignalAction.Hold or SignalAction.Modify);
        var protection = new ProtectionReader(_fields).Read(stopPriceProtects: !trigger, mayLoosen);
        return new Signal
        {
            Action = action,
            Symbol = ReadSymbol(),
            PositionSide = (PositionSide?)_fields.Choice("position_side"),
            Size = ReadSize(action),
            Share = _fields.Number("share"),
            AllowClip = _fields.Flag("allow_clip") ?? false,
            Type = _type,
            Price = _fields.Number("price"),
            TriggerPrice = trigger ? _fields.Number("stop_price") : null,
            Protection = protection with { TriggerBy = triggerBy },
            TriggerBy = triggerBy,
            TimeInForce = ReadTimeInForce(),
            ReduceOnly = _fields.Flag("reduce_only") ?? false,
            ExpiresInMs = Seconds("expires_in"),
            ExpiresCandles = _fields.Integer("expires_candles"),
            CloseAfterMs = Seconds("close_after"),
            CloseAfterCandles = _fields.Integer("close_after_candles"),
            CloseAt = _fields.Long("close_at") is { } at ? new Timestamp(at) : null,
            Oco = _fields.Text("oco"),
            Group = _fields.Text("group"),
            GroupExit = _fields.Flag("group_exit") ?? true,
            Tranche = _fields.Text("tranche"),
            ScaleIn = _fields.Flag("scale_in") ?? false,
            Flip = _fields.Flag("flip") ?? false,
            KeepEntries = _fields.Flag("keep_entries") ?? false,
            Accounts = (AccountScope?)_fields.Choice("accounts"),
            Mirror = ReadMirror(),
            Order = _fields.Text("order"),
            Tag = _fields.Text("tag") ?? "",
            Reason = _fields.Text("reason") is { } reason ? reason[..Math.Min(reason.Length, MaxReasonLength)] : "",
        };
    }

    private SizeSpec? ReadSize(SignalAction action)
    {
        var name = _fields.OneOf("quantity", "quantity_usd", "quantity_percent", "risk_percent", "share");
        var isEntry = action is SignalAction.Buy or SignalAction.Sell;
        var mayBeExit = _fields.Flag("reduce_only") is true || _type is not (SignalType.Market or SignalType.Limit);
        if (isEntry && name is null && !mayBeExit && !Quantities.Any(_fields.Mentions))
        {
            _fields.Refuse("quantity", SignalRules.MissingQuantity,
                "An entry needs exactly one of quantity, quantity_usd, quantity_percent, risk_percent.");
        }

        return name switch
        {
            "quantity" => Size(SizeKind.Quantity, name),
            "quantity_usd" => Size(SizeKind.QuoteValue, name),
            "quantity_percent" => Size(SizeKind.EquityPercent, name),
            "risk_percent" => Size(SizeKind.RiskPercent, name),
            _ => null,
        };
    }

    private static readonly string[] Quantities = ["quantity", "quantity_usd", "quantity_percent", "risk_percent", "share"];

    private SizeSpec? Size(SizeKind kind, string name) => _fields.Number(name) is { } value ? new SizeSpec(kind, value) : null;

    private Symbol ReadSymbol()
    {
        if (_fields.Text("symbol") is not { Length: > 0 } name)
        {
            return _context.Symbol;
        }

        var symbol = new Symbol(name);
        if (_context.Symbols.Count > 0 && !_context.Symbols.Contains(symbol))
        {
            _fields.Refuse("symbol", SignalRules.UnknownSymbol, "The strategy does not trade this symbol; add it to settings().symbols."
                + NearestName.Question(name, _context.Symbols.Select(s => s.Name)));
            return _context.Symbol;
        }

        return symbol;
    }

    private TriggerBy ReadTriggerBy()
    {
        _fields.OneOf("trigger_by", "working_type");
        return (TriggerBy)(_fields.Choice("trigger_by") ?? _fields.Choice("working_type") ?? 0);
    }

    private TimeInForce ReadTimeInForce()
    {
        var said = (TimeInForce?)_fields.Choice("time_in_force");
        var postOnly = _fields.Flag("post_only") ?? false;
        if (postOnly && said is TimeInForce.Ioc or TimeInForce.Fok)
        {
            _fields.Refuse("time_in_force", FieldRules.Exclusive, "post_only and IOC or FOK exclude each other. Give one of them.");
        }

        if (said == TimeInForce.PostOnly && _type is not (SignalType.Limit or SignalType.StopLimit))
        {
            _fields.Refuse("time_in_force", SignalRules.NotWithType, "Only limit orders can be post-only. Set type: \"limit\".");
        }

        return postOnly ? TimeInForce.PostOnly : said ?? TimeInForce.Gtc;
    }

    private MirrorOverride? ReadMirror()
    {
        if (!_fields.Has("mirror"))
        {
            return null;
        }

        var mirror = new FieldReader(_fields.Raw("mirror"), SignalFields.MirrorSpecs, "mirror.", _fields.Errors);
        return new MirrorOverride(mirror.Number("proportion"), mirror.Long("delay_ms"), mirror.Flag("reverse"));
    }

    /// <summary>Seconds of the script as whole ms, at least 1.</summary>
    private long? Seconds(string name) => _fields.Number(name) is { } seconds ? Math.Max(1, (long)decimal.Round(seconds * 1000m)) : null;

    private static string Raw(ScriptValue value, string name) => value[name] is { Kind: ScriptValueKind.Text } found
        ? found.Text[..Math.Min(found.Text.Length, FieldSpec.MaxLabelLength)] : "";
}
