using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using StrategyHost.Core.Domain;
using StrategyHost.Core.Strategies;
using StrategyHost.Host.Authoring.Lookahead;
using StrategyHost.Host.Backtests;
using StrategyHost.Host.Commands;
using StrategyHost.Host.Configuration;

namespace StrategyHost.Host.Authoring.Testing;

/// <summary>
/// Answers what one test asks, each question once: <c>{"value":…}</c>, or <c>{"error":"…"}</c>, which the test throws at the line that
/// asked.
/// </summary>
internal sealed class TestDesk(
    IScriptEngine engine, TestArguments arguments, CommandContext context, string folder, CancellationToken cancellation) : IDisposable
{
    private static readonly JsonWriterOptions Form = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly string[] Sources = ["candles", "trades", "data"];

    private readonly List<TestedStrategy> _sessions = [];

    public string Answer(JsonElement question)
    {
        try
        {
            return FixtureView.Text(question, "kind", "") switch
            {
                "backtest" => Backtest(question),
                "strategy" => Load(question),
                _ => Call(question),
            };
        }
        catch (FixtureException problem)
        {
            return Json(w => w.WriteString("error", problem.Message));
        }
    }

    public void Dispose() => _sessions.ForEach(s => s.Dispose());

    private string Backtest(JsonElement question)
    {
        var fixture = FixtureView.Part(question, "fixture");
        if (Sources.Count(s => FixtureView.Part(fixture, s).ValueKind != JsonValueKind.Undefined) > 1)
        {
            throw new FixtureException("backtest: give one of candles, trades and data");
        }

        var backtest = ArgumentsOf(fixture, PathOf(question));
        var isInline = Sources.Take(2).Any(s => FixtureView.Part(fixture, s).ValueKind != JsonValueKind.Undefined);
        var tapes = new TapeSource(backtest, context.Progress, cancellation)
        {
            Given = isInline ? symbol => FixtureTape.Of(fixture, symbol) : null,
        };
        SignalRecorder? recorder = null;
        var result = new BacktestSession(engine, backtest, context, tapes, cancellation).Run(backtest.Strategies, new RunVariation
        {
            Wrap = (script, _) => recorder = new SignalRecorder(script, Timestamp.MaxValue),
        });
        if (!result.IsOk || recorder is null)
        {
            throw new FixtureException(Text(result.Errors));
        }

        return result.Value.Fault is { } fault
            ? throw new FixtureException(fault.Error.ToString())
            : Value(w => BacktestAnswer.Write(w, result.Value, recorder.Answers));
    }

    private BacktestArguments ArgumentsOf(JsonElement fixture, string file) => new()
    {
        Strategies = [file],
        Data = FixtureView.Part(fixture, "data") switch
        {
            { ValueKind: JsonValueKind.String } one => [Path.Combine(folder, one.ToString())],
            { ValueKind: JsonValueKind.Array } several => [.. several.EnumerateArray().Select(p => Path.Combine(folder, p.ToString()))],
            _ => [],
        },
        Symbol = FixtureView.Text(fixture, "symbol", "") is { Length: > 0 } symbol ? new Symbol(symbol) : null,
        From = Time(fixture, "from"),
        To = Time(fixture, "to"),
        Set = FixtureView.Part(fixture, "params") is { ValueKind: JsonValueKind.Object } given ? ScriptValueJson.Read(given).Fields : [],
        Fill = FixtureView.Text(fixture, "fill", "") switch
        {
            "" => null,
            "bar" => FillModel.Bar,
            "touch" => FillModel.Touch,
            "cross" => FillModel.Cross,
            "book" => FillModel.Book,
            var other => throw new FixtureException($"backtest: fill '{other}' is none of bar, touch, cross, book"),
        },
        Seed = FixtureView.Part(fixture, "seed") is { ValueKind: JsonValueKind.Number } seed ? seed.GetInt64() : null,
        Engine = arguments.Engine,
    };

    private static Timestamp? Time(JsonElement fixture, string name) => FixtureView.Text(fixture, name, "") is { Length: > 0 } text
        ? UtcTime.TryParse(text) ?? throw new FixtureException($"backtest: {name} must be {UtcTime.Form}")
        : null;

    private string Load(JsonElement question)
    {
        var session = TestedStrategy.Load(engine, context.Options, PathOf(question), FixtureView.Part(question, "setup"));
        _sessions.Add(session);
        return Value(w =>
        {
            w.WriteStartObject();
            w.WriteNumber("session", _sessions.Count - 1);
            w.WritePropertyName("settings");
            ScriptValueJson.Write(w, session.Settings);
            w.WriteEndObject();
        });
    }

    private string Call(JsonElement question)
    {
        var session = _sessions[FixtureView.Part(question, "session").GetInt32()];
        var answer = session.Call(
            FixtureView.Text(question, "callback", ""), FixtureView.Part(question, "event"), FixtureView.Part(question, "ctx"));
        return answer.Fault is { } fault ? throw new FixtureException(fault.Error.ToString()) : Value(w =>
        {
            w.WriteStartObject();
            w.WriteStartArray("logs");
            foreach (var log in answer.Logs)
            {
                w.WriteStringValue(log.Text);
            }

            w.WriteEndArray();
            if (answer.Value.Kind != ScriptValueKind.Undefined)
            {
                w.WritePropertyName("value");
                ScriptValueJson.Write(w, answer.Value);
            }

            w.WriteEndObject();
        });
    }

    private string PathOf(JsonElement question) => FixtureView.Text(question, "file", "") is { Length: > 0 } file
        ? Path.Combine(folder, file.StartsWith("./", StringComparison.Ordinal) ? file[2..] : file)
        : throw new FixtureException("give the strategy's file, for example \"./enhanced_sma.js\"");

    private static string Text(IReadOnlyList<Error> errors) => string.Join("; ", errors.Select(e => e.ToString()));

    private static string Value(Action<Utf8JsonWriter> write) => Json(w =>
    {
        w.WritePropertyName("value");
        write(w);
    });

    private static string Json(Action<Utf8JsonWriter> fields)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, Form))
        {
            writer.WriteStartObject();
            fields(writer);
            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length);
    }
}
