using System.Collections.Concurrent;
using Serilog;
using Serilog.Core;
using Serilog.Events;

namespace StrategyHost.Host.Tests.Live;

/// <summary>What was logged, as a person reads it.</summary>
internal sealed class LogLines : ILogEventSink
{
    public ConcurrentQueue<string> Lines { get; } = new();

    /// <summary>So many of the newest are kept.</summary>
    public int Max { get; init; } = int.MaxValue;

    public ILogger Logger => new LoggerConfiguration().MinimumLevel.Verbose().WriteTo.Sink(this).CreateLogger();

    public void Emit(LogEvent logEvent)
    {
        Lines.Enqueue(logEvent.RenderMessage(System.Globalization.CultureInfo.InvariantCulture));
        if (Lines.Count > Max)
        {
            Lines.TryDequeue(out _);
        }
    }
}
