using StrategyHost.Bybit.Rest;
using StrategyHost.Bybit.Wire;
using StrategyHost.Core.Domain;

namespace StrategyHost.Bybit;

/// <summary>What a key is and may do (Bybit V5 query-api and account/info, read 2026-07-24).</summary>
public sealed record KeyFacts
{
    /// <summary>The account behind the key: main and mirror must differ.</summary>
    public required long UserId { get; init; }

    /// <summary>May place orders and change positions.</summary>
    public required bool CanTrade { get; init; }

    /// <summary>May withdraw: refused in live mode.</summary>
    public required bool CanWithdraw { get; init; }

    /// <summary>Permission groups beyond trading that hold something, and groups that are not known; each is a warning.</summary>
    public required IReadOnlyList<string> OtherPermissions { get; init; }
    public required bool IsBoundToAddress { get; init; }

    /// <summary>When the key ends, as the exchange writes it; empty: never.</summary>
    public required string ExpiresAt { get; init; }

    /// <summary>Unified account 2.0: the only kind that the host trades.</summary>
    public required bool IsUnified { get; init; }

    /// <summary>Null: portfolio margin, which the host does not trade, or not told.</summary>
    public required MarginMode? MarginMode { get; init; }
}

/// <summary>Reads and sets what an account must be before anything is traded.</summary>
public static class BybitAccountInfo
{
    private static readonly string[] TradingGroups = ["ContractTrade", "Derivatives"];

    /// <summary>The key's facts; errors: wrong key, wrong environment, no answer.</summary>
    public static async Task<Result<KeyFacts>> FetchAsync(BybitRestClient client, CancellationToken cancellation)
    {
        var keyRequest = new RestRequest<ApiKeyRow>("/v5/user/query-api", BybitJson.Default.ApiKeyReply);
        var key = await client.SendAsync(keyRequest, cancellation).ConfigureAwait(false);
        if (key is not Ok<ApiKeyRow> { Value: var row })
        {
            return Failures.Of(key, keyRequest.Path);
        }

        var infoRequest = new RestRequest<AccountInfoRow>("/v5/account/info", BybitJson.Default.AccountInfoReply);
        var info = await client.SendAsync(infoRequest, cancellation).ConfigureAwait(false);
        return info is Ok<AccountInfoRow> { Value: var account } ? Facts(row, account) : Failures.Of(info, infoRequest.Path);
    }

    /// <summary>Sets the leverage of one symbol; already so is a success.</summary>
    public static Task<Result<bool>> SetLeverageAsync(
        BybitRestClient client, Symbol symbol, decimal leverage, CancellationToken cancellation) =>
        SetAsync(client, "/v5/position/set-leverage", RequestBodies.SetLeverage(symbol, leverage), cancellation);

    /// <summary>
    /// Sets the position mode of one symbol; already so is a success. Refused by the exchange while the symbol has a position or orders.
    /// </summary>
    public static Task<Result<bool>> SetPositionModeAsync(
        BybitRestClient client, Symbol symbol, PositionMode mode, CancellationToken cancellation) =>
        SetAsync(client, "/v5/position/switch-mode", RequestBodies.SwitchMode(symbol, mode), cancellation);

    // True: it was changed; false: it was so already.
    private static async Task<Result<bool>> SetAsync(BybitRestClient client, string path, byte[] body, CancellationToken cancellation)
    {
        var request = new RestRequest<EmptyRow>(path, BybitJson.Default.EmptyReply)
        {
            Body = body,
            Priority = RequestPriority.Trading,
        };
        var result = await client.SendAsync(request, cancellation).ConfigureAwait(false);
        return result switch
        {
            Ok<EmptyRow> => true,
            AlreadyDone<EmptyRow> => false,
            _ => Failures.Of(result, path),
        };
    }

    private static KeyFacts Facts(ApiKeyRow row, AccountInfoRow account)
    {
        var permissions = row.Permissions ?? [];
        var trade = permissions.GetValueOrDefault("ContractTrade") ?? [];
        return new KeyFacts
        {
            UserId = row.UserId ?? 0,
            CanTrade = row.ReadOnly == 0 && trade.Contains("Order") && trade.Contains("Position"),
            CanWithdraw = permissions.Values.Any(p => p.Contains("Withdraw")),
            OtherPermissions =
            [
                .. permissions.Where(p => p.Value.Length > 0 && !TradingGroups.Contains(p.Key)).Select(p => p.Key)
                    .Order(StringComparer.Ordinal),
            ],
            IsBoundToAddress = row.Ips is { Length: > 0 } ips && !ips.Contains("*"),
            ExpiresAt = row.ExpiredAt ?? "",
            IsUnified = account.UnifiedMarginStatus is 5 or 6,
            MarginMode = account.MarginMode switch
            {
                WireMarginMode.Isolated => MarginMode.Isolated,
                WireMarginMode.Regular => MarginMode.Cross,
                WireMarginMode.Portfolio or WireMarginMode.Unknown => null,
            },
        };
    }
}
