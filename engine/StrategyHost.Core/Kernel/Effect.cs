using StrategyHost.Core.Accounts;
using StrategyHost.Core.Domain;
using StrategyHost.Core.Kernel.Saved;
using StrategyHost.Core.Strategies;

namespace StrategyHost.Core.Kernel;

/// <summary>
/// What the kernel wants done outside. Effects come out in the order in which they have to happen; requests of one account are sent in the
/// order that <see cref="Ports.IExchangeAccount"/> promises, and each is answered by later inputs. Closed hierarchy.
/// </summary>
public abstract record Effect
{
    private protected Effect() { }
}

/// <summary>Effects on one account: executed by that account's executor and by nobody else.</summary>
public abstract record AccountEffect(AccountId Account) : Effect;

public sealed record PlaceOrder(AccountId Account, OrderRequest Request) : AccountEffect(Account)
{
    /// <summary>The signal that asked for it, for the journal; empty for protection and closes of the host's own.</summary>
    public string SignalId { get; init; } = "";
}

public sealed record AmendOrder(AccountId Account, OrderAmendment Amendment) : AccountEffect(Account);

public sealed record CancelOrder(AccountId Account, Symbol Symbol, ClientOrderId Id) : AccountEffect(Account);

public sealed record SetTradingStop(AccountId Account, TradingStop Wanted) : AccountEffect(Account)
{
    /// <summary>Number of the plan that it protects, for the journal; 0: of no plan.</summary>
    public long Plan { get; init; }
}

/// <summary>Ask the exchange for the account as it is; the answer comes as <see cref="AccountShown"/>.</summary>
public sealed record ReadAccount(AccountId Account) : AccountEffect(Account);

/// <summary>
/// What of an account must not be forgotten: for its journal alone, nothing is sent for it. The saves of a step come before all its other
/// effects, those of one account together, and they count only when its <see cref="AccountSaved"/>, the last of them, is there too.
/// </summary>
public abstract record SaveEffect(AccountId Account) : Effect;

/// <summary>A plan as it is after the step.</summary>
public sealed record PlanSaved(AccountId Account, SavedPlan Plan) : SaveEffect(Account);

/// <summary>What belongs to no plan, as it is after the step.</summary>
public sealed record AccountSaved(AccountId Account, SavedAccount State) : SaveEffect(Account)
{
    /// <summary>
    /// Every plan that counts was said in this step: nothing before it is needed to put the account together. The first of a run is.
    /// </summary>
    public bool IsWhole { get; init; }
}

/// <summary>Run the script; its answer comes back as <see cref="ScriptReturned"/>.</summary>
public sealed record CallScript(StrategyId Strategy, ScriptCall Call, ScriptView View) : Effect;

/// <summary>A finished trade, for the books of its account.</summary>
public sealed record TradeClosed(TradeRecord Trade) : Effect;

/// <summary>An order that has ended, for the books of its account.</summary>
public sealed record OrderClosed(OrderRecord Order) : Effect;

/// <summary>What became of a signal. Outcome: <c>accepted</c> or the refusal's code.</summary>
public sealed record SignalDecided(
    string SignalId, Timestamp At, StrategyId Strategy, Symbol Symbol, string Action, string Outcome, string Text, string Tag,
    string Reason) : Effect
{
    /// <summary>What was wrong with a refused one.</summary>
    public Error? Error { get; init; }
}

/// <summary>A text that the script logged.</summary>
public sealed record ScriptLogged(StrategyId Strategy, Timestamp At, string Text) : Effect;

/// <summary>
/// The strategy is parked after a fault: it is not called again until a new version is installed; its plans and protection stay.
/// </summary>
public sealed record StrategyParked(StrategyId Strategy, Timestamp At, ScriptFault Fault) : Effect;

/// <summary>
/// A version that took over not long ago faulted: its events wait for the version that comes now (<see cref="StrategyReplaced"/>), or for
/// <see cref="StrategyReleased"/>, which parks it.
/// </summary>
public sealed record StrategyFaulted(StrategyId Strategy, Timestamp At, ScriptFault Fault) : Effect;

/// <summary>Something a person should know about an account: stable code and one sentence.</summary>
public sealed record Alert(AccountId Account, Timestamp At, string Code, string Text) : AccountEffect(Account);
