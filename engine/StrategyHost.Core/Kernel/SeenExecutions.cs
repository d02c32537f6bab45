using StrategyHost.Core.Domain;

namespace StrategyHost.Core.Kernel;

/// <summary>
/// Executions of no order of ours (the exchange's own stops, foreign ones) that are known again when they are reported twice. It forgets
/// the oldest: a reconnect repeats the latest. An order of ours keeps its own executions.
/// </summary>
internal sealed class SeenExecutions
{
    private const int Max = 4096;
    private readonly HashSet<ExecutionId> _seen = [];
    private readonly Queue<ExecutionId> _oldest = [];

    /// <summary>How many of those that no plan took are remembered over a restart.</summary>
    private const int StraysMax = 64;
    private readonly Queue<ExecutionId> _strays = [];

    /// <summary>The newest that no plan took, oldest first.</summary>
    public IEnumerable<ExecutionId> Strays => _strays;

    /// <summary>No plan took this one.</summary>
    public void Strayed(ExecutionId id)
    {
        _strays.Enqueue(id);
        if (_strays.Count > StraysMax)
        {
            _strays.Dequeue();
        }
    }

    public bool IsNew(ExecutionId id)
    {
        if (!_seen.Add(id))
        {
            return false;
        }

        _oldest.Enqueue(id);
        if (_oldest.Count > Max)
        {
            _seen.Remove(_oldest.Dequeue());
        }

        return true;
    }
}
