using StrategyHost.Benchmarks.Latency;

namespace StrategyHost.Benchmarks.Views;

/// <summary>
/// Asks a question many times and takes what each cost the processor, collections of garbage included: what other programs do on the machine
/// meanwhile is not in it.
/// </summary>
internal static class Questions
{
    private const int Asked = 200;
    private const int Warm = 400; // the runtime translates hot code anew within the first hundreds

    public static LatencyRow Ask(string what, Func<int> question, string unit)
    {
        var times = new List<double>();
        var size = 0;
        var (collections, pauses, made) = (0, TimeSpan.Zero, 0L);
        for (var i = -Warm; i < Asked; i++)
        {
            (collections, pauses, made) = i == 0
                ? (GC.CollectionCount(0), GC.GetTotalPauseDuration(), GC.GetTotalAllocatedBytes()) : (collections, pauses, made);
            var began = Environment.CpuUsage.TotalTime;
            size = question();
            times.Add((Environment.CpuUsage.TotalTime - began).TotalMicroseconds);
        }

        collections = GC.CollectionCount(0) - collections;
        pauses = GC.GetTotalPauseDuration() - pauses;
        made = (GC.GetTotalAllocatedBytes() - made) / Asked / 1024;
        var cost = FormattableString.Invariant($"{made:#,0} KiB, {collections} GCs of {pauses.TotalMilliseconds / Math.Max(1, collections):0.0} ms");
        return LatencyRow.Of(FormattableString.Invariant($"{what}: {size:#,0} {unit}, {cost}"),
            times.Skip(Warm));
    }
}

/// <summary>Counts what is written to it.</summary>
internal sealed class CountingStream : Stream
{
    private long _length;

    public override bool CanRead => false;
    public override bool CanSeek => false;
    public override bool CanWrite => true;
    public override long Length => _length;
    public override long Position
    {
        get => _length;
        set => throw new NotSupportedException();
    }

    public override void Write(byte[] buffer, int offset, int count) => _length += count;

    public override void Write(ReadOnlySpan<byte> buffer) => _length += buffer.Length;

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
    {
        _length += count;
        return Task.CompletedTask;
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        _length += buffer.Length;
        return ValueTask.CompletedTask;
    }

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();
}
