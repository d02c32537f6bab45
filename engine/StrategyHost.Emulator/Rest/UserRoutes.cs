using System.Globalization;
using System.Text.Json.Nodes;

namespace StrategyHost.Emulator.Rest;

/// <summary>Private routes about the key itself.</summary>
internal static class UserRoutes
{
    private static readonly string[] EmptyGroups =
    [
        "Spot", "Options", "Exchange", "Earn", "FiatP2P", "FiatBitPay", "FiatConvertBroker", "BitCard", "ByXPost", "Affiliate",
        "BlockTrade", "CopyTrading", "NFT",
    ];

    public static IEnumerable<EmulatorRoute> All() =>
    [
        new()
        {
            Method = "GET",
            Path = "/v5/user/query-api",
            Private = new PrivateAccess(KeyPermissions.None, PerSecond: 10),
            Handle = (_, account) => EmulatorReply.Ok(Write(account!)), // private: never null
        },
    ];

    private static JsonObject Write(EmulatedAccount account) => new()
    {
        ["id"] = account.Uid.ToString(CultureInfo.InvariantCulture),
        ["note"] = "emulator",
        ["apiKey"] = account.Key,
        ["readOnly"] = (account.Permissions & KeyPermissions.Trade) == 0 ? 1 : 0,
        ["secret"] = "",
        ["permissions"] = Permissions(account.Permissions),
        ["ips"] = List([.. account.Ips.DefaultIfEmpty("127.0.0.1")]),
        ["type"] = 1,
        ["deadlineDay"] = -2,
        ["expiredAt"] = "1970-01-01T00:00:00Z",
        ["createdAt"] = "2026-01-01T00:00:00Z",
        ["unified"] = 0,
        ["uta"] = 1,
        ["userID"] = account.Uid,
        ["inviterID"] = 0,
        ["vipLevel"] = "No VIP",
        ["mktMakerLevel"] = "0",
        ["affiliateID"] = 0,
        ["rsaPublicKey"] = "",
        ["isMaster"] = true,
        ["parentUid"] = "0",
        ["kycLevel"] = "LEVEL_DEFAULT",
        ["kycRegion"] = "",
    };

    private static JsonObject Permissions(KeyPermissions permissions)
    {
        string[] contract = [.. Names(permissions, (KeyPermissions.Order, "Order"), (KeyPermissions.Position, "Position"))];
        var groups = new JsonObject
        {
            ["ContractTrade"] = List(contract),
            ["Derivatives"] = List(contract.Length > 0 ? ["DerivativesTrade"] : []),
            ["Wallet"] = List([.. Names(permissions, (KeyPermissions.Withdraw, "Withdraw"))]),
        };
        foreach (var group in EmptyGroups)
        {
            groups[group] = new JsonArray();
        }

        return groups;
    }

    private static IEnumerable<string> Names(KeyPermissions permissions, params (KeyPermissions Flag, string Name)[] names) =>
        names.Where(n => permissions.HasFlag(n.Flag)).Select(n => n.Name);

    private static JsonArray List(string[] names) => [.. names.Select(n => JsonValue.Create(n))];
}
