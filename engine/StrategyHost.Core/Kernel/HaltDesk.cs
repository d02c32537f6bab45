using StrategyHost.Core.Domain;
using StrategyHost.Core.Risk;

namespace StrategyHost.Core.Kernel;

/// <summary>
/// The halts of one account. 1. While one holds nothing is entered in its scope; what rests there is taken back when it begins. 2. Exits,
/// stops, targets and trails never ask. 3. It survives a restart. 4. One scope has one halt at a time: of two that meet the later end
/// counts, so that no halt shortens another. 5. A resume lifts the halts that its scope contains; that of a whole account also releases
/// the loss limits that were reached.
/// </summary>
public sealed class HaltDesk
{
    private readonly AccountKernel _account;
    private readonly List<Halt> _halts = [];

    internal HaltDesk(AccountKernel account) => _account = account;

    /// <summary>Those that hold or will, in the order in which they were asked for. Others only look between two steps.</summary>
    public IReadOnlyList<Halt> Halts => _halts;

    /// <summary>As values; set where a run goes on.</summary>
    internal IReadOnlyList<Halt> State
    {
        get => [.. _halts];
        set
        {
            _halts.Clear();
            _halts.AddRange(value);
        }
    }

    internal Timestamp NextDue
    {
        get
        {
            var due = Timestamp.MaxValue;
            for (var i = 0; i < _halts.Count; i++)
            {
                due = _halts[i].NextDue is var next && next < due ? next : due;
            }

            return due;
        }
    }

    /// <summary>The halt that keeps a strategy from entering a symbol at a moment; null: none does.</summary>
    public Halt? Of(StrategyId strategy, Symbol symbol, Timestamp at)
    {
        for (var i = 0; i < _halts.Count; i++)
        {
            if (_halts[i].Holds(at) && _halts[i].Scope.Covers(strategy, symbol))
            {
                return _halts[i];
            }
        }

        return null;
    }

    /// <summary>The loss limits that keep entries out at a moment, by their codes.</summary>
    public IReadOnlyList<string> Limits(Timestamp at) => _account.Losses.Reached(at);

    /// <summary>Entries of a scope that have not ended.</summary>
    public IReadOnlyList<ClientOrderId> Resting(HaltScope scope) =>
    [
        .. _account.Plans.Where(p => scope.Covers(p.Strategy, p.Symbol)).SelectMany(p => p.Entries)
            .Where(e => !e.Order.IsFinal).Select(e => e.Order.Id),
    ];

    internal void Halt(HaltAsked asked, EffectList effects)
    {
        var halt = new Halt(asked.Scope, asked.At, asked.Until, asked.By, IsOn: false);
        foreach (var other in _halts.FindAll(halt.Meets))
        {
            halt = halt.Joined(other);
            _halts.Remove(other);
        }

        _halts.Add(halt);
        Pass(asked.At, effects);
    }

    /// <summary>With an until: entries are on up to then, and halted again after it.</summary>
    internal void Resume(ResumeAsked asked, EffectList effects)
    {
        var lifted = _halts.RemoveAll(h => asked.Scope.Contains(h.Scope));
        var released = asked.Scope == HaltScope.All ? _account.Losses.Release(asked.At) : [];
        if (asked.Until is { } until)
        {
            _halts.Add(new Halt(asked.Scope, until, null, asked.By, IsOn: false));
        }

        var still = string.Join(", ", _halts.Where(h => h.Holds(asked.At)).Select(h => h.Scope));
        var left = still.Length > 0 ? "; still halted: " + still : "";
        var limits = released.Count > 0 ? $"; released: {string.Join(", ", released)}" : "";
        Say(asked.At, "resumed", $"{asked.By} resumes {asked.Scope}{(lifted == 0 && limits.Length == 0 ? ", which was not halted" : "")}"
            + $"{(asked.Until is { } end ? $" until {end}" : "")}{limits}{left}", effects);
    }

    /// <summary>Halts that begin or end by now.</summary>
    internal void Pass(Timestamp at, EffectList effects)
    {
        for (var i = 0; i < _halts.Count; i++)
        {
            var halt = _halts[i];
            if (halt.IsOver(at))
            {
                _halts.RemoveAt(i--);
                Say(at, "resumed", $"the halt of {halt.Scope} by {halt.By} has ended", effects);
            }
            else if (!halt.IsOn && halt.Holds(at))
            {
                _halts[i] = halt with { IsOn = true };
                var until = halt.Until is { } end ? $"until {end}" : "until somebody resumes";
                Say(at, "halted", $"{halt.By} halts {halt.Scope} {until}: entries stop, exits and protection go on", effects);
                Cancel(halt.Scope, effects);
            }
        }
    }

    /// <summary>Takes back what rests in a scope; what is on its way is taken back as well.</summary>
    private void Cancel(HaltScope scope, EffectList effects)
    {
        foreach (var plan in _account.Plans)
        {
            if (scope.Covers(plan.Strategy, plan.Symbol))
            {
                plan.Entries.ForEach(e => _account.Cancel(e, effects));
            }
        }
    }

    private void Say(Timestamp at, string code, string text, EffectList effects) =>
        effects.Add(new Alert(_account.Account, at, code, text));
}
