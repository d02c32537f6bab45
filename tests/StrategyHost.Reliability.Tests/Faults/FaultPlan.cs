using StrategyHost.Reliability.Tests.World;

namespace StrategyHost.Reliability.Tests.Faults;

/// <summary>One fault that struck, for the replay file; shrinking leaves single ones out.</summary>
internal readonly record struct Strike(FaultKind Kind, string Where, int Number);

/// <summary>How likely each fault is at each place where it can strike; 0: it is off.</summary>
internal sealed record FaultRates
{
    private readonly double[] _rates = new double[Enum.GetValues<FaultKind>().Length];

    public double this[FaultKind kind] => _rates[(int)kind];

    public IEnumerable<FaultKind> On => Enum.GetValues<FaultKind>().Where(k => _rates[(int)k] > 0);

    public FaultRates With(FaultKind kind, double rate)
    {
        var changed = new FaultRates();
        _rates.CopyTo(changed._rates, 0);
        changed._rates[(int)kind] = rate;
        return changed;
    }
}

/// <summary>
/// Decides when faults strike. Each kind at each place has dice of its own: a fault that is switched off or left out changes what happens,
/// but not what the others draw.
/// </summary>
internal sealed class FaultPlan(ulong seed, FaultRates rates, IReadOnlySet<Strike> leftOut)
{
    private readonly Dictionary<(FaultKind, string), (Dice Dice, int Count)> _places = [];
    private readonly int[] _struck = new int[Enum.GetValues<FaultKind>().Length];

    /// <summary>Faults strike; afterwards things go well until the end.</summary>
    public bool IsOn { get; set; } = true;
    public List<Strike> Strikes { get; } = [];
    public IReadOnlyList<int> Struck => _struck;

    public bool IsDrawn(FaultKind kind) => rates[kind] > 0;

    /// <param name="kind">What may strike.</param>
    /// <param name="where">An account's name, or another place.</param>
    public bool Hits(FaultKind kind, string where)
    {
        if (!IsOn || rates[kind] <= 0)
        {
            return false;
        }

        if (!_places.TryGetValue((kind, where), out var place))
        {
            place = (Dice.Of(seed, $"{kind}/{where}"), 0);
        }

        var hits = place.Dice.Chance(rates[kind]);
        var strike = new Strike(kind, where, place.Count + 1);
        _places[(kind, where)] = (place.Dice, place.Count + (hits ? 1 : 0));
        if (!hits || leftOut.Contains(strike))
        {
            return false;
        }

        _struck[(int)kind]++;
        Strikes.Add(strike);
        return true;
    }
}
