using System.Globalization;
using System.Text.Json;
using StrategyHost.Core.Domain;
using StrategyHost.Core.Strategies;
using StrategyHost.Scripting;

namespace StrategyHost.Host.Authoring.Testing;

internal enum TestState { Passed, Failed, Skipped }

/// <summary>How one test ended; where it failed, the message, the place in the test file and some lines around it.</summary>
internal sealed record TestOutcome(string File, string Name, TestState State)
{
    public string Message { get; init; } = "";
    public int? Line { get; init; }
    public int? Column { get; init; }
    public string Frame { get; init; } = "";
    public long WallMs { get; init; }
}

/// <summary>
/// One test file. Each run of a test gets a sandbox of its own: the driver requires the file, runs the test and either ends or asks; what
/// it asks is answered outside, and the next run gets all answers so far.
/// </summary>
internal sealed class TestFile(IScriptEngine engine, string file, TimeProvider time)
{
    /// <summary>Questions of one test beyond which it would take minutes.</summary>
    private const int AsksMax = 300;

    private readonly string _folder = Path.GetDirectoryName(Path.GetFullPath(file)) ?? ".";

    /// <param name="name">Only tests whose name holds it; null: all.</param>
    /// <param name="desk">Answers what a test asks.</param>
    /// <param name="ended">Hears of each test when it has ended.</param>
    /// <param name="cancellation">Between two tests.</param>
    public Result<IReadOnlyList<TestOutcome>> Run(
        string? name, Func<TestDesk> desk, Action<TestOutcome> ended, CancellationToken cancellation)
    {
        var listed = OnLane(script => Result<ScriptValue>.Ok(script.Settings["tests"]));
        if (!listed.IsOk)
        {
            return Result<IReadOnlyList<TestOutcome>>.Failed([.. listed.Errors.Select(Placed)]);
        }

        var outcomes = new List<TestOutcome>();
        for (var i = 0; i < listed.Value.Items.Count; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            var test = listed.Value.Items[i];
            var title = test["name"].Text;
            if (name is null || title.Contains(name, StringComparison.OrdinalIgnoreCase))
            {
                var skipped = new TestOutcome(file, title, TestState.Skipped);
                outcomes.Add(test["skip"].Boolean ? skipped : RunTest(i, title, desk));
                ended(outcomes[^1]);
            }
        }

        return outcomes;
    }

    private TestOutcome RunTest(int index, string name, Func<TestDesk> makeDesk)
    {
        var began = time.GetTimestamp();
        using var desk = makeDesk();
        var answers = new List<string>();
        var outcome = new TestOutcome(file, name, TestState.Failed);
        while (answers.Count <= AsksMax)
        {
            var result = OnLane(script => Once(script, $"{{\"index\":{index},\"answers\":[{string.Join(',', answers)}]}}"));
            if (!result.IsOk)
            {
                var error = Placed(result.Errors[0]);
                return Ended(outcome with { Message = error.Message, Line = error.Line, Column = error.Column });
            }

            var said = result.Value;
            switch (FixtureView.Text(said, "state", ""))
            {
                case "passed":
                    return Ended(outcome with { State = TestState.Passed });
                case "asks":
                    answers.Add(desk.Answer(said.GetProperty("question")));
                    break;
                default:
                    return Ended(Failed(outcome, FixtureView.Text(said, "message", ""), FixtureView.Text(said, "stack", "")));
            }
        }

        return Ended(outcome with { Message = $"asks the host more than {AsksMax} times; split the test" });

        TestOutcome Ended(TestOutcome end) => end with { WallMs = (long)time.GetElapsedTime(began).TotalMilliseconds };
    }

    private static Result<JsonElement> Once(IScriptInstance script, string state)
    {
        if (script.ImportState(state) is { } fault)
        {
            return fault.Error;
        }

        var said = script.ExportState();
        if (!said.IsOk)
        {
            return Result<JsonElement>.Failed(said.Errors);
        }

        using var document = JsonDocument.Parse(said.Value ?? "{}");
        return document.RootElement.Clone();
    }

    private Result<T> OnLane<T>(Func<IScriptInstance, Result<T>> work)
    {
        using var lane = new ScriptLane(Path.GetFileName(file));
        return lane.Run(() =>
        {
            var driver = Templates.Text("driver.js").Replace("{{file}}", Path.GetFileName(file), StringComparison.Ordinal);
            var script = engine.Load(new ScriptSource("strategyhost-test", _folder, driver), new ScriptLimits());
            if (!script.IsOk)
            {
                return Result<T>.Failed(script.Errors);
            }

            using var loaded = script.Value;
            return work(loaded);
        });
    }

    /// <summary>Errors know the file as the driver required it; a user knows it as it was typed.</summary>
    private Error Placed(Error error) =>
        error.File is { } named && named == Path.GetFileName(file) ? error with { File = file } : error;

    private TestOutcome Failed(TestOutcome outcome, string message, string stack)
    {
        var (line, column) = PlaceIn(stack, Path.GetFileName(file));
        return outcome with
        {
            Message = message,
            Line = line,
            Column = column,
            Frame = line is { } known ? CodeFrame.Of(File.ReadAllText(file), known, column) : "",
        };
    }

    /// <summary>The innermost frame of the test file: <c>function@file:line:column</c>, one a line (JavaScriptCore).</summary>
    private static (int? Line, int? Column) PlaceIn(string stack, string file)
    {
        foreach (var frame in stack.Split('\n'))
        {
            var parts = frame[(frame.IndexOf('@', StringComparison.Ordinal) + 1)..].Split(':');
            if (parts.Length == 3 && parts[0] == file && int.TryParse(parts[1], CultureInfo.InvariantCulture, out var line)
                && int.TryParse(parts[2], CultureInfo.InvariantCulture, out var column))
            {
                return (line, column);
            }
        }

        return (null, null);
    }
}
