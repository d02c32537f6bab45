using Serilog;
using StrategyHost.Core.Domain;
using StrategyHost.Core.Kernel;
using StrategyHost.Core.Strategies;
using StrategyHost.Host.Configuration;
using StrategyHost.Host.Live;

namespace StrategyHost.Host.Reload;

/// <summary>How a version takes over.</summary>
internal sealed record SwapOrder(ScriptVersion Version, StrategyOptions Configured, string Why)
{
    /// <summary>Its faults bring another version, and its events wait for that.</summary>
    public bool HoldsOnFault { get; init; }

    /// <summary>The texts go into the journal.</summary>
    public bool IsNews { get; init; }

    /// <summary>It comes back after faults of the version that trades: a state that it does not take is no reason to stay away.</summary>
    public bool IsReturn { get; init; }

    /// <summary>What a version that comes back exported when it was replaced; null: nothing.</summary>
    public ExportedState? OwnState { get; init; }
}

/// <summary>What became of a <see cref="SwapOrder"/>.</summary>
internal sealed record Swapped
{
    /// <summary>Why the version that trades goes on; none: the other one took over.</summary>
    public IReadOnlyList<Error> Errors { get; init; } = [];

    /// <summary>What the version before exported for it.</summary>
    public ExportedState? HandedOver { get; init; }

    /// <summary>What the version that took over has of it; null: it began without a state.</summary>
    public ExportedState? Taken { get; init; }

    /// <summary>The states that a version which came back did not take, and why.</summary>
    public IReadOnlyList<(ExportedState State, Error Why)> Refused { get; init; } = [];

    public static Swapped Failed(params IReadOnlyList<Error> errors) => new()
    {
        Errors = errors,
    };
}

