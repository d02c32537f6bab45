using System.CommandLine;
using StrategyHost.Core.Domain;
using StrategyHost.Host.Configuration;
using StrategyHost.Host.Terminal;

namespace StrategyHost.Host.Commands;

/// <summary>
/// The shell of contracts §1: texts into arguments, configuration, run, show, exit code. Invariants: 1 with <c>--json</c> stdout carries
/// exactly one JSON document, whatever happens; 2 bad input is listed completely and nothing is started; 3 no stack trace reaches a user.
/// </summary>
internal sealed class CommandLine(CommandHandlers handlers, HostConsole console, IReadOnlyDictionary<string, string> environment)
{
    /// <summary>How long a command may take to obey a signal before the process leaves without it.</summary>
    private static readonly TimeSpan Obedience = TimeSpan.FromSeconds(3);

    /// <summary>
    /// How much longer one that serves may take, which keeps to three seconds by itself: on a machine that is too busy for that, a stop
    /// that ends late is better than one that is cut off.
    /// </summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(12);

    /// <summary>Runs one command line. The token is that of SIGINT and SIGTERM.</summary>
    public ExitCode Run(IReadOnlyList<string> tokens, CancellationToken signal)
    {
        var root = CommandTree.Build(handlers);
        var (rest, unknown) = OptionScan.TakeOut(root.Root, tokens.Count > 0 ? tokens : ["--help"]); // asked nothing: says what there is
        var parsed = root.Root.Parse(rest);
        if (CommandTree.IsHelpOrVersion(parsed) && unknown.Count == 0)
        {
            return (ExitCode)parsed.Invoke(new InvocationConfiguration { Output = console.Out, Error = console.Error });
        }

        var json = tokens.Contains("--json");
        var errors = new List<Error>(unknown);
        if (root.DefinitionOf(parsed) is not { } definition)
        {
            errors.Add(CommandTree.NoCommand(parsed, rest));
            return Show(CommandOutcome.Failed(errors), json);
        }

        errors.AddRange(CommandTree.ErrorsOf(parsed));
        var call = definition.Read(new ArgumentReader(parsed, errors), reportMissing: unknown.Count == 0);
        var options = ConfigurationReader.Read(call?.Arguments.ConfigFile, environment);
        errors.AddRange(options.Errors);
        return errors.Count > 0 || call is null
            ? Show(CommandOutcome.Failed(errors), json)
            : Show(RunGuarded(call, options.Value, signal), json);
    }

    /// <summary>One line and the place of the details; the details themselves go to a file.</summary>
    public ExitCode ShowBug(Exception bug, bool json)
    {
        var file = CrashFile.Write(bug);
        var details = file is null ? "No details could be written." : $"Details: {file}";
        var message = $"This is a bug of StrategyHost ({bug.GetType().Name}). {details}";
        return Show(new CommandOutcome { Code = ExitCode.Bug, Errors = [new Error { Rule = "bug", Message = message }] }, json);
    }

    /// <summary>On a thread of its own, so that a command that does not obey a signal cannot keep the process.</summary>
    private CommandOutcome RunGuarded(CommandCall call, HostOptions options, CancellationToken signal)
    {
        using var progress = console.NewProgress();
        var isServing = false;
        var settled = new TaskCompletionSource<CommandOutcome>(TaskCreationOptions.RunContinuationsAsynchronously);
        var context = new CommandContext(options, progress)
        {
            Ready = at =>
            {
                isServing = true;
                console.Ready(at, call.Arguments.Json);
            },
            Say = console.Say,
            Show = outcome => Show(outcome, call.Arguments.Json),
            NewProgress = console.NewProgress,
            Screen = console.ErrorTraits,
            ReadLine = () => ReadLine(call.Arguments.Json, signal),
            Tell = call.Arguments.Json ? _ => { } : console.Tell,
            IsPrompted = console.IsPrompted && !call.Arguments.Json,
            Settled = settled.SetResult,
        };
        var work = Task.Factory.StartNew(() => call.Run(context, signal), CancellationToken.None, TaskCreationOptions.LongRunning,
            TaskScheduler.Default);
        try
        {
            work.Wait(signal);
        }
        catch (OperationCanceledException)
        {
            Task.WaitAny([work], Obedience);
            if (isServing)
            {
                Task.WaitAny([work, settled.Task], Grace);
            }
        }
        catch (AggregateException)
        {
            // Looked at below, where the task's own exception is at hand.
        }

        if (!signal.IsCancellationRequested || (work.IsCompleted && work.Exception?.InnerException is not OperationCanceledException))
        {
            return work.GetAwaiter().GetResult(); // a bug comes out here, whatever the user wanted meanwhile
        }

        return settled.Task.IsCompleted ? settled.Task.Result : CutShort(progress.SoFar);
    }

    /// <summary>A signal comes through while somebody could type: the read is left where it is, and nobody waits for it.</summary>
    private string? ReadLine(bool json, CancellationToken signal)
    {
        var line = Task.Factory.StartNew(
            () => console.ReadLine(json), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        try
        {
            line.Wait(signal);
        }
        finally
        {
            console.EndPrompt(json, line);
        }

        return line.Result;
    }

    private static CommandOutcome CutShort(string soFar) => new()
    {
        Code = ExitCode.CutShort,
        Errors =
        [
            new Error
            {
                Rule = "interrupted",
                Message = $"Interrupted{(soFar.Length > 0 ? " after " : "")}{soFar}: the command was cut short and left no result.",
            },
        ],
    };

    private ExitCode Show(CommandOutcome outcome, bool json)
    {
        foreach (var note in outcome.Notes)
        {
            console.Say(note);
        }

        foreach (var warning in outcome.Warnings)
        {
            console.Warning(warning);
        }

        console.Errors(outcome.Errors);
        if (outcome.IsTold)
        {
            return outcome.Code;
        }

        if (json)
        {
            console.Json(outcome.Json ?? (writer => ErrorDocument.Write(writer, outcome.Errors)));
        }
        else if (outcome.Text is { } text)
        {
            text(console.Text);
        }

        return outcome.Code;
    }
}
