namespace StrategyHost.Host.Commands;

/// <summary><c>check STRATEGY…</c></summary>
internal sealed class CheckCommand : CommandDefinition<CheckArguments>
{
    public CheckCommand(ICommandHandler<CheckArguments> handler)
        : base("check", "parse strategies, run settings() and dry-run on a sample; prints their protection and every problem", handler)
    {
        Operands("STRATEGY", "strategy scripts (.js)");
        Switch("--lookahead", "prove that no answer hangs on later data or on chance: runs again, in other groups, on cut tapes");
        Value("--cuts", "N", "with --lookahead: how many cut tapes, 1 to 1000; default 12");
        Value("--seed", "N", "with --lookahead: of the cuts");
        Values("--data", "PATH", "recorded data instead of the sample, files or folders", manyPerToken: true);
        SymbolOfDataValue();
        EngineValue();
    }

    public override CommandCall? Read(ArgumentReader reader, bool reportMissing)
    {
        var (strategies, data) = reader.Scripts(reportMissing);
        var arguments = new CheckArguments
        {
            Strategies = strategies,
            Data = data,
            Symbol = reader.Symbol("--symbol"),
            Lookahead = reader.Flag("--lookahead"),
            Cuts = reader.Integer("--cuts"),
            Seed = reader.Integer("--seed"),
            Engine = reader.Engine(),
            ConfigFile = reader.TextOrNull("--config"),
            Json = reader.Flag("--json"),
        };
        if (arguments.Cuts is 0 or > CheckArguments.CutsMax)
        {
            reader.Problem("--cuts", arguments.Cuts.ToString(), "bad_number", $"must be a whole number from 1 to {CheckArguments.CutsMax}");
        }

        if (!arguments.Lookahead && (arguments.Cuts ?? arguments.Seed) is not null)
        {
            reader.Problem(arguments.Cuts is null ? "--seed" : "--cuts", null, "needs_other", "says how to look ahead: add --lookahead");
        }

        return Call(arguments);
    }
}
