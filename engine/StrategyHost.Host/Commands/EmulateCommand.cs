namespace StrategyHost.Host.Commands;

/// <summary><c>emulate</c></summary>
internal sealed class EmulateCommand : CommandDefinition<EmulateArguments>
{
    public const int PortDefault = 8787;
    public EmulateCommand(ICommandHandler<EmulateArguments> handler)
        : base("emulate", "the Bybit V5 emulator on loopback, for this host and for other clients", handler)
    {
        Value("--port", "PORT", "port on 127.0.0.1; 0 takes a free one; default: 8787");
        Value("--limits", "on|off", "refuse requests beyond the exchange's quotas; default: off");
        Value("--tape", "PATH", "recorded data (file or folder) to play instead of the simulated market");
        Value("--speed", "X", "how much faster than recorded a tape is played; default: 1");
        Value("--seed", "N", "of the simulated market; default: 1");
    }

    public override CommandCall? Read(ArgumentReader reader, bool reportMissing)
    {
        var arguments = new EmulateArguments
        {
            Port = reader.Port("--port") ?? PortDefault,
            Limits = reader.Choice("--limits", ("on", true), ("off", false)) ?? false,
            Tape = reader.TextOrNull("--tape"),
            Speed = reader.Factor("--speed") ?? 1,
            Seed = reader.Integer("--seed") ?? 1,
            ConfigFile = reader.TextOrNull("--config"),
            Json = reader.Flag("--json"),
        };
        return Call(arguments);
    }
}
