using System.Collections.Frozen;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace StrategyHost.Bybit.Wire;

/// <summary>
/// Reads an enum by its exact name, or by the one that JsonStringEnumMemberName gives where the exchange's breaks our style. Empty text,
/// null and the exchange's word <c>UNKNOWN</c> mean "not applicable" and give <c>None</c> where the enum has it; any other text gives
/// <c>Unknown</c>, never an exception and never a neighbour.
/// </summary>
internal sealed class WireEnumConverter<T> : JsonConverter<T>
    where T : struct, Enum
{
    private static readonly FrozenDictionary<string, T> Names =
        Enum.GetNames<T>().ToFrozenDictionary(WireName, Enum.Parse<T>, StringComparer.Ordinal);

    private static readonly T NotApplicable = Names.TryGetValue("None", out var none) ? none : Names["Unknown"];

    public override bool HandleNull => true;

    public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType is not (JsonTokenType.String or JsonTokenType.Null))
        {
            return Names["Unknown"];
        }

        return reader.GetString() switch
        {
            null or "" or "UNKNOWN" => NotApplicable,
            var text => Names.TryGetValue(text, out var value) ? value : Names["Unknown"],
        };
    }

    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) =>
        throw new NotSupportedException("wire enums are only read");

    private static string WireName(string name) =>
        typeof(T).GetField(name)?.GetCustomAttribute<JsonStringEnumMemberNameAttribute>()?.Name ?? name;
}
