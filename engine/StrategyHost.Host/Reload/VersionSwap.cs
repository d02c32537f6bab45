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
    public async Task<IReadOnlyList<Error>> RunAsync(SwapOrder order)
    {
        var loaded = await Task.Run(() => Candidate.Load(order.Version, engine, order.Configured, options.Simulation.Seed));
        if (!loaded.IsOk)
        {
            return loaded.Errors;
        }

        using var candidate = loaded.Value;
        candidate.Configure(await session.EnvironmentAsync(order.Version.Setup));
        await session.WarmAsync(candidate);
        return candidate.Problem is { } problem ? [problem] : await HandOverAsync(order, candidate);
    }

    private async Task<IReadOnlyList<Error>> HandOverAsync(SwapOrder order, Candidate candidate)
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
                return state.Errors;
            }

            await session.WarmAsync(candidate);
            if (candidate.Problem is { } problem)
            {
                return [problem];
            }

            if (state.Value is { } json && candidate.Import(json) is { } refused)
            {
                return [refused with { Rule = "state_refused", Message = Refused(refused) }];
            }

            old.Retire();
            await EnterAsync(order, candidate, state.Value);
            replaced = true;
            _ = LeaveAsync(old, order.Version);
            return [];
        }
        finally
        {
            if (!replaced)
            {
                Loop.Post(at => new StrategyReleased(id, "the new version does not take over") { At = at });
            }
        }
    }

    private async Task EnterAsync(SwapOrder order, Candidate candidate, string? state)
    {
        var id = order.Version.Id;
        var given = state is null ? null : new StrategyStateSaved(id, "", state) { At = default };
        var runner = candidate.Runner();
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
    private static async Task<Result<string?>> StateAsync(StrategyRunner old, bool isDead)
    {
        if (isDead)
        {
            return Result<string?>.Ok(old.LastState); // it may never answer again
        }

        var asked = old.HandOverAsync();
        return await Task.WhenAny(asked, Task.Delay(HandOverWait)) == asked ? Result<string?>.Ok(await asked) : new Error
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
}
