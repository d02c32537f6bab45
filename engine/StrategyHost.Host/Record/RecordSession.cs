using System.Threading.Channels;
using StrategyHost.Core.Domain;
using StrategyHost.Core.Ports;
using StrategyHost.Storage.Recording;

namespace StrategyHost.Host.Record;

/// <summary>
/// Between the streams and the recorder: a bounded queue, so that a slow disk holds up nobody, and the one loop that writes. What does not
/// fit into the queue is dropped and marked as missing.
/// </summary>
internal sealed class RecordSession : IExchangeListener
{
    /// <summary>Minutes of a busy market; some 100 MB at worst.</summary>
    private const int QueueMax = 20_000;
    private readonly SegmentRecorder _recorder;
    private readonly IRecordSource _source;
    private readonly TimeProvider _time;
    private readonly RecordRates _rates;
    private readonly Channel<object?> _queue = Channel.CreateBounded<object?>(new BoundedChannelOptions(QueueMax) { SingleReader = true });
    private volatile bool _isLosing;
    private volatile bool _isEnding;

    public RecordSession(SegmentRecorder recorder, IRecordSource source, TimeProvider time, Action<string> say)
    {
        (_recorder, _source, _time) = (recorder, source, time);
        _rates = new RecordRates(recorder, Now, say);
    }

    private Timestamp Now => new(_time.GetUtcNow().ToUnixTimeMilliseconds());

    public void OnMarket(MarketNews news)
    {
        // Once something was dropped nothing goes in until the writer has caught up: half a sequence is worth nothing.
        if (!_isEnding && (_isLosing || !_queue.Writer.TryWrite(news)))
        {
            _isLosing = true;
        }
    }

    public void OnLink(LinkNews news)
    {
        if (!_isEnding && !_queue.Writer.TryWrite(news))
        {
            _isLosing = true;
        }
    }

    public void OnReports(AccountId account, IReadOnlyList<ExchangeReport> reports)
    {
        // No account is asked for.
    }

    public void OnSnapshot(AccountSnapshot snapshot)
    {
        // No account is asked for.
    }

    /// <summary>Writes until it is cancelled or the recorder gives up, then completes all segments.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        var second = TimeSpan.FromSeconds(1);
        await using var timer = _time.CreateTimer(_ => _queue.Writer.TryWrite(null), null, second, second);
        try
        {
            await foreach (var item in _queue.Reader.ReadAllAsync(cancellation))
            {
                Take(item);
                if (_recorder.Error is not null)
                {
                    break;
                }
            }
        }
        catch (OperationCanceledException)
        {
            // Asked to end; what is queued is still written.
        }

        _isEnding = true;
        while (_queue.Reader.TryRead(out var rest))
        {
            Take(rest);
        }

        _recorder.Stop(Now);
    }

    private void Take(object? item)
    {
        switch (item)
        {
            case MarketNews news:
                _recorder.Take(news);
                break;
            case LinkNews link:
                _recorder.Take(link);
                _rates.Say(link);
                break;
        }

        var now = Now;
        _recorder.PassTime(now);
        _rates.PassTime(now);
        if (_isLosing && _queue.Reader.Count == 0)
        {
            _recorder.Lost();
            _isLosing = false;
            _source.StartAgain();
            _rates.SayLost();
        }
    }
}
