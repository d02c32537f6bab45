using System.Globalization;
using StrategyHost.Core.Domain;
using StrategyHost.Host.Configuration;

namespace StrategyHost.Host.Instruments;

/// <summary>
/// Most decimals seen in a symbol's recorded prices and sizes. Candles carry no order sizes: <see cref="SizeDecimals"/> is then null.
/// </summary>
internal readonly record struct DataDecimals(int PriceDecimals, int? SizeDecimals);

/// <summary>An instrument and what the reader of a report should know about where it comes from.</summary>
internal sealed record ChosenInstrument(Instrument Instrument, IReadOnlyList<string> Warnings);

/// <summary>
/// The instrument of a backtest or simulation. The first that is there: the exchange's, a well-known one, one derived from the data, one
/// written out in the configuration; the configuration's overrides then go over it.
/// </summary>
internal static class InstrumentChooser
{
    /// <summary>Quantity decimals where the data do not tell: fine enough for every linear contract.</summary>
    private const int SizeDecimalsUnknown = 3;

    public static Result<ChosenInstrument> Choose(Instrument? exchange, SymbolOptions options, DataDecimals? data)
    {
        var symbol = options.Symbol;
        var warnings = new List<string>();
        var start = exchange ?? Known(symbol, options, data, warnings) ?? FromData(symbol, options, data, warnings)
            ?? Written(symbol, options);
        return start is null ? Unknown(symbol) : new ChosenInstrument(options.Apply(start), warnings);
    }

    /// <summary>
    /// A recorded price that is not on the known tick would make every fill at it impossible live, so the data's tick wins.
    /// </summary>
    private static Instrument? Known(Symbol symbol, SymbolOptions options, DataDecimals? data, List<string> warnings)
    {
        if (KnownInstruments.Find(symbol) is not { } known || data is not { } seen || options.TickSize is not null)
        {
            return KnownInstruments.Find(symbol);
        }

        var tick = new Price(Unit(seen.PriceDecimals));
        if (tick >= known.TickSize)
        {
            return known;
        }

        warnings.Add($"{symbol}: the data's prices are finer than the usual tick {known.TickSize}; {tick} is used. "
            + $"Set symbols.{symbol}.tick_size to choose.");
        return known with { TickSize = tick };
    }

    private static Instrument? FromData(Symbol symbol, SymbolOptions options, DataDecimals? data, List<string> warnings)
    {
        if (data is not { } seen)
        {
            return null;
        }

        var instrument = new Instrument
        {
            Symbol = symbol,
            TickSize = new Price(Unit(seen.PriceDecimals)),
            QtyStep = new Quantity(Unit(seen.SizeDecimals ?? SizeDecimalsUnknown)),
            MinQty = new Quantity(Unit(seen.SizeDecimals ?? SizeDecimalsUnknown)),
            MinNotional = 5m,
        };
        if (options.TickSize is null || options.QtyStep is null)
        {
            var sizes = seen.SizeDecimals is null ? "assumed" : "from the sizes seen";
            warnings.Add($"{symbol} is not a known symbol: tick {instrument.TickSize} is derived from the prices seen, quantity step "
                + $"{instrument.QtyStep} is {sizes}. Set symbols.{symbol}.tick_size and qty_step to the exchange's.");
        }

        return instrument;
    }

    private static Instrument? Written(Symbol symbol, SymbolOptions options) =>
        options is { TickSize: { } tick, QtyStep: { } step }
            ? new Instrument { Symbol = symbol, TickSize = tick, QtyStep = step, MinQty = options.MinQty ?? step, MinNotional = 5m }
            : null;

    private static Error Unknown(Symbol symbol) => new()
    {
        Field = "symbol",
        Value = symbol.Name,
        Rule = "unknown_symbol",
        Message = string.Create(CultureInfo.InvariantCulture,
            $"Nothing is known about {symbol}: no data of it, no exchange.{NearestName.Hint(symbol.Name, KnownInstruments.Names)} ")
            + $"Give data with --data, or set symbols.{symbol}.tick_size and qty_step in the configuration.",
    };

    /// <summary>10^-decimals in units of 1e-9; finer data than that cannot be held anyway.</summary>
    private static long Unit(int decimals)
    {
        var unit = FixedPoint.Scale;
        for (var i = 0; i < Math.Clamp(decimals, 0, FixedPoint.Decimals); i++)
        {
            unit /= 10;
        }

        return unit;
    }
}