/// <summary>
/// Puts one version in the place of another between two inputs of the kernel. 1. Everything that takes time happens beside the version that
/// trades: loading, warm-up. 2. Events wait only while the state is handed over. 3. Whatever goes wrong, the version that trades goes on
/// with what waited.
/// </summary>
internal sealed class VersionSwap(
    SessionMarket session, StrategyPool pool, IScriptEngine engine, HostOptions options, ILogger log)
{
    /// <summary>A script is ended after 250 ms of its own time; on a busy machine that takes longer.</summary>
    private static readonly TimeSpan HandOverWait = TimeSpan.FromSeconds(5);

    /// <summary>What <c>on_stop</c> of the version before may take.</summary>
    private static readonly TimeSpan StopWait = TimeSpan.FromSeconds(2);

    private EngineLoop Loop => session.Loop;

    /// <summary>Errors: the version that trades goes on.</summary>
    public async Task<Swapped> RunAsync(SwapOrder order)
    {
        var ready = await ReadyAsync(order);
        if (!ready.IsOk)
        {
            return Swapped.Failed(ready.Errors);
        }

        using var candidate = ready.Value;
        return await HandOverAsync(order, candidate);
    }

    /// <summary>What is wrong with a version on the live events that the host has heard last, with an instance of its own.</summary>
    public async Task<IReadOnlyList<Error>> RehearseAsync(ScriptVersion version, StrategyOptions configured, TimeProvider time)
    {
        var (events, view, at) = await session.HeardAsync(version);
        var calls = Rehearsal.Calls(events, version.Setup, at);
        if (calls.Count == 0)
        {
            return [];
        }

        var ready = await ReadyAsync(new SwapOrder(version, configured, "tried"));
        if (!ready.IsOk)
        {
            return ready.Errors;
        }

        using var candidate = ready.Value;
        return await Task.Run(() => Rehearsal.Problem(candidate, calls, view, time)) is { } problem ? [problem] : [];
    }

    /// <summary>An instance that has seen what the version which trades has, without its state.</summary>
    private async Task<Result<Candidate>> ReadyAsync(SwapOrder order)
    {
        var loaded = await Task.Run(() => Candidate.Load(order.Version, engine, order.Configured, options.Simulation.Seed));
        if (!loaded.IsOk)
        {
            return loaded;
        }

        var isReady = false;
        try
        {
            loaded.Value.Configure(await session.EnvironmentAsync(order.Version.Setup));
            await session.WarmAsync(loaded.Value);
            var problem = loaded.Value.Problem;
            isReady = problem is null;
            return problem is null ? loaded : Result<Candidate>.Failed([problem]);
        }
        finally
        {
            if (!isReady)
            {
                loaded.Value.Dispose();
            }
        }
    }

    private async Task<Swapped> HandOverAsync(SwapOrder order, Candidate candidate)
    {
        var id = order.Version.Id;
        Loop.Post(at => new StrategyHeld(id, order.Version.Setup) { At = at });
        var replaced = false;
        try
        {
            var old = pool.Runners[id];
            var isDead = await Loop.AskAsync((kernel, _) => LaneOf(kernel, id) is { IsParked: true } or { HasFault: true });
            var state = await StateAsync(old, isDead);
            if (!state.IsOk)
            {
                return Swapped.Failed(state.Errors);
            }

            await session.WarmAsync(candidate);
            var given = candidate.Problem is { } problem ? Result<Given>.Failed([problem]) : await GiveAsync(order, candidate, state.Value);
            if (!given.IsOk)
            {
                return Swapped.Failed(given.Errors);
            }

            old.Retire();
            await EnterAsync(order, given.Value.To, given.Value.State);
            replaced = true;
            _ = LeaveAsync(old, order.Version);
            return new Swapped
            {
                HandedOver = state.Value,
                Taken = given.Value.State,
                Refused = given.Value.Refused,
            };
        }
        finally
        {
            if (!replaced)
            {
                Loop.Post(at => new StrategyReleased(id, "the new version does not take over") { At = at });
            }
        }
    }

    /// <summary>
    /// The state of the version that trades. One that comes back may refuse it: it is handed its own then, and without a state that it
    /// takes it begins without one, each time as a new instance.
    /// </summary>
    private async Task<Result<Given>> GiveAsync(SwapOrder order, Candidate first, ExportedState? newest)
    {
        var refused = new List<(ExportedState, Error)>();
        var candidate = first;
        foreach (var state in new[] { newest, order.IsReturn ? order.OwnState : null }.OfType<ExportedState>().DistinctBy(s => s.Json))
        {
            if (candidate.Import(state.Json) is not { } problem)
            {
                return new Given(candidate, state, refused);
            }

            if (!order.IsReturn)
            {
                return problem with { Rule = "state_refused", Message = Refused(problem) };
            }

            refused.Add((state, problem));
            candidate.Dispose();
            var again = await ReadyAsync(order);
            if (!again.IsOk)
            {
                return Result<Given>.Failed(again.Errors);
            }

            candidate = again.Value;
        }

        return new Given(candidate, null, refused);
    }

    private async Task EnterAsync(SwapOrder order, Candidate candidate, ExportedState? state)
    {
        var id = order.Version.Id;
        var given = state is null ? null : new StrategyStateSaved(id, state.Sha256, state.Json) { At = default };
        var runner = candidate.Runner();
        if (given is not null)
        {
            Loop.Post(at => given with { At = at }); // a host that ends before the next export begins with what was handed over
        }

        Loop.Post(at =>
        {
            pool.Replace(id, runner, given);
            return new StrategyReplaced(order.Version.Setup)
            {
                At = at,
                HoldsOnFault = order.HoldsOnFault,
                Why = order.Why,
                Files = order.IsNews ? order.Version.Files : [],
            };
        });
        try
        {
            await Loop.AskAsync((_, _) => true); // it has taken over when this is answered
        }
        catch (OperationCanceledException) when (pool.Runners.GetValueOrDefault(id) != runner)
        {
            runner.Dispose(); // the run has ended before, and nobody else knows of it
            throw;
        }
    }

    /// <summary>What the version that trades hands over: it has ended the call under way by then.</summary>
    private static async Task<Result<ExportedState?>> StateAsync(StrategyRunner old, bool isDead)
    {
        if (isDead)
        {
            return Result<ExportedState?>.Ok(old.LastState); // it may never answer again
        }

        var asked = old.HandOverAsync();
        return await Task.WhenAny(asked, Task.Delay(HandOverWait)) == asked ? Result<ExportedState?>.Ok(await asked) : new Error
        {
            Rule = "reload_waits",
            Message = $"the version that trades has not ended its call for {HandOverWait.TotalSeconds} s; save again when it has",
        };
    }

    // Nobody waits for this one: the version before is out of the way already.
    private async Task LeaveAsync(StrategyRunner old, ScriptVersion next)
    {
        try
        {
            var (now, view) = await Loop.AskAsync((kernel, at) => (at, LaneOf(kernel, next.Id)?.Look() ?? ScriptView.Empty));
            foreach (var line in await old.SayStopAsync(new StopCall { At = now }, view).WaitAsync(StopWait))
            {
                log.Information("{Strategy}, the version before: {Line}", next.Id.Name, line);
            }
        }
        catch (Exception late) when (late is TimeoutException or OperationCanceledException)
        {
            log.Information("{Strategy}: on_stop of the version before did not end in time", next.Id.Name);
        }

        old.Dispose();
    }

    private static StrategyLane? LaneOf(EngineKernel kernel, StrategyId id) => kernel.Lanes.FirstOrDefault(l => l.Setup.Strategy == id);

    private static string Refused(Error refused) =>
        $"import_state does not take the state of the version that trades; make it take older states too: {refused.Message}";

    private sealed record Given(Candidate To, ExportedState? State, IReadOnlyList<(ExportedState, Error)> Refused);
}
