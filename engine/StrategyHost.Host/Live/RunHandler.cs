using Serilog;
using StrategyHost.Core.Domain;
using StrategyHost.Host.Alerts;
using StrategyHost.Host.Backtests;
using StrategyHost.Host.Commands;
using StrategyHost.Host.Configuration;
using StrategyHost.Host.Journal;
using StrategyHost.Host.Operating;
using StrategyHost.Host.Performance;
using StrategyHost.Host.Reload;
using StrategyHost.Scripting;

namespace StrategyHost.Host.Live;

/// <summary>
/// The command <c>run</c>: takes the data directory, opens the session, serves it on loopback and stops it when a signal comes. Everything
/// that can be wrong is found before the first order.
/// </summary>
internal sealed class RunHandler(TimeProvider time, Func<string, string?> environment) : ICommandHandler<RunArguments>
{
    /// <summary>What alerts that wait have to go out at the end.</summary>
    private static readonly TimeSpan AlertsWait = TimeSpan.FromMilliseconds(400);

    /// <summary>As that, when the engine has failed: nobody waits for the end then.</summary>
    private static readonly TimeSpan FailureWait = TimeSpan.FromSeconds(5);

    /// <summary>A signal ends it in order, also before it is ready: then nothing has been sent.</summary>
    public CommandOutcome Run(RunArguments arguments, CommandContext context, CancellationToken cancellation)
    {
        try
        {
            return RunAsync(arguments, context, cancellation).GetAwaiter().GetResult();
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            return new CommandOutcome { Notes = ["stopped before it was ready"] };
        }
    }

    private async Task<CommandOutcome> RunAsync(RunArguments arguments, CommandContext context, CancellationToken cancellation)
    {
        var options = WithCanary(WithStrategies(context.Options, arguments), arguments);
        if (LiveGuards.Check(options, arguments) is { Count: > 0 } refused)
        {
            return CommandOutcome.Failed(refused);
        }

        var taken = HostServer.Objection(arguments.Port);
        var fresh = arguments.Fresh && taken is null; // nothing is put away for a run that does not come
        var held = HostDirectory.Hold(arguments.DataDirectory ?? options.DataDirectory, fresh, time.GetUtcNow());
        if (!held.IsOk)
        {
            return CommandOutcome.Failed(held.Errors) with
            {
                Code = held.Errors[0].Rule == "held" ? ExitCode.Held : ExitCode.BadInput,
            };
        }

        using var directory = held.Value;
        if ((taken ?? directory.CheckRoom()) is { } problem)
        {
            return CommandOutcome.Failed([problem]);
        }

        await using var kept = HostLog.Open(directory.Path, options.SerilogJson, arguments.Json, context.Screen);
        var log = kept.Logger;
        var engine = ScriptEngines.Choose(EngineNames.Of(arguments.Engine));
        if (!engine.IsOk)
        {
            return CommandOutcome.Failed(engine.Errors);
        }

        log.Information("{Engine}", engine.Value.Why);
        var strategies = StrategyPool.Load(engine.Value.Engine, options);
        if (!strategies.IsOk)
        {
            return CommandOutcome.Failed(strategies.Errors);
        }

        var desk = AlertDesk.Open(options, environment, log, time);
        if (!desk.IsOk)
        {
            strategies.Value.Dispose();
            return CommandOutcome.Failed(desk.Errors);
        }

        await using var alerts = desk.Value;
        var venue = Venues.Of(options, directory.Path, environment, log, time);
        if (!venue.IsOk)
        {
            strategies.Value.Dispose();
            return CommandOutcome.Failed(venue.Errors);
        }

        AccountId[] accounts = options.Mirror.Enabled ? [AccountId.Main, AccountId.Mirror] : [AccountId.Main];
        using var journal = RunJournal.Open(directory.Path, accounts, options.Journal, log, time);
        PerformanceBoard[] boards = [.. accounts.Select(a => new PerformanceBoard(a))];
        using var projections = new ProjectionThreads(journal, boards, options.RetentionHours, log, time);
        var parts = new SessionParts(options, venue.Value, strategies.Value, journal, log, time)
        {
            Boards = boards,
            Halts = new HaltDelivery(new PendingHalts(directory.Path), log, time),
            Alerts = alerts,
        };
        alerts.Post(new KeptAlerts(directory.Path, log).Take());
        return await TradeAsync(parts, directory, arguments, context, cancellation);
    }

    /// <summary>Those of the command line, with the parameters and symbols that the configuration has for a file of its own.</summary>
    private static HostOptions WithStrategies(HostOptions options, RunArguments arguments) => arguments.Strategies.Count == 0 ? options
        : options with
        {
            Strategies = [.. arguments.Strategies.Select(f => options.StrategyOf(f) ?? new StrategyOptions(f, [], []))],
        };

