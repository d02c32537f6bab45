using System.Threading.Channels;
using Serilog;
using StrategyHost.Core.Domain;
using StrategyHost.Core.Kernel;
using StrategyHost.Host.Configuration;
using StrategyHost.Host.Live;

namespace StrategyHost.Host.Reload;

/// <summary>What the desk works with.</summary>
internal sealed record ReloadParts(HostOptions Options, StrategyPool Pool, SessionMarket Market, ILogger Log, TimeProvider Time);

/// <summary>
/// Hot reload of a run (engine/docs/reload.md): a saved file becomes a version that is compiled, run dry, warmed up and, with a canary,
/// watched in shadow, all beside the version that trades; then it takes over, or the reason why not stands in the log and in
/// <c>status</c>. 1. One save at a time, in the order in which they came, and one version takes over at a time. 2. Nothing here keeps the
/// loop waiting. 3. A version that faults too often makes way for the one before; no save that is being looked at delays that.
/// </summary>
internal sealed class ReloadDesk : IAsyncDisposable
{
    private readonly ReloadParts _parts;
    private readonly ILogger _log;
    private readonly TimeProvider _time;
    private readonly VersionCheck _check;
    private readonly VersionSwap _swap;
    private readonly Dictionary<StrategyId, StrategyVersions> _strategies;
    private readonly Channel<(StrategyVersions? Of, Func<Task> Do)> _saves = Channel.CreateUnbounded<(StrategyVersions?, Func<Task>)>();
    private readonly Channel<(StrategyVersions? Of, Func<Task> Do)> _faults = Channel.CreateUnbounded<(StrategyVersions?, Func<Task>)>();
    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly CancellationTokenSource _stop = new();
    private readonly ScriptWatch _watch;
    private Task _working = Task.CompletedTask;

    public ReloadDesk(ReloadParts parts)
    {
        (_parts, _log, _time) = (parts, parts.Log, parts.Time);
        _check = new VersionCheck(parts.Pool.Engine, parts.Options);
        _swap = new VersionSwap(parts.Market, parts.Pool, parts.Pool.Engine, parts.Options, parts.Log);
        _strategies = parts.Pool.Versions.ToDictionary(v => v.Version.Id, v => new StrategyVersions(v.Configured, v.Version, v.Files));
        _watch = new ScriptWatch(parts.Time, Saved);
    }

    private ReloadOptions Options => _parts.Options.Reload;
    private EngineLoop Loop => _parts.Market.Loop;
    private Timestamp Now => new(_time.GetUtcNow().ToUnixTimeMilliseconds());

    /// <summary>After the strategies have started.</summary>
    public void Begin()
    {
        _working = Task.WhenAll(Task.Run(() => WorkAsync(_saves)), Task.Run(() => WorkAsync(_faults)));
        foreach (var (id, versions) in _strategies)
        {
            Follow(id, versions);
        }
    }

    /// <summary>A strategy's file may have been saved. From any thread.</summary>
    public void Saved(StrategyId id) => Do(_strategies[id], () => ChangeAsync(_strategies[id]));

    /// <summary>A version that holds on faults has faulted. From the loop's thread.</summary>
    public void Faulted(StrategyFaulted fault) => _faults.Writer.TryWrite(
        (_strategies[fault.Strategy], () => InTurnAsync(() => FaultAsync(_strategies[fault.Strategy], fault))));

    /// <summary>What <c>status</c> says; null: nothing was saved.</summary>
    public ReloadView? Look(StrategyId id) => _strategies.GetValueOrDefault(id)?.Look();

    /// <summary>Why the version that was saved last does not trade; null: it does.</summary>
    public Error? Refused(StrategyId id) => _strategies.GetValueOrDefault(id)?.Refused;

    /// <summary>Everything that was asked for so far is done; for tests.</summary>
    public Task QuietAsync() => Task.WhenAll(DoneAsync(_saves), DoneAsync(_faults));

    /// <summary>Ends what is under way: no version takes over any more.</summary>
    public async Task StopAsync()
    {
        _watch.Dispose();
        await _stop.CancelAsync();
        _saves.Writer.TryComplete();
        _faults.Writer.TryComplete();
        await _working;
        foreach (var versions in _strategies.Values)
        {
            EndCanary(versions);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _stop.Dispose();
        _turn.Dispose();
    }

    private void Do(StrategyVersions? of, Func<Task> work) => _saves.Writer.TryWrite((of, work));

    private static Task DoneAsync(Channel<(StrategyVersions? Of, Func<Task> Do)> work)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        return work.Writer.TryWrite((null, Finish)) ? done.Task : Task.CompletedTask;

        Task Finish()
        {
            done.SetResult();
            return Task.CompletedTask;
        }
    }

