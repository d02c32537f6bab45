using StrategyHost.Host.Backtests;
using StrategyHost.Host.Commands;
using StrategyHost.Host.Terminal;
using StrategyHost.Scripting;
using StrategyHost.Simulation.Reports;

namespace StrategyHost.Host.Authoring.Watch;

/// <summary>
/// <c>backtest --watch</c>: runs, then again each time that a strategy or what it requires is saved, until a signal comes. Data are loaded
/// once. After the first run the difference to the last good one is shown; a script with a mistake shows the mistake, and the next save
/// goes on from the last good run. Ended by a signal it answers 0: that is how it is meant to end.
/// </summary>
internal sealed class WatchedBacktest(TimeProvider time) : ICommandHandler<BacktestArguments>
{
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(200);

    public CommandOutcome Run(BacktestArguments arguments, CommandContext context, CancellationToken cancellation)
    {
        if (!arguments.Watch)
        {
            return new BacktestHandler().Run(arguments, context, cancellation);
        }

        var engine = ScriptEngines.Choose(EngineNames.Of(arguments.Engine));
        if (!engine.IsOk)
        {
            return CommandOutcome.Failed(engine.Errors);
        }

        using var progress = new LegProgress(context.NewProgress);
        var tapes = new TapeSource(arguments, progress, cancellation);
        var scripts = new ScriptVersions(engine.Value.Engine, arguments, context.Options);
        try
        {
            Watch(arguments, context with { Progress = progress }, tapes, scripts, cancellation);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // The way out, from wherever it was.
        }

        return new CommandOutcome
        {
            IsTold = true,
            Notes = ["stopped watching"],
        };
    }

    private void Watch(
        BacktestArguments arguments, CommandContext context, TapeSource tapes, ScriptVersions scripts, CancellationToken cancellation)
    {
        IReadOnlyList<BacktestReport> before = [];
        while (true)
        {
            var files = scripts.Files(); // before the run: what is saved while it runs is news too
            var version = scripts.Current();
            var (outcome, reports) = BacktestHandler.RunOnce(arguments, context, tapes, cancellation);
            ((LegProgress)context.Progress).End();
            var last = before;
            context.Show(last.Count == 0 || reports.Count == 0 ? outcome : outcome with
            {
                Text = text => Differences(text, last, reports),
            });
            context.Say($"watching {string.Join(", ", arguments.Strategies)}; Ctrl-C ends");
            before = reports.Count == 0 ? before : reports;
            WaitForOther(scripts, files, version, cancellation);
            context.Say($"{time.GetUtcNow():HH:mm:ss} saved, running again");
        }
    }

    private static void Differences(TextOutput text, IReadOnlyList<BacktestReport> before, IReadOnlyList<BacktestReport> now)
    {
        foreach (var (old, current) in before.Zip(now))
        {
            RunDifference.Show(text, old, current);
        }
    }

    /// <summary>
    /// Until the scripts are others than this version, and have been so for a whole period: editors save in several steps.
    /// </summary>
    private static void WaitForOther(ScriptVersions scripts, string files, string version, CancellationToken cancellation)
    {
        while (true)
        {
            cancellation.WaitHandle.WaitOne(Period);
            cancellation.ThrowIfCancellationRequested();
            var looked = scripts.Files();
            if (looked == files)
            {
                continue;
            }

            cancellation.WaitHandle.WaitOne(Period);
            cancellation.ThrowIfCancellationRequested();
            if (scripts.Files() == looked)
            {
                files = looked;
                if (scripts.Current() != version)
                {
                    return;
                }
            }
        }
    }
}
