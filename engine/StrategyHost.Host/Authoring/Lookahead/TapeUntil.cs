using StrategyHost.Core.Domain;
using StrategyHost.Core.MarketData;
using StrategyHost.Storage.Ticks;

namespace StrategyHost.Host.Authoring.Lookahead;

/// <summary>
/// A tape as it would have been recorded up to a moment: events up to and with it, candles that have ended by then, funding settled by
/// then. Of the settlement after it only the time stays, since an exchange announces it; its rate is taken away.
/// </summary>
internal static class TapeUntil
{
    public static MarketTape Of(MarketTape tape, Timestamp until) => tape with { Symbols = [.. tape.Symbols.Select(s => Of(s, until))] };

    private static SymbolTape Of(SymbolTape tape, Timestamp until) => TapeCut.Between(tape with { Klines = [] }, null, until.AddMs(1)) with
    {
        Klines = [.. tape.Klines.Select(k => Of(tape, k, until)).OfType<KlineBlock>()],
        Funding = Funding(tape.Funding, until.Ms),
    };

    /// <summary>A candle that is not over would tell what is still to come.</summary>
    private static KlineBlock? Of(SymbolTape tape, KlineBlock block, Timestamp until)
    {
        var alone = new SymbolTape
        {
            Symbol = tape.Symbol,
            Klines = [block],
        };
        var kept = TapeCut.Between(alone, null, until.AddMs(1 - block.Interval.Ms)).Klines;
        return kept.Count == 0 ? null : kept[0];
    }

    private static FundingRate[] Funding(FundingRate[] rates, long untilMs)
    {
        var settled = rates.Count(r => r.Time <= untilMs);
        if (settled == rates.Length)
        {
            return rates;
        }

        // A run begins with the first recorded rate where none is older (backtesting.md): there it is announced.
        var next = settled == 0 ? rates[0] : rates[settled] with { Rate = 0 };
        return [.. rates.Take(settled), next];
    }
}
