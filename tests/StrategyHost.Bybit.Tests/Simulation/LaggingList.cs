using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace StrategyHost.Bybit.Tests.Simulation;

/// <summary>A list of orders or executions without its youngest rows. What is no such list, or no JSON, stays as it is.</summary>
internal static class LaggingList
{
    public static byte[] Of(string path, byte[] reply, long untilMs)
    {
        var field = path switch
        {
            "/v5/order/realtime" or "/v5/order/history" => "createdTime",
            "/v5/execution/list" => "execTime",
            _ => null,
        };
        if (field is null || Parse(reply)?["result"]?["list"] is not JsonArray rows)
        {
            return reply;
        }

        var young = rows.Where(r => long.Parse(r![field]!.GetValue<string>(), CultureInfo.InvariantCulture) > untilMs).ToList();
        young.ForEach(r => rows.Remove(r));
        return young.Count == 0 ? reply : JsonSerializer.SerializeToUtf8Bytes(rows.Root);
    }

    private static JsonNode? Parse(byte[] reply)
    {
        try
        {
            return JsonNode.Parse(reply);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
