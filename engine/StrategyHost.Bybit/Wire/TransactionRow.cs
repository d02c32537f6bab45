namespace StrategyHost.Bybit.Wire;

/// <summary>
/// A change of the wallet, of <c>transaction-log</c> (Bybit V5, read 2026-07-24). <see cref="CashFlow"/> is the realised profit before
/// fees;
/// <see cref="TradeId"/> is the execution's id. What is not read here stays in the extension data.
/// </summary>
public sealed class TransactionRow : WireObject
{
    public string? Symbol { get; set; }
    public string? TradeId { get; set; }
    public decimal? CashFlow { get; set; }
    public long? TransactionTime { get; set; }
}
