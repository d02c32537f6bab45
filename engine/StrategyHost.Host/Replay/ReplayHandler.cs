using System.Diagnostics;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using StrategyHost.Host.Commands;
using StrategyHost.Host.Journal;
using StrategyHost.Host.Terminal;

namespace StrategyHost.Host.Replay;

/// <summary>
/// <c>replay</c>: a recorded run through a fresh kernel, beside a running host or without one. Exit code 6 at a difference, 2 where there
/// is nothing to replay.
/// </summary>
internal sealed class ReplayHandler : ICommandHandler<ReplayArguments>
{
    private const int ReportEvery = 1024;

    private static readonly JsonSerializerOptions Form = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, // read by programs and people, never by a browser
    };

    public CommandOutcome Run(ReplayArguments arguments, CommandContext context, CancellationToken cancellation)
    {
        var opened = RecordedRun.Open(arguments.DataDirectory ?? context.Options.DataDirectory, arguments.Run);
        if (!opened.IsOk)
        {
            return CommandOutcome.Failed(opened.Errors);
        }

        using var run = opened.Value;
        var began = Stopwatch.GetTimestamp();
        var result = new RunReplay(run).Run(seq =>
        {
            if (seq % ReportEvery == 0)
            {
                cancellation.ThrowIfCancellationRequested();
                context.Progress.Report(seq, Math.Max(seq, run.LastSeq), "steps");
            }
        });
        var document = Document(run, result, Stopwatch.GetElapsedTime(began));
        return new CommandOutcome
        {
            Code = result.Difference is null ? ExitCode.Ok : ExitCode.Difference,
            Notes = document.Notes,
            Json = writer => JsonSerializer.Serialize(writer, document, Form),
            Text = output => Write(output, document),
        };
    }

    private static ReplayDocument Document(RecordedRun run, ReplayResult result, TimeSpan took) => new()
    {
        Run = run.Run.Name,
        Build = run.Run.Build,
        Result = result.Difference is null ? "identical" : "difference",
        IsComplete = result.Ending == ReplayEnding.Complete,
        Steps = result.Steps,
        Effects = result.Effects,
        Unrecorded = result.Unrecorded,
        Hashes = result.Hashes,
        WallMs = (long)took.TotalMilliseconds,
        StepsPerSecond = (long)(result.Steps / Math.Max(took.TotalSeconds, 1e-3)),
        Ending = result.Ending,
        Difference = result.Difference is { } d
            ? new DifferenceDocument(d.Seq, d.Part, d.At.ToString(), d.What, d.Input, d.Expected, d.Actual) : null,
        Notes = run.Run.Build == RunFacts.Build ? [] :
        [
            $"the run was recorded by build {run.Run.Build} and is replayed by {RunFacts.Build}: what was changed between them may differ",
        ],
    };

    private static void Write(TextOutput output, ReplayDocument document)
    {
        var counts = string.Create(CultureInfo.InvariantCulture, $"{document.Steps:N0} steps, {document.Effects:N0} effects");
        var hashes = document.Hashes == 0 ? ""
            : string.Create(CultureInfo.InvariantCulture, $", the state at {document.Hashes:N0} mark{(document.Hashes == 1 ? "" : "s")}");
        output.Line($"{document.Run}: {counts}{hashes}, {(document.Difference is null ? "identical" : "then a difference")}");
        if (!document.IsComplete && document.Difference is null)
        {
            output.Line($"up to there: {document.Ending.Text}");
        }

        if (document.Difference is { } d)
        {
            output.Line($"step {d.Seq}/{d.Part} at {d.Time}");
            output.Line($"  input     {d.Input}");
            output.Line($"  expected  {d.Expected ?? "nothing"}");
            output.Line($"  actual    {d.Actual ?? "nothing"}");
        }
    }
}

/// <summary>What <c>replay --json</c> prints.</summary>
internal sealed record ReplayDocument
{
    public required string Run { get; init; }

    /// <summary>Of the program that recorded it.</summary>
    public required string Build { get; init; }

    /// <summary><c>identical</c> or <c>difference</c>.</summary>
    public required string Result { get; init; }

    /// <summary>The run was replayed to the end that it had.</summary>
    public required bool IsComplete { get; init; }
    public required long Steps { get; init; }
    public required long Effects { get; init; }
    public required long Unrecorded { get; init; }
    public required long Hashes { get; init; }
    public required long WallMs { get; init; }
    public required long StepsPerSecond { get; init; }
    public required ReplayEnding Ending { get; init; }
    public DifferenceDocument? Difference { get; init; }
    public IReadOnlyList<string> Notes { get; init; } = [];
}

/// <summary>The first difference.</summary>
internal sealed record DifferenceDocument(long Seq, int Part, string Time, string What, string Input, string? Expected, string? Actual);
