using StrategyHost.Core.MarketData;
using StrategyHost.Simulation.Exchange;

namespace StrategyHost.Benchmarks;

/// <summary>
/// One work of the shared bench folder's README: its data, its strategy, and the answer that a run must give to count. W2's
/// final equity differs from the README's by what engine/docs/fills.md accounts for.
/// </summary>
internal sealed record Work(string Name, string Script, FillModel Fill, decimal TickSize, Func<WorkData, SymbolTape> Tape)
{
    public static readonly IReadOnlyList<Work> All =
    [
        new("W1", "w1.js", FillModel.Bar, 0.000000001m, d => d.Candles()) { Trades = 7171, Final = 76_907.97m },
        new("W1b", "w1b.js", FillModel.Bar, 0.000000001m, d => d.Candles()) { Trades = 7171, Final = 77_849.06m },
        new("W2", "w2.js", FillModel.Cross, 0.000000001m, d => d.Trades()) { Trades = 390, Final = 98_443.57m },
    ];

    /// <summary>Market events of the data.</summary>
    public int Events => Fill == FillModel.Bar ? 525_600 : 5_000_000;

    /// <summary>Trades of each account, and main's final equity.</summary>
    public int? Trades { get; init; }
    public decimal? Final { get; init; }

    /// <summary>The data file as the baseline reads it.</summary>
    public string BaselineFile(WorkData data) => Fill == FillModel.Bar ? data.CandleFile() : data.TradeFile();
}
