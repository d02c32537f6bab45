namespace StrategyHost.Host.Commands;

/// <summary><c>import SRC… --out DIR</c></summary>
internal sealed class ImportCommand : CommandDefinition<ImportArguments>
{
    public ImportCommand(ICommandHandler<ImportArguments> handler)
        : base("import", "turn recorded market data into tick segments that load at once", handler)
    {
        Operands("SRC", "trade, kline, funding or order-book files, also .gz and .zip");
        Value("--out", "DIR", "where the segments go (required)");
        Value("--symbol", "SYMBOL", "symbol of data that do not name it");
    }

    public override CommandCall? Read(ArgumentReader reader, bool reportMissing)
    {
        var arguments = new ImportArguments
        {
            Sources = reader.Texts("SRC"),
            OutDirectory = reader.TextOrNull("--out") ?? "",
            Symbol = reader.Symbol("--symbol"),
            ConfigFile = reader.TextOrNull("--config"),
            Json = reader.Flag("--json"),
        };
        if (arguments.Sources.Count == 0 && reportMissing)
        {
            reader.Problem("SRC", null, "missing_argument", "is missing: name at least one file to import");
        }

        if (arguments.OutDirectory.Length == 0 && reportMissing)
        {
            reader.Problem("--out", null, "missing_argument", "is missing: name the folder for the segments");
        }

        return Call(arguments);
    }
}

/// <summary><c>data info PATH</c></summary>
internal sealed class DataInfoCommand : CommandDefinition<DataInfoArguments>
{
    public DataInfoCommand(ICommandHandler<DataInfoArguments> handler)
        : base("info", "span, counts, gaps, duplicates and disorder of recorded data", handler)
    {
        Operands("PATH", "files or folders");
    }

    public override CommandCall? Read(ArgumentReader reader, bool reportMissing)
    {
        var arguments = new DataInfoArguments
        {
            Paths = reader.Texts("PATH"),
            ConfigFile = reader.TextOrNull("--config"),
            Json = reader.Flag("--json"),
        };
        if (arguments.Paths.Count == 0 && reportMissing)
        {
            reader.Problem("PATH", null, "missing_argument", "is missing: name a file or folder");
        }

        return Call(arguments);
    }
}
