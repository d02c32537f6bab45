using System.Globalization;
using System.Text.Json;
using StrategyHost.Core.Domain;
using StrategyHost.Core.MarketData;
using StrategyHost.Core.Ports;
using StrategyHost.Host.Commands;
using StrategyHost.Host.Configuration;
using StrategyHost.Host.Live;
using StrategyHost.Host.Terminal;
using StrategyHost.Storage.Recording;

namespace StrategyHost.Host.Record;

/// <summary>
/// The command <c>record</c>: public market data of the configured mode into tick segments until a signal, a duration or trouble with the
/// disk ends it. No key is looked at and nothing is traded, so it may run beside a host.
/// </summary>
internal sealed class RecordHandler(TimeProvider time) : ICommandHandler<RecordArguments>
{
    public CommandOutcome Run(RecordArguments arguments, CommandContext context, CancellationToken cancellation) =>
        RunAsync(arguments, context, cancellation).GetAwaiter().GetResult();

    private async Task<CommandOutcome> RunAsync(RecordArguments arguments, CommandContext context, CancellationToken cancellation)
    {
        var opened = Source(context.Options);
        if (!opened.IsOk)
        {
            return CommandOutcome.Failed(opened.Errors);
        }

        await using var source = opened.Value;
        MarketSubscription[] wanted = [.. Symbols(arguments, context.Options).Select(s => new MarketSubscription(s)
        {
            Intervals = [new Interval(1)],
            Trades = true,
            Ticker = true,
            BookDepth = arguments.Depth,
        })];
        if (await source.PrepareAsync(wanted, cancellation) is { Count: > 0 } errors)
        {
            return CommandOutcome.Failed(errors);
        }

        var folder = arguments.OutDirectory ?? Path.Combine(arguments.DataDirectory ?? context.Options.DataDirectory, "recorded");
        var options = new RecorderOptions
        {
            BookDepth = arguments.Depth,
            IsSynthetic = context.Options.EffectiveMode == HostMode.Simulated,
        };
        var now = new Timestamp(time.GetUtcNow().ToUnixTimeMilliseconds());
        var held = SegmentRecorder.Open(folder, [.. wanted.Select(w => w.Symbol)], options, now);
        if (!held.IsOk)
        {
            var code = held.Errors[0].Rule == "held" ? ExitCode.Held : ExitCode.BadInput;
            return CommandOutcome.Failed(held.Errors) with { Code = code };
        }

        using var recorder = held.Value;
        foreach (var segment in recorder.Segments)
        {
            context.Say($"salvaged {Path.GetFileName(segment.File)}: {segment.Rows} rows of a recording that was cut off");
        }

        context.Say($"recording {string.Join(", ", wanted.Select(w => w.Symbol))} from {source.Name} into {folder}");
        await RecordAsync(new RecordSession(recorder, source, time, context.Say), source, (arguments, context), cancellation);
        return Outcome(recorder);
    }

    private async Task RecordAsync(
        RecordSession session, IRecordSource source, (RecordArguments Arguments, CommandContext Context) command,
        CancellationToken cancellation)
    {
        using var over = new CancellationTokenSource(command.Arguments.Duration ?? Timeout.InfiniteTimeSpan, time);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(over.Token, cancellation);
        source.Start(session, command.Context.Say);
        var work = session.RunAsync(end.Token);
        if (await Task.WhenAny(work, source.Completion) != work)
        {
            await end.CancelAsync();
            await work; // the segments are complete before the bug is shown
            await source.Completion;
        }

        await work;
    }

    private Result<IRecordSource> Source(HostOptions options)
    {
        if (options.EffectiveMode == HostMode.Simulated)
        {
            return Result<IRecordSource>.Ok(new SimulatedRecordSource(options, time));
        }

        var connection = BybitConnection.Open(options, _ => null, needsKeys: false, time);
        return connection.IsOk
            ? Result<IRecordSource>.Ok(new BybitRecordSource(connection.Value)) : Result<IRecordSource>.Failed(connection.Errors);
    }

    private static IReadOnlyList<Symbol> Symbols(RecordArguments arguments, HostOptions options)
    {
        if (arguments.Symbols.Count > 0)
        {
            return arguments.Symbols;
        }

        Symbol[] configured = [.. options.Strategies.SelectMany(s => s.Symbols).Concat(options.Symbols.Keys).Distinct()
            .OrderBy(s => s.Name, StringComparer.Ordinal)];
        return configured.Length > 0 ? configured : [new Symbol("BTCUSDT")];
    }

    private static CommandOutcome Outcome(SegmentRecorder recorder) => new()
    {
        Code = recorder.Error is null ? ExitCode.Ok : ExitCode.BadInput,
        Errors = recorder.Error is { } error ? [error] : [],
        Warnings = [.. recorder.Counts.Where(c => c.LeftOut > 0)
            .Select(c => $"{c.Symbol}: {c.LeftOut} trades or tickers were older than those recorded before and were left out")],
        Json = writer => Write(writer, recorder.Segments, recorder.Error),
        Text = text => Show(text, recorder.Segments),
    };

    private static void Write(Utf8JsonWriter writer, IReadOnlyList<RecordedSegment> segments, Error? error)
    {
        writer.WriteStartObject();
        writer.WriteStartArray("segments");
        foreach (var segment in segments)
        {
            writer.WriteStartObject();
            writer.WriteString("file", segment.File);
            writer.WriteString("symbol", segment.Symbol.Name);
            writer.WriteString("from", segment.From.ToString());
            writer.WriteString("to", segment.To.ToString());
            writer.WriteNumber("rows", segment.Rows);
            writer.WriteNumber("gaps", segment.Gaps);
            writer.WriteNumber("bytes", segment.Bytes);
            writer.WriteBoolean("salvaged", segment.IsSalvaged);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        if (error is not null)
        {
            writer.WriteString("error", error.ToString());
        }

        writer.WriteEndObject();
    }

    private static void Show(TextOutput text, IReadOnlyList<RecordedSegment> segments) => text.Table(new TableBlock(
        "Recorded",
        [new("file"), new("rows", IsNumber: true), new("gaps", IsNumber: true), new("size", IsNumber: true)],
        [.. segments.Select(s => new[]
        {
            Path.GetFileName(s.File),
            s.Rows.ToString("#,0", CultureInfo.InvariantCulture),
            s.Gaps.ToString(CultureInfo.InvariantCulture),
            RecordRates.Bytes(s.Bytes),
        })]));
}
