using System.Globalization;
using System.Text.Json.Nodes;
using StrategyHost.Emulator.Wire;

namespace StrategyHost.Emulator.Rest;

/// <summary>
/// One page of a list that is sorted newest first by a number. The cursor names the last row's number, so that rows which appear meanwhile
/// neither repeat nor hide others. It carries a percent escape as the exchange's do; clients send it back as it is, or escaped once more.
/// </summary>
internal readonly record struct Paging(int Limit, long Before)
{
    private const string Prefix = "before=";

    /// <summary>Reads limit and cursor; a bad one is refused.</summary>
    public static Paging Read(Fields fields, int limitDefault, int limitMax)
    {
        var limit = fields.Integer("limit") ?? limitDefault;
        if (limit < 1 || limit > limitMax)
        {
            fields.Refuse($"params error: limit must be 1 to {limitMax}");
        }

        var before = long.MaxValue;
        if (fields.Text("cursor") is { } cursor)
        {
            var text = Uri.UnescapeDataString(cursor);
            if (!text.StartsWith(Prefix, StringComparison.Ordinal)
                || !long.TryParse(text.AsSpan(Prefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out before))
            {
                fields.Refuse("params error: cursor invalid");
            }
        }

        return new Paging((int)Math.Clamp(limit, 1, limitMax), before);
    }

    /// <summary>The result with its list and the next cursor, which ends as an empty text.</summary>
    public EmulatorReply Reply<T>(string? category, IEnumerable<T> newestFirst, Func<T, long> number, Func<T, JsonObject> row)
    {
        var before = Before;
        var page = newestFirst.Where(r => number(r) < before).Take(Limit + 1).ToList();
        var isMore = page.Count > Limit;
        if (isMore)
        {
            page.RemoveAt(Limit);
        }

        var result = new JsonObject
        {
            ["list"] = new JsonArray([.. page.Select(r => (JsonNode)row(r))]),
            ["nextPageCursor"] = isMore ? Uri.EscapeDataString(Prefix + WireText.Of(number(page[^1]))) : "",
        };
        if (category is not null)
        {
            result["category"] = category;
        }

        return EmulatorReply.Ok(result);
    }
}
