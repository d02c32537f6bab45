using StrategyHost.Core.Domain;

namespace StrategyHost.Host.Commands;

/// <summary><c>rebalance</c>, <c>flatten</c></summary>
internal sealed class OperatorCommand : CommandDefinition<OperatorArguments>
{
    private readonly OperatorOrder _order;
    public OperatorCommand(OperatorOrder order, ICommandHandler<OperatorArguments> handler)
        : base(Name(order), Summary(order), handler)
    {
        _order = order;
        Value("--account", "main|mirror", "one account only");
        if (order == OperatorOrder.Flatten)
        {
            Value("--strategy", "NAME", "positions and orders of one strategy only; needs a running host");
            Value("--symbol", "S", "one symbol only");
        }

        Switch("--apply", "carry it out; without it the plan is shown and nothing is sent");
        HostDataValue();
    }

    public override CommandCall? Read(ArgumentReader reader, bool reportMissing)
    {
        var isFlatten = _order == OperatorOrder.Flatten;
        var arguments = new OperatorArguments
        {
            Order = _order,
            DataDirectory = reader.TextOrNull("--data"),
            Account = reader.Choice("--account", ("main", AccountId.Main), ("mirror", AccountId.Mirror)),
            Strategy = isFlatten && reader.TextOrNull("--strategy") is { } name ? new StrategyId(name) : null,
            Symbol = isFlatten ? reader.Symbol("--symbol") : null,
            Apply = reader.Flag("--apply"),
            ConfigFile = reader.TextOrNull("--config"),
            Json = reader.Flag("--json"),
        };
        return Call(arguments);
    }

    private static string Name(OperatorOrder order) => order switch
    {
        OperatorOrder.Rebalance => "rebalance",
        OperatorOrder.Flatten => "flatten",
    };

    private static string Summary(OperatorOrder order) => order switch
    {
        OperatorOrder.Rebalance => "what makes the protection of every position exact; a dry run unless --apply",
        OperatorOrder.Flatten => "what would be closed and cancelled; with --apply closes at market and waits until it is proven",
    };
}
