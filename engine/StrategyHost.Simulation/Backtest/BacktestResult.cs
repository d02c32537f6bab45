using StrategyHost.Core.Accounts;
using StrategyHost.Core.Domain;
using StrategyHost.Core.Strategies;

namespace StrategyHost.Simulation.Backtest;

/// <summary>Everything that one backtest run found out; reports, CSVs and JSON are views of it.</summary>
public sealed record BacktestResult
{
    public required IReadOnlyList<ScriptUsed> Strategies { get; init; }

    /// <summary><c>javascriptcore</c> or <c>jint</c>.</summary>
    public required string Engine { get; init; }
    public required DataUsed Data { get; init; }
    public required string FillModel { get; init; }

    /// <summary>One sentence each: what the simulation assumed.</summary>
    public required IReadOnlyList<string> Assumptions { get; init; }

    /// <summary>Shown at the top of every report, for example a callback that never ran.</summary>
    public required IReadOnlyList<string> Warnings { get; init; }
    public required long Seed { get; init; }
    public required long WallMs { get; init; }

    /// <summary>Market events ÷ wall time of the replay loop alone.</summary>
    public required double EventsPerSecond { get; init; }
    public required SignalCounts Signals { get; init; }
    public required IReadOnlyList<SignalRow> SignalLedger { get; init; }
    public required IReadOnlyList<AccountResult> Accounts { get; init; }

    /// <summary>Orders of all accounts in the order of their Seq.</summary>
    public required IReadOnlyList<OrderRecord> Orders { get; init; }

    /// <summary>Trades of all accounts in the order of their exits; each names its account.</summary>
    public required IReadOnlyList<TradeRecord> Trades { get; init; }

    /// <summary>Price for the chart, thinned to at most some thousand candles per symbol.</summary>
    public required IReadOnlyList<PriceSeries> Prices { get; init; }
    public IReadOnlyList<string> Logs { get; init; } = [];

    /// <summary>Where the scripts spent their time; the only figures besides the wall time that differ from run to run.</summary>
    public IReadOnlyList<CallbackTime> Profile { get; init; } = [];

    /// <summary>The signal that asked for an order, by orderLinkId; orders of the host's own (protection) are not in it.</summary>
    public IReadOnlyDictionary<string, string> SignalOfOrder { get; init; } = new Dictionary<string, string>();

    /// <summary>The run was cut short; everything here is true of the part that ran.</summary>
    public bool WasCancelled { get; init; }

    /// <summary>The first fault of a script; its strategy was parked, its protection stayed.</summary>
    public ScriptFault? Fault { get; init; }
}

public sealed record ScriptUsed(StrategyId Strategy, string File, string Sha256);

/// <summary>Synthetic data are named as such wherever the run shows (contracts §1).</summary>
public sealed record DataUsed(IReadOnlyList<string> Files, long Events, Timestamp From, Timestamp To, string Sha256, bool IsSynthetic);

/// <summary>Refused counts by stable code.</summary>
public sealed record SignalCounts(long Accepted, IReadOnlyDictionary<string, long> Refused, long Expired, long DroppedWarming);

/// <summary>One signal and what became of it. Outcome: <c>accepted</c> or the refusal's code.</summary>
public sealed record SignalRow(string SignalId, Timestamp Time, StrategyId Strategy, Symbol Symbol, string Action, string Outcome,
    string Text, string Tag, string Reason)
{
    /// <summary>What was wrong with a refused one: field, value and rule.</summary>
    public Error? Error { get; init; }

    /// <summary>The callback that returned it.</summary>
    public string Callback { get; init; } = "";
}

/// <summary>Candles for a chart: start in ms, prices as doubles.</summary>
public sealed record PriceSeries(Symbol Symbol, IReadOnlyList<ChartCandle> Candles);

public readonly record struct ChartCandle(long StartMs, double Open, double High, double Low, double Close);

/// <summary>Mark-to-market equity of one account at a moment.</summary>
public readonly record struct EquityPoint(Timestamp Time, decimal Equity);

/// <summary>Uncovered time of one account: naked milliseconds with a position and no full stop; smallest covered share seen.</summary>
public sealed record Coverage(long NakedMs, decimal MinPercent);

/// <summary>One account's outcome. Never added to another's (rule 13).</summary>
public sealed record AccountResult
{
    public required AccountId Account { get; init; }
    public required decimal StartEquity { get; init; }

    /// <summary>Wallet plus open positions at the last price, without exit fees.</summary>
    public required decimal EndEquity { get; init; }
    public required int OpenPositions { get; init; }
    public required decimal Fees { get; init; }
    public required decimal Funding { get; init; }
    public required decimal Slippage { get; init; }

    /// <summary>By the host's fold of executions, before fees and funding.</summary>
    public decimal RealisedPnl { get; init; }

    /// <summary>As the exchange has it at the end: start + realised − fees − funding, exactly.</summary>
    public decimal WalletBalance { get; init; }

    /// <summary>So many executions were booked.</summary>
    public long Executions { get; init; }

    /// <summary>
    /// Largest fall of mark-to-market equity below its peak, sampled at each market event: percent of the peak, and quote units.
    /// </summary>
    public required decimal MaxDrawdownPercent { get; init; }
    public required decimal MaxDrawdown { get; init; }

    /// <summary>Equity at the end of each UTC day, first the start, last the end.</summary>
    public required IReadOnlyList<EquityPoint> DailyEquity { get; init; }

    /// <summary>Equity for the chart: at least each closed trade, thinned to some thousand points.</summary>
    public required IReadOnlyList<EquityPoint> EquityCurve { get; init; }
    public required Coverage Coverage { get; init; }

    /// <summary>Milliseconds with an open position.</summary>
    public required long ExposureMs { get; init; }

    /// <summary>
    /// What the account was watched for and found, by code (mission 004): too much capital in entries, entries that wait too long, losing
    /// trades, drawdown. No warnings of the run: it may be meant.
    /// </summary>
    public IReadOnlyList<FoundUnder> Findings { get; init; } = [];
}
