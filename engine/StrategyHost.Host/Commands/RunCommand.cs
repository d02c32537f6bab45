using StrategyHost.Core.Domain;

namespace StrategyHost.Host.Commands;

/// <summary><c>run</c></summary>
internal sealed class RunCommand : CommandDefinition<RunArguments>
{
    public RunCommand(ICommandHandler<RunArguments> handler)
        : base("run", "trade: simulated in this process unless the configuration says otherwise; Ctrl-C stops it safely", handler)
    {
        Operands("STRATEGY", "strategy scripts (.js) instead of those of the configuration, which gives theirs parameters");
        Value("--data", "DIR", "data directory; default: the configuration's dataDirectory");
        Switch("--fresh", "start anew; the old data directory is renamed, not deleted");
        Value("--port", "PORT", "loopback port of the host's own address; default: a free one");
        EngineValue();
        Switch("--canary", "a saved version runs in shadow first, for reload.canarySeconds or 60 s, and its differences are shown");
        Switch("--i-accept-live", "needed for mode live: real orders, real money");
    }

    public override CommandCall? Read(ArgumentReader reader, bool reportMissing)
    {
        var arguments = new RunArguments
        {
            Strategies = reader.Texts("STRATEGY"),
            DataDirectory = reader.TextOrNull("--data"),
            Fresh = reader.Flag("--fresh"),
            Port = reader.Port("--port") ?? 0,
            Engine = reader.Engine(),
            Canary = reader.Flag("--canary"),
            AcceptsLive = reader.Flag("--i-accept-live"),
            ConfigFile = reader.TextOrNull("--config"),
            Json = reader.Flag("--json"),
        };
        return Call(arguments);
    }
}

/// <summary><c>status</c>, <c>positions</c>, <c>orders</c>, <c>performance</c>, <c>verify</c></summary>
internal sealed class ViewCommand : CommandDefinition<ViewArguments>
{
    private readonly View _view;
    public ViewCommand(View view, ICommandHandler<ViewArguments> handler)
        : base(Name(view), Summary(view), handler)
    {
        _view = view;
        Value("--account", "main|mirror", "one account only");
        if (view == View.Performance)
        {
            Value("--by", "strategy|symbol|tag", "what the trades are put together by; default: strategy");
        }

        HostDataValue();
    }

    public override CommandCall? Read(ArgumentReader reader, bool reportMissing)
    {
        var arguments = new ViewArguments
        {
            View = _view,
            DataDirectory = reader.TextOrNull("--data"),
            Account = reader.Choice("--account", ("main", AccountId.Main), ("mirror", AccountId.Mirror)),
            By = (_view == View.Performance
                ? reader.Choice("--by", ("strategy", GroupBy.Strategy), ("symbol", GroupBy.Symbol), ("tag", GroupBy.Tag)) : null)
                ?? GroupBy.Strategy,
            ConfigFile = reader.TextOrNull("--config"),
            Json = reader.Flag("--json"),
        };
        return Call(arguments);
    }

    private static string Name(View view) => view switch
    {
        View.Status => "status",
        View.Positions => "positions",
        View.Orders => "orders",
        View.Performance => "performance",
        View.Verify => "verify",
    };

    private static string Summary(View view) => view switch
    {
        View.Status => "health, equity and strategies of each account",
        View.Positions => "open positions with their stops, per account",
        View.Orders => "open orders with role, age and held capital, per account",
        View.Performance => "results of closed trades: expectancy with its range, drawdown, ratios, per account",
        View.Verify => "whether every position has its stop, with what to do; exit code 4: uncovered, 5: unknown",
    };
}
