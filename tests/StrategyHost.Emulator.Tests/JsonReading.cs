using System.Globalization;
using System.Text.Json;

namespace StrategyHost.Emulator.Tests;

internal static class JsonReading
{
    public static string Text(this JsonElement row, string field) => row.GetProperty(field).GetString()!;

    public static decimal Number(this JsonElement row, string field) => decimal.Parse(row.Text(field), CultureInfo.InvariantCulture);

    public static bool Has(this JsonElement frame, string field, string value) =>
        frame.TryGetProperty(field, out var found) && found.ValueKind == JsonValueKind.String && found.GetString() == value;
}
