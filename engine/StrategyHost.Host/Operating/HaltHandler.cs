using StrategyHost.Core.Risk;
using StrategyHost.Host.Commands;
using StrategyHost.Host.Live;
using StrategyHost.Host.Views;

namespace StrategyHost.Host.Operating;

/// <summary>
/// <c>halt</c>, <c>resume</c>: the running host of the data directory does it; with none running it is kept for the next one.
/// </summary>
internal sealed class HaltHandler(TimeProvider time, Func<string, string?> environment) : ICommandHandler<HaltArguments>
{
    private static readonly TimeSpan AnswerWait = SessionHalts.Wait + TimeSpan.FromSeconds(10);

    public CommandOutcome Run(HaltArguments arguments, CommandContext context, CancellationToken cancellation)
    {
        var directory = arguments.DataDirectory ?? context.Options.DataDirectory;
        var asked = new HaltRequest(
            arguments.Order, arguments.Account, new HaltScope(arguments.Strategy, arguments.Symbol), arguments.Until, "command line");
        var result = (HostDirectory.Running(directory) is { } host
            ? HostClient.HaltAsync(host, asked, AnswerWait, cancellation)
            : new StoppedHalts(directory, context.Options, environment, time).RunAsync(asked, cancellation)).GetAwaiter().GetResult();
        if (!result.IsOk)
        {
            return CommandOutcome.Failed(result.Errors) with
            {
                Code = result.Errors.All(e => e.Rule == "held") ? ExitCode.Held : ExitCode.BadInput,
            };
        }

        var document = result.Value;
        return new CommandOutcome
        {
            Code = document.Accounts.Any(a => !a.IsDone) ? ExitCode.Uncovered : ExitCode.Ok,
            Json = writer => DocumentJson.Write(writer, document),
            Text = output => HaltText.Show(output, document, arguments.Order),
        };
    }
}
