using System.CommandLine;

namespace StrategyHost.Host.Commands;

/// <summary>
/// A command of the command line: its options for the parser and <c>--help</c>, and how its texts become arguments. Options are read as
/// text here and turned into types by <see cref="ArgumentReader"/>, so that a bad value is one of our errors and not the parser's.
/// </summary>
internal abstract class CommandDefinition
{
    protected CommandDefinition(string name, string summary)
    {
        Command = new Command(name, summary);
    }

    public Command Command { get; }

    /// <summary>Reads the arguments and says how to run them; null when there were errors.</summary>
    public abstract CommandCall? Read(ArgumentReader reader, bool reportMissing);

    protected void Value(string name, string value, string summary) =>
        Command.Add(new Option<string?>(name) { Description = summary, HelpName = value });

    protected void Values(string name, string value, string summary, bool manyPerToken) => Command.Add(new Option<string[]>(name)
    {
        Description = summary,
        HelpName = value,
        AllowMultipleArgumentsPerToken = manyPerToken,
    });

    protected void Switch(string name, string summary) => Command.Add(new Option<bool>(name) { Description = summary });

    protected void EngineValue() => Value("--engine", "auto|javascriptcore|jint", "script engine; auto (default) says which it took");

    protected void HostDataValue() => Value("--data", "DIR", "data directory of the host; default: the configuration's dataDirectory");

    protected void SymbolOfDataValue() => Value("--symbol", "SYMBOL", "symbol of data that do not name it, or the only one to replay");

    protected void Operands(string name, string summary) =>
        Command.Add(new Argument<string[]>(name) { Description = summary, Arity = ArgumentArity.ZeroOrMore });
}

/// <summary>A command whose work takes arguments of one type.</summary>
internal abstract class CommandDefinition<TArguments>(string name, string summary, ICommandHandler<TArguments> handler)
    : CommandDefinition(name, summary)
    where TArguments : CommandArguments
{
    protected CommandCall Call(TArguments arguments) =>
        new(arguments, (context, cancellation) => handler.Run(arguments, context, cancellation));
}

/// <summary>A command ready to run: its common arguments and the work.</summary>
internal sealed record CommandCall(CommandArguments Arguments, Func<CommandContext, CancellationToken, CommandOutcome> Run);
