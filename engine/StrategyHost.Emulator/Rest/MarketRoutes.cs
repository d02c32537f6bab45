using System.Globalization;
using System.Text.Json.Nodes;
using StrategyHost.Core.Domain;
using StrategyHost.Emulator.Wire;

namespace StrategyHost.Emulator.Rest;

/// <summary>Public routes that need no market: the server's time and the instruments.</summary>
internal sealed class MarketRoutes(IReadOnlyList<Instrument> instruments)
{
    private const int PageDefault = 500;
    private const int PageMax = 1000;
    private static readonly string[] Categories = ["linear", "inverse", "spot", "option"];

    public IEnumerable<EmulatorRoute> All() =>
    [
        new() { Method = "GET", Path = "/v5/market/time", Handle = (request, _) => Time(request) },
        new() { Method = "GET", Path = "/v5/market/instruments-info", Handle = (request, _) => Instruments(request) },
    ];

    private static EmulatorReply Time(EmulatorRequest request) => EmulatorReply.Ok(new JsonObject
    {
        ["timeSecond"] = WireText.Of(request.AtMs / 1000),
        ["timeNano"] = WireText.Of(request.AtMs * 1_000_000),
    });

    // Only linear perpetuals that trade exist here; other lists are empty, as clients ask for them when they load.
    private EmulatorReply Instruments(EmulatorRequest request)
    {
        var category = request.Parameter("category");
        if (!Categories.Contains(category))
        {
            return EmulatorReply.Refused(10001, "params error: Category is invalid");
        }

        if (!TryPage(request, out var limit, out var start))
        {
            return EmulatorReply.Refused(10001, "params error: limit or cursor is invalid");
        }

        var matching = category == "linear" ? instruments.Where(i => IsAsked(request, i)).ToArray() : [];
        var rows = matching.Skip(start).Take(limit).Select(i => (JsonNode)InstrumentRow.Write(i)).ToArray();
        var end = start + rows.Length;
        return EmulatorReply.Ok(new JsonObject
        {
            ["category"] = category,
            ["list"] = new JsonArray(rows),
            ["nextPageCursor"] = end < matching.Length ? "first%3D" + WireText.Of((long)end) : "",
        });
    }

    private static bool IsAsked(EmulatorRequest request, Instrument instrument) =>
        (request.Parameter("symbol") is not { } symbol || symbol == instrument.Symbol.Name)
        && (request.Parameter("baseCoin") is not { } coin || coin == InstrumentRow.BaseCoin(instrument))
        && request.Parameter("status") is null or "Trading";

    // A cursor carries a percent escape as the exchange's do. Clients send it back as it is, or escaped once more.
    private static bool TryPage(EmulatorRequest request, out int limit, out int start)
    {
        start = 0;
        limit = PageDefault;
        var isLimit = request.Parameter("limit") is not { } text
            || (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out limit) && limit is >= 1 and <= PageMax);
        var isCursor = request.Parameter("cursor") is not { } cursor
            || (Uri.UnescapeDataString(cursor).Split('=') is ["first", var first]
                && int.TryParse(first, NumberStyles.None, CultureInfo.InvariantCulture, out start));
        return isLimit && isCursor;
    }
}
