using System.Globalization;
using System.Text.Json;
using StrategyHost.Core.Domain;
using StrategyHost.Emulator.Rest;
using StrategyHost.Simulation.Exchange;

namespace StrategyHost.Emulator.Wire;

/// <summary>
/// Reads the parameters of one request, from its query or its JSON body. Clients send numbers as texts or as numbers; both are taken as
/// written. The first thing that is wrong becomes the refusal (10001 unless said); reading goes on with nothing in its place.
/// </summary>
internal sealed class Fields(Func<string, string?> find)
{
    public const int Parameter = 10001;

    /// <summary>What is wrong with the request; code 0: nothing so far.</summary>
    public Refusal Refusal { get; private set; }

    public static Fields Of(EmulatorRequest request) => request.Method == "GET" ? new Fields(request.Parameter) : Of(Body(request.Body));

    public static Fields Of(JsonElement? body) => new(name =>
        body is { ValueKind: JsonValueKind.Object } json && json.TryGetProperty(name, out var value) ? TextOf(value) : null);

    /// <summary>The body as a JSON object; null when it is none.</summary>
    public static JsonElement? Body(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            return document.RootElement.ValueKind == JsonValueKind.Object ? document.RootElement.Clone() : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>Null where absent, null or empty.</summary>
    public string? Text(string name) => find(name) is { Length: > 0 } text ? text : null;

    public Price? Price(string name) => Units(name) is { } units ? new Price(units) : null;

    /// <summary>As <see cref="Price"/>; zero, which clients send for "none", is nothing.</summary>
    public Price? PriceOrNone(string name) => Price(name) is { Units: not 0 } price ? price : null;

    public Quantity? Quantity(string name) => Units(name) is { } units ? new Quantity(units) : null;

    public decimal? Number(string name)
    {
        if (Text(name) is not { } text)
        {
            return null;
        }

        const NumberStyles Style = NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign;
        if (decimal.TryParse(text, Style, CultureInfo.InvariantCulture, out var value))
        {
            return value;
        }

        Refuse($"params error: {name} invalid");
        return null;
    }

    public long? Integer(string name)
    {
        if (Text(name) is not { } text)
        {
            return null;
        }

        if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value))
        {
            return value;
        }

        Refuse($"params error: {name} invalid");
        return null;
    }

    public bool Flag(string name) => Text(name) is "true" or "True" or "1";

    /// <summary>One of the texts; the fallback where absent.</summary>
    public T Choice<T>(string name, T fallback, params ReadOnlySpan<(string Text, T Value)> choices)
    {
        if (Text(name) is not { } text)
        {
            return fallback;
        }

        foreach (var (known, value) in choices)
        {
            if (known == text)
            {
                return value;
            }
        }

        Refuse($"params error: {name} invalid");
        return fallback;
    }

    public void Require(string name, bool isThere)
    {
        if (!isThere)
        {
            Refuse($"params error: {name} is required");
        }
    }

    public void Refuse(string text, int code = Parameter) => Refusal = Refusal.IsRefused ? Refusal : new Refusal(code, text);

    private long? Units(string name)
    {
        if (Text(name) is not { } text)
        {
            return null;
        }

        if (FixedPoint.TryParse(text, out var units) && units >= 0)
        {
            return units;
        }

        Refuse($"params error: {name} invalid");
        return null;
    }

    private static string? TextOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString(),
        JsonValueKind.Number => value.GetRawText(),
        JsonValueKind.True => "true",
        JsonValueKind.False => "false",
        JsonValueKind.Undefined or JsonValueKind.Null => null,
        JsonValueKind.Object or JsonValueKind.Array => value.GetRawText(),
        _ => null,
    };
}
