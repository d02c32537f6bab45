using StrategyHost.Core.Domain;

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

    public static (IReadOnlyList<SymbolMarket> Markets, MarketSources Sources) Create(EmulatorOptions options, long nowMs)
    {
        var markets = new List<SymbolMarket>();
        var wanders = new Dictionary<string, MarketWander>(StringComparer.Ordinal);
        var tapes = new Dictionary<string, TapePlayer>(StringComparer.Ordinal);
        foreach (var instrument in options.Instruments)
        {
            var name = instrument.Symbol.Name;
            var tape = options.Market.Tape?.Symbols.FirstOrDefault(t => t.Symbol == instrument.Symbol);
            var recorded = tape is null ? null : TapePlayer.FirstPrice(tape);
            var price = instrument.TickDown(recorded is { } first ? new Price(first).Value : StartPrice(options.Market, name)).Units;
            var wander = new MarketWander(instrument, Seed(options.Market.Seed, name), price);
            var market = new SymbolMarket(instrument, nowMs, price);
            market.Candles.Prepend(wander.History(market.Candles.Current.Start, options.Market.HistoryMinutes, price));
            markets.Add(market);
            wanders.Add(name, wander);
            if (tape is not null)
            {
                tapes.Add(name, new TapePlayer(tape, options.Market.Speed));
            }
        }

        return (markets, new MarketSources(wanders, tapes));
    }

    private static decimal StartPrice(EmulatedMarketOptions options, string symbol) =>
        options.StartPrices.TryGetValue(symbol, out var given) ? given : KnownPrices.GetValueOrDefault(symbol, OtherPrice);

    // Each symbol its own chance: string.GetHashCode differs between processes.
    private static long Seed(long seed, string symbol) => symbol.Aggregate(seed, (sum, letter) => (sum * 31) + letter);
}

/// <summary>What moves each symbol: a tape where there is one, else the wander, which also makes the book of a tape without one.</summary>
internal sealed record MarketSources(IReadOnlyDictionary<string, MarketWander> Wanders, IReadOnlyDictionary<string, TapePlayer> Tapes);
