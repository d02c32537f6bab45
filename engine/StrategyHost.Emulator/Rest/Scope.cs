using StrategyHost.Core.Domain;
using StrategyHost.Emulator.Trading;
using StrategyHost.Emulator.Wire;

namespace StrategyHost.Emulator.Rest;

/// <summary>
/// Which symbols a request means. Only linear contracts exist here: lists of the other categories are empty, as clients ask for them when
/// they load; orders in them are refused.
/// </summary>
internal static class Scope
{
    private static readonly string[] Categories = ["linear", "inverse", "spot", "option"];

    /// <summary>The category; null, with a refusal, when there is no such.</summary>
    public static string? Category(Fields fields)
    {
        var category = fields.Text("category");
        if (category is null || !Categories.Contains(category))
        {
            fields.Refuse("params error: Category is invalid");
            return null;
        }

        return category;
    }

    /// <summary>The instrument of a request that needs one.</summary>
    public static Instrument? Required(TradingFloor floor, Fields fields)
    {
        if (fields.Text("category") is { } category && category != "linear")
        {
            fields.Refuse("params error: Category is invalid");
        }

        fields.Require("category", fields.Text("category") is not null);
        fields.Require("symbol", fields.Text("symbol") is not null);
        return Known(floor, fields);
    }

    /// <summary>The named instrument; null where none is named or, with a refusal, known.</summary>
    public static Instrument? Known(TradingFloor floor, Fields fields)
    {
        if (fields.Text("symbol") is not { } name)
        {
            return null;
        }

        if (floor.Market(name) is { } market)
        {
            return market.Instrument;
        }

        fields.Refuse("Not supported symbols");
        return null;
    }

    /// <summary>Whether a symbol is meant by symbol, base coin and settle coin, each where given.</summary>
    public static Func<Symbol, bool> Filter(TradingFloor floor, Fields fields)
    {
        var symbol = Known(floor, fields)?.Symbol;
        var baseCoin = fields.Text("baseCoin");
        var settleCoin = fields.Text("settleCoin");
        return s => symbol is { } one
            ? s == one
            : (baseCoin is null || InstrumentRow.BaseCoin(floor.Market(s.Name)!.Instrument) == baseCoin) // a symbol of this floor
                && settleCoin is null or "USDT";
    }
}
