using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Tracing;

namespace StrategyHost.Benchmarks.Latency;

/// <summary>
/// Hears when a frame came, when the engine handed requests over and when their bytes were written, of one trade at a time. What it costs
/// to hear is part of what it measures: some microseconds.
/// </summary>
internal sealed class WireListener : EventListener
{
    private readonly AsyncLocal<string?> _account = new(); // whose order the present flow of calls is sending
    private Round? _round;

    /// <summary>The next trade frame begins this round.</summary>
    public void Arm(Round? round) => Volatile.Write(ref _round, round);

    protected override void OnEventSourceCreated(EventSource eventSource)
    {
        if (eventSource.Name is "StrategyHost-Bybit" or "System.Net.Http")
        {
            EnableEvents(eventSource, EventLevel.Informational);
        }
    }

    protected override void OnEventWritten(EventWrittenEventArgs eventData)
    {
        var now = Stopwatch.GetTimestamp();
        switch (eventData.EventName)
        {
            case "FrameReceived" when Text(eventData, 0).StartsWith("publicTrade", StringComparison.Ordinal):
                Volatile.Read(ref _round)?.Begin((long)eventData.Payload![1]!); // both are always there
                break;
            case "RequestQueued":
                Volatile.Read(ref _round)?.Queue(Text(eventData, 0), now);
                break;
            case "RequestStarting":
                _account.Value = Text(eventData, 1).StartsWith("/v5/order/", StringComparison.Ordinal) ? Text(eventData, 0) : null;
                break;
            case "RequestContentStop" when _account.Value is { } account:
                Volatile.Read(ref _round)?.Write(account, now);
                break;
        }
    }

    private static string Text(EventWrittenEventArgs e, int index) => (string)e.Payload![index]!; // the events' own parameters
}

/// <summary>From one trade frame to the orders of both accounts. Written by several threads.</summary>
internal sealed class Round
{
    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ConcurrentDictionary<string, long> _queued = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, long> _written = new(StringComparer.Ordinal);
    private long _began;

    public Task Done => _done.Task;

    public void Begin(long at) => Interlocked.CompareExchange(ref _began, at, 0);

    public void Queue(string account, long at) => _queued.TryAdd(account, at);

    public void Write(string account, long at)
    {
        _written.TryAdd(account, at);
        if (_written.Count == 2)
        {
            _done.TrySetResult();
        }
    }

    /// <summary>Microseconds until the engine handed the order over.</summary>
    public double Queued(string account) => Since(_queued[account]);

    /// <summary>Microseconds until the order's bytes were written.</summary>
    public double Written(string account) => Since(_written[account]);

    private double Since(long at) => Stopwatch.GetElapsedTime(_began, at).TotalMicroseconds;
}
