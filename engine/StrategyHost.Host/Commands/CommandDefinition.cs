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

    protected void Operands(string name, string summary) =>
        Command.Add(new Argument<string[]>(name) { Description = summary, Arity = ArgumentArity.ZeroOrMore });
}

/// <summary>A command ready to run: its common arguments and the work.</summary>
internal sealed record CommandCall(CommandArguments Arguments, Func<CommandContext, CancellationToken, CommandOutcome> Run);
