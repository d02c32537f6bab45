namespace StrategyHost.Host.Commands;

/// <summary><c>backup</c></summary>
internal sealed class BackupCommand : CommandDefinition<BackupArguments>
{
    public BackupCommand(ICommandHandler<BackupArguments> handler)
        : base("backup", "a checked copy of journals, tables and configuration, also while a host runs", handler)
    {
        Value("--out", "DIR", "folder of the copy; one that does not exist yet, or is empty");
        HostDataValue();
    }

    public override CommandCall? Read(ArgumentReader reader, bool reportMissing)
    {
        var target = reader.TextOrNull("--out");
        if (target is null && reportMissing)
        {
            reader.Problem("--out", null, "missing_argument", "is missing: name the folder of the copy");
        }

        var arguments = new BackupArguments
        {
            OutDirectory = target ?? "",
            DataDirectory = reader.TextOrNull("--data"),
            ConfigFile = reader.TextOrNull("--config"),
            Json = reader.Flag("--json"),
        };
        return Call(arguments);
    }
}
