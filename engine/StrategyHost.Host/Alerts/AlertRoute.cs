using System.Threading.Channels;
using Serilog;

namespace StrategyHost.Host.Alerts;

/// <summary>
/// One way to a person: a queue, and one task that empties it, with attempts that take at most a timeout each and pauses that grow. What
/// fails is said once when it begins and once when it is over. Nothing that posts ever waits for it.
/// </summary>
internal sealed class AlertRoute : IAsyncDisposable
{
    private static readonly TimeSpan PauseMin = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan PauseMax = TimeSpan.FromMinutes(1);

    /// <summary>Between two attempts while the host ends.</summary>
    private static readonly TimeSpan PauseAtEnd = TimeSpan.FromMilliseconds(500);

    /// <summary>However long the other side asks to wait.</summary>
    private static readonly TimeSpan AskedMax = TimeSpan.FromMinutes(15);
    private const int Attempts = 6;

    /// <summary>About half an hour; after that the log has it as an error, and what came later gets its turn.</summary>
    private const int AttemptsAtRisk = 35;

    private readonly AlertQueue _queue;
    private readonly IAlertSender _sender;
    private readonly TimeSpan _timeout;
    private readonly ILogger _log;
    private readonly TimeProvider _time;
    private readonly long _start;
    private readonly Channel<bool> _wake = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly CancellationTokenSource _hurry = new();
    private readonly CancellationTokenSource _end = new();
    private readonly Task _work;
    private long _posted;
    private volatile AlertMessage? _underWay;
    private string? _failing;

