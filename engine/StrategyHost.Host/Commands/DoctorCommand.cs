namespace StrategyHost.Host.Commands;

/// <summary><c>doctor</c></summary>
internal sealed class DoctorCommand : CommandDefinition<DoctorArguments>
{
    public DoctorCommand(ICommandHandler<DoctorArguments> handler)
        : base("doctor", "checks everything that a host needs, with what to do; changes nothing; exit code 2: a problem", handler)
    {
        Switch("--send-test", "send one test message on each way that alerts go");
        HostDataValue();
    }

    public override CommandCall? Read(ArgumentReader reader, bool reportMissing)
    {
        var arguments = new DoctorArguments
        {
            DataDirectory = reader.TextOrNull("--data"),
            SendsTest = reader.Flag("--send-test"),
            ConfigFile = reader.TextOrNull("--config"),
            Json = reader.Flag("--json"),
        };
        return Call(arguments);
    }
}
