using System.Text.Json;
using System.Text.Json.Serialization;
using StrategyHost.Core.Risk;

namespace StrategyHost.Storage.Journal;

/// <summary>
/// Times without entries: <c>{"weekly":{…}}</c> or <c>{"event":{…}}</c>. A zone stands by its name: a machine with other tables of zones
/// may understand something else by it.
/// </summary>
internal sealed class NoEntryJson : JsonConverter<NoEntryWindow>
{
    private const string Weekly = "weekly";
    private const string Event = "event";

    public override NoEntryWindow Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        reader.Read();
        var kind = reader.GetString();
        reader.Read();
        NoEntryWindow? window = kind switch
        {
            Weekly => JsonSerializer.Deserialize(ref reader, JournalJson.Default.WeeklyText)?.Window(),
            Event => JsonSerializer.Deserialize(ref reader, JournalJson.Default.EventNoEntry),
            _ => throw new JsonException($"there is no time without entries of kind '{kind}'"),
        };
        reader.Read();
        return window ?? throw new JsonException("the body says null");
    }

    public override void Write(Utf8JsonWriter writer, NoEntryWindow value, JsonSerializerOptions options)
    {
        writer.WriteStartObject();
        if (value is WeeklyNoEntry weekly)
        {
            writer.WritePropertyName(Weekly);
            JsonSerializer.Serialize(writer, WeeklyText.Of(weekly), JournalJson.Default.WeeklyText);
        }
        else
        {
            writer.WritePropertyName(Event);
            JsonSerializer.Serialize(writer, (EventNoEntry)value, JournalJson.Default.EventNoEntry);
        }

        writer.WriteEndObject();
    }
}

/// <summary>A <see cref="WeeklyNoEntry"/> with its zone as text.</summary>
internal sealed record WeeklyText(string Reason, IReadOnlyList<DayOfWeek> Days, int FromMinute, int ToMinute, string Zone)
{
    public static WeeklyText Of(WeeklyNoEntry window) =>
        new(window.Reason, window.Days, window.FromMinute, window.ToMinute, window.Zone.Id);

    public WeeklyNoEntry Window()
    {
        try
        {
            return new WeeklyNoEntry
            {
                Reason = Reason,
                Days = Days,
                FromMinute = FromMinute,
                ToMinute = ToMinute,
                Zone = TimeZoneInfo.FindSystemTimeZoneById(Zone),
            };
        }
        catch (Exception problem) when (problem is TimeZoneNotFoundException or InvalidTimeZoneException)
        {
            throw new JsonException($"'{Zone}' is no time zone of this machine", problem);
        }
    }
}
