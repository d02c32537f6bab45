using System.Text.Json.Serialization;

namespace StrategyHost.Bybit.Wire;

/// <summary>
/// A ticker of a perpetual: a full one by REST or as a snapshot, else only what changed. Fields of dated futures and of pre-market
/// contracts are empty on ordinary perpetuals and kept so that they are not reported as unmapped.
/// </summary>
public sealed class TickerRow : WireObject
{
    public string? Symbol { get; set; }
    public WireTickDirection TickDirection { get; set; }
    public decimal? LastPrice { get; set; }
    public decimal? IndexPrice { get; set; }
    public decimal? MarkPrice { get; set; }
    public decimal? PrevPrice24h { get; set; }
    public decimal? PrevPrice1h { get; set; }

    [JsonPropertyName("price24hPcnt")]
    public decimal? Price24hChange { get; set; }
    public decimal? HighPrice24h { get; set; }
    public decimal? LowPrice24h { get; set; }
    public decimal? OpenInterest { get; set; }
    public decimal? OpenInterestValue { get; set; }
    public decimal? SingleOpenInterest { get; set; }
    public decimal? SingleOpenInterestValue { get; set; }
    public decimal? Turnover24h { get; set; }
    public decimal? Volume24h { get; set; }

    /// <summary>As a fraction; positive: longs pay.</summary>
    public decimal? FundingRate { get; set; }
    public long? NextFundingTime { get; set; }
    public decimal? FundingIntervalHour { get; set; }
    public decimal? FundingCap { get; set; }
    public decimal? Bid1Price { get; set; }
    public decimal? Bid1Size { get; set; }
    public decimal? Ask1Price { get; set; }
    public decimal? Ask1Size { get; set; }
    public decimal? Basis { get; set; }
    public decimal? BasisRate { get; set; }
    public decimal? BasisRateYear { get; set; }
    public decimal? PredictedDeliveryPrice { get; set; }
    public decimal? DeliveryFeeRate { get; set; }

    /// <summary>Text: ms on the stream, an ISO time in some REST replies.</summary>
    public string? DeliveryTime { get; set; }
    public decimal? PreOpenPrice { get; set; }
    public decimal? PreQty { get; set; }
    public string? CurPreListingPhase { get; set; }
}
