using StrategyHost.Core.Domain;

namespace StrategyHost.Core.Protection;

/// <summary>
/// Splits a position over the rungs of a target ladder, exactly: the parts are multiples of the lot and sum to the position (floored to the
/// lot), by largest remainder, earlier rungs first on a tie.
/// </summary>
public static class TakeProfitLadder
{
    public static Quantity[] Split(Quantity total, IReadOnlyList<decimal> shares, Quantity lot)
    {
        var lots = total.Units / lot.Units;
        if (shares.Count == 1)
        {
            return [new Quantity(lots * lot.Units)];
        }

        var sum = shares.Sum();
        var parts = new long[shares.Count];
        var remainders = new (decimal Fraction, int Index)[shares.Count];
        for (var i = 0; i < shares.Count; i++)
        {
            var exact = lots * shares[i] / sum;
            parts[i] = (long)decimal.Floor(exact);
            remainders[i] = (exact - parts[i], i);
        }

        var left = lots - parts.Sum();
        foreach (var (_, index) in remainders.OrderByDescending(r => r.Fraction).ThenBy(r => r.Index).Take((int)left))
        {
            parts[index]++;
        }

        return [.. parts.Select(p => new Quantity(p * lot.Units))];
    }

    /// <summary>
    /// What each rung still has to sell of the present position: the split of what the ladder covers in all (position plus filled rungs)
    /// less what each rung has filled; never more than the position, the furthest rungs give way.
    /// </summary>
    public static Quantity[] Remaining(Quantity position, IReadOnlyList<decimal> shares, IReadOnlyList<Quantity> filled, Quantity lot)
    {
        var taken = 0L;
        for (var i = 0; i < filled.Count; i++)
        {
            taken += filled[i].Units;
        }

        var rest = Split(new Quantity(position.Units + taken), shares, lot);
        var free = position.Units;
        for (var i = 0; i < rest.Length; i++)
        {
            var wanted = Math.Clamp(rest[i].Units - filled[i].Units, 0, free);
            rest[i] = new Quantity(wanted);
            free -= wanted;
        }

        // What a rung filled beyond its part was taken from others; what is free then belongs to the last rung that is not done.
        for (var i = rest.Length - 1; i >= 0 && free >= lot.Units; i--)
        {
            if (filled[i].IsZero || i == 0)
            {
                rest[i] += new Quantity(free / lot.Units * lot.Units);
                break;
            }
        }

        return rest;
    }
}
