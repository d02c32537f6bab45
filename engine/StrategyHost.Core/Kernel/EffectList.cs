namespace StrategyHost.Core.Kernel;

/// <summary>Effects of a step in their order. The caller empties it; steps only add.</summary>
public sealed class EffectList
{
    private readonly Queue<Effect> _effects = [];

    public int Count => _effects.Count;
    public void Add(Effect effect) => _effects.Enqueue(effect);
    public bool TryTake(out Effect? effect) => _effects.TryDequeue(out effect);
}
