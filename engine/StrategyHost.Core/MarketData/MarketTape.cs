using StrategyHost.Core.Domain;

namespace StrategyHost.Core.MarketData;

/// <summary>Recorded market data of some symbols, loaded and checked. Immutable.</summary>
public sealed record MarketTape
{
    public required IReadOnlyList<SymbolTape> Symbols { get; init; }

    /// <summary>The files that it was read from, as given; empty for generated data.</summary>
    public IReadOnlyList<string> Files { get; init; } = [];

    /// <summary>Lower-case SHA-256 over the content of the files in their order.</summary>
    public required string Sha256 { get; init; }

    /// <summary>Generated, not recorded: said wherever the data show.</summary>
    public bool IsSynthetic { get; init; }

    /// <summary>Gaps, duplicates and disorder that were found, one sentence each; nothing was mended.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];
}

/// <summary>One symbol's data; whatever is not there is empty or null.</summary>
public sealed record SymbolTape
{
    public required Symbol Symbol { get; init; }
    public TradeBlock? Trades { get; init; }

    /// <summary>Recorded candles, one block an interval.</summary>
    public IReadOnlyList<KlineBlock> Klines { get; init; } = [];
    public IReadOnlyList<BookUpdate> Books { get; init; } = [];
    public IReadOnlyList<FundingRate> Funding { get; init; } = [];
}