    private static HostOptions WithCanary(HostOptions options, RunArguments arguments) =>
        !arguments.Canary || options.Reload.CanarySeconds > 0 ? options : options with
        {
            Reload = options.Reload with { CanarySeconds = ReloadOptions.CanarySecondsDefault },
        };

    private static async Task<CommandOutcome> TradeAsync(
        SessionParts parts, HostDirectory directory, RunArguments arguments, CommandContext context, CancellationToken cancellation)
    {
        var opened = await LiveSession.OpenAsync(parts, cancellation);
        if (!opened.IsOk)
        {
            cancellation.ThrowIfCancellationRequested(); // a question that a signal cut off is no problem
            return CommandOutcome.Failed(opened.Errors) with
            {
                Code = opened.Errors.All(e => e.Rule == "held") ? ExitCode.Held : ExitCode.BadInput,
            };
        }

        await using var session = opened.Value;
        try
        {
            return await ServeAsync(session, directory, arguments, context, parts, cancellation);
        }
        catch (IOException taken) when (!session.Loop.Ended.IsCompleted)
        {
            await session.StopAsync(); // somebody took the port after it was looked at
            return CommandOutcome.Failed([HostServer.Taken(arguments.Port, taken.Message)]);
        }
    }

    private static async Task<CommandOutcome> ServeAsync(
        LiveSession session, HostDirectory directory, RunArguments arguments, CommandContext context, SessionParts parts,
        CancellationToken cancellation)
    {
        var token = HostDirectory.NewToken();
        await using var server = await HostServer.StartAsync(session, arguments.Port, token, CancellationToken.None);
        var mode = session.Options.EffectiveMode.ToString().ToLowerInvariant();
        var now = new Timestamp(parts.Time.GetUtcNow().ToUnixTimeMilliseconds()).ToString();
        Announce(directory, new HostAddress(server.Address, token, Environment.ProcessId, mode, now), parts.Log);
        parts.Log.Information("mode {Mode}, {Venue}: {Strategies}", mode, session.VenueName,
            string.Join(", ", session.Strategies.Select(s => $"{s.Strategy.Name} trades {string.Join(", ", s.Symbols)}")));
        await using (parts.Alerts is { } desk ? AlertService.Start(session, desk, parts.Log, parts.Time) : null)
        await using (PeriodicSummary.Start(session, parts.Log, parts.Time))
        {
            context.Ready(server.Address);
            SayHowToLook(arguments, context);
            await Task.WhenAny(session.Loop.Ended, Task.Delay(Timeout.InfiniteTimeSpan, cancellation));
        }

        try
        {
            await session.StopAsync(); // a bug in the loop comes out here, or below
        }
        finally
        {
            await EndAsync(session, parts, directory);
        }

        await session.Loop.Ended;
        context.Settled(new CommandOutcome());
        return new CommandOutcome();
    }

    /// <summary>Somebody sits in front of it: how to look at it, and how to end it.</summary>
    private static void SayHowToLook(RunArguments arguments, CommandContext context)
    {
        if (context.Screen.IsTerminal && !arguments.Json)
        {
            var which = (arguments.ConfigFile is { } file ? $" --config {file}" : "")
                + (arguments.DataDirectory is { } folder ? $" --data {folder}" : "");
            context.Say($"look from another terminal: strategyhost status{which} (or positions, orders, performance, verify). Ctrl-C stops "
                + "the host; positions keep their stops and targets at the exchange.");
        }
    }

    /// <summary>The last alerts go out, and that the engine has failed is one of them.</summary>
    private static async Task EndAsync(LiveSession session, SessionParts parts, HostDirectory directory)
    {
        if (parts.Alerts is not { } desk)
        {
            return;
        }

        var hasFailed = session.Loop.Ended.IsFaulted;
        if (hasFailed)
        {
            desk.Post(new AlertNotice(
                AlertNotice.HostName, "engine_failed",
                "the engine has ended by a bug and the host stops: trails no longer move, stops and targets stay on the exchange",
                new Timestamp(parts.Time.GetUtcNow().ToUnixTimeMilliseconds()))
            {
                AtRisk = true,
            });
        }

        new KeptAlerts(directory.Path, parts.Log).Keep(await desk.EndAsync(AlertsWait, hasFailed ? FailureWait : AlertsWait));
    }

    /// <summary>On a disk that takes nothing the host still looks after what is open; commands do not find it.</summary>
    private static void Announce(HostDirectory directory, HostAddress address, ILogger log)
    {
        try
        {
            directory.Announce(address);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            log.Error("host.json cannot be written ({Problem}): trading goes on, but commands do not find this host; free some space and "
                + "start it again", problem.Message);
        }
    }
}
