using System.Globalization;
using System.Text.Json;
using StrategyHost.Core.Domain;
using StrategyHost.Host.Backtests;
using StrategyHost.Host.Commands;
using StrategyHost.Host.Terminal;
using StrategyHost.Storage.Ticks;

namespace StrategyHost.Host.Data;

/// <summary>The command <c>data info</c>: what is in data files, and what is wrong with them. A damaged file gives exit code 2.</summary>
internal sealed class DataInfoHandler : ICommandHandler<DataInfoArguments>
{
    public CommandOutcome Run(DataInfoArguments arguments, CommandContext context, CancellationToken cancellation)
    {
        var found = DataInspector.Inspect(arguments.Paths, symbol: null, new LoadProgress(context.Progress, cancellation));
        if (!found.IsOk)
        {
            return CommandOutcome.Failed(found.Errors);
        }

        var errors = found.Value.Select(f => f.Error).OfType<Error>().ToArray();
        return new CommandOutcome
        {
            Code = errors.Length > 0 ? ExitCode.BadInput : ExitCode.Ok,
            Errors = errors,
            Json = writer => Write(writer, found.Value),
            Text = text => Show(text, found.Value),
        };
    }

    private static void Write(Utf8JsonWriter writer, IReadOnlyList<DataInfo> files)
    {
        writer.WriteStartObject();
        writer.WriteStartArray("files");
        foreach (var file in files)
        {
            writer.WriteStartObject();
            writer.WriteString("file", file.File);
            writer.WriteString("kind", file.Kind is { } kind ? DataNames.Of(kind) : null);
            writer.WriteNumber("rows", file.Rows);
            writer.WriteNumber("gaps", file.Gaps);
            writer.WriteNumber("missingCandles", file.MissingCandles);
            writer.WriteNumber("duplicates", file.Duplicates);
            writer.WriteNumber("disorder", file.Disorder);
            writer.WriteNumber("crossedBooks", file.CrossedBooks);
            writer.WriteString("sha256", file.Sha256);
            writer.WriteBoolean("synthetic", file.IsSynthetic);
            WriteSeries(writer, file.Series);
            if (file.Error is { } error)
            {
                writer.WritePropertyName("error");
                ErrorDocument.WriteError(writer, error);
            }

            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void WriteSeries(Utf8JsonWriter writer, IReadOnlyList<SeriesInfo> series)
    {
        writer.WriteStartArray("series");
        foreach (var one in series)
        {
            writer.WriteStartObject();
            writer.WriteString("symbol", one.Symbol.Name);
            writer.WriteString("what", one.What);
            writer.WriteString("interval", one.Interval?.ToString());
            writer.WriteNumber("rows", one.Rows);
            writer.WriteString("from", one.From.ToString());
            writer.WriteString("to", one.To.ToString());
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static void Show(TextOutput text, IReadOnlyList<DataInfo> files)
    {
        foreach (var file in files)
        {
            var series = file.Series.Select(s =>
                KeyValuePair.Create(
                    $"{s.Symbol} {s.What}{(s.Interval is { } i ? " " + i : "")}",
                    string.Create(CultureInfo.InvariantCulture, $"{s.Rows:#,0}  {s.From} to {s.To}")));
            text.Pairs(Path.GetFileName(file.File),
            [
                .. series,
                Count("gaps", file.Gaps),
                Count("missing candles", file.MissingCandles),
                Count("duplicates", file.Duplicates),
                Count("disorder", file.Disorder),
                Count("crossed books", file.CrossedBooks),
                KeyValuePair.Create("sha256", file.Sha256?[..16] ?? "unreadable"),
            ]);
            foreach (var note in file.Notes)
            {
                text.Line(note);
            }
        }
    }

    private static KeyValuePair<string, string> Count(string name, long count) =>
        KeyValuePair.Create(name, count.ToString("#,0", CultureInfo.InvariantCulture));
}
