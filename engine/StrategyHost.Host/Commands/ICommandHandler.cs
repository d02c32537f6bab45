using System.Text.Json;
using StrategyHost.Core.Domain;
using StrategyHost.Host.Configuration;
using StrategyHost.Host.Terminal;

namespace StrategyHost.Host.Commands;

/// <summary>
/// The work behind a command. Arguments and configuration are checked when it is called; what it finds wrong itself (data, strategies)
/// comes back as errors. It looks at the token at least each 100 ms and throws <see cref="OperationCanceledException"/> when cancelled;
/// returning means that the work is complete. It never writes to the console itself.
/// </summary>
internal interface ICommandHandler<in TArguments>
    where TArguments : CommandArguments
{
    CommandOutcome Run(TArguments arguments, CommandContext context, CancellationToken cancellation);
}

/// <summary>What a handler may use besides its arguments.</summary>
internal sealed record CommandContext(HostOptions Options, IProgressReporter Progress)
{
    /// <summary>
    /// A serving command says here, once, where it answers; the shell prints the line that callers wait for (contracts §1).
    /// </summary>
    public Action<Uri> Ready { get; init; } = _ => { };

    /// <summary>
    /// A serving command that has done what a signal asks of it says so here, with its outcome: what it still puts away is not waited for
    /// for ever. From any thread.
    /// </summary>
    public Action<CommandOutcome> Settled { get; init; } = _ => { };

    /// <summary>A line on stderr while the work goes on, for commands that last as long as their user likes. From any thread.</summary>
    public Action<string> Say { get; init; } = _ => { };

    /// <summary>Shows a result while the command goes on; as the last one is shown.</summary>
    public Action<CommandOutcome> Show { get; init; } = _ => { };

    /// <summary>What stderr is: a log for a person is laid out for the terminal, and left whole elsewhere.</summary>
    public StreamTraits Screen { get; init; } = new(false, false);

    /// <summary>The next line of stdin; null at its end.</summary>
    public Func<string?> ReadLine { get; init; } = () => null;

    /// <summary>A line on stdout while the command goes on; not with <c>--json</c>.</summary>
    public Action<string> Tell { get; init; } = _ => { };

    /// <summary>Somebody types: show where he may.</summary>
    public bool IsPrompted { get; init; }

    /// <summary>A bar or lines of its own for each part of the work of a command that has several; the caller disposes it.</summary>
    public Func<IProgressReporter> NewProgress { get; init; } = () => throw new InvalidOperationException("no progress is shown here");
}

/// <summary>What a command found out, in both forms; the shell shows the one that was asked for.</summary>
internal sealed record CommandOutcome
{
    public ExitCode Code { get; init; }

    /// <summary>Listed on stderr, or as the JSON document when there is no other.</summary>
    public IReadOnlyList<Error> Errors { get; init; } = [];

    /// <summary>A command that served has said all on stdout when it was ready.</summary>
    public bool IsTold { get; init; }

    /// <summary>Lines for stderr that do not change the outcome.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>Plain lines for stderr, for example which script engine was taken.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>Writes one JSON value; null: nothing but the errors to say.</summary>
    public Action<Utf8JsonWriter>? Json { get; init; }

    /// <summary>Writes the human form to stdout.</summary>
    public Action<TextOutput>? Text { get; init; }

    /// <summary>Bad input: all problems, exit code 2.</summary>
    public static CommandOutcome Failed(IReadOnlyList<Error> errors) => new() { Code = ExitCode.BadInput, Errors = errors };
}

/// <summary>
/// The commands that this build can do. A null one is absent from <c>--help</c> and unknown on the command line (contracts §1).
/// </summary>
internal sealed record CommandHandlers
{
    public ICommandHandler<BacktestArguments>? Backtest { get; init; }
    public ICommandHandler<CheckArguments>? Check { get; init; }
    public ICommandHandler<NewArguments>? New { get; init; }
    public ICommandHandler<TestArguments>? Test { get; init; }
    public ICommandHandler<ReplArguments>? Repl { get; init; }
    public ICommandHandler<ImportArguments>? Import { get; init; }
    public ICommandHandler<RecordArguments>? Record { get; init; }
    public ICommandHandler<DataInfoArguments>? DataInfo { get; init; }
    public ICommandHandler<RunArguments>? Run { get; init; }

    /// <summary><c>status</c>, <c>positions</c> and <c>orders</c>.</summary>
    public ICommandHandler<ViewArguments>? View { get; init; }

    /// <summary><c>rebalance</c> and <c>flatten</c>.</summary>
    public ICommandHandler<OperatorArguments>? Operator { get; init; }

    /// <summary><c>halt</c> and <c>resume</c>.</summary>
    public ICommandHandler<HaltArguments>? Halt { get; init; }

    /// <summary><c>explain</c>.</summary>
    public ICommandHandler<ExplainArguments>? Explain { get; init; }

    /// <summary><c>replay</c>.</summary>
    public ICommandHandler<ReplayArguments>? Replay { get; init; }
    public ICommandHandler<EmulateArguments>? Emulate { get; init; }
    public ICommandHandler<DoctorArguments>? Doctor { get; init; }
    public ICommandHandler<BackupArguments>? Backup { get; init; }
}
