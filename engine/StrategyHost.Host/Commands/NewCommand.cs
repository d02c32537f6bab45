namespace StrategyHost.Host.Commands;

/// <summary><c>new NAME</c></summary>
internal sealed class NewCommand : CommandDefinition
{
    private const string Operand = "NAME";
    private readonly ICommandHandler<NewArguments> _handler;

    public NewCommand(ICommandHandler<NewArguments> handler)
        : base("new", "a strategy to start from, with a test beside it; passes check and trades at once")
    {
        _handler = handler;
        Operands(Operand, "name of the strategy, or its file; a bare name goes to strategies/ where that exists");
    }

    public override CommandCall? Read(ArgumentReader reader, bool reportMissing)
    {
        var names = reader.Texts(Operand);
        if (names.Count != 1 && reportMissing)
        {
            reader.Problem(Operand, names.Count == 0 ? null : names[1], names.Count == 0 ? "missing_argument" : "too_many_arguments",
                names.Count == 0 ? "is missing: name the strategy, for example my_breakout" : "is one name, not several");
        }

        var arguments = new NewArguments
        {
            Name = names is [var name, ..] ? name : "",
            ConfigFile = reader.TextOrNull("--config"),
            Json = reader.Flag("--json"),
        };
        return new CommandCall(arguments, (context, cancellation) => _handler.Run(arguments, context, cancellation));
    }
}
