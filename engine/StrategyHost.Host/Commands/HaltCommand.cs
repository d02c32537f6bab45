using StrategyHost.Core.Domain;

namespace StrategyHost.Host.Commands;

/// <summary><c>halt</c>, <c>resume</c></summary>
internal sealed class HaltCommand : CommandDefinition<HaltArguments>
{
    private readonly HaltOrder _order;
    public HaltCommand(HaltOrder order, ICommandHandler<HaltArguments> handler)
        : base(Name(order), Summary(order), handler)
    {
        _order = order;
        Value("--account", "main|mirror", "one account only");
        Value("--strategy", "NAME", "one strategy only");
        Value("--symbol", "S", "one symbol only");
        Value("--until", "TIME", order == HaltOrder.Halt ? "it ends by itself then" : "entries are halted again from then on");
        HostDataValue();
    }

    public override CommandCall? Read(ArgumentReader reader, bool reportMissing)
    {
        var arguments = new HaltArguments
        {
            Order = _order,
            DataDirectory = reader.TextOrNull("--data"),
            Account = reader.Choice("--account", ("main", AccountId.Main), ("mirror", AccountId.Mirror)),
            Strategy = reader.TextOrNull("--strategy") is { } name ? new StrategyId(name) : null,
            Symbol = reader.Symbol("--symbol"),
            Until = reader.Time("--until"),
            ConfigFile = reader.TextOrNull("--config"),
            Json = reader.Flag("--json"),
        };
        return Call(arguments);
    }

    private static string Name(HaltOrder order) => order switch
    {
        HaltOrder.Halt => "halt",
        HaltOrder.Resume => "resume",
    };

    private static string Summary(HaltOrder order) => order switch
    {
        HaltOrder.Halt => "no entries any more, resting ones are cancelled; exits, stops and trails go on; survives a restart",
        HaltOrder.Resume => "entries on again; of a whole account also after a loss limit was reached",
    };
}
