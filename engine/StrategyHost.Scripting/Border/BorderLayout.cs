namespace StrategyHost.Scripting.Border;

/// <summary>
/// Where things stand in the one numeric buffer that the host and the prelude share. The prelude learns the offsets from the header cells
/// 20–26, so this is their only definition. Host writes: operation, time, view, columns. Prelude writes: consumed rows, callbacks, the
/// answer.
/// </summary>
internal static class BorderLayout
{
    public const int Operation = 0;
    public const int At = 1;

    /// <summary>Series index of candles, symbol index of everything else, −1 for none.</summary>
    public const int Subject = 2;
    public const int ColumnBase = 3;
    public const int Rows = 4;
    public const int Stride = 5;
    public const int Flags = 6;
    public const int ViewVersion = 7;
    public const int Consumed = 8;
    public const int Callbacks = 9;
    public const int Offsets = 20;
    public const int Seed = 28;
    public const int Arguments = 40;

    public const int FlagWarming = 1;
    public const int FlagLate = 2;
    public const int FlagCallback = 4;
    public const int FlagStops = 8;
    public const int FlagInHistory = 16;

    /// <summary>View: 8 cells of totals, 8 cells per position, then 12 cells per market.</summary>
    public const int View = 64;
    public const int PositionsMax = 128;
    public const int MarketsMax = 512;
    public const int PositionCells = 8;
    public const int MarketCells = 12;
    public const int ViewPositions = 8;
    public const int ViewMarkets = ViewPositions + (PositionsMax * PositionCells);

    /// <summary>Book: best 1,024 levels per side as price, size.</summary>
    public const int Book = View + ViewMarkets + (MarketsMax * MarketCells);
    public const int BookLevelsMax = 1024;

    /// <summary>Stops of the rows of one crossing.</summary>
    public const int Stops = Book + (BookLevelsMax * 4);

    /// <summary>Rows of a block that stand converted in one slot; a crossing never spans two chunks.</summary>
    public const int ChunkRows = 1024;
    public const int ColumnsMax = 7;
    public const int Slots = 8;
    public const int SlotCells = ChunkRows * ColumnsMax;

    public const int Answer = Stops + ChunkRows;
    public const int AnswerCells = 65_536;
    public const int Data = Answer + AnswerCells;
    public const int Length = Data + (Slots * SlotCells);
}

/// <summary>What <see cref="BorderLayout.Operation"/> asks the prelude to do; the numbers are the prelude's.</summary>
internal enum Operation
{
    Start = 1, Configure = 2, KlineRun = 3, TradeRun = 4, KlineUpdate = 5, OrderBook = 6, Ticker = 7, Fill = 8, Order = 9, Timer = 10,
    OnStart = 11, OnStop = 12, ExportState = 13, ImportState = 14, Drain = 15, AddSymbol = 16, AddSeries = 17, Evaluate = 18,
}
