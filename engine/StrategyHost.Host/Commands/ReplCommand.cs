namespace StrategyHost.Host.Commands;

/// <summary><c>repl STRATEGY</c></summary>
internal sealed class ReplCommand : CommandDefinition<ReplArguments>
{
    public ReplCommand(ICommandHandler<ReplArguments> handler)
        : base("repl", "replay a strategy up to a moment, then ask: expressions of ctx, step, continue until TIME", handler)
    {
        Operands("STRATEGY", "one strategy script (.js)");
        Value("--at", "TIME", "replay up to this time, UTC; default: to the end of the warm-up");
        Values("--data", "PATH", "recorded data, files or folders; default: a synthetic sample tape", manyPerToken: true);
        SymbolOfDataValue();
        Value("--from", "TIME", "first moment, inclusive; ISO date or time, UTC");
        Values("--set", "name=value", "a parameter of the strategy; may be repeated", manyPerToken: false);
        Value("--seed", "N", "of everything random");
        EngineValue();
    }

    public override CommandCall? Read(ArgumentReader reader, bool reportMissing)
    {
        var (strategies, data) = reader.Scripts(reportMissing);
        if (strategies.Count > 1)
        {
            reader.Problem("STRATEGY", strategies[1], "too_many_arguments", "is one script, not several");
        }

        var arguments = new ReplArguments
        {
            Backtest = new BacktestArguments
            {
                Strategies = strategies,
                Data = data,
                Symbol = reader.Symbol("--symbol"),
                From = reader.Time("--from"),
                Set = reader.Pairs("--set"),
                Seed = reader.Integer("--seed"),
                Engine = reader.Engine(),
            },
            At = reader.Time("--at"),
            ConfigFile = reader.TextOrNull("--config"),
            Json = reader.Flag("--json"),
        };
        return Call(arguments);
    }
}
