namespace StrategyHost.Simulation.Exchange;

/// <summary>
/// The ids that an account has used: the newest <see cref="Capacity"/>, so that neither memory nor a saved state grows for ever.
/// </summary>
internal sealed class LinkIds
{
    public const int Capacity = 10_000;
    private readonly HashSet<string> _known = new(StringComparer.Ordinal);
    private readonly List<string> _inOrder = [];
    private int _dropped;

    /// <summary>Number of the oldest that is known, counted from 0.</summary>
    public long First { get; private set; }

    /// <summary>Oldest first.</summary>
    public string[] Newest => [.. _inOrder.Skip(_dropped)];

    /// <summary>False when it was used before.</summary>
    public bool Add(string id)
    {
        if (!_known.Add(id))
        {
            return false;
        }

        _inOrder.Add(id);
        if (_known.Count > Capacity)
        {
            _known.Remove(_inOrder[_dropped++]);
            First++;
        }

        if (_dropped == Capacity)
        {
            _inOrder.RemoveRange(0, _dropped);
            _dropped = 0;
        }

        return true;
    }

    /// <summary>Makes an id free again.</summary>
    public void Remove(string id)
    {
        if (_known.Remove(id))
        {
            _inOrder.RemoveAt(_inOrder.LastIndexOf(id));
        }
    }

    /// <summary>Takes over what another one knew; only when empty.</summary>
    public void Restore(long first, IReadOnlyList<string> ids)
    {
        First = first;
        foreach (var id in ids)
        {
            Add(id);
        }
    }
}
