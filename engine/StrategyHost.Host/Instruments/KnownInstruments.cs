using StrategyHost.Core.Domain;

namespace StrategyHost.Host.Instruments;

/// <summary>
/// Filters of the perpetuals that the examples use, for when neither the exchange nor the configuration says any. From general knowledge of
/// Bybit's linear USDT contracts in 2025, not from a document that was read: a live host takes the exchange's own (instruments-info).
/// </summary>
internal static class KnownInstruments
{
    private static readonly Instrument[] All =
    [
        new()
        {
            Symbol = new Symbol("BTCUSDT"),
            TickSize = Price.Of(0.1m),
            QtyStep = Quantity.Of(0.001m),
            MinQty = Quantity.Of(0.001m),
            MaxLimitQty = Quantity.Of(1190m),
            MaxMarketQty = Quantity.Of(500m),
            MinNotional = 5m,
            MaxLeverage = 100m,
            MaintenanceMarginRate = 0.005m,
        },
        new()
        {
            Symbol = new Symbol("ETHUSDT"),
            TickSize = Price.Of(0.01m),
            QtyStep = Quantity.Of(0.01m),
            MinQty = Quantity.Of(0.01m),
            MaxLimitQty = Quantity.Of(7240m),
            MaxMarketQty = Quantity.Of(724m),
            MinNotional = 5m,
            MaxLeverage = 100m,
            MaintenanceMarginRate = 0.005m,
        },
        new()
        {
            Symbol = new Symbol("SOLUSDT"),
            TickSize = Price.Of(0.01m),
            QtyStep = Quantity.Of(0.1m),
            MinQty = Quantity.Of(0.1m),
            MaxLimitQty = Quantity.Of(79_770m),
            MaxMarketQty = Quantity.Of(7_977m),
            MinNotional = 5m,
            MaxLeverage = 100m,
            MaintenanceMarginRate = 0.01m,
        },
    ];

    public static IEnumerable<string> Names => All.Select(i => i.Symbol.Name);

    public static Instrument? Find(Symbol symbol) => Array.Find(All, i => i.Symbol == symbol);
}
