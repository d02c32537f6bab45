using StrategyHost.Core.Domain;

namespace StrategyHost.Reliability.Tests.World;

/// <summary>The symbols of the simulated market, very different in price and lot.</summary>
internal static class Instruments
{
    public static readonly decimal[] StartPrices = [100m, 40_000m, 0.5m];

    public static IReadOnlyList<Instrument> All { get; } =
    [
        new Instrument
        {
            Symbol = new Symbol("AAAUSDT"),
            TickSize = Price.Of(0.01m),
            QtyStep = Quantity.Of(0.01m),
            MinQty = Quantity.Of(0.01m),
            MinNotional = 5m,
            MaxMarketQty = Quantity.Of(120m),
        },
        new Instrument
        {
            Symbol = new Symbol("BTCUSDT"),
            TickSize = Price.Of(0.1m),
            QtyStep = Quantity.Of(0.001m),
            MinQty = Quantity.Of(0.001m),
            MinNotional = 5m,
        },
        new Instrument
        {
            Symbol = new Symbol("CCCUSDT"),
            TickSize = Price.Of(0.0001m),
            QtyStep = Quantity.Of(1m),
            MinQty = Quantity.Of(1m),
            MinNotional = 5m,
        },
    ];
}
