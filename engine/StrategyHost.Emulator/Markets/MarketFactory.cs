namespace StrategyHost.Emulator.Markets;

/// <summary>Makes the markets of a start: first price, candles before it, and the wander that goes on from there.</summary>
internal static class MarketFactory
{
    private const decimal OtherPrice = 100m;
    private static readonly Dictionary<string, decimal> KnownPrices = new(StringComparer.Ordinal)
    {
        ["BTCUSDT"] = 65_000m,
        ["ETHUSDT"] = 3_200m,
        ["SOLUSDT"] = 150m,
    };

    public static (IReadOnlyList<SymbolMarket> Markets, IReadOnlyDictionary<string, MarketWander> Wanders) Create(
        EmulatorOptions options, long nowMs)
    {
        var markets = new List<SymbolMarket>();
        var wanders = new Dictionary<string, MarketWander>(StringComparer.Ordinal);
        foreach (var instrument in options.Instruments)
        {
            var name = instrument.Symbol.Name;
            var price = instrument.TickDown(StartPrice(options.Market, name)).Units;
            var wander = new MarketWander(instrument, Seed(options.Market.Seed, name), price);
            var market = new SymbolMarket(instrument, nowMs, price);
            market.Candles.Prepend(wander.History(market.Candles.Current.Start, options.Market.HistoryMinutes, price));
            markets.Add(market);
            wanders.Add(name, wander);
        }

        return (markets, wanders);
    }

    private static decimal StartPrice(EmulatedMarketOptions options, string symbol) =>
        options.StartPrices.TryGetValue(symbol, out var given) ? given : KnownPrices.GetValueOrDefault(symbol, OtherPrice);

    // Each symbol its own chance: string.GetHashCode differs between processes.
    private static long Seed(long seed, string symbol) => symbol.Aggregate(seed, (sum, letter) => (sum * 31) + letter);
}