    public AlertRoute(IAlertSender sender, AlertQueue queue, TimeSpan timeout, ILogger log, TimeProvider time)
    {
        (_sender, _queue, _timeout, _log, _time, _start) = (sender, queue, timeout, log, time, time.GetTimestamp());
        _work = Task.Run(RunAsync);
        _ = _work.ContinueWith(
            t => _log.Error(t.Exception, "alerts no longer reach {Route}, because of a bug", Name), CancellationToken.None,
            TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
    }

    public string Name => _sender.Name;

    /// <summary>Alerts that were given to it so far.</summary>
    public long Posted => Interlocked.Read(ref _posted);

    /// <summary>Returns at once, whatever the other side does. From any thread.</summary>
    public void Post(AlertNotice notice)
    {
        Interlocked.Increment(ref _posted);
        if (_queue.Add(notice, NowMs) is { } lost)
        {
            _log.Error("{Route} is full, so {Account} {Code} is not sent: {Text}", Name, lost.Account, lost.Code, lost.Text);
        }

        _wake.Writer.TryWrite(true);
    }

    /// <summary>
    /// Sends what waits, without pauses, as long as there is time, and longer while it puts money at risk. What is left is said in the log;
    /// what of it puts money at risk is given back.
    /// </summary>
    public async Task<IReadOnlyList<AlertNotice>> EndAsync(TimeSpan patience, TimeSpan patienceAtRisk)
    {
        await _hurry.CancelAsync();
        await Task.WhenAny(_work, Task.Delay(patience, _time));
        if (!_work.IsCompleted && (_queue.HasRisk || _underWay is { Newest.AtRisk: true }))
        {
            await Task.WhenAny(_work, Task.Delay(patienceAtRisk - patience, _time));
        }

        await _end.CancelAsync();
        await Task.WhenAny(_work);
        AlertNotice[] left = [.. _underWay is { } cut ? [cut.Newest] : Array.Empty<AlertNotice>(), .. _queue.Clear()];
        if (left.Length > 0)
        {
            _log.Error("{Count} alerts did not reach {Route} before the end", left.Length, Name);
        }

        AlertNotice[] risks = [.. left.Where(n => n.AtRisk)];
        foreach (var lost in risks)
        {
            _log.Error("{Route} was not told before the end: {Account} {Code}: {Text}", Name, lost.Account, lost.Code, lost.Text);
        }

        return risks;
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _hurry.CancelAsync();
        await Task.WhenAny(_work);
        _end.Dispose();
        _hurry.Dispose();
    }

    private long NowMs => (long)_time.GetElapsedTime(_start).TotalMilliseconds;

    private async Task RunAsync()
    {
        try
        {
            while (true)
            {
                var hurries = _hurry.IsCancellationRequested; // once: what was added before the hurry is taken before it is believed empty
                var message = _queue.Take(NowMs, hurries, out var waitMs);
                if (message is not null)
                {
                    _underWay = message;
                    await DeliverAsync(message);
                    _underWay = null; // not where the end cut it off
                }
                else if (hurries)
                {
                    return;
                }
                else
                {
                    await WaitAsync(waitMs);
                }
            }
        }
        catch (OperationCanceledException) when (_end.IsCancellationRequested)
        {
            // The host has ended.
        }
    }

    /// <summary>Until something is added, or something that is there becomes due.</summary>
    private async Task WaitAsync(long? waitMs)
    {
        using var due = CancellationTokenSource.CreateLinkedTokenSource(_hurry.Token);
        await using var timer = _time.CreateTimer(
            _ => due.Cancel(), null, waitMs is { } ms ? TimeSpan.FromMilliseconds(ms) : Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        try
        {
            await _wake.Reader.ReadAsync(due.Token);
        }
        catch (OperationCanceledException)
        {
            _end.Token.ThrowIfCancellationRequested(); // else something is due, or the host ends in order
        }
    }

    private async Task DeliverAsync(AlertMessage message)
    {
        var pause = PauseMin;
        for (var attempt = 1; ; attempt++)
        {
            var delivery = await TryAsync(message);
            if (delivery.Kind == DeliveryKind.Done)
            {
                Recovered();
                return;
            }

            Failed(delivery);
            var isLast = attempt >= (message.Newest.AtRisk ? AttemptsAtRisk : Attempts);
            if (isLast || delivery.Kind == DeliveryKind.Refused || (_hurry.IsCancellationRequested && !message.Newest.AtRisk))
            {
                GiveUp(message);
                return;
            }

            var asked = delivery.After is { } after && after > pause ? (after < AskedMax ? after : AskedMax) : pause;
            await PauseAsync(asked);
            pause = pause * 2 < PauseMax ? pause * 2 : PauseMax;
        }
    }

    /// <summary>Whoever ends the host does not wait for a long pause.</summary>
    private async Task PauseAsync(TimeSpan pause)
    {
        if (_hurry.IsCancellationRequested)
        {
            await Task.Delay(PauseAtEnd, _time, _end.Token);
            return;
        }

        try
        {
            await Task.Delay(pause, _time, _hurry.Token);
        }
        catch (OperationCanceledException)
        {
            _end.Token.ThrowIfCancellationRequested();
        }
    }

    private async Task<Delivery> TryAsync(AlertMessage message)
    {
        using var patience = new CancellationTokenSource(_timeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, _end.Token);
        try
        {
            return await _sender.SendAsync(message, either.Token);
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested && !_end.IsCancellationRequested)
        {
            return new Delivery(DeliveryKind.Later, $"no answer within {_timeout.TotalSeconds:0.#} s");
        }
#pragma warning disable CA1031 // A way out must not end for good because one answer was beyond what anybody expected.
        catch (Exception bug) when (bug is not OperationCanceledException)
#pragma warning restore CA1031
        {
            return Unexpected.Delivery(bug);
        }
    }

    private void Failed(Delivery delivery)
    {
        if (_failing is null)
        {
            _log.Warning("{Route} takes no alerts, which is tried again and not said again: {Why}", Name, delivery.Why);
        }

        _failing = delivery.Why;
    }

    private void Recovered()
    {
        if (_failing is not null)
        {
            _log.Information("{Route} takes alerts again", Name);
        }

        _failing = null;
    }

    private void GiveUp(AlertMessage message)
    {
        _queue.LeaveOut(message);
        if (message.Newest.AtRisk)
        {
            _log.Error("{Route} did not take {Alert}: {Why}", Name, message.Text, _failing);
        }
    }
}
