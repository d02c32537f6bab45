using StrategyHost.Core.Domain;
using StrategyHost.Core.MarketData;
using StrategyHost.Emulator.Rest;

namespace StrategyHost.Emulator;

/// <summary>What an emulator serves.</summary>
public sealed record EmulatorOptions
{
    /// <summary>Port on loopback; 0 takes a free one.</summary>
    public int Port { get; init; }

    /// <summary>Refuse with 10006 beyond the quotas (contracts §4, <c>--limits</c>).</summary>
    public bool Limits { get; init; }
    public IReadOnlyList<EmulatedAccount> Accounts { get; init; } = [EmulatedAccount.Main, EmulatedAccount.Mirror];
    public required IReadOnlyList<Instrument> Instruments { get; init; }

    /// <summary>Endpoints besides the built-in ones, for tests. The same method and path twice is a bug.</summary>
    public IReadOnlyList<EmulatorRoute> Routes { get; init; } = [];
    public EmulatedMarketOptions Market { get; init; } = new();
}

/// <summary>Where the prices come from.</summary>
public sealed record EmulatedMarketOptions
{
    /// <summary>Of the simulated market. Same seed and start time, same history.</summary>
    public long Seed { get; init; } = 1;

    /// <summary>Prices move on request only, until it is said otherwise.</summary>
    public bool IsPaused { get; init; }

    /// <summary>Minutes of candles before the start; at least 1000.</summary>
    public int HistoryMinutes { get; init; } = 3 * 1440;

    /// <summary>First price by symbol; others have a known one, or 100.</summary>
    public IReadOnlyDictionary<string, decimal> StartPrices { get; init; } = new Dictionary<string, decimal>();

    /// <summary>Recorded data to play instead of the simulated market, stamped anew; null: none.</summary>
    public MarketTape? Tape { get; init; }

    /// <summary>How much faster than recorded a tape is played; above 0.</summary>
    public double Speed { get; init; } = 1;
}
