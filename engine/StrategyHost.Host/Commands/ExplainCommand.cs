namespace StrategyHost.Host.Commands;

/// <summary><c>explain ORDER_OR_SIGNAL_ID</c>, and <c>explain RUN --script HASH</c></summary>
internal sealed class ExplainCommand : CommandDefinition<ExplainArguments>
{
    private const string Operand = "ORDER_OR_SIGNAL_ID";

    public ExplainCommand(ICommandHandler<ExplainArguments> handler)
        : base("explain", "what led to an order or followed from a signal, from the journal or a backtest's report", handler)
    {
        Operands(Operand, "a signal's id, an orderLinkId, or the exchange's order id; with --script a run, or latest");
        Value("--run", "RUN", "the run of the signal; default: the newest that has one of this id");
        Value("--script", "HASH", "prints the script's text in this version, as the run had it; the hash or its beginning");
        Value("--report", "DIR", "folder of a backtest's report (backtest --out) instead of the journal");
        HostDataValue();
    }

    public override CommandCall? Read(ArgumentReader reader, bool reportMissing)
    {
        var arguments = new ExplainArguments
        {
            Id = reader.One(Operand, reportMissing, "name a signal or an order, such as the log or orders shows", "one id"),
            Run = reader.TextOrNull("--run"),
            Script = reader.TextOrNull("--script"),
            Report = reader.TextOrNull("--report"),
            DataDirectory = reader.TextOrNull("--data"),
            ConfigFile = reader.TextOrNull("--config"),
            Json = reader.Flag("--json"),
        };
        if (arguments is { Report: not null, Run: not null })
        {
            reader.Problem("--run", null, "excludes_other", "names a run of the journal, and --report a backtest: leave one out");
        }

        if (arguments.Script is { } script && (arguments.Report ?? arguments.Run) is not null)
        {
            reader.Problem("--script", script, "excludes_other", "is of a run that is named in front of it: leave --run and --report out");
        }

        return Call(arguments);
    }
}
