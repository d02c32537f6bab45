using StrategyHost.Core.Strategies;
using StrategyHost.Host.Backtests;
using StrategyHost.Host.Commands;
using StrategyHost.Host.Terminal;
using StrategyHost.Scripting;

namespace StrategyHost.Host.Authoring.Repl;

/// <summary>
/// The command <c>repl</c>: a backtest of one strategy that pauses. Expressions are read from stdin, so that a file or a pipe can ask as
/// well as a person; the end of stdin ends it. Nothing is written to disk.
/// </summary>
internal sealed class ReplHandler : ICommandHandler<ReplArguments>
{
    public CommandOutcome Run(ReplArguments arguments, CommandContext context, CancellationToken cancellation)
    {
        var engine = ScriptEngines.Choose(EngineNames.Of(arguments.Backtest.Engine));
        if (!engine.IsOk)
        {
            return CommandOutcome.Failed(engine.Errors);
        }

        using var legs = new LegProgress(context.NewProgress);
        using var talk = new ReplTalk(context, legs.End);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, talk.Ended);
        var tapes = new TapeSource(arguments.Backtest, legs, either.Token);
        var session = new BacktestSession(
            engine.Value.Engine, arguments.Backtest, context with { Progress = legs }, tapes, either.Token);
        try
        {
            var result = session.Run(arguments.Backtest.Strategies, new RunVariation
            {
                Grouping = 0,
                Also = ScriptCallbacks.Stop, // the end of the data is a place to look around
                Wrap = (script, _) => new PausedScript(script, talk, arguments.At),
            });
            if (!result.IsOk)
            {
                return CommandOutcome.Failed(result.Errors);
            }
        }
        catch (OperationCanceledException) when (talk.HasEnded)
        {
            // Somebody has seen enough.
        }

        return new CommandOutcome
        {
            Notes = [engine.Value.Why],
            Json = writer => talk.Write(writer, arguments.Backtest.Strategies[0]),
        };
    }
}