    private async Task InTurnAsync(Func<Task> work)
    {
        await _turn.WaitAsync(_stop.Token);
        try
        {
            await work();
        }
        finally
        {
            _turn.Release();
        }
    }

    private async Task WorkAsync(Channel<(StrategyVersions? Of, Func<Task> Do)> queue)
    {
        await foreach (var (of, work) in queue.Reader.ReadAllAsync())
        {
            if (_stop.IsCancellationRequested)
            {
                continue;
            }

            try
            {
                await work();
            }
            catch (OperationCanceledException)
            {
                // The loop has ended, or the run stops.
            }
#pragma warning disable CA1031 // The desk's entry: a bug here costs a reload and no trading; the version that trades has what waited.
            catch (Exception bug)
#pragma warning restore CA1031
            {
                Fail(of, bug);
            }
        }
    }

    private async Task ChangeAsync(StrategyVersions versions)
    {
        if (!versions.Files.IsOutdated() && versions.Refused is not { Rule: "symbol_shared" or "reload_waits" })
        {
            return; // touched, or put back before anybody looked; and what kept the last one away does not pass by itself
        }

        EndCanary(versions);
        versions.Attempt++;
        var read = await Task.Run(() => _check.Read(versions.Configured));
        versions.Files = read.Files;
        Follow(versions.Current.Id, versions);
        if (read.Version is not { } version)
        {
            Refuse(versions, read.Errors);
        }
        else if (version.Sha256 == versions.Current.Sha256)
        {
            versions.Refused = null;
            _log.Information("{Strategy}: the file is the version that trades, {Version}", version.Id.Name, version.Short);
        }
        else if (await ProblemsAsync(versions, version) is { Count: > 0 } problems)
        {
            Refuse(versions, problems);
        }
        else if (Options.CanarySeconds > 0)
        {
            await WatchAsync(versions, version);
        }
        else
        {
            await InTurnAsync(() => TakeOverAsync(versions, version));
        }
    }

    private async Task<IReadOnlyList<Error>> ProblemsAsync(StrategyVersions versions, ScriptVersion version)
    {
        if (await UnfitAsync(versions, version) is { Count: > 0 } unfit)
        {
            return unfit;
        }

        if (await _parts.Market.FollowAsync(version, _stop.Token) is { Count: > 0 } unknown)
        {
            return unknown;
        }

        var candles = await _parts.Market.RecentAsync(version, DryRun.Wanted(version.Setup), _stop.Token);
        var environment = await _parts.Market.EnvironmentAsync(version.Setup);
        var problems = await Task.Run(() => _check.DryRunProblems(version, versions.Configured, candles, environment.Instruments));
        return problems.Count > 0 || !Rehearsal.Concerns(version.Setup)
            ? problems : await _swap.RehearseAsync(version, versions.Configured, _time);
    }

    private async Task<IReadOnlyList<Error>> UnfitAsync(StrategyVersions versions, ScriptVersion version)
    {
        var unfit = _check.Fits(version, versions.Current, _strategies.Values.Where(v => v != versions).Select(v => v.Current.Setup));
        return unfit.Count > 0 ? unfit : await Loop.AskAsync((kernel, _) => _check.Held(version, versions.Current, kernel));
    }

    private async Task TakeOverAsync(StrategyVersions versions, ScriptVersion version)
    {
        if (await UnfitAsync(versions, version) is { Count: > 0 } unfit)
        {
            Refuse(versions, unfit); // while it was looked at, or ran in shadow, another strategy came to trade its symbol
            return;
        }

        var isParked = await Loop.AskAsync(
            (kernel, _) => kernel.Lanes.Any(l => l.Setup.Strategy == version.Id && (l.IsParked || l.HasFault)));
        var fallback = isParked ? versions.Fallback : versions.Current; // to one that has faulted nobody goes back
        var swapped = await _swap.RunAsync(new SwapOrder(version, versions.Configured, "file saved")
        {
            HoldsOnFault = fallback is not null,
            IsNews = versions.IsNews(version),
        });
        if (swapped.Errors.Count > 0)
        {
            Refuse(versions, swapped.Errors);
            return;
        }

        var before = versions.Current.Short;
        versions.Enter(version, fallback, swapped.HandedOver, Now);
        _log.Information("{Strategy} trades version {Version} now, in place of {Before}", version.Id.Name, version.Short, before);
    }

