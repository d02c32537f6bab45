using StrategyHost.Core.Strategies;

namespace StrategyHost.Core.Signals;

/// <summary>The rules between the fields of one signal that say which may stand together and which must (not their values).</summary>
internal sealed class SignalConsistency(FieldReader fields, SignalAction action, SignalType type)
{
    private string ActionText => SignalFields.Actions[(int)action];
    private string TypeText => SignalFields.Types[(int)type];


    /// <summary>False after a refused type: what it would demand or forbid is not known.</summary>
    private bool IsTypeKnown => fields.Has("type") || !fields.Mentions("type");

    public void Check()
    {
        RefuseForeignFields();
        if (IsTypeKnown)
        {
            CheckOrderFields();
        }

        CheckLabels();
    }

    /// <summary>Whether stop_price is a trigger here, and not the protective stop.</summary>
    public static bool IsTrigger(SignalAction action, SignalType type) => action switch
    {
        SignalAction.Buy or SignalAction.Sell or SignalAction.Close => type is SignalType.StopMarket or SignalType.StopLimit,
        SignalAction.Modify => true,
        SignalAction.Cancel or SignalAction.Hold => false,
    };

    private void RefuseForeignFields()
    {
        var isTyped = IsTypeKnown && action is SignalAction.Buy or SignalAction.Sell or SignalAction.Close;
        foreach (var name in fields.Names)
        {
            var row = SignalFields.ByName[name];
            if (!row.Allows(action))
            {
                fields.Refuse(name, SignalRules.NotWithAction, $"{name} has no meaning with action \"{ActionText}\". Leave it out.");
            }
            else if (isTyped && !row.Allows(type))
            {
                fields.Refuse(name, SignalRules.NotWithType, $"{name} has no meaning with type \"{TypeText}\". {TypeAdvice(name)}");
            }
            else if (isTyped && action == SignalAction.Close && IsProtectionOfClose(name))
            {
                var needed = name == "stop_price" ? "\"stop_market\" or \"stop_limit\"" : "\"trailing_stop\"";
                fields.Refuse(name, SignalRules.NotWithType,
                    $"{name} with action \"close\" needs type {needed}. To move the protection of the position return action \"hold\".");
            }
        }
    }

    private string TypeAdvice(string name) => (name, type) switch
    {
        ("price", SignalType.Market) => "Set type: \"limit\", or leave price out.",
        ("price", _) => "Set type: \"stop_limit\", or leave price out.",
        ("post_only", _) => "Only limit orders can be post-only.",
        _ => "Leave it out.",
    };

    private bool IsProtectionOfClose(string name) => name switch
    {
        "stop_price" => type is not (SignalType.StopMarket or SignalType.StopLimit),
        "trail_percent" or "trail_amount" or "trail_activation" => type != SignalType.TrailingStop,
        _ => false,
    };

    private void CheckOrderFields()
    {
        if (action is SignalAction.Modify or SignalAction.Cancel)
        {
            Require("order", "Say which order: its id, its tag, \"entries\" or \"all\".");
            if (action == SignalAction.Modify && fields.IsNull("stop_price"))
            {
                fields.Refuse("stop_price", FieldRules.WrongType, "The stop_price of modify is a trigger and must be a number above 0.");
            }

            return;
        }

        if (action == SignalAction.Hold)
        {
            return;
        }

        if (type is SignalType.Limit or SignalType.StopLimit)
        {
            Require("price", $"Type \"{TypeText}\" needs a limit price.");
        }

        if (type is SignalType.StopMarket or SignalType.StopLimit && (!fields.Mentions("stop_price") || fields.IsNull("stop_price")))
        {
            fields.Refuse("stop_price", FieldRules.Required, $"Type \"{TypeText}\" needs stop_price, its trigger.");
        }

        if (type == SignalType.TrailingStop && !IsNumberOrRefused("trail_percent") && !IsNumberOrRefused("trail_amount"))
        {
            fields.Refuse("trail_percent", FieldRules.Required, "Type \"trailing_stop\" needs trail_percent or trail_amount.");
        }

        CheckReduceOnly();
    }

    private bool IsNumberOrRefused(string name) => fields.Mentions(name) && !fields.IsNull(name);

    private void CheckReduceOnly()
    {
        if (fields.Flag("flip") is true && fields.Flag("scale_in") is true)
        {
            fields.Refuse("scale_in", FieldRules.Exclusive, "flip and scale_in exclude each other. Give one of them.");
        }

        if (fields.Flag("reduce_only") is not true)
        {
            return;
        }

        foreach (var name in ProtectionReader.Fields)
        {
            var isOrderItself = (name == "stop_price" && IsTrigger(action, type))
                || (name.StartsWith("trail_", StringComparison.Ordinal) && type == SignalType.TrailingStop);
            if (fields.Has(name) && !isOrderItself)
            {
                fields.Refuse(name, SignalRules.NotWithReduceOnly, $"A reduce_only order carries no {name}. Set it with action \"hold\".");
            }
        }

        foreach (var name in (ReadOnlySpan<string>)["flip", "scale_in"])
        {
            if (fields.Flag(name) is true)
            {
                fields.Refuse(name, SignalRules.NotWithReduceOnly, $"A reduce_only order cannot {name}. Leave one of them out.");
            }
        }
    }

    private void CheckLabels()
    {
        foreach (var name in (ReadOnlySpan<string>)["oco", "group", "tranche", "order", "symbol"])
        {
            if (fields.Text(name) is { Length: 0 })
            {
                fields.Refuse(name, FieldRules.BadLabel, $"{name} is an empty text. Name it or leave it out.");
            }
        }

        if (fields.Text("tag") is "entries" or "all")
        {
            fields.Refuse("tag", SignalRules.ReservedTag, "\"entries\" and \"all\" are words of the field order. Choose another tag.");
        }
    }

    private void Require(string name, string message)
    {
        if (!fields.Mentions(name))
        {
            fields.Refuse(name, FieldRules.Required, message);
        }
    }
}
