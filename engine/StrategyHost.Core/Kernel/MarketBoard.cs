using StrategyHost.Core.Domain;
using StrategyHost.Core.MarketData;

namespace StrategyHost.Core.Kernel;

/// <summary>
/// What the kernel knows of one symbol's market. Prices in units of 1e-9, 0: not known. Only the engine's kernel writes it.
/// </summary>
public sealed class SymbolMarket(Instrument instrument)
{
    public Instrument Instrument { get; } = instrument;
    public Symbol Symbol => Instrument.Symbol;
    public long Last { get; set; }

    /// <summary>False: nothing was traded yet, and the last price is a warm-up candle's close or the middle of the book.</summary>
    public bool HasTrades { get; set; }

    /// <summary>A recorded mark price; 0: mark equals last (contracts §6).</summary>
    public long RecordedMark { get; set; }
    public long RecordedIndex { get; set; }
    public long Mark => RecordedMark != 0 ? RecordedMark : Last;
    public long Index => RecordedIndex != 0 ? RecordedIndex : Last;
    public BookLevel Bid { get; set; }
    public BookLevel Ask { get; set; }
    public double FundingRate { get; set; } = double.NaN;
    public double NextFundingMs { get; set; } = double.NaN;

    /// <summary>Rises with every change that a row of a run does not carry itself.</summary>
    public long Version { get; set; }
    public Dictionary<Interval, AverageTrueRange> Atr { get; } = [];

    /// <summary>The price that a trigger of this kind watches.</summary>
    public long Reference(TriggerBy by) => by switch
    {
        TriggerBy.Last => Last,
        TriggerBy.Mark => Mark,
        TriggerBy.Index => Index,
    };

    /// <summary>Candles enter ATR whether they move the market or not.</summary>
    internal void Remember(KlineBlock block, int from, int to)
    {
        if (!Atr.TryGetValue(block.Interval, out var atr))
        {
            Atr.Add(block.Interval, atr = new AverageTrueRange());
        }

        for (var i = from; i < to; i++)
        {
            atr.Add(block.High[i], block.Low[i], block.Close[i]);
        }

        if (!HasTrades)
        {
            Last = block.Close[to - 1];
        }
    }

    /// <summary>Takes the best levels; without trades the middle of the book is last (contracts §6).</summary>
    internal bool Take(BookLevel bid, BookLevel ask)
    {
        (Bid, Ask) = (bid, ask);
        Version++;
        if (HasTrades || bid.Price == 0 || ask.Price == 0)
        {
            return false;
        }

        Last = bid.Price + ((ask.Price - bid.Price) / 2);
        return true;
    }

    /// <summary>Takes what a change names; the rest stays.</summary>
    internal void Take(MarkChanged change)
    {
        RecordedMark = change.Mark?.Units ?? RecordedMark;
        RecordedIndex = change.Index?.Units ?? RecordedIndex;
        FundingRate = change.FundingRate ?? FundingRate;
        NextFundingMs = change.NextFunding?.Ms ?? NextFundingMs;
        Version++;
    }
}

/// <summary>All markets, by symbol.</summary>
public sealed class MarketBoard
{
    private readonly Dictionary<Symbol, SymbolMarket> _markets;

    public MarketBoard(IEnumerable<Instrument> instruments) =>
        _markets = instruments.ToDictionary(i => i.Symbol, i => new SymbolMarket(i));

    public SymbolMarket this[Symbol symbol] => _markets[symbol];

    /// <summary>A symbol that nothing was known of; one that is known stays as it is.</summary>
    internal void Add(Instrument instrument) => _markets.TryAdd(instrument.Symbol, new SymbolMarket(instrument));

    public bool Knows(Symbol symbol) => _markets.ContainsKey(symbol);
}
