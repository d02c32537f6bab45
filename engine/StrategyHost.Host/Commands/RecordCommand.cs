namespace StrategyHost.Host.Commands;

/// <summary><c>record</c></summary>
internal sealed class RecordCommand : CommandDefinition<RecordArguments>
{
    public RecordCommand(ICommandHandler<RecordArguments> handler)
        : base("record", "write live market data into tick segments for backtests; Ctrl-C ends it with all of them complete", handler)
    {
        Values("--symbol", "SYMBOL", "what to record; default: the configuration's symbols, else BTCUSDT", manyPerToken: true);
        Value("--data", "DIR", "data directory; default: the configuration's dataDirectory");
        Value("--out", "DIR", "where the segments go; default: recorded in the data directory");
        Value("--depth", "1|50|200", "levels of the order book; default: 50");
        Value("--duration", "TIME", "how long, for example 30s, 10m, 2h; default: until a signal");
    }

    public override CommandCall? Read(ArgumentReader reader, bool reportMissing)
    {
        var arguments = new RecordArguments
        {
            Symbols = reader.Symbols("--symbol"),
            DataDirectory = reader.TextOrNull("--data"),
            OutDirectory = reader.TextOrNull("--out"),
            Depth = reader.Choice("--depth", ("1", 1), ("50", 50), ("200", 200)) ?? 50,
            Duration = reader.Duration("--duration"),
            ConfigFile = reader.TextOrNull("--config"),
            Json = reader.Flag("--json"),
        };
        return Call(arguments);
    }
}
