using StrategyHost.Core.Kernel;
using StrategyHost.Host.Commands;
using StrategyHost.Host.Live;
using StrategyHost.Host.Views;

namespace StrategyHost.Host.Operating;

/// <summary>
/// <c>rebalance</c>, <c>flatten</c>: the running host of the data directory does it; with none running it is done at the exchange itself.
/// </summary>
internal sealed class OperatorHandler(TimeProvider time, Func<string, string?> environment) : ICommandHandler<OperatorArguments>
{
    private static readonly TimeSpan AnswerWait = SessionOperator.Wait + TimeSpan.FromSeconds(10);

    public CommandOutcome Run(OperatorArguments arguments, CommandContext context, CancellationToken cancellation)
    {
        var directory = arguments.DataDirectory ?? context.Options.DataDirectory;
        var scope = new FlattenScope(arguments.Strategy, arguments.Symbol);
        var asked = new OrderRequested(arguments.Order, arguments.Account, scope, arguments.Apply);
        var result = (HostDirectory.Running(directory) is { } host
            ? HostClient.OrderAsync(host, asked, AnswerWait, cancellation)
            : new StoppedOperator(context.Options, environment, time).RunAsync(asked, cancellation)).GetAwaiter().GetResult();
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
            Code = arguments.Apply && document.Accounts.Any(a => !a.Done) ? ExitCode.Uncovered : ExitCode.Ok,
            Json = writer => DocumentJson.Write(writer, document),
            Text = output => PlanText.Show(output, document, arguments.Order),
        };
    }
}
