using StrategyHost.Core.Domain;
using StrategyHost.Core.MarketData;
using StrategyHost.Core.Risk;
using StrategyHost.Core.Strategies;

namespace StrategyHost.Core.Kernel;

/// <summary>One numbered input of the kernel. Time is part of it (rule 2); At never decreases. Closed hierarchy.</summary>
public abstract record EngineInput
{
    private protected EngineInput() { }
    public required Timestamp At { get; init; }
}

/// <summary>The strategies start: <c>on_start</c> is called.</summary>
public sealed record Started : EngineInput;

/// <summary>
/// Candles that closed at one instant, in the order of delivery: longest interval first, then in the order of the symbols. A range of more
/// than one candle is a quiet run: one series alone, and nothing but the market changes between its candles.
/// </summary>
public sealed record KlinesClosed(IReadOnlyList<KlineRange> Series) : EngineInput
{
    public bool Warming { get; init; }

    /// <summary>Fetched after they were news, for example after a reconnect.</summary>
    public bool Late { get; init; }
}

/// <summary>A candle that has not closed yet changed; for strategies that asked for <c>kline_updates</c>.</summary>
public sealed record KlineChanged(Symbol Symbol, Interval Interval, Kline Kline) : EngineInput;

/// <summary>Candles <c>[From, To)</c> of a block.</summary>
public readonly record struct KlineRange(KlineBlock Block, int From, int To)
{
    /// <summary>The series moves last price and trails: the finest of its symbol where no trades are fed.</summary>
    public bool Drives { get; init; }
}

/// <summary>Trades <c>[From, To)</c> were printed; more than one only in a quiet run.</summary>
public sealed record TradesPrinted(TradeBlock Block, int From, int To) : EngineInput;

/// <summary>The book of a symbol changed; best levels first. The lists are owned by the caller and read during the step only.</summary>
public sealed record BookChanged(Symbol Symbol, IReadOnlyList<BookLevel> Bids, IReadOnlyList<BookLevel> Asks) : EngineInput;

/// <summary>Mark, index or funding values changed; null leaves one as it is.</summary>
public sealed record MarkChanged(Symbol Symbol, Price? Mark, Price? Index, double? FundingRate, Timestamp? NextFunding) : EngineInput;

/// <summary>
/// The exchange reported; rows that arrived together are applied together before anything is concluded from them. The list is the caller's
/// and read during the step only.
/// </summary>
public sealed record Reported(IReadOnlyList<ExchangeReport> Reports) : EngineInput;

/// <summary>The script answered a call. Rows of a run that were consumed are part of the market from now on.</summary>
public sealed record ScriptReturned(StrategyId Strategy, ScriptCall Call, ScriptAnswer Answer) : EngineInput;

/// <summary>A script has not answered a call in its time by the wall clock: it is parked, and a late answer is not heard.</summary>
public sealed record ScriptOverdue(StrategyId Strategy, ScriptCall Call, long AfterMs) : EngineInput;

/// <summary>Time has come for what was due: expiries, time exits, <c>on_timer</c>, delayed mirror orders.</summary>
public sealed record TimePassed : EngineInput;

/// <summary>
/// Something that entries need came up or went down: with an account, that account's connection; with a symbol, that symbol's data; with
/// neither, all data. Source tells several of one kind apart. While one is down, entries are refused; exits and protection go on.
/// </summary>
public sealed record ReadinessChanged(AccountId? Account, Symbol? Symbol, string Source, bool IsReady, string Why) : EngineInput
{
    /// <summary>
    /// Source where an account's journal is not written. When it is again the account's next save is whole: some may be missing from it.
    /// </summary>
    public const string Journal = "journal";
}

/// <summary>
/// An account as its exchange shows it, whole and fresh: nothing that was reported before is missing from it, and what is not in it does
/// not exist. Given at the start and for every answer to <see cref="ReadAccount"/>. Positions: open ones only. Orders: those that have not
/// ended, whoever made them.
/// </summary>
public sealed record AccountShown(
    AccountId Account, decimal WalletBalance, IReadOnlyList<PositionReport> Positions, IReadOnlyList<OrderReport> Orders) : EngineInput;

/// <summary>A person wants something of one account. Closed hierarchy.</summary>
public abstract record OperatorAsked(AccountId Account) : EngineInput;

/// <summary>A person wants an account flat, or a part of it.</summary>
public sealed record FlattenAsked(AccountId Account, FlattenScope Scope) : OperatorAsked(Account);

/// <summary>A person wants the protection of an account put right now.</summary>
public sealed record RebalanceAsked(AccountId Account) : OperatorAsked(Account);

/// <summary>
/// A person wants nothing entered on an account, or a part of it, up to a moment or until it is resumed. By: who, for the record.
/// </summary>
public sealed record HaltAsked(AccountId Account, HaltScope Scope, string By) : OperatorAsked(Account)
{
    /// <summary>The first moment that is not halted any more; null: until somebody resumes.</summary>
    public Timestamp? Until { get; init; }

    /// <summary>Names a request that was kept while no host ran, for the journal to know it again; null: a host took it at once.</summary>
    public string? Request { get; init; }
}

/// <summary>
/// A person lifts the halts within a scope; of a whole account the loss limits that were reached are released as well.
/// </summary>
public sealed record ResumeAsked(AccountId Account, HaltScope Scope, string By) : OperatorAsked(Account)
{
    /// <summary>Entries are on up to this moment only, and halted again from then on; null: for good.</summary>
    public Timestamp? Until { get; init; }

    /// <summary>As that of <see cref="HaltAsked"/>.</summary>
    public string? Request { get; init; }
}

/// <summary>
/// The mirror is switched off or on. Off: it enters nothing and its resting entries are cancelled; its positions keep their protection and
/// follow main's closes.
/// </summary>
public sealed record MirrorSwitched(bool IsOn) : EngineInput;

/// <summary>
/// A strategy's <c>export_state</c> gave this JSON, which differs from what it gave before. It changes nothing here: the journal keeps it
/// for the strategy's next start.
/// </summary>
public sealed record StrategyStateSaved(StrategyId Strategy, string ScriptSha256, string Json) : EngineInput;

/// <summary>The run ends: <c>on_stop</c> is called, resting entries are cancelled, protection stays.</summary>
public sealed record Stopping : EngineInput
{
    /// <summary>Resting entries stay too (<c>onStop.entries: keep</c>).</summary>
    public bool KeepsEntries { get; init; }
}
