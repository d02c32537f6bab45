using StrategyHost.Bybit.Wire;
using StrategyHost.Core.Domain;

namespace StrategyHost.Bybit.Codec;

/// <summary>
/// Instruments of <c>instruments-info</c>. Fees and maintenance margin stand in other endpoints (fee-rate, risk-limit): the caller sets
/// them with <c>with</c>, else Core's defaults stand.
/// </summary>
public static class InstrumentCodec
{
    /// <summary>A tradable USDT perpetual, or the reason why the host does not trade it.</summary>
    public static Result<Instrument> Instrument(InstrumentRow row)
    {
        var reader = new WireReader("instruments-info");
        if (row.ContractType != WireContractType.LinearPerpetual)
        {
            reader.Bad<bool>("contractType", row.ContractType, "is not LinearPerpetual");
        }

        // Older recordings have no settleCoin; the quote coin of a linear perpetual is what it settles in.
        if ((row.SettleCoin ?? row.QuoteCoin) != "USDT")
        {
            reader.Bad<bool>("settleCoin", row.SettleCoin ?? row.QuoteCoin, "is not USDT");
        }

        if (row.Status != WireInstrumentStatus.Trading)
        {
            reader.Bad<bool>("status", row.Status, "is not Trading");
        }

        var instrument = new Instrument
        {
            Symbol = new Symbol(reader.Text(row.Symbol, "symbol")),
            TickSize = reader.Price(Positive(reader, row.PriceFilter?.TickSize, "tickSize"), "tickSize"),
            QtyStep = reader.Quantity(Positive(reader, row.LotSizeFilter?.QtyStep, "qtyStep"), "qtyStep"),
            MinQty = reader.Quantity(row.LotSizeFilter?.MinOrderQty, "minOrderQty"),
            MaxLimitQty = Largest(reader, row.LotSizeFilter?.MaxOrderQty, "maxOrderQty"),
            MaxMarketQty = Largest(reader, row.LotSizeFilter?.MaxMktOrderQty ?? row.LotSizeFilter?.MaxOrderQty, "maxMktOrderQty"),
            MinNotional = row.LotSizeFilter?.MinNotionalValue ?? 0,
            MaxLeverage = reader.Amount(row.LeverageFilter?.MaxLeverage, "maxLeverage"),
            FundingIntervalMinutes = (int)reader.Number(row.FundingInterval, "fundingInterval"),
        };
        return reader.Done(() => instrument);
    }

    /// <summary>
    /// When a perpetual stops trading, if that is announced: deliveryTime is then not 0 (bybit-v5 §2.2). Entries must end before.
    /// </summary>
    public static Timestamp? DelistingTime(InstrumentRow row) => row.DeliveryTime is > 0 and var ms ? new Timestamp(ms) : null;

    private static decimal? Positive(WireReader reader, decimal? value, string field) =>
        value == 0 ? reader.Bad<decimal?>(field, value, "is zero") : value;

    // Coins worth a fraction of a cent have maxima beyond fixed point (9.2e9); the largest quantity stands for them, on the safe side.
    private static Quantity Largest(WireReader reader, decimal? value, string field) =>
        value > FixedPoint.ToDecimal(long.MaxValue) ? new Quantity(long.MaxValue) : reader.Quantity(value, field);
}
