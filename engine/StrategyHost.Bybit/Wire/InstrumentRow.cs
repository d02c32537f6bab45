using System.Text.Json;

namespace StrategyHost.Bybit.Wire;

/// <summary>An instrument of <c>GET /v5/market/instruments-info</c>, linear or inverse.</summary>
public sealed class InstrumentRow : WireObject
{
    public string? Symbol { get; set; }
    public long? SymbolId { get; set; }
    public WireContractType ContractType { get; set; }
    public WireInstrumentStatus Status { get; set; }
    public string? BaseCoin { get; set; }
    public string? QuoteCoin { get; set; }
    public string? SettleCoin { get; set; }
    public long? LaunchTime { get; set; }

    /// <summary>Not 0 on a perpetual: it is being delisted.</summary>
    public long? DeliveryTime { get; set; }
    public decimal? DeliveryFeeRate { get; set; }

    /// <summary>For display; may disagree with the tick size, which counts.</summary>
    public decimal? PriceScale { get; set; }
    public LeverageFilterRow? LeverageFilter { get; set; }
    public PriceFilterRow? PriceFilter { get; set; }
    public LotSizeFilterRow? LotSizeFilter { get; set; }
    public RiskParametersRow? RiskParameters { get; set; }
    public bool? UnifiedMarginTrade { get; set; }

    /// <summary>Minutes.</summary>
    public long? FundingInterval { get; set; }
    public decimal? UpperFundingRate { get; set; }
    public decimal? LowerFundingRate { get; set; }
    public string? CopyTrading { get; set; }
    public string? SymbolType { get; set; }
    public string? DisplayName { get; set; }
    public bool? IsPreListing { get; set; }

    /// <summary>Raw: phases of a pre-market contract, which the host does not trade.</summary>
    public JsonElement? PreListingInfo { get; set; }
    public bool? ForbidUplWithdrawal { get; set; }
}

/// <summary>Leverage bounds.</summary>
public sealed class LeverageFilterRow : WireObject
{
    public decimal? MinLeverage { get; set; }
    public decimal? MaxLeverage { get; set; }
    public decimal? LeverageStep { get; set; }
}

/// <summary>Price bounds and tick size in quote currency.</summary>
public sealed class PriceFilterRow : WireObject
{
    public decimal? MinPrice { get; set; }
    public decimal? MaxPrice { get; set; }
    public decimal? TickSize { get; set; }
}

/// <summary>Order size bounds in base currency; the minimal value in quote currency.</summary>
public sealed class LotSizeFilterRow : WireObject
{
    public decimal? MinOrderQty { get; set; }

    /// <summary>Of limit orders.</summary>
    public decimal? MaxOrderQty { get; set; }

    /// <summary>Of market orders.</summary>
    public decimal? MaxMktOrderQty { get; set; }
    public decimal? QtyStep { get; set; }
    public decimal? MinNotionalValue { get; set; }
    public decimal? PostOnlyMaxOrderQty { get; set; }
}

/// <summary>Distances of the price limits as fractions.</summary>
public sealed class RiskParametersRow : WireObject
{
    public decimal? PriceLimitRatioX { get; set; }
    public decimal? PriceLimitRatioY { get; set; }
}
