using System.Text.Json.Serialization;

namespace StrategyHost.Bybit.Wire;

/// <summary>A wallet of <c>wallet-balance</c> or of the stream <c>wallet</c>; totals in USD, empty in isolated margin.</summary>
public sealed class WalletRow : WireObject
{
    public string? AccountType { get; set; }
    public decimal? TotalEquity { get; set; }
    public decimal? TotalWalletBalance { get; set; }
    public decimal? TotalMarginBalance { get; set; }
    public decimal? TotalAvailableBalance { get; set; }

    [JsonPropertyName("totalPerpUPL")]
    public decimal? TotalPerpUpl { get; set; }

    /// <summary>The same in the spelling that the stream has been seen to use.</summary>
    [JsonPropertyName("totalPerpUpl")]
    public decimal? TotalPerpUplOfStream { get; set; }
    public decimal? TotalInitialMargin { get; set; }
    public decimal? TotalInitialMarginByMp { get; set; }
    public decimal? TotalMaintenanceMargin { get; set; }
    public decimal? TotalMaintenanceMarginByMp { get; set; }

    [JsonPropertyName("accountIMRate")]
    public decimal? InitialMarginRate { get; set; }

    [JsonPropertyName("accountIMRateByMp")]
    public decimal? InitialMarginRateByMark { get; set; }

    [JsonPropertyName("accountMMRate")]
    public decimal? MaintenanceMarginRate { get; set; }

    [JsonPropertyName("accountMMRateByMp")]
    public decimal? MaintenanceMarginRateByMark { get; set; }

    [JsonPropertyName("accountLTV")]
    public decimal? AccountLtv { get; set; }
    public WalletCoinRow[]? Coin { get; set; }
}

/// <summary>One coin of a wallet, amounts in that coin.</summary>
public sealed class WalletCoinRow : WireObject
{
    public string? Coin { get; set; }
    public decimal? Equity { get; set; }
    public decimal? UsdValue { get; set; }
    public decimal? WalletBalance { get; set; }
    public decimal? Locked { get; set; }
    public decimal? Free { get; set; }
    public decimal? BorrowAmount { get; set; }
    public decimal? AccruedInterest { get; set; }

    [JsonPropertyName("totalOrderIM")]
    public decimal? TotalOrderInitialMargin { get; set; }

    [JsonPropertyName("totalPositionIM")]
    public decimal? TotalPositionInitialMargin { get; set; }

    [JsonPropertyName("totalPositionMM")]
    public decimal? TotalPositionMaintenanceMargin { get; set; }
    public decimal? UnrealisedPnl { get; set; }
    public decimal? CumRealisedPnl { get; set; }
    public decimal? Bonus { get; set; }
    public bool? MarginCollateral { get; set; }
    public bool? CollateralSwitch { get; set; }
    public decimal? SpotBorrow { get; set; }
    public decimal? SpotHedgingQty { get; set; }
    public decimal? AvailableToBorrow { get; set; }
    public decimal? AvailableToWithdraw { get; set; }
    public decimal? ColRes { get; set; }
}

/// <summary>Fee rates of a symbol as fractions.</summary>
public sealed class FeeRateRow : WireObject
{
    public string? Symbol { get; set; }
    public string? BaseCoin { get; set; }
    public decimal? TakerFeeRate { get; set; }
    public decimal? MakerFeeRate { get; set; }
}

/// <summary><c>GET /v5/account/info</c>. Unified margin status 5 and 6 are the accounts that the host trades.</summary>
public sealed class AccountInfoRow : WireObject
{
    public WireMarginMode MarginMode { get; set; }
    public long? UpdatedTime { get; set; }
    public int? UnifiedMarginStatus { get; set; }
    public string? DcpStatus { get; set; }
    public int? TimeWindow { get; set; }
    public int? SmpGroup { get; set; }
    public bool? IsMasterTrader { get; set; }
    public string? SpotHedgingStatus { get; set; }
}

/// <summary>
/// <c>GET /v5/user/query-api</c>: what the key may do. Permission groups that are not known are kept: the guard of live trading treats
/// them as unsafe.
/// </summary>
public sealed class ApiKeyRow : WireObject
{
    public string? Id { get; set; }
    public string? Note { get; set; }
    public string? ApiKey { get; set; }

    /// <summary>0 may trade, 1 may only read.</summary>
    public int? ReadOnly { get; set; }
    public string? Secret { get; set; }
    public Dictionary<string, string[]>? Permissions { get; set; }
    public string[]? Ips { get; set; }
    public int? Type { get; set; }
    public int? DeadlineDay { get; set; }
    public string? ExpiredAt { get; set; }
    public string? CreatedAt { get; set; }
    public int? Unified { get; set; }
    public int? Uta { get; set; }

    [JsonPropertyName("userID")]
    public long? UserId { get; set; }

    [JsonPropertyName("userIDInt64")]
    public long? UserIdText { get; set; }

    [JsonPropertyName("inviterID")]
    public long? InviterId { get; set; }

    [JsonPropertyName("inviterIDInt64")]
    public long? InviterIdText { get; set; }

    [JsonPropertyName("affiliateID")]
    public long? AffiliateId { get; set; }

    [JsonPropertyName("affiliateIDInt64")]
    public long? AffiliateIdText { get; set; }
    public string? VipLevel { get; set; }
    public string? MktMakerLevel { get; set; }
    public string? RsaPublicKey { get; set; }
    public bool? IsMaster { get; set; }
    public string? ParentUid { get; set; }
    public string? KycLevel { get; set; }
    public string? KycRegion { get; set; }
}
