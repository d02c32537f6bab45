using System.Collections.Concurrent;

namespace StrategyHost.Host.Tests.Reload;

/// <summary>Every trade of BTCUSDT that a market tells has to be heard by one version, in order, and by none twice.</summary>
internal sealed class EventOrder
{
    private readonly ConcurrentQueue<long> _told = new();
    private readonly ConcurrentQueue<string> _wrong = new();
    private readonly ReloadBench _bench;

    /// <param name="bench">Its market has not begun.</param>
    public EventOrder(ReloadBench bench)
    {
        _bench = bench;
        bench.Venue.Telling = _told.Enqueue;
        bench.Scripts.Traded = (symbol, time) =>
        {
            if (symbol == StormVenue.Btc && !(_told.TryDequeue(out var next) && next == time))
            {
                _wrong.Enqueue($"trade {time} where {next} was due");
            }
        };
    }

    /// <summary>After everything that was told is answered.</summary>
    public void AssertAllHeard()
    {
        Assert.Empty(_wrong);
        Assert.Empty(_told);
        Assert.Empty(_bench.Scripts.Gaps);
    }
}
