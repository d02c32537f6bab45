using System.Text.Json;
using System.Text.Json.Serialization;
using StrategyHost.Core.Domain;

namespace StrategyHost.Simulation.Exchange.Saved;

/// <summary>
/// Generated readers and writers of a saved exchange. Strict: a missing, unknown or null field and an unknown name of an enum are errors
/// (<see cref="JsonException"/>), which <see cref="ExchangeTexts"/> turns into one line.
/// </summary>
[JsonSourceGenerationOptions(
    GenerationMode = JsonSourceGenerationMode.Metadata,
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    Converters = [
        typeof(NameConverter<Side>), typeof(NameConverter<PositionSide>), typeof(NameConverter<PositionIdx>),
        typeof(NameConverter<PositionMode>), typeof(NameConverter<MarginMode>), typeof(NameConverter<OrderType>),
        typeof(NameConverter<TimeInForce>), typeof(NameConverter<TriggerBy>), typeof(NameConverter<TriggerDirection>),
        typeof(NameConverter<TpslMode>), typeof(NameConverter<OrderStatus>), typeof(NameConverter<StopOrderType>),
        typeof(NameConverter<SavedStage>)])]
[JsonSerializable(typeof(SavedMarkets))]
[JsonSerializable(typeof(SavedAccount))]
[JsonSerializable(typeof(SavedIds))]
[JsonSerializable(typeof(SavedVersion))]
internal sealed partial class ExchangeJson : JsonSerializerContext;

/// <summary>An enum by its name; a number is refused.</summary>
internal sealed class NameConverter<T>() : JsonStringEnumConverter<T>(namingPolicy: null, allowIntegerValues: false)
    where T : struct, Enum;

/// <summary>What every text of a saved exchange begins with; the rest is read once the version is known.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Skip)]
internal sealed record SavedVersion(int Version);

/// <summary>A block of an account's used ids; <see cref="First"/> is the number of the first one.</summary>
internal sealed record SavedIds(int Version, long First, IReadOnlyList<string> Ids);
