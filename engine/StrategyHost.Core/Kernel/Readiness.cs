using StrategyHost.Core.Domain;

namespace StrategyHost.Core.Kernel;

/// <summary>
/// What keeps entries from being made although nothing is wrong with them (contracts §2, warm-up and lateness): data or a private stream
/// that is down, an own order of unknown fate, a position that no plan knows. It says why; it never touches an exit.
/// </summary>
internal sealed class Readiness
{
    private readonly Dictionary<(AccountId? Account, Symbol? Symbol, string Source), string> _down = [];
    private readonly Dictionary<(AccountId, Symbol, PositionIdx), PositionReport> _found = [];

    public void Take(ReadinessChanged change)
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

    /// <summary>Takes found positions over; each leaves an alert.</summary>
    public void Take(PositionsFound found, EffectList effects)
    {
        foreach (var position in found.Positions.Where(p => !p.Size.IsZero))
        {
            _found[(found.Account, position.Symbol, position.PositionIdx)] = position;
            var stop = position.StopLoss is { } price ? $"its stop is {price}" : "it has NO stop";
            effects.Add(new Alert(found.Account, found.At, "position_found",
                $"{position.Side.Text()} {position.Size} {position.Symbol} belongs to no plan of this run; {stop}; "
                + "entries there are refused"));
        }
    }

    /// <summary>
    /// A position that appears while no plan is on its symbol (an entry of an earlier run that filled meanwhile, a trade by hand) is found
    /// as well. Called after the account took the reports.
    /// </summary>
    public void Look(AccountKernel account, IReadOnlyList<ExchangeReport> reports, EffectList effects)
    {
        for (var i = 0; i < reports.Count; i++)
        {
            if (reports[i] is PositionReport { Size.IsZero: false } shown && shown.Account == account.Account
                && !reports.Skip(i + 1).Any(r => r is FillReport f && f.Symbol == shown.Symbol) // else it may be gone again
                && !account.Plans.Any(p => p.Symbol == shown.Symbol && p.PositionIdx == shown.PositionIdx)
                && !_found.ContainsKey((shown.Account, shown.Symbol, shown.PositionIdx)))
            {
                Take(new PositionsFound(account.Account, [shown]) { At = shown.At }, effects);
            }
        }
    }

    /// <summary>A found position is gone when the exchange says that it is flat.</summary>
    public void Take(IReadOnlyList<ExchangeReport> reports)
    {
        for (var i = 0; _found.Count > 0 && i < reports.Count; i++)
        {
            if (reports[i] is PositionReport { Size.IsZero: true } flat)
            {
                _found.Remove((flat.Account, flat.Symbol, flat.PositionIdx));
            }
        }
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

        if (_found.Keys.Any(k => k.Item1 == account.Account && k.Item2 == symbol))
        {
            return $"there is a position on {symbol} that no strategy of this run knows; close it, or trade another symbol";
        }

        return account.Plans.Any(p => p.Symbol == symbol && p.HasUnknownOrder)
            ? $"the fate of an order on {symbol} is not known yet" : null;
    }
}
