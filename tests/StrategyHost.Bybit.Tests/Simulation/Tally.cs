namespace StrategyHost.Bybit.Tests.Simulation;

/// <summary>What happened in an episode: broken laws, and how often each fault and each way of recovery was met.</summary>
internal sealed class Tally(VirtualTime time, long startMs)
{
    private const int ViolationsMax = 20;

    public List<string> Violations { get; } = [];
    public SortedDictionary<string, long> Marks { get; } = new(StringComparer.Ordinal);

    /// <summary>A hash of everything that was told and sent, in order: the same seed gives the same.</summary>
    public ulong Trace { get; private set; } = 14_695_981_039_346_656_037;

    /// <summary>Null: nobody reads along.</summary>
    public Action<string>? Log { get; init; }

    public void Mark(string name, long count = 1) => Marks[name] = Marks.GetValueOrDefault(name) + count;

    public void Broken(string law, string what)
    {
        Note($"BROKEN {law}: {what}");
        if (Violations.Count < ViolationsMax)
        {
            Violations.Add($"{law} at {time.NowMs - startMs} ms: {what}");
        }
    }

    public void Note(string line)
    {
        var text = $"{time.NowMs - startMs} {line}";
        Log?.Invoke(text);
        foreach (var letter in text)
        {
            Trace = (Trace ^ letter) * 1_099_511_628_211;
        }
    }
}
