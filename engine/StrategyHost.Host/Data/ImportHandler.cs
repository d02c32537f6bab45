using System.Globalization;
using System.Text.Json;
using StrategyHost.Host.Backtests;
using StrategyHost.Host.Commands;
using StrategyHost.Host.Terminal;
using StrategyHost.Storage.Ticks;

namespace StrategyHost.Host.Data;

/// <summary>The command <c>import</c>: data files into tick segments, all of them or none.</summary>
internal sealed class ImportHandler : ICommandHandler<ImportArguments>
{
    public CommandOutcome Run(ImportArguments arguments, CommandContext context, CancellationToken cancellation)
    {
        var progress = new LoadProgress(context.Progress, cancellation);
        var report = Importer.Import(arguments.Sources, arguments.OutDirectory, new ImportOptions(arguments.Symbol), progress);
        return report.IsOk
            ? new CommandOutcome
            {
                Warnings = report.Value.Warnings,
                Json = writer => Write(writer, report.Value),
                Text = text => Show(text, report.Value),
            }
            : CommandOutcome.Failed(report.Errors);
    }

    private static void Write(Utf8JsonWriter writer, ImportReport report)
    {
        writer.WriteStartObject();
        writer.WriteStartArray("segments");
        foreach (var segment in report.Segments)
        {
            writer.WriteStartObject();
            writer.WriteString("source", segment.Source);
            writer.WriteString("file", segment.File);
            writer.WriteString("kind", DataNames.Of(segment.Kind));
            writer.WriteString("symbol", segment.Symbol.Name);
            writer.WriteNumber("rows", segment.Rows);
            writer.WriteNumber("duplicates", segment.Stats.Duplicates);
            writer.WriteNumber("gaps", segment.Stats.Gaps);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void Show(TextOutput text, ImportReport report) => text.Table(new TableBlock(
        "Imported",
        [new("file"), new("kind"), new("symbol"), new("rows", IsNumber: true)],
        [.. report.Segments.Select(s => new[]
        {
            Path.GetFileName(s.File),
            DataNames.Of(s.Kind),
            s.Symbol.Name,
            s.Rows.ToString("#,0", CultureInfo.InvariantCulture),
        })]));
}

/// <summary>The names of data kinds in output.</summary>
internal static class DataNames
{
    public static string Of(Core.MarketData.DataKind kind) => kind switch
    {
        Core.MarketData.DataKind.Trades => "trades",
        Core.MarketData.DataKind.Klines => "klines",
        Core.MarketData.DataKind.Book => "book",
        Core.MarketData.DataKind.Funding => "funding",
        Core.MarketData.DataKind.Segment => "segment",
    };
}
