using System.Text.Json;
using StrategyHost.Host.Commands;
using StrategyHost.Host.Terminal;

namespace StrategyHost.Host.Tests.Commands;

/// <summary>A command line with handlers that remember what they were told, and both outputs as text.</summary>
internal sealed class Shell
{
    private readonly StringWriter _out = new();
    private readonly StringWriter _error = new();

    public Dictionary<string, string> Environment { get; } = [];
    public CommandArguments? Seen { get; private set; }
    public string Out => _out.ToString();
    public string Error => _error.ToString();
    public Func<CommandContext, CancellationToken, CommandOutcome> Work { get; set; } = (_, _) => new CommandOutcome();
    public JsonElement Document => JsonDocument.Parse(Out).RootElement;

    public ExitCode Run(params string[] tokens) => Run(CancellationToken.None, tokens);

    public ExitCode Run(CancellationToken signal, params string[] tokens) => Line(new CommandHandlers
    {
        Backtest = new Handler<BacktestArguments>(this),
        Check = new Handler<CheckArguments>(this),
        Import = new Handler<ImportArguments>(this),
        Record = new Handler<RecordArguments>(this),
        DataInfo = new Handler<DataInfoArguments>(this),
        Emulate = new Handler<EmulateArguments>(this),
    }).Run(tokens, signal);

    public CommandLine Line(CommandHandlers handlers)
    {
        var traits = new StreamTraits(false, false);
        return new CommandLine(handlers, new HostConsole(_out, _error, traits, traits, TimeProvider.System), Environment);
    }

    /// <summary>The arguments of a command line that must be accepted.</summary>
    public static T Accepted<T>(params string[] tokens)
        where T : CommandArguments
    {
        var shell = new Shell();
        var code = shell.Run(tokens);
        Assert.True(code == ExitCode.Ok, shell.Error);
        return Assert.IsType<T>(shell.Seen);
    }

    private sealed class Handler<T>(Shell shell) : ICommandHandler<T>
        where T : CommandArguments
    {
        public CommandOutcome Run(T arguments, CommandContext context, CancellationToken cancellation)
        {
            shell.Seen = arguments;
            return shell.Work(context, cancellation);
        }
    }
}
