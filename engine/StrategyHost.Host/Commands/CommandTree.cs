using System.CommandLine;
using System.CommandLine.Help;
using StrategyHost.Core.Domain;

namespace StrategyHost.Host.Commands;

/// <summary>The commands that this build can do, as the parser wants them.</summary>
internal sealed class CommandTree
{
    private readonly List<CommandDefinition> _definitions = [];

    private CommandTree()
    {
        Root.Add(new Option<string?>("--config")
        {
            Description = "configuration (JSON); default: the embedded config/simulated.json",
            HelpName = "FILE",
            Recursive = true,
        });
        Root.Add(new Option<bool>("--json") { Description = "one JSON document on stdout", Recursive = true });
    }

    public RootCommand Root { get; } = new("Runs JavaScript trading strategies on a main and a mirror account.");

    public static CommandTree Build(CommandHandlers handlers)
    {
        var tree = new CommandTree();
        tree.Add(handlers.Run is { } run ? new RunCommand(run) : null, tree.Root);
        tree.Add(handlers.Backtest is { } backtest ? new BacktestCommand(backtest) : null, tree.Root);
        tree.Add(handlers.Check is { } check ? new CheckCommand(check) : null, tree.Root);
        tree.Add(handlers.New is { } made ? new NewCommand(made) : null, tree.Root);
        tree.Add(handlers.Test is { } test ? new TestCommand(test) : null, tree.Root);
        tree.Add(handlers.Repl is { } repl ? new ReplCommand(repl) : null, tree.Root);
        tree.Add(handlers.Import is { } import ? new ImportCommand(import) : null, tree.Root);
        tree.Add(handlers.Record is { } record ? new RecordCommand(record) : null, tree.Root);
        foreach (var view in handlers.View is not null ? Enum.GetValues<View>() : [])
        {
            tree.Add(new ViewCommand(view, handlers.View!), tree.Root); // there is one: the list is empty otherwise
        }

        foreach (var order in handlers.Operator is not null ? Enum.GetValues<OperatorOrder>() : [])
        {
            tree.Add(new OperatorCommand(order, handlers.Operator!), tree.Root); // there is one: the list is empty otherwise
        }

        foreach (var order in handlers.Halt is not null ? Enum.GetValues<HaltOrder>() : [])
        {
            tree.Add(new HaltCommand(order, handlers.Halt!), tree.Root); // as above
        }

        tree.Add(handlers.Explain is { } explain ? new ExplainCommand(explain) : null, tree.Root);
        tree.Add(handlers.Replay is { } replay ? new ReplayCommand(replay) : null, tree.Root);
        if (handlers.DataInfo is { } info)
        {
            var data = new Command("data", "looks at recorded market data");
            tree.Root.Add(data);
            tree.Add(new DataInfoCommand(info), data);
        }

        tree.Add(handlers.Doctor is { } doctor ? new DoctorCommand(doctor) : null, tree.Root);
        tree.Add(handlers.Backup is { } backup ? new BackupCommand(backup) : null, tree.Root);
        tree.Add(handlers.Emulate is { } emulate ? new EmulateCommand(emulate) : null, tree.Root);
        return tree;
    }

    public CommandDefinition? DefinitionOf(ParseResult parsed) => _definitions.Find(d => d.Command == parsed.CommandResult.Command);

    public static bool IsHelpOrVersion(ParseResult parsed) => parsed.Action is HelpAction || parsed.GetResult("--version") is not null;

    /// <summary>What only the parser can notice, such as an option without its value.</summary>
    public static IEnumerable<Error> ErrorsOf(ParseResult parsed) => parsed.Errors.Select(e => new Error
    {
        Field = (e.SymbolResult as System.CommandLine.Parsing.OptionResult)?.Option.Name,
        Rule = "bad_arguments",
        Message = e.Message,
    });

    /// <summary>No command was named, or one that does not exist.</summary>
    public static Error NoCommand(ParseResult parsed, IReadOnlyList<string> tokens)
    {
        var command = parsed.CommandResult.Command;
        var names = command.Subcommands.Select(c => c.Name).ToList();
        var given = tokens.FirstOrDefault(t => !t.StartsWith('-') && t != command.Name);
        var prefix = command is RootCommand ? "" : command.Name + " ";
        return new Error
        {
            Field = "COMMAND",
            Value = given,
            Rule = given is null ? "missing_command" : "unknown_command",
            Message = (given is null ? "No command was named." : $"'{prefix}{given}' is no command.{NearestName.Hint(given, names)}")
                + (names.Count == 0 ? "" : $" Commands: {string.Join(", ", names.Select(n => prefix + n))}.") + " See --help.",
        };
    }

    private void Add(CommandDefinition? definition, Command parent)
    {
        if (definition is not null)
        {
            _definitions.Add(definition);
            parent.Add(definition.Command);
        }
    }
}