    private async Task FaultAsync(StrategyVersions versions, StrategyFaulted fault)
    {
        var (id, name) = (fault.Strategy, fault.Strategy.Name);
        if (!await Loop.AskAsync((kernel, _) => kernel.Lanes.Any(l => l.Setup.Strategy == id && l.HasFault)))
        {
            return; // a version that was saved meanwhile has taken over
        }

        versions.Faults++;
        var isProven = versions.Since is { } since && Now.Ms - since.Ms >= (long)Options.Proven.TotalMilliseconds;
        if (versions.Fallback is not { } fallback || isProven)
        {
            Loop.Post(at => new StrategyReleased(id, "it has faulted, and no version is there to go back to") { At = at });
            return;
        }

        var isOver = versions.Faults >= Options.Faults;
        var version = isOver ? fallback : versions.Current;
        if (!isOver)
        {
            _log.Warning(
                "{Strategy} version {Version} faulted, {Count} of {Max} times until {Before} comes back; until then it goes on, with a new "
                + "instance: {Problem}", name, versions.Current.Short, versions.Faults, Options.Faults, fallback.Short,
                fault.Fault.Error.ToString());
        }

        var why = isOver ? $"return after {versions.Faults} faults" : $"again after fault {versions.Faults} of {Options.Faults}";
        var swapped = await GoOnAsync(versions, version, why, isReturn: isOver);
        if (swapped.Errors.Count > 0 && !isOver)
        {
            Refuse(versions, swapped.Errors); // no fault can come any more that would bring the version before
            isOver = true;
            swapped = await GoOnAsync(versions, fallback, "return, it cannot go on", isReturn: true);
        }

        if (swapped.Errors.Count > 0)
        {
            Refuse(versions, swapped.Errors);
            Loop.Post(at => new StrategyReleased(id, "it has faulted, and the version before cannot go on") { At = at });
        }
        else if (isOver)
        {
            var (left, faults) = (versions.Current.Short, versions.Faults);
            versions.Return(Now, fault.Fault.Error, StateTaken(fallback, swapped));
            _log.Error(
                "{Strategy} trades version {Version} again, since {Left} faulted {Count} times; its file was left as it is: mend it and "
                + "save it. The last fault: {Problem}", name, fallback.Short, left, faults, fault.Fault.Error.ToString());
        }
    }

    /// <summary>After a fault: the version again, or the one before, whose symbols another strategy may trade by now.</summary>
    private async Task<Swapped> GoOnAsync(StrategyVersions versions, ScriptVersion version, string why, bool isReturn) =>
        await UnfitAsync(versions, version) is { Count: > 0 } unfit ? Swapped.Failed(unfit)
        : await _swap.RunAsync(new SwapOrder(version, versions.Configured, why)
        {
            HoldsOnFault = !isReturn,
            IsNews = versions.IsNews(version),
            IsReturn = isReturn,
            OwnState = versions.FallbackState,
        });

    /// <summary>Says which state the version that came back goes on with; null: the newest, as it should be.</summary>
    private string? StateTaken(ScriptVersion version, Swapped swapped)
    {
        foreach (var (state, why) in swapped.Refused)
        {
            _log.Warning("{Strategy} version {Version} does not take the state of version {Of}: {Problem}", version.Id.Name, version.Short,
                ScriptVersion.ShortOf(state.Sha256), why.ToString());
        }

        if (swapped.Refused is not [var (refused, reason), ..])
        {
            return null;
        }

        var taken = swapped.Taken is null ? "begins without a state" : "has its own state, as it was when it was replaced";
        _log.Warning("{Strategy} version {Version} {Taken}", version.Id.Name, version.Short, taken);
        return $"{version.Short} {taken}: it does not take that of {ScriptVersion.ShortOf(refused.Sha256)}: {reason}";
    }

