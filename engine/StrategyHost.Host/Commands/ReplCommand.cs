namespace StrategyHost.Host.Commands;

/// <summary><c>repl STRATEGY</c></summary>
internal sealed class ReplCommand : CommandDefinition
{
    private readonly ICommandHandler<ReplArguments> _handler;

    public ReplCommand(ICommandHandler<ReplArguments> handler)
        : base("repl", "replay a strategy up to a moment, then ask: expressions of ctx, step, continue until TIME")
    {
        _handler = handler;
        Operands("STRATEGY", "one strategy script (.js)");
        Value("--at", "TIME", "replay up to this time, UTC; default: to the end of the warm-up");
        Values("--data", "PATH", "recorded data, files or folders; default: a synthetic sample tape", manyPerToken: true);
        Value("--symbol", "SYMBOL", "symbol of data that do not name it, or the only one to replay");
        Value("--from", "TIME", "first moment, inclusive; ISO date or time, UTC");
        Values("--set", "name=value", "a parameter of the strategy; may be repeated", manyPerToken: false);
        Value("--seed", "N", "of everything random");
        Value("--engine", "auto|javascriptcore|jint", "script engine; auto (default) says which it took");
    }

    public override CommandCall? Read(ArgumentReader reader, bool reportMissing)
    {
        var data = reader.Texts("--data");
        string[] strategies = [.. reader.Texts("STRATEGY"), .. data.Where(BacktestCommand.IsScript)];
        if (strategies.Length != 1 && reportMissing)
        {
            var isMissing = strategies.Length == 0;
            reader.Problem("STRATEGY", isMissing ? null : strategies[1], isMissing ? "missing_argument" : "too_many_arguments",
                isMissing ? "is missing: name a script, for example strategies/enhanced_sma.js" : "is one script, not several");
        }

        var arguments = new ReplArguments
        {
            Backtest = new BacktestArguments
            {
                Strategies = strategies,
                Data = [.. data.Where(d => !BacktestCommand.IsScript(d))],
                Symbol = reader.Symbol("--symbol"),
                From = reader.Time("--from"),
                Set = reader.Pairs("--set"),
                Seed = reader.Integer("--seed"),
                Engine = EngineOption.Read(reader),
            },
            At = reader.Time("--at"),
            ConfigFile = reader.TextOrNull("--config"),
            Json = reader.Flag("--json"),
        };
        return new CommandCall(arguments, (context, cancellation) => _handler.Run(arguments, context, cancellation));
    }
}
