using StrategyHost.Host.Configuration;

namespace StrategyHost.Host.Commands;

/// <summary><c>backtest STRATEGY…</c></summary>
internal sealed class BacktestCommand : CommandDefinition<BacktestArguments>
{
    public BacktestCommand(ICommandHandler<BacktestArguments> handler)
        : base("backtest", "replay recorded ticks, klines or books through strategies, on the main and the mirror account", handler)
    {
        Operands("STRATEGY", "strategy scripts (.js); several run each alone");
        Values("--data", "PATH", "recorded data, files or folders; default: a synthetic sample tape", manyPerToken: true);
        SymbolOfDataValue();
        Value("--from", "TIME", "first moment, inclusive; ISO date or time, UTC");
        Value("--to", "TIME", "last moment, exclusive; ISO date or time, UTC");
        Values("--set", "name=value", "a parameter of the strategies; may be repeated", manyPerToken: false);
        Value("--fill", "bar|touch|cross|book", "fill model; default: bar for klines, cross for trades, book with depth");
        Value("--limit", "through|touch", "with bars: a limit order fills when traded through (default) or reached");
        Value("--slippage", "N[bp|ticks]", "of market orders and triggered stops; a bare number is basis points");
        Value("--seed", "N", "of everything random");
        EngineValue();
        Switch("--together", "all strategies on the same accounts");
        Value("--out", "DIR", "folder of report.html, report.json and the .csv files of signals, orders, trades; default: out/…");
        Switch("--watch", "run again when a script is saved, and show what changed; Ctrl-C ends");
    }

    public override CommandCall? Read(ArgumentReader reader, bool reportMissing)
    {
        var (strategies, data) = reader.Scripts(reportMissing);
        var arguments = new BacktestArguments
        {
            Strategies = strategies,
            Data = data,
            Symbol = reader.Symbol("--symbol"),
            From = reader.Time("--from"),
            To = reader.Time("--to"),
            Set = reader.Pairs("--set"),
            Fill = reader.Choice("--fill", ("bar", FillModel.Bar), ("touch", FillModel.Touch), ("cross", FillModel.Cross),
                ("book", FillModel.Book)),
            Limit = reader.Choice("--limit", ("through", LimitFill.Through), ("touch", LimitFill.Touch)) ?? LimitFill.Through,
            Slippage = reader.Slippage("--slippage"),
            Seed = reader.Integer("--seed"),
            Engine = reader.Engine(),
            Together = reader.Flag("--together"),
            OutDirectory = reader.TextOrNull("--out"),
            Watch = reader.Flag("--watch"),
            ConfigFile = reader.TextOrNull("--config"),
            Json = reader.Flag("--json"),
        };
        if (arguments.From is { } from && arguments.To is { } to && from >= to)
        {
            reader.Problem("--to", to.ToString(), "empty_span", $"must be later than --from ({from})");
        }

        if (arguments is { Watch: true, Json: true })
        {
            reader.Problem("--watch", null, "excludes_other", "shows one run after the other, and --json is one document: leave one out");
        }

        return Call(arguments);
    }
}