    private async Task WatchAsync(StrategyVersions versions, ScriptVersion version)
    {
        var loaded = await Task.Run(() => Candidate.Load(version, _parts.Pool.Engine, versions.Configured, _parts.Options.Simulation.Seed));
        if (!loaded.IsOk)
        {
            Refuse(versions, loaded.Errors);
            return;
        }

        if (await ShadowAsync(versions, loaded.Value) is { } problem)
        {
            Refuse(versions, [problem]);
            return;
        }

        var attempt = versions.Attempt;
        _log.Information(
            "{Strategy} version {Version} runs in shadow for {Seconds} s", version.Id.Name, version.Short, Options.CanarySeconds);
        _ = Task.Delay(Options.Canary, _time, _stop.Token).ContinueWith(
            _ => Do(versions, () => CanaryEndsAsync(versions, attempt, null)),
            CancellationToken.None, TaskContinuationOptions.OnlyOnRanToCompletion, TaskScheduler.Default);
    }

    /// <summary>The new version begins in shadow; an error: its warm-up has ended it.</summary>
    private async Task<Error?> ShadowAsync(StrategyVersions versions, Candidate candidate)
    {
        var (id, attempt) = (candidate.Version.Id, versions.Attempt);
        var canary = new Canary(candidate, () => _parts.Pool.Runners.GetValueOrDefault(id), _log)
        {
            Failed = bug => Do(versions, () => CanaryEndsAsync(versions, attempt, BugOf(versions, bug))),
            Faulted = error => Do(versions, () => CanaryEndsAsync(versions, attempt, error)),
        };
        var isWatched = false;
        try
        {
            candidate.Configure(await _parts.Market.EnvironmentAsync(candidate.Version.Setup));
            await _parts.Market.WarmAsync(candidate);
            if (candidate.Problem is { } problem)
            {
                return problem;
            }

            versions.Canary = (canary, new Timestamp(Now.Ms + (long)Options.Canary.TotalMilliseconds));
            isWatched = true;
            return await Loop.AskAsync<Error?>((_, _) =>
            {
                canary.Begin();
                return null;
            });
        }
        finally
        {
            if (!isWatched)
            {
                canary.Dispose();
            }
        }
    }

    private async Task CanaryEndsAsync(StrategyVersions versions, int attempt, Error? fault)
    {
        if (versions.Attempt != attempt || versions.Canary is not var (canary, _))
        {
            return; // another one was saved meanwhile
        }

        var version = canary.Version;
        EndCanary(versions);
        _log.Information(
            "{Strategy} canary {Version} decided otherwise {Differences} times in {Calls} calls", version.Id.Name, version.Short,
            canary.Differences, canary.Calls);
        if (fault is not null)
        {
            Refuse(versions, [fault]);
            return;
        }

        await InTurnAsync(() => TakeOverAsync(versions, version));
    }

    private static void EndCanary(StrategyVersions versions)
    {
        if (versions.Canary is var (canary, _))
        {
            versions.Canary = null;
            canary.Dispose();
        }
    }

    private void Refuse(StrategyVersions versions, IReadOnlyList<Error> errors)
    {
        versions.Refused = errors[0];
        foreach (var error in errors)
        {
            _log.Error("{Strategy} goes on with version {Version}, what was saved does not trade: {Problem}", versions.Current.Id.Name,
                versions.Current.Short, error.ToString());
        }
    }

    private void Fail(StrategyVersions? versions, Exception bug)
    {
        if (versions is null)
        {
            _log.Error(bug, "a bug of StrategyHost, which costs no trading");
        }
        else
        {
            Loop.Post(at => new StrategyReleased(versions.Current.Id, "a bug of StrategyHost") { At = at }); // nothing waits for ever
            versions.Refused = BugOf(versions, bug);
        }
    }

    private Error BugOf(StrategyVersions versions, Exception bug)
    {
        _log.Error(bug, "a bug of StrategyHost: a saved file was not taken over");
        return new Error
        {
            File = versions.Configured.File,
            Rule = "reload_bug",
            Message = $"a bug of StrategyHost ({bug.GetType().Name}: {bug.Message}): see the log; start the host again to load it",
        };
    }

    /// <summary>What was saved between reading and this would be told by nobody.</summary>
    private void Follow(StrategyId id, StrategyVersions versions)
    {
        _watch.Follow(id, versions.Files.Paths);
        if (versions.Files.IsOutdated())
        {
            Saved(id);
        }
    }
}
