namespace StrategyHost.Core.Domain;

/// <summary>Why a trade ended; the names of contracts §1 in lower case with underscores.</summary>
public enum ExitReason { StopLoss, TrailingStop, Breakeven, TakeProfit, InstantTp, Signal, Time, Group, Liquidation, Emergency, Manual }
