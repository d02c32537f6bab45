using Serilog;
using StrategyHost.Core.Domain;

namespace StrategyHost.Host.Alerts;

/// <summary>What the watch does about health.</summary>
/// <param name="Look">Looks once; cancelled when the session has ended.</param>
/// <param name="Say">Raises an alert.</param>
/// <param name="Heartbeat">Asked for while all is well; null: nobody is told from outside.</param>
/// <param name="EverySeconds">Between two heartbeats.</param>
internal sealed record HealthParts(
    Func<CancellationToken, Task<IReadOnlyList<HealthProblem>>> Look, Action<AlertNotice> Say, Uri? Heartbeat, int EverySeconds)
{
    /// <summary>The configuration's <c>alerts.uncovered</c>.</summary>
    public bool SaysUncovered { get; init; } = true;
}

/// <summary>
/// Looks every five seconds whether the host is healthy. 1. The heartbeat is sent only right after a look that found nothing, so that
/// whoever waits for it outside notices a dead, stuck, cut-off or uncovered host by the silence. 2. What stays wrong for a while is an
/// alert, once; that it is over is another. 3. It changes nothing and nothing waits for it.
/// </summary>
internal sealed class HealthWatch : IAsyncDisposable
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>Streams come back by themselves in most cases; a position without its stop is put right within seconds.</summary>
    private static readonly TimeSpan SaidAfter = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan SaidAfterAtRisk = TimeSpan.FromSeconds(10);

    private readonly HealthParts _parts;
    private readonly ILogger _log;
    private readonly TimeProvider _time;
    private readonly HttpClient? _http;
    private readonly CancellationTokenSource _end = new();
    private readonly Dictionary<(string Account, string Code, string? Symbol), Trouble> _troubles = [];
    private readonly Task _work;
    private long? _beaten;
    private bool _isFailing;

    public HealthWatch(HealthParts parts, ILogger log, TimeProvider time)
    {
        (_parts, _log, _time) = (parts, log, time);
        _http = parts.Heartbeat is { } address ? WebClients.For(address) : null;
        _work = Task.Run(RunAsync);
        _ = _work.ContinueWith(
            t => _log.Error(t.Exception, "health is no longer watched and no heartbeat is sent, because of a bug"), CancellationToken.None,
            TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await Task.WhenAny(_work);
        _http?.Dispose();
        _end.Dispose();
    }

    private async Task RunAsync()
    {
        try
        {
            while (true)
            {
                var problems = await LookAsync();
                Compare(problems);
                if (problems.Count == 0)
                {
                    await BeatAsync();
                }

                await Task.Delay(Every, _time, _end.Token);
            }
        }
        catch (OperationCanceledException)
        {
            // The host ends, or its loop has: then nothing is healthy, and the silence says so.
        }
    }

    /// <summary>What nobody expected is a problem of its own, and the watch goes on.</summary>
    private async Task<IReadOnlyList<HealthProblem>> LookAsync()
    {
        try
        {
            return await _parts.Look(_end.Token);
        }
#pragma warning disable CA1031 // A watch that has ended would find nothing wrong any more.
        catch (Exception bug) when (bug is not OperationCanceledException)
#pragma warning restore CA1031
        {
            var text = "health cannot be judged: " + Unexpected.Text(bug);
            return [new HealthProblem(AlertNotice.HostName, HealthProblem.NotWatched, null, text)];
        }
    }

    private void Compare(IReadOnlyList<HealthProblem> problems)
    {
        var now = _time.GetTimestamp();
        foreach (var problem in problems)
        {
            var trouble = _troubles.TryGetValue((problem.Account, problem.Code, problem.Symbol), out var known)
                ? known : new Trouble(now, false);
            var isSaid = trouble.IsSaid || IsToBeSaid(problem, _time.GetElapsedTime(trouble.Since, now));
            if (isSaid && !trouble.IsSaid)
            {
                Say(problem);
            }

            _troubles[(problem.Account, problem.Code, problem.Symbol)] = trouble with { IsSaid = isSaid };
        }

        var left = problems.Select(p => (p.Account, p.Code, p.Symbol)).ToHashSet();
        foreach (var (key, trouble) in _troubles.Where(t => !left.Contains(t.Key)).ToArray())
        {
            if (problems.Any(p => p.IsBlind || (p.Code == "not_connected" && p.Account == key.Account)))
            {
                continue; // nobody can tell now
            }

            _troubles.Remove(key);
            if (trouble.IsSaid)
            {
                Say(new HealthProblem(key.Account, key.Code + AlertNotice.Over, key.Symbol, $"{key.Symbol ?? "that"} is well again"));
            }
        }
    }

    private bool IsToBeSaid(HealthProblem problem, TimeSpan lasts) =>
        lasts >= (problem.IsAtRisk ? SaidAfterAtRisk : SaidAfter) && (problem.Code != "uncovered" || _parts.SaysUncovered);

    private void Say(HealthProblem problem) => _parts.Say(
        new AlertNotice(problem.Account, problem.Code, problem.Text, new Timestamp(_time.GetUtcNow().ToUnixTimeMilliseconds()))
        {
            Symbol = problem.Symbol,
            AtRisk = problem.IsAtRisk,
        });

    private async Task BeatAsync()
    {
        var now = _time.GetTimestamp();
        if (_http is null || (_beaten is { } last && _time.GetElapsedTime(last, now).TotalSeconds < _parts.EverySeconds))
        {
            return;
        }

        _beaten = now;
        var delivery = await GetAsync(_http);
        if (delivery.Kind != DeliveryKind.Done && !_isFailing)
        {
            _log.Warning("the heartbeat is not taken, which is tried again and not said again: {Why}", delivery.Why);
        }

        _isFailing = delivery.Kind != DeliveryKind.Done;
    }

    private async Task<Delivery> GetAsync(HttpClient http)
    {
        using var over = new CancellationTokenSource(Patience, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(over.Token, _end.Token);
        try
        {
            using var answer = await http.GetAsync(_parts.Heartbeat, HttpCompletionOption.ResponseHeadersRead, either.Token);
            return WebClients.Of(answer, _time);
        }
        catch (HttpRequestException problem)
        {
            return WebClients.Of(problem);
        }
        catch (OperationCanceledException) when (over.IsCancellationRequested && !_end.IsCancellationRequested)
        {
            return new Delivery(DeliveryKind.Later, $"no answer within {Patience.TotalSeconds:0} s");
        }
    }

    private readonly record struct Trouble(long Since, bool IsSaid);
}
