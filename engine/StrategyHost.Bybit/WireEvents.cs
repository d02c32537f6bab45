using System.Diagnostics.Tracing;

namespace StrategyHost.Bybit;

/// <summary>
/// Moments on the way from a frame to a request, for measurements and for dotnet-trace: provider <c>StrategyHost-Bybit</c>. When nobody
/// listens each costs one test of a flag. That the bytes are written is said by .NET's own provider (System.Net.Http, RequestContentStop).
/// </summary>
[EventSource(Name = "StrategyHost-Bybit")]
internal sealed class WireEvents : EventSource
{
    public static readonly WireEvents Log = new();

    private WireEvents() { }

    /// <summary>A data message is whole. The moment is a timestamp of the stream's clock (Stopwatch ticks with the system's).</summary>
    [Event(1)]
    public void FrameReceived(string topic, long timestamp) => WriteEvent(1, topic, timestamp);

    /// <summary>The engine has handed a request over.</summary>
    [Event(2)]
    public void RequestQueued(string account) => WriteEvent(2, account);

    /// <summary>A request is signed next and sent.</summary>
    [Event(3)]
    public void RequestStarting(string account, string path) => WriteEvent(3, account, path);
}
