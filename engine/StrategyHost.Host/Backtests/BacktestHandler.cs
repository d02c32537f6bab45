using StrategyHost.Core.Domain;
using StrategyHost.Host.Commands;
using StrategyHost.Scripting;
using StrategyHost.Simulation.Reports;

namespace StrategyHost.Host.Backtests;

/// <summary>
/// The command <c>backtest</c>: loads strategies and data, runs them (each alone, or together on the same accounts), writes the reports. A
/// strategy's script lives on a lane of its own; a run is made on the lane of its script, since the script can be called nowhere else.
/// </summary>
internal sealed class BacktestHandler : ICommandHandler<BacktestArguments>
{
    public CommandOutcome Run(BacktestArguments arguments, CommandContext context, CancellationToken cancellation) =>
        RunOnce(arguments, context, new TapeSource(arguments, context.Progress, cancellation), cancellation).Outcome;

    /// <summary>One run over data that may have been loaded before; no reports where something was wrong before the end.</summary>
    public static (CommandOutcome Outcome, IReadOnlyList<BacktestReport> Reports) RunOnce(
        BacktestArguments arguments, CommandContext context, TapeSource tapes, CancellationToken cancellation)
    {
        var twice = arguments.Strategies.GroupBy(Path.GetFileNameWithoutExtension).FirstOrDefault(g => g.Count() > 1);
        if (twice is not null)
        {
            return Failed([new Error
            {
                Field = "STRATEGY",
                Value = twice.Key,
                Rule = "duplicate_strategy",
                Message = $"{string.Join(" and ", twice)} have one name, by which orders and reports know them; rename one",
            }]);
        }

        var engine = ScriptEngines.Choose(EngineNames.Of(arguments.Engine));
        if (!engine.IsOk)
        {
            return Failed(engine.Errors);
        }

        var session = new BacktestSession(engine.Value.Engine, arguments, context, tapes, cancellation);
        var groups = arguments.Together ? [arguments.Strategies] : arguments.Strategies.Select(s => (IReadOnlyList<string>)[s]).ToArray();
        var reports = new List<BacktestReport>();
        var errors = new List<Error>();
        foreach (var group in groups)
        {
            var result = session.Run(group);
            if (result.IsOk)
            {
                reports.Add(BacktestReport.Of(result.Value));
            }

            errors.AddRange(result.Errors);
        }

        cancellation.ThrowIfCancellationRequested();
        return errors.Count > 0 ? Failed(errors) : (Finish(arguments, reports, engine.Value.Why), reports);
    }

    private static (CommandOutcome Outcome, IReadOnlyList<BacktestReport> Reports) Failed(IReadOnlyList<Error> errors) =>
        (CommandOutcome.Failed(errors), []);

    private static CommandOutcome Finish(BacktestArguments arguments, List<BacktestReport> reports, string engine)
    {
        var folders = reports.Select(r => OutFolder.Of(arguments, r, reports.Count)).ToArray();
        foreach (var (report, folder) in reports.Zip(folders))
        {
            try
            {
                ReportFolder.Write(report, folder);
            }
            catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
            {
                return CommandOutcome.Failed([new Error
                {
                    File = folder,
                    Field = "--out",
                    Value = folder,
                    Rule = "unwritable",
                    Message = $"the reports cannot be written: {problem.Message}",
                }]);
            }
        }

        var problems = reports.SelectMany(r => StrategyProblems.Of(r.Result, r.Result.Strategies[0].File)).ToArray();
        return new CommandOutcome
        {
            Code = problems.Length > 0 ? ExitCode.BadInput : ExitCode.Ok,
            Errors = problems,
            Notes = [engine],
            Json = writer =>
                ReportJson.WriteAll(writer, reports, problems.Length == 0 ? null : end => ErrorDocument.WriteList(end, problems)),
            Text = text =>
            {
                foreach (var (report, folder) in reports.Zip(folders))
                {
                    SummaryView.Show(text, SummaryTable.Of(report));
                    if (RefusedSignals.Text(report.Result) is { Length: > 0 } refused)
                    {
                        text.Line($"Refused: {refused}; each with its reason in signals.csv");
                        RefusedSignals.Hints(report.Result).ToList().ForEach(text.Line);
                    }

                    text.Line($"Report: {Path.Combine(folder, ReportFolder.HtmlFile)}");
                }
            },
        };
    }
}
