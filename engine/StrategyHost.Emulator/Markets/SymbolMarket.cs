using StrategyHost.Core.Domain;
using StrategyHost.Core.MarketData;
using StrategyHost.Simulation.Exchange;

namespace StrategyHost.Emulator.Markets;

/// <summary>Displayed depth at one moment, best first; never changed.</summary>
internal sealed record BookSnapshot(BookLevel[] BidLevels, BookLevel[] AskLevels) : IDepth
{
    public IReadOnlyList<BookLevel> Bids => BidLevels;
    public IReadOnlyList<BookLevel> Asks => AskLevels;
}

/// <summary>One public trade; prices and sizes in units of 1e-9.</summary>
internal sealed record PublicTrade(string Id, long TimeMs, long Price, long Size, Side Side, long Seq)
{
    /// <summary>PlusTick, ZeroPlusTick, MinusTick or ZeroMinusTick.</summary>
    public required string Direction { get; init; }
}

/// <summary>What the public may know of one symbol. Without a recorded mark and index both equal the last price.</summary>
internal sealed class SymbolMarket
{
    private const int TradesKept = 1000;
    private const int FundingsKept = 200;
    private bool _wasUp = true;

    public SymbolMarket(Instrument instrument, long nowMs, long price)
    {
        Instrument = instrument;
        Last = price;
        Candles = new MinuteCandles(nowMs, price);
        Book = new BookSnapshot([], []);
        var period = FundingPeriodMs;
        NextFundingMs = (nowMs / period * period) + period;
        for (var i = 1; i <= FundingsKept; i++)
        {
            Fundings.Insert(0, (NextFundingMs - (i * period), FundingRate));
        }
    }

    public Instrument Instrument { get; }
    public Symbol Symbol => Instrument.Symbol;
    public long Last { get; private set; }
    public long? RecordedMark { get; set; }
    public long? RecordedIndex { get; set; }
    public long Mark => RecordedMark ?? Last;
    public long Index => RecordedIndex ?? Last;
    public BookSnapshot Book { get; set; }
    public MinuteCandles Candles { get; }

    /// <summary>Newest last.</summary>
    public List<PublicTrade> Trades { get; } = [];

    /// <summary>Trades since they were last published.</summary>
    public List<PublicTrade> Unpublished { get; } = [];

    /// <summary>Cross sequence: rises with everything that happens on the symbol.</summary>
    public long Seq { get; private set; } = 1;

    public decimal FundingRate { get; set; } = 0.0001m;
    public long NextFundingMs { get; set; }
    public long FundingPeriodMs => Instrument.FundingIntervalMinutes * MinuteCandles.MinuteMs;

    /// <summary>Settled fundings, oldest first.</summary>
    public List<(long TimeMs, decimal Rate)> Fundings { get; } = [];

    public long NextSeq() => ++Seq;

    public void AddTrade(string id, (long TimeMs, long Price, long Size) print, Side side)
    {
        _wasUp = print.Price == Last ? _wasUp : print.Price > Last;
        var direction = (print.Price == Last ? "Zero" : "") + (_wasUp ? "PlusTick" : "MinusTick");
        var trade = new PublicTrade(id, print.TimeMs, print.Price, print.Size, side, NextSeq()) { Direction = direction };
        Last = print.Price;
        Candles.Add(print.Price, print.Size);
        Trades.Add(trade);
        Unpublished.Add(trade);
        if (Trades.Count > TradesKept * 2)
        {
            Trades.RemoveRange(0, TradesKept);
        }
    }
}
