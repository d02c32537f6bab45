using System.Text.Json.Serialization;
using StrategyHost.Core.Domain;

namespace StrategyHost.Simulation.Exchange.Saved;

/// <summary>
/// A simulated exchange as plain values, so that another one can go on where it stopped: <see cref="SimulatedExchange.Export()"/> gives
/// it, <see cref="SimulatedExchange.Restore"/> takes it. Prices and quantities in units of 1e-9, money in quote currency. 1. Going on from
/// it gives the reports that the exchange itself would have given, once the caller shows the books again: displayed depth is market data
/// and not kept. 2. Numbers of market events are kept with the rest, because orders and positions name the event that made them.
/// 3. What can be computed from it (quiet windows, liquidation levels, order ids) is not in it.
/// </summary>
public sealed record ExchangeState
{
    /// <summary>Version of the texts that <see cref="ExchangeTexts"/> writes and the newest that it reads.</summary>
    public const int Version = 1;

    /// <summary>Market prices, and what belongs to no account.</summary>
    public required SavedMarkets Markets { get; init; }

    /// <summary>In the order in which the exchange serves them; of a partial export, those that were asked for.</summary>
    public required IReadOnlyList<SavedAccount> Accounts { get; init; }
}

/// <summary>The markets' prices and the names of all accounts in their order.</summary>
public sealed record SavedMarkets
{
    public required int Version { get; init; }
    public required IReadOnlyList<string> Accounts { get; init; }
    public required IReadOnlyList<SavedMarket> Markets { get; init; }
}

/// <summary>One market; mark and index are null while they follow the last price.</summary>
public sealed record SavedMarket
{
    public required string Symbol { get; init; }
    public required long NowMs { get; init; }
    public required long EventSeq { get; init; }

    /// <summary>0: no price yet.</summary>
    public required long Last { get; init; }
    public required bool HasTrades { get; init; }
    public required long? Mark { get; init; }
    public required long? Index { get; init; }
    public required long RangeStart { get; init; }
}

/// <summary>One account. Its used ids are texts of their own, see <see cref="ExchangeTexts"/>.</summary>
public sealed record SavedAccount
{
    public required int Version { get; init; }
    public required string Account { get; init; }
    public required PositionMode PositionMode { get; init; }
    public required MarginMode MarginMode { get; init; }
    public required decimal Leverage { get; init; }
    public required decimal Balance { get; init; }
    public required decimal OrderMargin { get; init; }
    public required decimal PositionMargin { get; init; }
    public required long Executions { get; init; }
    public required long OrdersMade { get; init; }

    /// <summary>Number of the oldest id in <see cref="LinkIds"/>, counted from 0 over the account's life.</summary>
    public required long LinkIdsFirst { get; init; }
    public required int LinkIdsCount { get; init; }

    /// <summary>The newest used ids, at most <see cref="Exchange.LinkIds.Capacity"/>, oldest first.</summary>
    [JsonIgnore]
    public IReadOnlyList<string> LinkIds { get; init; } = [];

    /// <summary>In the order of the account's first request to each symbol.</summary>
    public required IReadOnlyList<SavedDesk> Desks { get; init; }
}

/// <summary>One account's positions (one-way, hedge long, hedge short) and open orders on one symbol.</summary>
public sealed record SavedDesk
{
    public required string Symbol { get; init; }
    public required PositionMode PositionMode { get; init; }
    public required decimal Leverage { get; init; }
    public required long RangePrice { get; init; }
    public required bool IsRangePaused { get; init; }
    public required long RangeNumber { get; init; }
    public required IReadOnlyList<SavedPosition> Positions { get; init; }

    /// <summary>In the order in which they are served.</summary>
    public required IReadOnlyList<SavedOrder> Orders { get; init; }
}
