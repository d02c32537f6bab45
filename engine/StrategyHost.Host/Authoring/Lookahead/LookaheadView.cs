using System.Globalization;
using System.Text.Json;
using StrategyHost.Host.Terminal;

namespace StrategyHost.Host.Authoring.Lookahead;

/// <summary>A proof as people and programs read it.</summary>
internal static class LookaheadView
{
    private const int AnswerLengthMax = 300;

    public static void Show(TextOutput text, LookaheadFindings proof)
    {
        text.Line(string.Create(CultureInfo.InvariantCulture,
            $"Look-ahead proof: {proof.Runs} runs over {proof.Events:#,0} events, {proof.Answers:#,0} answers, {proof.Cuts.Count} cuts: ")
            + (proof.Differences.Count == 0 ? "all alike." : $"{proof.Differences.Count} differ."));
        if (proof.Answers == 0)
        {
            text.Line("! the script answered nothing at all: this proves next to nothing; give data on which it trades");
        }

        foreach (var difference in proof.Differences)
        {
            var place = difference.Place;
            text.Table(new TableBlock(
                $"{place.Callback} {place.Symbol} at {place.Time}", [new("run"), new("answer")],
                [
                    ["the whole tape", Answer(difference.Expected, place)],
                    [difference.CutAt is { } cut ? $"{difference.Run}, {cut}" : difference.Run, Answer(difference.Found, place)],
                ]));
        }
    }

    public static void Write(Utf8JsonWriter writer, LookaheadFindings proof)
    {
        writer.WriteStartObject("lookahead");
        writer.WriteBoolean("ok", proof.Differences.Count == 0);
        writer.WriteNumber("runs", proof.Runs);
        writer.WriteNumber("events", proof.Events);
        writer.WriteNumber("answers", proof.Answers);
        writer.WriteStartArray("cuts");
        foreach (var cut in proof.Cuts)
        {
            writer.WriteStringValue(cut.ToString());
        }

        writer.WriteEndArray();
        writer.WriteStartArray("differences");
        foreach (var difference in proof.Differences)
        {
            Write(writer, difference);
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, AnswerDifference difference)
    {
        var place = difference.Place;
        writer.WriteStartObject();
        writer.WriteString("run", difference.Run);
        writer.WriteString("cutAt", difference.CutAt?.ToString());
        writer.WriteString("time", place.Time.ToString());
        writer.WriteString("callback", place.Callback);
        writer.WriteString("symbol", place.Symbol);
        Write(writer, "expected", difference.Expected, place);
        Write(writer, "found", difference.Found, place);
        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, string name, RecordedAnswer? answer, RecordedAnswer place)
    {
        writer.WritePropertyName(name);
        if (answer is null || answer.Row != place.Row)
        {
            writer.WriteNullValue();
        }
        else
        {
            ScriptValueJson.Write(writer, answer.Value);
        }
    }

    private static string Answer(RecordedAnswer? answer, RecordedAnswer place)
    {
        var text = answer is null || answer.Row != place.Row ? "nothing" : answer.Json;
        return text.Length <= AnswerLengthMax ? text : text[..AnswerLengthMax] + "…";
    }
}
