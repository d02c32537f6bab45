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
            Require("action", "Every signal needs an action: " + string.Join(" ", SignalFields.Actions) + ".");
            return null;
        }

        RefuseForeignFields(action);
        CheckOrderFields(action);
        CheckLabels();
        var trigger = IsTrigger(action);
        var triggerBy = ReadTriggerBy();
        var protection = new ProtectionReader(_fields).Read(stopPriceProtects: !trigger, mayLoosen: action is not (SignalAction.Hold or SignalAction.Modify));
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

    /// <summary>Whether stop_price is a trigger here, and not the protective stop.</summary>
    private bool IsTrigger(SignalAction action) => action switch
    {
        SignalAction.Buy or SignalAction.Sell or SignalAction.Close => _type is SignalType.StopMarket or SignalType.StopLimit,
        SignalAction.Modify => true,
        SignalAction.Cancel or SignalAction.Hold => false,
    };

    private void RefuseForeignFields(SignalAction action)
    {
        var makesOrder = action is SignalAction.Buy or SignalAction.Sell or SignalAction.Close;
        foreach (var name in _fields.Names)
        {
            var row = SignalFields.ByName[name];
            if (!row.Allows(action))
            {
                _fields.Refuse(name, SignalRules.NotWithAction, $"{name} has no meaning with action \"{SignalFields.Actions[(int)action]}\". Leave it out.");
            }
            else if (makesOrder && !row.Allows(_type))
            {
                _fields.Refuse(name, SignalRules.NotWithType, $"{name} has no meaning with type \"{SignalFields.Types[(int)_type]}\". {TypeAdvice(name)}");
            }
            else if (action == SignalAction.Close && IsProtectionOfClose(name))
            {
                _fields.Refuse(name, SignalRules.NotWithType,
                    $"{name} with action \"close\" needs type {(name == "stop_price" ? "\"stop_market\" or \"stop_limit\"" : "\"trailing_stop\"")}. "
                    + "To move the protection of the position return action \"hold\".");
            }
        }
    }

    private string TypeAdvice(string name) => (name, _type) switch
    {
        ("price", SignalType.Market) => "Set type: \"limit\", or leave price out.",
        ("price", _) => "Set type: \"stop_limit\", or leave price out.",
        ("post_only", _) => "Only limit orders can be post-only.",
        _ => "Leave it out.",
    };

    private bool IsProtectionOfClose(string name) => name switch
    {
        "stop_price" => _type is not (SignalType.StopMarket or SignalType.StopLimit),
        "trail_percent" or "trail_amount" or "trail_activation" => _type != SignalType.TrailingStop,
        _ => false,
    };

    private void CheckOrderFields(SignalAction action)
    {
        if (action is SignalAction.Modify or SignalAction.Cancel)
        {
            Require("order", "Say which order: its id, its tag, \"entries\" or \"all\".");
            if (action == SignalAction.Modify && _fields.IsNull("stop_price"))
            {
                _fields.Refuse("stop_price", FieldRules.WrongType, "The stop_price of modify is a trigger and must be a number above 0.");
            }

            return;
        }

        if (action == SignalAction.Hold)
        {
            return;
        }

        if (_type is SignalType.Limit or SignalType.StopLimit)
        {
            Require("price", $"Type \"{SignalFields.Types[(int)_type]}\" needs a limit price.");
        }

        if (_type is SignalType.StopMarket or SignalType.StopLimit && (!_fields.Mentions("stop_price") || _fields.IsNull("stop_price")))
        {
            _fields.Refuse("stop_price", FieldRules.Required, $"Type \"{SignalFields.Types[(int)_type]}\" needs stop_price, its trigger.");
        }

        if (_type == SignalType.TrailingStop && !IsNumberOrRefused("trail_percent") && !IsNumberOrRefused("trail_amount"))
        {
            _fields.Refuse("trail_percent", FieldRules.Required, "Type \"trailing_stop\" needs trail_percent or trail_amount.");
        }

        CheckReduceOnly();
    }

    private bool IsNumberOrRefused(string name) => _fields.Mentions(name) && !_fields.IsNull(name);

    private void CheckReduceOnly()
    {
        _fields.OneOf("flip", "scale_in");
        if (_fields.Flag("reduce_only") is not true)
        {
            return;
        }

        foreach (var name in ProtectionReader.Fields)
        {
            var isOrderItself = (name == "stop_price" && IsTrigger(SignalAction.Sell))
                || (name.StartsWith("trail_", StringComparison.Ordinal) && _type == SignalType.TrailingStop);
            if (_fields.Has(name) && !isOrderItself)
            {
                _fields.Refuse(name, SignalRules.NotWithReduceOnly, $"A reduce_only order carries no {name}. Use action \"hold\" to set protection.");
            }
        }

        foreach (var name in (ReadOnlySpan<string>)["flip", "scale_in"])
        {
            if (_fields.Flag(name) is true)
            {
                _fields.Refuse(name, SignalRules.NotWithReduceOnly, $"A reduce_only order cannot {name}. Leave one of them out.");
            }
        }
    }

    private void CheckLabels()
    {
        foreach (var name in (ReadOnlySpan<string>)["oco", "group", "tranche", "order", "symbol"])
        {
            if (_fields.Text(name) is { Length: 0 })
            {
                _fields.Refuse(name, FieldRules.BadLabel, $"{name} is an empty text. Name it or leave it out.");
            }
        }

        if (_fields.Text("tag") is "entries" or "all")
        {
            _fields.Refuse("tag", SignalRules.ReservedTag, "\"entries\" and \"all\" are words of the field order. Choose another tag.");
        }
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
            _fields.Refuse("symbol", SignalRules.UnknownSymbol, "The strategy does not trade this symbol; settings().symbols lists those it does."
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
            _fields.Refuse("time_in_force", SignalRules.NotWithType, "Only limit orders can be post-only. Set type: \"limit\" and a price.");
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

    private void Require(string name, string message)
    {
        if (!_fields.Mentions(name))
        {
            _fields.Refuse(name, FieldRules.Required, message);
        }
    }

    private static string Raw(ScriptValue value, string name) => value[name] is { Kind: ScriptValueKind.Text } found
        ? found.Text[..Math.Min(found.Text.Length, FieldSpec.MaxLabelLength)] : "";
}
