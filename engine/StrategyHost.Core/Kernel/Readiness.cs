using StrategyHost.Core.Domain;

namespace StrategyHost.Core.Kernel;

/// <summary>
/// What keeps entries from being made although nothing is wrong with them (contracts §2, warm-up and lateness): data or a private stream
/// that is down, an own order of unknown fate, a position that no plan knows. It says why; it never touches an exit.
/// </summary>
internal sealed class Readiness
{
    private readonly Dictionary<(AccountId? Account, Symbol? Symbol, string Source), string> _down = [];

    /// <summary>Takes a change, and tells the accounts whether all of their entries are held back.</summary>
    public void Take(ReadinessChanged change, AccountKernel[] accounts)
    {
        Take(change);
        Array.ForEach(accounts, a => a.IsHeldBack = HoldsBack(a.Account));
    }

    private void Take(ReadinessChanged change)
    {
        var key = (change.Account, change.Symbol, change.Source);
        if (change.IsReady)
        {
            _down.Remove(key);
        }
        else
        {
            _down[key] = change.Why;
        }
    }

    /// <summary>Something that all entries of an account need is down.</summary>
    private bool HoldsBack(AccountId account)
    {
        foreach (var (down, of, _) in _down.Keys)
        {
            if (of is null && (down is null || down == account))
            {
                return true;
            }
        }

        return false;
    }

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

        return account.Plans.Any(p => p.Symbol == symbol && p.HasUnknownOrder)
            ? $"the fate of an order on {symbol} is not known yet" : null;
    }
}
