using StrategyHost.Core.Domain;

namespace StrategyHost.Storage.RunTapes;

/// <summary>What writer and reader both know of a symbol, from which the next record is a difference. Prices in units of 1e-9.</summary>
internal sealed class TapeSymbol(Symbol symbol, long step)
{
    public Symbol Symbol { get; } = symbol;

    /// <summary>The tick: differences are whole numbers of it nearly always.</summary>
    public long Step { get; } = step;
    public long Traded { get; set; }
    public long Bid { get; set; }
    public long Ask { get; set; }
    public long? Mark { get; set; }
    public long? Index { get; set; }
    public double? Funding { get; set; }
    public long? NextFunding { get; set; }
    public long KlineStart { get; set; }

    /// <summary>A difference in ticks, plus one; 0 where it is not a whole number of them, and the price itself follows.</summary>
    public void Write(TapeBytes to, long from, long price)
    {
        var units = unchecked(price - from);
        var ticks = units / Step;
        var code = (ulong)((ticks << 1) ^ (ticks >> 63));
        if (ticks * Step == units && code < ulong.MaxValue)
        {
            to.Unsigned(code + 1);
        }
        else
        {
            to.Unsigned(0);
            to.Signed(price);
        }
    }

    public long Read(TapeCursor from, long last)
    {
        var code = from.Unsigned();
        if (code == 0)
        {
            return from.Signed();
        }

        var ticks = (long)((code - 1) >> 1) ^ -(long)((code - 1) & 1);
        return unchecked(last + (ticks * Step));
    }
}

/// <summary>What a record of a run's tape is; the lowest three bits of its first byte.</summary>
internal enum TapeRecord
{
    /// <summary>A symbol gets the next number.</summary>
    Name,
    Trade,
    Book,

    /// <summary>A book whose best prices are as they were.</summary>
    SameBook,
    Mark,
    Klines,
    OpenKline,

    /// <summary>The second byte says what.</summary>
    Other,
}

/// <summary>The second byte of <see cref="TapeRecord.Other"/>.</summary>
internal enum TapeMark
{
    /// <summary>So many inputs are missing here.</summary>
    Gap,

    /// <summary>The run ended in order; its last step.</summary>
    End,

    /// <summary>Several trades in one input.</summary>
    Trades,
}
