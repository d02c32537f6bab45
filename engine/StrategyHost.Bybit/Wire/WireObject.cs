using System.Text.Json;
using System.Text.Json.Serialization;

namespace StrategyHost.Bybit.Wire;

/// <summary>
/// Base of everything read from the exchange. Wire types are plain mutable bags that only the deserialiser fills: with <c>init</c> the
/// generated code would box every value of a row. Texts that are empty are null here.
/// 1. A field that no property takes lands in <see cref="Unmapped"/>, so it can be reported and is never lost silently (rule 20).
/// 2. An enum text that is not known becomes <c>Unknown</c>.
/// 3. Numbers are decimals, never doubles; a number, its text, and an empty text are all accepted where the exchange mixes them.
/// Shapes: Bybit V5 documentation, read 2026-07-24.
/// </summary>
public abstract class WireObject
{
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Unmapped { get; set; }
}
