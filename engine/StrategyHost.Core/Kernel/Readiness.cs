using StrategyHost.Core.Domain;

namespace StrategyHost.Core.Kernel;

/// <summary>
/// What keeps entries from being made although nothing is wrong with them (contracts §2, warm-up and lateness): data or a private stream
/// that is down, an own order of unknown fate, a position that no plan knows, an equity that is not known. It says why; it never touches an
/// exit.
/// </summary>
internal sealed class Readiness
{
    /// <summary>In the order in which they went down: what is said of one account does not depend on the other's (I-12).</summary>
    private readonly List<((AccountId? Account, Symbol? Symbol, string Source) Of, string Why)> _down = [];

    /// <summary>Takes a change, and tells the accounts whether all of their entries are held back.</summary>
    public void Take(ReadinessChanged change, AccountKernel[] accounts)
    {
        Take(change);
        Array.ForEach(accounts, a => a.IsHeldBack = HoldsBack(a.Account));
    }

    private void Take(ReadinessChanged change)
    {
        var key = (change.Account, change.Symbol, change.Source);
        var place = _down.FindIndex(d => d.Of == key);
        if (change.IsReady)
        {
            _down.RemoveAll(d => d.Of == key);
        }
        else if (place < 0)
        {
            _down.Add((key, change.Why));
        }
        else
        {
            _down[place] = (key, change.Why);
        }
    }

    /// <summary>Something that all entries of an account need is down.</summary>
    private bool HoldsBack(AccountId account)
    {
        foreach (var ((down, of, _), _) in _down)
        {
            if (of is null && (down is null || down == account))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>
    /// Lets accounts ask for what they have accepted and hold back until its time: it is judged anew when it is sent, by all that may have
    /// changed since (readiness, halts, windows, limits, the mirror's gate).
    /// </summary>
    public void Guard(AccountKernel[] accounts, MirrorGate gate) => Array.ForEach(accounts, account => account.NotNow = (plan, at) =>
        Objection(account, plan.Symbol)
        ?? (account.Account == AccountId.Mirror ? gate.Objection(at) : null)
        ?? account.Losses.Objection(plan.Strategy, plan.Symbol, at)?.Message);

    /// <summary>Why no entry may be made now; null: it may.</summary>
    public string? Objection(AccountKernel account, Symbol symbol)
    {
        foreach (var ((down, of, _), why) in _down)
        {
            if ((down is null || down == account.Account) && (of is null || of == symbol))
            {
                return why;
            }
        }

        if (account.Foreign.Has(symbol))
        {
            return $"there is a position on {symbol} that no strategy of this run knows; close it, or trade another symbol";
        }

        if (LossWatch.Unpriced(account) is { } unpriced)
        {
            return $"no price of {unpriced} is known, where a position is open: neither equity nor loss limits can be judged";
        }

        return account.Plans.Any(p => p.Symbol == symbol && p.HasUnknownOrder)
            ? $"the fate of an order on {symbol} is not known yet" : null;
    }
}
