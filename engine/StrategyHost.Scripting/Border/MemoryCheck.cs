using System.Globalization;
using Microsoft.Win32.SafeHandles;
using StrategyHost.Core.Strategies;

namespace StrategyHost.Scripting.Border;

/// <summary>
/// Script-engine rule 18: between calls, and only when the whole process is larger than the script's limit, the heap is asked for its size.
/// (Growth of the process says nothing: a heap also grows into memory that others have left.) A long call is looked at at once, others
/// every <see cref="PeriodMs"/>. Where the limit lies between what was found in use and what the heap takes, a collection has to tell.
/// </summary>
internal sealed class MemoryCheck(IScriptVm vm, ScriptLimits limits)
{
    private const int PeriodMs = 50;
    private const double LongCallMs = 20;

    /// <summary>Scripts were seen to fill a heap that fast.</summary>
    private const long BytesPerMs = 4L << 20;

    /// <summary>Asking may take 5 % of the time, half of it while the heap grows and could pass 1.5 limits before that.</summary>
    private const int RestPerCost = 20;
    private static readonly SafeFileHandle? Statm = File.Exists("/proc/self/statm") ? File.OpenHandle("/proc/self/statm") : null;
    private readonly long _limit = (long)limits.MemoryLimitMb << 20;
    private long _nextMs;
    private long _restUntilMs;
    private long _seenResident;
    private long _seenTaken;

    public bool IsOver(double lastCallMs)
    {
        var now = Environment.TickCount64;
        if (now < _nextMs && lastCallMs < LongCallMs)
        {
            return false;
        }

        _nextMs = now + PeriodMs;
        var resident = ResidentBytes();
        if (resident < _limit || (now < _restUntilMs && resident < _seenResident + (_limit / 4)))
        {
            return false;
        }

        _seenResident = resident;
        var heap = vm.Heap();
        if (heap.Used <= _limit && heap.Taken > _limit)
        {
            vm.Collect();
            heap = vm.Heap();
            heap = heap with { Taken = heap.Used };
        }

        Rest(Environment.TickCount64 - now, heap.Taken);
        return heap.Used > _limit;
    }

    private void Rest(long costMs, long taken)
    {
        var untilFullMs = taken > _seenTaken + (_limit / 8) ? (_limit + (_limit / 2) - taken) / BytesPerMs : long.MaxValue;
        _restUntilMs = Environment.TickCount64 + Math.Max(costMs, Math.Min(costMs * RestPerCost, untilFullMs));
        _seenTaken = taken;
    }

    /// <summary>
    /// Resident bytes of the process (Linux: second field of /proc/self/statm, in pages). It is asked between an event and its order, so
    /// the file stays open and is read without a stream.
    /// </summary>
    public static long ResidentBytes()
    {
        if (Statm is null)
        {
            return Environment.WorkingSet;
        }

        Span<byte> text = stackalloc byte[256];
        text = text[..RandomAccess.Read(Statm, text, 0)];
        var pages = text[(text.IndexOf((byte)' ') + 1)..];
        return long.Parse(pages[..pages.IndexOf((byte)' ')], CultureInfo.InvariantCulture) * Environment.SystemPageSize;
    }
}
