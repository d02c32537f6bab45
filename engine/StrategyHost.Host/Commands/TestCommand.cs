namespace StrategyHost.Host.Commands;

/// <summary><c>test [FILES…]</c></summary>
internal sealed class TestCommand : CommandDefinition
{
    private readonly ICommandHandler<TestArguments> _handler;

    public TestCommand(ICommandHandler<TestArguments> handler)
        : base("test", "run the tests of strategies (*.test.js); exit code 2 when one fails")
    {
        _handler = handler;
        Operands("FILES", "test files, or folders of them; default: strategies/, else the current folder");
        Value("--name", "TEXT", "only tests whose name contains the text");
        Value("--engine", "auto|javascriptcore|jint", "script engine; auto (default) says which it took");
    }

    public override CommandCall? Read(ArgumentReader reader, bool reportMissing)
    {
        var arguments = new TestArguments
        {
            Files = reader.Texts("FILES"),
            Name = reader.TextOrNull("--name"),
            Engine = EngineOption.Read(reader),
            ConfigFile = reader.TextOrNull("--config"),
            Json = reader.Flag("--json"),
        };
        return new CommandCall(arguments, (context, cancellation) => _handler.Run(arguments, context, cancellation));
    }
}
