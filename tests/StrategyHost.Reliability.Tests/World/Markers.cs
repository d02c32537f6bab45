namespace StrategyHost.Reliability.Tests.World;

/// <summary>What a batch of runs must have reached, or it has proved nothing (reliability.md §4.6).</summary>
internal sealed class Markers
{
    private readonly SortedDictionary<string, long> _hits = new(StringComparer.Ordinal);

    public IReadOnlyDictionary<string, long> Hits => _hits;

    public void Hit(string name) => _hits[name] = _hits.GetValueOrDefault(name) + 1;

    public void Add(Markers other)
    {
        foreach (var (name, count) in other._hits)
        {
            _hits[name] = _hits.GetValueOrDefault(name) + count;
        }
    }
}
