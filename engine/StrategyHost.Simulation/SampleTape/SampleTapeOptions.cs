using StrategyHost.Core.Domain;

namespace StrategyHost.Simulation.SampleTape;

/// <summary>What to generate. The same options give the same tape, byte for byte.</summary>
public sealed record SampleTapeOptions
{
    public long Seed { get; init; } = 1;
    public Symbol Symbol { get; init; } = new("BTCUSDT");

    /// <summary>Monday 2025-01-06, 00:00 UTC; a whole UTC hour.</summary>
    public Timestamp Start { get; init; } = new(1_736_121_600_000);

    /// <summary>1 … 60; some 25,000 to 30,000 trades a day.</summary>
    public int Days { get; init; } = 3;

    /// <summary>Minutes from the start with a 50-level order book, an update every 100 ms; 0: none.</summary>
    public int BookMinutes { get; init; }

    /// <summary>Price at the start, in quote currency; the tick is 0.1, the lot 0.001.</summary>
    public decimal StartPrice { get; init; } = 60_000m;
}
