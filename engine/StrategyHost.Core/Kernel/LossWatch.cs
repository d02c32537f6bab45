using StrategyHost.Core.Domain;
using StrategyHost.Core.Risk;

namespace StrategyHost.Core.Kernel;

/// <summary>
/// Looks at an account's equity after whatever may have changed it; when a loss limit is reached the resting entries are taken back and new
/// ones refused. Exits and protection go on.
/// </summary>
internal sealed class LossWatch(AccountKernel account, RiskSettings risk)
{
    private readonly LossLatches _latches = new(risk, account.Setup.StartBalance);

    /// <summary>Some limit is set: the equity has to be looked at event by event.</summary>
    public bool IsOn => _latches.IsOn;

    /// <summary>What they remember; set where a run goes on.</summary>
    public LatchState State
    {
        get => _latches.State;
        set => _latches.State = value;
    }

    public long Day => _latches.Day;

    public string? Closed(Timestamp at) => _latches.Closed(at);

    /// <summary>A person lets the account go on: the limits that were reached count anew from here. Gives their codes.</summary>
    public IReadOnlyList<string> Release(Timestamp at) => _latches.Release(at);

    public void Look(Timestamp at, EffectList effects)
    {
        if (!_latches.IsOn || !IsKnown() || _latches.Observe(account.Equity, at) is not { } code)
        {
            return;
        }

        OrderLinks.CancelAllEntries(account, effects);
        effects.Add(new Alert(account.Account, at, code, $"equity is {account.Equity:0.##}: entries stop, exits and protection go on"));
    }

    /// <summary>After a start plans may be open whose symbol has no price yet: then the equity is not known.</summary>
    private bool IsKnown()
    {
        foreach (var plan in account.Plans)
        {
            if (!plan.Size.IsZero && account.Market[plan.Symbol].Mark == 0)
            {
                return false;
            }
        }

        return true;
    }
}
