using StrategyHost.Core.Domain;
using StrategyHost.Core.Kernel;
using StrategyHost.Core.Kernel.Saved;
using StrategyHost.Core.MarketData;
using StrategyHost.Core.Strategies;
using StrategyHost.Simulation.Tests.Scenarios;
using StrategyHost.Storage.Journal;
using Xunit;

namespace StrategyHost.Simulation.Tests.Saved;

/// <summary>
/// A kernel that saves, looked at after every step; and from a chosen step on a second one that was restored from its state and is told the
/// same.
/// </summary>
internal sealed class SavedRun(EngineOptions options, IScriptInstance script, TroubledLine line, int restoreAt) : IDrivenEngine
{
    private readonly EngineOptions _options = options with { SavesState = true };
    private readonly EngineKernel _kernel = new(options with { SavesState = true });
    private readonly EffectList _effects = new();
    private readonly SavedFold _fold = new();
    private readonly SavedFold _second = new();
    private EngineKernel? _restored;
    private int _steps;
    private long _given;
    private long _decided;

    public Timestamp NextDue => _kernel.NextDue;
    public bool HasRestored => _restored is not null;
    public int OpenAtRestore { get; private set; }
    public int ComparedEffects { get; private set; }
    public int Saves { get; private set; }
    public int Effects { get; private set; }

    public void Step(long ms, Func<Timestamp, EngineInput> input)
    {
        var at = new Timestamp(ms);
        var calls = new Queue<CallScript>();
        Both(input(at), calls);
        while (calls.TryDequeue(out var call))
        {
            var answer = script.Call(call.Call, call.View);
            _given += answer.Value.IsNothing ? 0 : Count(answer.Value);
            Both(new ScriptReturned(call.Strategy, call.Call, answer) { At = at }, calls);
        }

        if (++_steps >= restoreAt && _restored is null && _given == _decided)
        {
            TryRestore();
        }
    }

    public static SavedEngine ThroughJson(SavedEngine saved) => new()
    {
        Accounts = [.. saved.Accounts.Select(a => Through(new AccountSaved(a.Account, a)).State)],
        Plans = [.. saved.Plans.Select(p => Through(new PlanSaved(p.Account, p)).Plan)],
    };

    private static T Through<T>(T effect)
        where T : Effect
    {
        var row = JournalCodec.Encode(new JournalStamp(1, 0, new Timestamp(1)), effect);
        return Assert.IsType<T>(JournalCodec.Decode(row).Value);
    }

    private static int Count(ScriptValue value) => value.Kind == ScriptValueKind.Array ? value.Items.Count : 1;

    private void Both(EngineInput input, Queue<CallScript> calls)
    {
        _kernel.Step(input, _effects);
        var all = new List<Effect>();
        while (_effects.TryTake(out var effect))
        {
            all.Add(effect!); // TryTake said that there is one
            Take(effect!);
            if (effect is CallScript call)
            {
                calls.Enqueue(call);
            }
        }

        IsFolded();
        if (_restored is null)
        {
            return;
        }

        _restored.Step(input, _effects);
        var same = new List<Effect>();
        while (_effects.TryTake(out var effect))
        {
            same.Add(effect!); // as above
        }

        Assert.Equal(all.Where(e => e is not SaveEffect).Select(Text), same.Where(e => e is not SaveEffect).Select(Text));
        same.ForEach(_second.Take);
        if (_second.Engine.Accounts.Count == _fold.Engine.Accounts.Count)
        {
            Assert.Equal(StateHash.Of(Lasts(_restored.Save())), StateHash.Of(Lasts(_second.Engine))); // its own saves are enough
        }

        ComparedEffects += all.Count(e => e is AccountEffect);
        if (_steps % 20 == 0)
        {
            Assert.Equal(StateHash.Of(_kernel.Save()), StateHash.Of(_restored.Save()));
        }
    }

    private void Take(Effect effect)
    {
        line.Take(effect);
        Effects++;
        Saves += effect is SaveEffect ? 1 : 0;
        _decided += effect is SignalDecided ? 1 : 0;
        _fold.Take(effect);
        switch (effect)
        {
            case PlaceOrder place:
                Assert.Contains(Orders(place.Account), o => o.Order.Request.ClientOrderId == place.Request.ClientOrderId);
                break;
            case AmendOrder { Amendment.ClientOrderId: var id } amend:
                Assert.Contains(Orders(amend.Account), o => o.Order.Request.ClientOrderId == id);
                break;
            case CancelOrder cancel:
                Assert.Contains(Orders(cancel.Account), o => o.Order.Request.ClientOrderId == cancel.Id);
                break;
            case SetTradingStop { Wanted: var stop } set:
                var account = _fold.Engine.Accounts.Single(a => a.Account == set.Account);
                Assert.Contains(account.Legs, l => l.Symbol == stop.Symbol && l.Idx == stop.PositionIdx && l.FullStop != default);
                break;
        }
    }

    private IEnumerable<SavedOrder> Orders(AccountId account) =>
        _fold.Engine.Plans.Where(p => p.Account == account).SelectMany(p => p.Orders);

    /// <summary>What the effects told so far is what there is, but for what the market alone moves.</summary>
    private void IsFolded()
    {
        var saved = _kernel.Save();
        if (saved.Plans.Count > 0 || _fold.Engine.Plans.Count > 0)
        {
            Assert.Equal(StateHash.Of(Lasts(saved)), StateHash.Of(Lasts(_fold.Engine)));
        }
    }

    private static SavedEngine Lasts(SavedEngine saved) => new()
    {
        Accounts = [.. saved.Accounts.Select(Lasting.Of)],
        Plans = [.. saved.Plans.Where(p => !p.IsFinished).Select(Lasting.Of)],
    };

    private void TryRestore()
    {
        var saved = _kernel.Save();
        if (saved.Accounts.Any(a => a.Leads.Any(l => l.IsDelayed)) || saved.Plans.All(p => p.IsFinished))
        {
            return;
        }

        var restored = new EngineKernel(_options);
        Assert.Empty(restored.Restore(ThroughJson(saved)));
        Assert.Equal(StateHash.Of(saved), StateHash.Of(restored.Save()));
        OpenAtRestore = saved.Plans.Count(p => !p.IsFinished);
        foreach (var instrument in _options.Instruments)
        {
            Copy(_kernel.Market[instrument.Symbol], restored.Market[instrument.Symbol]);
        }

        _restored = restored;
    }

    private static void Copy(SymbolMarket from, SymbolMarket to)
    {
        (to.Last, to.HasTrades, to.RecordedMark, to.RecordedIndex) = (from.Last, from.HasTrades, from.RecordedMark, from.RecordedIndex);
        (to.Bid, to.Ask) = (from.Bid, from.Ask);
    }

    private static string Text(Effect effect) => effect switch
    {
        CallScript { Call: var call, View: var view } =>
            $"{call} {view.WalletBalance:R} {string.Join(';', view.Positions)} {string.Join(';', view.Orders)}",
        _ => effect.ToString(),
    };
}
