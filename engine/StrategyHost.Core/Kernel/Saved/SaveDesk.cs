using System.Runtime.InteropServices;
using StrategyHost.Core.Planning;

namespace StrategyHost.Core.Kernel.Saved;

/// <summary>
/// Says of one account what a step changed that must not be forgotten. 1. The market alone moves nothing that is said here: the best
/// price of a trail is saved with the stop that was sent for it. 2. A step that sent nothing and was told nothing is looked at by a sum
/// over plain fields, without making anything. 3. A finished plan is said once as finished, and again when a late report changes it.
/// 4. From time to time, and in the first step, everything is said: nobody has to read a journal from its beginning.
/// </summary>
internal sealed class SaveDesk(AccountKernel account)
{
    /// <summary>Everything is said again after so many saves of the account.</summary>
    private const int WholeEvery = 1000;

    /// <summary>Finished plans whose executions may still be told again after a restart.</summary>
    private const int RecentMax = 64;
    private readonly Dictionary<long, string> _plans = [];
    private readonly List<TradePlan> _recent = [];
    private readonly List<TradePlan> _noted = [];
    private string _account = "";
    private ulong _sum;
    private int _sinceWhole = WholeEvery;

    /// <summary>The plans that finished last, oldest first.</summary>
    public IReadOnlyList<TradePlan> Recent => _recent;

    /// <summary>Something happened to a plan, maybe to one that is finished.</summary>
    public void Note(TradePlan plan)
    {
        if (!_noted.Contains(plan))
        {
            _noted.Add(plan);
        }
    }

    /// <summary>Remembers a plan that has finished, of an earlier kernel too.</summary>
    public void Finished(TradePlan plan)
    {
        _recent.Remove(plan);
        _recent.Add(plan);
        if (_recent.Count > RecentMax)
        {
            _recent.RemoveAt(0);
        }
    }

    /// <summary>The next look says everything again: the journal may have lost some of it.</summary>
    public void Anew() => _sinceWhole = WholeEvery;

    /// <summary>
    /// Adds the saves of a step. Loud: it sent something or was told something. Told: it says of orders or trades that they are over, which
    /// counts with a save.
    /// </summary>
    public void Look(bool isLoud, bool hasTold, EngineView engine, EffectList effects)
    {
        var sum = Sum(engine);
        if (!isLoud && !hasTold && sum == _sum && _noted.Count == 0)
        {
            return;
        }

        _sum = sum;
        foreach (var plan in _noted.Where(p => !account.Parts.Plans.Contains(p)))
        {
            Finished(plan);
        }

        if (_sinceWhole >= WholeEvery)
        {
            SaveAll(engine, effects);
            return;
        }

        var known = account.Parts.Known.ToArray();
        var any = false;
        foreach (var plan in account.Parts.Plans)
        {
            _noted.Remove(plan);
            any |= Save(PlanSaves.Of(plan, known, isFinished: false), effects);
        }

        foreach (var plan in _noted)
        {
            any |= Save(PlanSaves.Of(plan, known, isFinished: true), effects);
        }

        _noted.Clear();
        var state = engine.Save(account);
        var text = StateText.Lasting(state);
        if (any || hasTold || text != _account)
        {
            _account = text;
            _sinceWhole++;
            effects.Add(new AccountSaved(account.Account, state));
        }
    }

    private void SaveAll(EngineView engine, EffectList effects)
    {
        _sinceWhole = 0;
        _noted.Clear();
        _plans.Clear();
        foreach (var plan in engine.Plans(account))
        {
            Save(plan, effects);
        }

        var state = engine.Save(account);
        _account = StateText.Lasting(state);
        effects.Add(new AccountSaved(account.Account, state) { IsWhole = true });
    }

    private bool Save(SavedPlan plan, EffectList effects)
    {
        var text = StateText.Lasting(plan);
        ref var last = ref CollectionsMarshal.GetValueRefOrAddDefault(_plans, plan.Number, out _);
        if (text == last)
        {
            return false;
        }

        last = text;
        if (plan.IsFinished)
        {
            _plans.Remove(plan.Number); // should it change once more it is said once more
        }

        effects.Add(new PlanSaved(account.Account, plan));
        return true;
    }

    /// <summary>A sum over what a step may change in silence.</summary>
    private ulong Sum(EngineView engine)
    {
        var sum = 14695981039346656037UL;
        void Add(long value) => sum = (sum ^ (ulong)value) * 1099511628211UL; // FNV-1a by words: the same in every run
        foreach (var plan in account.Parts.Plans)
        {
            var leg = plan.Leg;
            Add(plan.Number);
            Add((int)plan.Phase);
            Add((plan.IsStopForced ? 1 : 0) | (plan.KeepEntries ? 2 : 0) | (plan.Stop.Activated ? 4 : 0));
            Add((leg.IsShared ? 1 : 0) | (leg.IsConsolidated ? 2 : 0) | (leg.AwaitsPicture ? 4 : 0));
            Add((int)plan.Stop.Source);
            Add(plan.Size.Units);
            Add(plan.CloseAt?.Ms ?? -1);
            Add((long?)plan.MustClose ?? -1);
            Add(plan.CloseRetryAt.Ms);
            Add(plan.CloseAlarmAt.Ms);
            Add(plan.OwnStop?.Number ?? -1);
            Add(plan.NeighboursStop?.Number ?? -1);
            Add(leg.FullStop);
            Add(leg.ShownStop);
            Add(leg.EntriesStop);
            Add(leg.RetryAt?.Ms ?? -1);
            Add(leg.Refusals);
            Add(leg.TrancheStopsMax);
        }

        foreach (var leader in engine.Leaders(account))
        {
            Add(leader.Number);
            Add(leader.Follower?.Number ?? -1);
            Add((leader.Mirror.IsAtBreakeven ? 1 : 0) | (leader.Mirror.IsRoundedUp ? 2 : 0) | (engine.IsDelayed(leader) ? 4 : 0)
                | (leader.Mirror.IsPartlyFilled ? 8 : 0));
        }

        foreach (var halt in account.Halts.Halts)
        {
            Add(halt.From.Ms);
            Add(halt.IsOn ? 1 : 0);
        }

        Add(account.Losses.Step);
        Add(account.Watch?.Day ?? -1);
        Add(account.Parts.Touched.Count);
        Add(account.Numbers.Order);
        Add(engine.SignalsOf(account));
        return sum;
    }
}
