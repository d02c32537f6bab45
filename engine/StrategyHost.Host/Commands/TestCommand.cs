namespace StrategyHost.Host.Commands;

/// <summary><c>test [FILES…]</c></summary>
internal sealed class TestCommand : CommandDefinition<TestArguments>
{
    public TestCommand(ICommandHandler<TestArguments> handler)
        : base("test", "run the tests of strategies (*.test.js); exit code 2 when one fails", handler)
    {
        Operands("FILES", "test files, or folders of them; default: strategies/, else the current folder");
        Value("--name", "TEXT", "only tests whose name contains the text");
        EngineValue();
    }

    public override CommandCall? Read(ArgumentReader reader, bool reportMissing)
    {
        var arguments = new TestArguments
        {
            Files = reader.Texts("FILES"),
            Name = reader.TextOrNull("--name"),
            Engine = reader.Engine(),
            ConfigFile = reader.TextOrNull("--config"),
            Json = reader.Flag("--json"),
        };
        return Call(arguments);
    }
}
