namespace StrategyHost.Host.Commands;

/// <summary><c>explain ORDER_OR_SIGNAL_ID</c></summary>
internal sealed class ExplainCommand : CommandDefinition
{
    private const string Operand = "ORDER_OR_SIGNAL_ID";
    private readonly ICommandHandler<ExplainArguments> _handler;

    public ExplainCommand(ICommandHandler<ExplainArguments> handler)
        : base("explain", "what led to an order or followed from a signal, from the journal or a backtest's report")
    {
        _handler = handler;
        Operands(Operand, "a signal's id, an orderLinkId, or the exchange's order id");
        Value("--run", "RUN", "the run of the signal; default: the newest that has one of this id");
        Value("--report", "DIR", "folder of a backtest's report (backtest --out) instead of the journal");
        Value("--data", "DIR", "data directory of the host; default: the configuration's dataDirectory");
    }

    public override CommandCall? Read(ArgumentReader reader, bool reportMissing)
    {
        var ids = reader.Texts(Operand);
        if (ids.Count != 1 && reportMissing)
        {
            reader.Problem(Operand, ids.Count == 0 ? null : ids[1], ids.Count == 0 ? "missing_argument" : "too_many_arguments",
                ids.Count == 0 ? "is missing: name a signal or an order, such as the log or orders shows" : "is one id, not several");
        }

        var arguments = new ExplainArguments
        {
            Id = ids is [var id, ..] ? id : "",
            Run = reader.TextOrNull("--run"),
            Report = reader.TextOrNull("--report"),
            DataDirectory = reader.TextOrNull("--data"),
            ConfigFile = reader.TextOrNull("--config"),
            Json = reader.Flag("--json"),
        };
        if (arguments is { Report: not null, Run: not null })
        {
            reader.Problem("--run", null, "excludes_other", "names a run of the journal, and --report a backtest: leave one out");
        }

        return new CommandCall(arguments, (context, cancellation) => _handler.Run(arguments, context, cancellation));
    }
}
