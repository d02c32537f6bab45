namespace StrategyHost.Host.Commands;

/// <summary><c>replay RUN</c></summary>
internal sealed class ReplayCommand : CommandDefinition
{
    private const string Operand = "RUN";
    private readonly ICommandHandler<ReplayArguments> _handler;

    public ReplayCommand(ICommandHandler<ReplayArguments> handler)
        : base("replay", "a recorded run through a fresh engine: the first difference, if any")
    {
        _handler = handler;
        Operands(Operand, "the run's name, as the journal has it, or latest");
        Value("--data", "DIR", "data directory of the host; default: the configuration's dataDirectory");
    }

    public override CommandCall? Read(ArgumentReader reader, bool reportMissing)
    {
        var runs = reader.Texts(Operand);
        if (runs.Count != 1 && reportMissing)
        {
            reader.Problem(Operand, runs.Count == 0 ? null : runs[1], runs.Count == 0 ? "missing_argument" : "too_many_arguments",
                runs.Count == 0 ? "is missing: name a run, or latest" : "is one run, not several");
        }

        var arguments = new ReplayArguments
        {
            Run = runs is [var run, ..] ? run : "",
            DataDirectory = reader.TextOrNull("--data"),
            ConfigFile = reader.TextOrNull("--config"),
            Json = reader.Flag("--json"),
        };
        return new CommandCall(arguments, (context, cancellation) => _handler.Run(arguments, context, cancellation));
    }
}
