using System.Collections.Frozen;

namespace StrategyHost.Bybit.Rest;

/// <summary>
/// The exchange's request limits at the default level (Bybit V5 rate limit, read 2026-07-24). Per account and endpoint in a rolling second;
/// per address over all hosts in five seconds. Batches count the orders inside.
/// </summary>
public sealed record RequestLimits
{
    public static readonly RequestLimits Default = new();

    /// <summary>Requests per second of an endpoint and account; one that is not listed has the address limit only.</summary>
    public FrozenDictionary<string, int> PerSecond { get; init; } = Linear();
    public int AddressRequests { get; init; } = 600;
    public int AddressWindowMs { get; init; } = 5000;

    /// <summary>Added to each window: requests that leave apart may arrive closer together.</summary>
    public int SlackMs { get; init; } = 50;

    /// <summary>Silence after an address ban; the documented minimum is 10 minutes.</summary>
    public long BanMs { get; init; } = 600_000;

    private static FrozenDictionary<string, int> Linear()
    {
        string[] ten =
        [
            "/v5/order/create", "/v5/order/amend", "/v5/order/cancel", "/v5/order/cancel-all", "/v5/order/pre-check",
            "/v5/order/create-batch", "/v5/order/amend-batch", "/v5/order/cancel-batch",
            "/v5/position/set-leverage", "/v5/position/switch-mode", "/v5/position/trading-stop", "/v5/position/set-auto-add-margin",
            "/v5/position/add-margin", "/v5/position/confirm-pending-mmr", "/v5/account/instruments-info", "/v5/user/query-api",
        ];
        string[] fifty =
        [
            "/v5/order/realtime", "/v5/order/history", "/v5/execution/list", "/v5/position/list", "/v5/position/closed-pnl",
            "/v5/account/wallet-balance", "/v5/account/info",
        ];
        string[] five =
        [
            "/v5/order/disconnected-cancel-all", "/v5/account/fee-rate", "/v5/account/set-margin-mode", "/v5/account/query-dcp-info",
            "/v5/account/smp-group",
        ];
        return ten.Select(e => (e, 10)).Concat(fifty.Select(e => (e, 50))).Concat(five.Select(e => (e, 5)))
            .Append(("/v5/account/transaction-log", 25)).ToFrozenDictionary(e => e.Item1, e => e.Item2, StringComparer.Ordinal);
    }
}
