using System.Text.Encodings.Web;
using System.Text.Json;
using StrategyHost.Host.Commands;

namespace StrategyHost.Host.Explain;

/// <summary>
/// <c>explain</c>: reads the journals of the data directory, beside a running host or without one. Exit code 2 where nothing is known of
/// the id, with the nearest known ones.
/// </summary>
internal sealed class ExplainHandler : ICommandHandler<ExplainArguments>
{
    private static readonly JsonSerializerOptions Form = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, // read by programs and people, never by a browser
    };

    public CommandOutcome Run(ExplainArguments arguments, CommandContext context, CancellationToken cancellation)
    {
        var opened = JournalSet.Open(arguments.DataDirectory ?? context.Options.DataDirectory);
        if (!opened.IsOk)
        {
            return CommandOutcome.Failed(opened.Errors);
        }

        using var journals = opened.Value;
        var found = StorySearch.Find(journals, arguments.Id, arguments.Run);
        if (!found.IsOk)
        {
            return CommandOutcome.Failed(found.Errors) with { Warnings = journals.Notes };
        }

        var document = new StoryTeller(journals, found.Value).Tell(arguments.Id);
        return new CommandOutcome
        {
            Json = writer => JsonSerializer.Serialize(writer, document, Form),
            Text = output => ExplainText.Write(output, document),
        };
    }
}
