namespace StrategyHost.Host.Commands;

/// <summary><c>replay RUN</c></summary>
internal sealed class ReplayCommand : CommandDefinition<ReplayArguments>
{
    private const string Operand = "RUN";

    public ReplayCommand(ICommandHandler<ReplayArguments> handler)
        : base("replay", "a recorded run through a fresh engine: the first difference, if any", handler)
    {
        Operands(Operand, "the run's name, as the journal has it, or latest");
        HostDataValue();
    }

    public override CommandCall? Read(ArgumentReader reader, bool reportMissing)
    {
        var arguments = new ReplayArguments
        {
            Run = reader.One(Operand, reportMissing, "name a run, or latest", "one run"),
            DataDirectory = reader.TextOrNull("--data"),
            ConfigFile = reader.TextOrNull("--config"),
            Json = reader.Flag("--json"),
        };
        return Call(arguments);
    }
}
