using StrategyHost.Core.Domain;
using StrategyHost.Core.Strategies;

namespace StrategyHost.Reliability.Tests.World;

/// <summary>A strategy that wants anything that the contract knows, at random; its dice are its own.</summary>
internal sealed class RandomStrategy(WorldOptions options, int index, int life) : IScriptedStrategy
{
    private readonly Dice _dice = Dice.Of(options.Seed, $"script/{index}/{life}");
    private readonly bool _usesTranches = Dice.Of(options.Seed, $"tranches/{index}").Chance(0.4);
    private readonly bool _isHedger = options.Mode == PositionMode.Hedge;

    public IReadOnlyList<(string Name, object Value)[]> At(int trade, decimal last)
    {
        if (!_dice.Chance(options.SignalRate))
        {
            return [];
        }

        return _dice.Chance(0.15) ? [Any(last), Any(last)] : [Any(last)];
    }

    private (string Name, object Value)[] Any(decimal last)
    {
        var isBuy = _dice.Chance(0.5);
        var signal = _dice.Int(0, 19) switch
        {
            0 or 1 or 2 => Entry(isBuy, last, []),
            3 or 4 => Entry(isBuy, last, [("type", "limit"), ("price", Away(last, isBuy, -_dice.Int(0, 3) * 0.1))]),
            5 or 6 => Entry(isBuy, last, [("type", "stop_market"), ("stop_price", Away(last, isBuy, _dice.Int(1, 4) * 0.1))], triggers: true),
            7 => Entry(isBuy, last, [("type", "trailing_stop"), ("trail_percent", 0.3)], triggers: true),
            8 or 9 => [("action", "close"), ("share", (double)_dice.Int(5, 100)), .. Tranche(0.3)],
            10 => [("action", "close"), ("type", "limit"), ("price", Away(last, isBuy, 0.4)), ("share", 50.0)],
            11 => [("action", "close"), ("type", "stop_market"), ("stop_price", Away(last, isBuy, -0.5)), ("share", 30.0)],
            12 => [("action", "close"), ("type", "trailing_stop"), ("trail_percent", 0.4), ("share", 40.0)],
            13 => [("action", "hold"), ("trail_percent", 0.4), .. Tranche(0.5)],
            14 => [("action", "hold"), ("stop_loss", Away(last, isBuy, -0.6)), .. Tranche(0.5)],
            15 => [("action", "hold"), ("take_profit", Away(last, isBuy, 1))],
            16 => [("action", "cancel"), ("order", _dice.Chance(0.5) ? "entries" : Tag())],
            17 => [("action", "modify"), ("order", Tag()), ("price", Away(last, isBuy, -0.3))],
            18 => [("action", "close")],
            _ => Entry(isBuy, last, [("flip", true)]),
        };
        return _isHedger && signal[0].Value is "close" or "hold"
            ? [.. signal, ("position_side", isBuy ? "long" : "short")] : signal;
    }

    private (string Name, object Value)[] Entry(bool isBuy, decimal last, (string Name, object Value)[] how, bool triggers = false)
    {
        var fields = new List<(string Name, object Value)>
        {
            ("action", isBuy ? "buy" : "sell"),
            ("quantity_usd", Math.Round(_dice.LogUniform(20, 4000))),
            ("tag", Tag()),
        };
        fields.AddRange(how);
        AddStop(fields, last, isBuy, triggers);
        if (_dice.Chance(0.4))
        {
            fields.Add(("take_profit", Rungs()));
            if (_dice.Chance(0.4))
            {
                fields.Add(("breakeven", Object(_dice.Chance(0.5) ? ("after_tp", 1.0) : ("after_percent", 0.2))));
            }
        }

        switch (_dice.Int(0, 9))
        {
            case 0 or 1 or 2:
                fields.Add(("scale_in", true));
                fields.AddRange(Tranche(0.6));
                break;
            case 3:
                fields.Add(("close_after", (double)_dice.Int(5, 60)));
                break;
            case 4:
                fields.Add(("expires_in", (double)_dice.Int(2, 40)));
                break;
            case 5:
                fields.Add(("oco", "o" + _dice.Int(0, 1)));
                break;
            case 6:
                fields.Add(("group", "g"));
                break;
        }

        return [.. fields];
    }

    private void AddStop(List<(string Name, object Value)> fields, decimal last, bool isBuy, bool triggers)
    {
        switch (_dice.Int(0, 3))
        {
            case 0 when !triggers:
                fields.Add(("stop_loss", Away(last, isBuy, -_dice.LogUniform(0.5, 4))));
                break;
            case 1 when !fields.Exists(f => f.Name == "trail_percent"):
                fields.Add(("trail_percent", Math.Round(_dice.LogUniform(0.3, 3), 2)));
                break;
            case 2 when !fields.Exists(f => f.Name == "trail_percent"):
                fields.Add(("stop_loss_percent", 3.0));
                fields.Add(("trail_percent", 0.5));
                fields.Add(("trail_activation", Away(last, isBuy, 0.6)));
                break;
            default:
                fields.Add(("stop_loss_percent", Math.Round(_dice.LogUniform(0.3, 4), 2)));
                break;
        }
    }

    private ScriptValue Rungs()
    {
        var step = _dice.LogUniform(0.1, 1);
        return _dice.Chance(0.5)
            ? ScriptValue.Of([Object(("percent", Math.Round(step, 3)), ("share", 100.0))])
            : ScriptValue.Of([
                Object(("percent", Math.Round(step, 3)), ("share", 50.0)),
                Object(("percent", Math.Round(step * 2, 3)), ("share", 30.0)),
                Object(("percent", Math.Round(step * 4, 3)), ("share", 20.0)),
            ]);
    }

    private (string Name, object Value)[] Tranche(double chance) =>
        _usesTranches && _dice.Chance(chance) ? [("tranche", "abcdefgh"[_dice.Int(0, 7)].ToString())] : [];

    private string Tag() => "t" + _dice.Int(0, 3);

    private static double Away(decimal last, bool isBuy, double percent) =>
        (double)Math.Round(last * (1 + ((isBuy ? 1 : -1) * (decimal)percent / 100m)), 4);

    internal static ScriptValue Object(params (string Name, object Value)[] fields) => ScriptValue.Of(
        [.. fields.Select(f => KeyValuePair.Create(f.Name, Value(f.Value)))]);

    private static ScriptValue Value(object value) => value switch
    {
        string text => ScriptValue.Of(text),
        bool flag => ScriptValue.Of(flag),
        double number => ScriptValue.Of(number),
        ScriptValue made => made,
        _ => throw new ArgumentException($"no script value for {value.GetType()}", nameof(value)),
    };

    /// <summary>What a call returns for these signals.</summary>
    public static ScriptValue Answer(IReadOnlyList<(string Name, object Value)[]> signals) => signals.Count switch
    {
        0 => ScriptValue.Undefined,
        1 => Object(signals[0]),
        _ => ScriptValue.Of([.. signals.Select(s => Object(s))]),
    };
}
