using System.Globalization;
using StrategyHost.Core.Strategies;

namespace StrategyHost.Scripting.Border;

/// <summary>
/// Script-engine rule 18: between calls, and only when the process has grown, the heap is asked for its size. A long call is looked at at
/// once, others every <see cref="PeriodMs"/>.
/// </summary>
internal sealed class MemoryCheck(IScriptVm vm, ScriptLimits limits)
{
    private const int PeriodMs = 250;
    private const double LongCallMs = 20;
    private const long GrowthBytes = 16L << 20;
    private long _nextMs;
    private long _seenRss;

    public bool IsOver(double lastCallMs)
    {
        var now = Environment.TickCount64;
        if (now < _nextMs && lastCallMs < LongCallMs)
        {
            return false;
        }

        _nextMs = now + PeriodMs;
        var rss = ResidentBytes();
        if (rss < _seenRss + GrowthBytes)
        {
            _seenRss = Math.Min(rss, _seenRss);
            return false;
        }

        var heap = vm.HeapBytes();
        _seenRss = rss;
        return heap > (long)limits.MemoryLimitMb << 20;
    }

    /// <summary>Resident bytes of the process (Linux: second field of /proc/self/statm, in pages of 4 KiB).</summary>
    public static long ResidentBytes()
    {
        const string File = "/proc/self/statm";
        if (!System.IO.File.Exists(File))
        {
            return Environment.WorkingSet;
        }

        var fields = System.IO.File.ReadAllText(File).Split(' ');
        return long.Parse(fields[1], CultureInfo.InvariantCulture) * Environment.SystemPageSize;
    }
}
