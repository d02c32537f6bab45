namespace StrategyHost.Host.Commands;

/// <summary><c>new NAME</c></summary>
internal sealed class NewCommand : CommandDefinition<NewArguments>
{
    private const string Operand = "NAME";

    public NewCommand(ICommandHandler<NewArguments> handler)
        : base("new", "a strategy to start from, with a test beside it; passes check and trades at once", handler)
    {
        Operands(Operand, "name of the strategy, or its file; a bare name goes to strategies/ where that exists");
    }

    public override CommandCall? Read(ArgumentReader reader, bool reportMissing)
    {
        var arguments = new NewArguments
        {
            Name = reader.One(Operand, reportMissing, "name the strategy, for example my_breakout", "one name"),
            ConfigFile = reader.TextOrNull("--config"),
            Json = reader.Flag("--json"),
        };
        return Call(arguments);
    }
}
