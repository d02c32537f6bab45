using StrategyHost.Core.Accounts;
using StrategyHost.Core.Domain;
using StrategyHost.Core.Risk;

namespace StrategyHost.Core.Kernel;

/// <summary>
/// Looks at an account's equity after whatever may have changed it, and at its closed trades; when a limit is reached the resting entries
/// are taken back and new ones refused. Exits and protection go on.
/// </summary>
internal sealed class LossWatch(AccountKernel account, RiskSettings risk)
{
    private readonly LossLatches _latches = new(risk, account.Setup.StartBalance);
    private readonly TradeLatches _trades = new(risk);
    private readonly EntryThrottle _throttle = new(risk);
    private string? _news;

    /// <summary>Some limit is set: the equity has to be looked at event by event.</summary>
    public bool IsOn => _latches.IsOn;

    /// <summary>What the limits of the equity remember; set where a run goes on.</summary>
    public LatchState State
    {
        get => _latches.State;
        set => _latches.State = value;
    }

    /// <summary>As that, of the trades.</summary>
    public TradeLatchState Trades
    {
        get => _trades.State;
        set => _trades.State = value;
    }

    /// <summary>Moments of the last entries; set where a run goes on.</summary>
    public IReadOnlyList<Timestamp> Throttle
    {
        get => _throttle.State;
        set => _throttle.State = value;
    }

    /// <summary>Changes when time alone has moved something that is saved.</summary>
    public long Step => (_latches.Day * 31) + _latches.Step;

    /// <summary>How the account stands for an entry of a strategy.</summary>
    public EntryMoment Moment(StrategyId strategy, Symbol symbol, Timestamp at) => new(at)
    {
        Halt = account.Halts.Of(strategy, symbol, at),
        LossLimit = _latches.Closed(at),
        CoolsUntil = _trades.CoolsUntil(at),
        Expectancy = _trades.Average,
        EntriesLastMinute = _throttle.Count(at),
    };

    /// <summary>What keeps every entry of a strategy on a symbol out now; null: nothing.</summary>
    public Error? Objection(StrategyId strategy, Symbol symbol, Timestamp at) =>
        RiskRules.Check(Moment(strategy, symbol, at) with { EntriesLastMinute = 0 }, risk);

    /// <summary>The limits that are reached, by their codes.</summary>
    public IReadOnlyList<string> Reached(Timestamp at) => [.. _latches.Reached(at), .. _trades.Reached(at)];

    /// <summary>A person lets the account go on: the limits that were reached count anew from here. Gives their codes.</summary>
    public IReadOnlyList<string> Release(Timestamp at)
    {
        var reached = Reached(at);
        _latches.Release(at);
        _trades.Release(at);
        return reached;
    }

    /// <summary>An entry is sent, or held until its activation.</summary>
    public void Entered(Timestamp at) => _throttle.Entered(at);

    /// <summary>A trade has closed; what follows of it is done with the next look, when all that came together has been taken.</summary>
    public void Closes(TradeRecord? trade) => _news = trade is null ? _news : _trades.Closes(trade.NetPnl, trade.ExitTime) ?? _news;

    public void Look(Timestamp at, EffectList effects)
    {
        if (_news is { } code)
        {
            _news = null;
            Stop(code, at, effects);
        }

        if (_latches.IsOn && IsKnown(account) && _latches.Observe(account.Equity, at) is { } limit)
        {
            Stop(limit, at, effects);
        }
    }

    private void Stop(string code, Timestamp at, EffectList effects)
    {
        OrderLinks.CancelAllEntries(account, effects);
        effects.Add(new Alert(account.Account, at, code, $"equity is {account.Equity:0.##}: entries stop, exits and protection go on"));
    }

    /// <summary>The equity is known.</summary>
    public static bool IsKnown(AccountKernel account) => Unpriced(account) is null;

    /// <summary>
    /// After a start plans may be open whose symbol has no price yet: then the equity is not known. Gives the first such symbol.
    /// </summary>
    public static Symbol? Unpriced(AccountKernel account)
    {
        foreach (var plan in account.Plans)
        {
            if (!plan.Size.IsZero && account.Market[plan.Symbol].Mark == 0)
            {
                return plan.Symbol;
            }
        }

        return null;
    }
}
