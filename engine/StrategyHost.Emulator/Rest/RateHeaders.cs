using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace StrategyHost.Emulator.Rest;

/// <summary>Writes the quota of the endpoint that was called onto a reply (Bybit V5 rate limit, read 2026-07-24).</summary>
internal static class RateHeaders
{
    public static void Write(IHeaderDictionary headers, RateStatus status)
    {
        headers["X-Bapi-Limit"] = status.Limit.ToString(CultureInfo.InvariantCulture);
        headers["X-Bapi-Limit-Status"] = status.Remaining.ToString(CultureInfo.InvariantCulture);
        headers["X-Bapi-Limit-Reset-Timestamp"] = status.ResetMs.ToString(CultureInfo.InvariantCulture);
    }
}
