using System.Globalization;
using System.Text.Json;
using StrategyHost.Core.Domain;
using StrategyHost.Host.Backtests;
using StrategyHost.Host.Commands;
using StrategyHost.Host.Terminal;
using StrategyHost.Scripting;

namespace StrategyHost.Host.Authoring.Testing;

/// <summary>
/// The command <c>test</c>: finds <c>*.test.js</c>, runs each test in the sandbox of strategies, lists them as they end, then what failed
/// and where, then how many. A test that fails is a strategy that is not what its author says: exit code 2, as for any bad strategy.
/// </summary>
internal sealed class TestHandler(TimeProvider time) : ICommandHandler<TestArguments>
{
    public const string Suffix = ".test.js";

    public CommandOutcome Run(TestArguments arguments, CommandContext context, CancellationToken cancellation)
    {
        var files = Find(arguments.Files);
        var engine = ScriptEngines.Choose(EngineNames.Of(arguments.Engine));
        if (!files.IsOk || !engine.IsOk)
        {
            return CommandOutcome.Failed([.. files.Errors, .. engine.Errors]);
        }

        context.Say(engine.Value.Why);
        var outcomes = new List<TestOutcome>();
        var errors = new List<Error>();
        var inner = context with { Progress = new SilentProgress() };
        foreach (var file in files.Value)
        {
            var folder = Path.GetDirectoryName(file) is { Length: > 0 } named ? named : ".";
            var list = new TestList(arguments.Json ? _ => { } : text => context.Show(new CommandOutcome { Text = text }));
            var ran = new TestFile(engine.Value.Engine, file, time).Run(
                arguments.Name, () => new TestDesk(engine.Value.Engine, arguments, inner, folder, cancellation), list.Take, cancellation);
            outcomes.AddRange(ran.IsOk ? ran.Value : []);
            errors.AddRange(ran.Errors);
        }

        if (outcomes.Count == 0 && errors.Count == 0)
        {
            errors.Add(Problem("--name", arguments.Name, "no_tests", "no test was found: files hold test(\"name\", function () { … })"));
        }

        errors.AddRange(outcomes.Where(o => o.State == TestState.Failed).Select(ErrorOf));
        return new CommandOutcome
        {
            Code = errors.Count > 0 ? ExitCode.BadInput : ExitCode.Ok,
            Errors = errors,
            Json = writer => Write(writer, outcomes, errors),
            Text = text => text.Line(Summary(outcomes, files.Value.Count)),
        };
    }

    /// <summary>Files as named; of folders, and where nothing is named, those that end as tests do.</summary>
    private static Result<IReadOnlyList<string>> Find(IReadOnlyList<string> named)
    {
        var found = new List<string>();
        var errors = new List<Error>();
        foreach (var path in named.Count > 0 ? named : [Directory.Exists("strategies") ? "strategies" : "."])
        {
            if (Directory.Exists(path))
            {
                found.AddRange(Directory.EnumerateFiles(path, "*" + Suffix).Order(StringComparer.Ordinal)
                    .Select(f => path == "." ? Path.GetFileName(f) : f));
            }
            else if (!File.Exists(path) || !path.EndsWith(Suffix, StringComparison.Ordinal))
            {
                var why = File.Exists(path)
                    ? $"a test file ends in {Suffix}"
                        + (TestBeside(path) is { } test ? $": name {test}" : $", for example enhanced_sma{Suffix}")
                    : "there is no such file or folder." + StrategyFiles.Hint(path, isTest: true);
                errors.Add(Problem("FILES", path, "no_test_file", why));
            }
            else
            {
                found.Add(path);
            }
        }

        if (found.Count == 0 && errors.Count == 0)
        {
            errors.Add(Problem("FILES", null, "no_tests",
                $"there is no file that ends in {Suffix}; `strategyhost new NAME` makes a strategy with one"));
        }

        return errors.Count == 0 ? found : Result<IReadOnlyList<string>>.Failed(errors);
    }

    /// <summary>The tests of a strategy that was named instead of them.</summary>
    private static string? TestBeside(string path) =>
        Path.ChangeExtension(path, Suffix) is var test && File.Exists(test) ? test : null;

    private static Error ErrorOf(TestOutcome outcome) => new()
    {
        File = outcome.File,
        Line = outcome.Line,
        Column = outcome.Column,
        Field = outcome.Name,
        Rule = "test_failed",
        Message = outcome.Message + (outcome.Frame.Length == 0 ? "" : "\n" + outcome.Frame),
    };

    private static Error Problem(string field, string? value, string rule, string message) => new()
    {
        File = field == "FILES" ? value : null,
        Field = field,
        Value = value,
        Rule = rule,
        Message = message,
    };

    private static string Summary(List<TestOutcome> outcomes, int files) => string.Create(CultureInfo.InvariantCulture,
        $"{Count(outcomes, TestState.Passed)} passed, {Count(outcomes, TestState.Failed)} failed, "
        + $"{Count(outcomes, TestState.Skipped)} skipped, in {Plural.Of(files, "file")}.");

    private static int Count(List<TestOutcome> outcomes, TestState state) => outcomes.Count(o => o.State == state);

    private static void Write(Utf8JsonWriter writer, List<TestOutcome> outcomes, List<Error> errors)
    {
        writer.WriteStartObject();
        writer.WriteNumber("passed", Count(outcomes, TestState.Passed));
        writer.WriteNumber("failed", Count(outcomes, TestState.Failed));
        writer.WriteNumber("skipped", Count(outcomes, TestState.Skipped));
        writer.WriteStartArray("tests");
        foreach (var outcome in outcomes)
        {
            writer.WriteStartObject();
            writer.WriteString("file", outcome.File);
            writer.WriteString("name", outcome.Name);
            writer.WriteString("state", outcome.State switch
            {
                TestState.Passed => "passed",
                TestState.Failed => "failed",
                TestState.Skipped => "skipped",
            });
            writer.WriteNumber("wallMs", outcome.WallMs);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        ErrorDocument.WriteList(writer, errors);
        writer.WriteEndObject();
    }
}
