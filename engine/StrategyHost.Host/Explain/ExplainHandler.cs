using System.Text.Encodings.Web;
using System.Text.Json;
using StrategyHost.Core.Domain;
using StrategyHost.Host.Commands;

namespace StrategyHost.Host.Explain;

/// <summary>
/// <c>explain</c>: reads the journals of the data directory, beside a running host or without one. Exit code 2 where nothing is known of
/// the id, with the nearest known ones. With <c>--report</c> it reads the tables of a backtest instead; with <c>--script</c> it prints the
/// text of a version of a script.
/// </summary>
internal sealed class ExplainHandler : ICommandHandler<ExplainArguments>
{
    private static readonly JsonSerializerOptions Form = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, // read by programs and people, never by a browser
    };

    private const string OfBacktest = "note: a signal of a backtest is in its report: --report FOLDER, for example out/my_first-1a2b3c4d";

    public CommandOutcome Run(ExplainArguments arguments, CommandContext context, CancellationToken cancellation)
    {
        if (arguments.Report is { } folder)
        {
            var report = ReportTables.Read(folder);
            var story = report.IsOk ? new ReportStory(report.Value).Tell(arguments.Id) : Result<ExplainDocument>.Failed(report.Errors);
            return story.IsOk ? Told(story.Value) : CommandOutcome.Failed(story.Errors);
        }

        var opened = JournalSet.Open(arguments.DataDirectory ?? context.Options.DataDirectory);
        if (!opened.IsOk)
        {
            return CommandOutcome.Failed(opened.Errors) with { Notes = [OfBacktest] };
        }

        using var journals = opened.Value;
        if (arguments.Script is { } hash)
        {
            return Version(journals, arguments.Id, hash);
        }

        var found = StorySearch.Find(journals, arguments.Id, arguments.Run);
        if (!found.IsOk)
        {
            return CommandOutcome.Failed(found.Errors) with { Warnings = journals.Notes, Notes = [OfBacktest] };
        }

        return Told(new StoryTeller(journals, found.Value).Tell(arguments.Id));
    }

    private static CommandOutcome Version(JournalSet journals, string run, string hash)
    {
        var found = VersionSearch.Find(journals, run, hash);
        if (!found.IsOk)
        {
            return CommandOutcome.Failed(found.Errors) with { Warnings = journals.Notes };
        }

        var version = found.Value;
        var kept = version.Files.Count > 0 ? "" : "; the run was recorded before texts were kept";
        return new CommandOutcome
        {
            Notes = [$"{version.Strategy} {version.ScriptSha256}, in run {version.Run} since {version.Since} ({version.Why}){kept}"],
            Json = writer => JsonSerializer.Serialize(writer, version, Form),
            Text = output => ExplainText.Write(output, version),
        };
    }

    private static CommandOutcome Told(ExplainDocument document) => new()
    {
        Json = writer => JsonSerializer.Serialize(writer, document, Form),
        Text = output => ExplainText.Write(output, document),
    };
}
