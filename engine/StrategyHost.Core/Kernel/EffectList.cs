namespace StrategyHost.Core.Kernel;

/// <summary>Effects of a step in their order. The caller empties it; steps only add.</summary>
public sealed class EffectList
{
    private readonly Queue<Effect> _effects = [];

    public int Count => _effects.Count;
    public void Add(Effect effect) => _effects.Enqueue(effect);

    internal bool Any(Func<Effect, bool> condition)
    {
        foreach (var effect in _effects)
        {
            if (condition(effect))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Gives all to another list.</summary>
    internal void MoveTo(EffectList other)
    {
        while (_effects.TryDequeue(out var effect))
        {
            other.Add(effect);
        }
    }

    /// <summary>Gives some to another list; both keep their order.</summary>
    internal void MoveTo(EffectList other, Func<Effect, bool> which)
    {
        for (var left = _effects.Count; left > 0; left--)
        {
            var effect = _effects.Dequeue();
            (which(effect) ? other : this).Add(effect);
        }
    }

    public bool TryTake(out Effect? effect) => _effects.TryDequeue(out effect);
}
