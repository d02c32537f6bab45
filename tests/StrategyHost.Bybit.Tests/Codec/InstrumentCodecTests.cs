using System.Text.Json;
using StrategyHost.Bybit.Codec;
using StrategyHost.Bybit.Wire;
using StrategyHost.Core.Domain;
using Xunit;

namespace StrategyHost.Bybit.Tests.Codec;

public sealed class InstrumentCodecTests
{
    // Composed sample of the wire reference.
    private const string Json =
        """
        {"retCode":0,"result":{"category":"linear","list":[{"symbol":"XYZUSDT","symbolId":901,"contractType":"LinearPerpetual",
        "status":"Trading","baseCoin":"XYZ","quoteCoin":"USDT","settleCoin":"USDT","launchTime":"1650000000000","deliveryTime":"0",
        "leverageFilter":{"minLeverage":"1","maxLeverage":"50.00","leverageStep":"0.01"},
        "priceFilter":{"minPrice":"0.0001","maxPrice":"1999.9998","tickSize":"0.0001"},
        "lotSizeFilter":{"minOrderQty":"1","maxOrderQty":"70000","maxMktOrderQty":"14000","qtyStep":"1","minNotionalValue":"5"},
        "fundingInterval":480}],"nextPageCursor":""}}
        """;

    [Fact]
    public void Perpetual_is_translated_field_by_field() => Assert.Equal(
        new Instrument
        {
            Symbol = new Symbol("XYZUSDT"),
            TickSize = Price.Of(0.0001m),
            QtyStep = Quantity.Of(1),
            MinQty = Quantity.Of(1),
            MaxLimitQty = Quantity.Of(70000),
            MaxMarketQty = Quantity.Of(14000),
            MinNotional = 5,
            MaxLeverage = 50,
            FundingIntervalMinutes = 480,
        },
        InstrumentCodec.Instrument(Row()).Value);

    public static TheoryData<string, Action<InstrumentRow>> Untradable => new()
    {
        { "contractType", r => r.ContractType = WireContractType.LinearFutures },
        { "contractType", r => r.ContractType = WireContractType.Unknown },
        { "settleCoin", r => r.SettleCoin = "USDC" },
        { "status", r => r.Status = WireInstrumentStatus.PreLaunch },
        { "tickSize", r => r.PriceFilter!.TickSize = 0 },
        { "tickSize", r => r.PriceFilter = null },
        { "maxLeverage", r => r.LeverageFilter = null },
    };

    [Theory]
    [MemberData(nameof(Untradable))]
    public void What_the_host_does_not_trade_is_refused(string field, Action<InstrumentRow> change)
    {
        var row = Row();
        change(row);

        Assert.Contains(InstrumentCodec.Instrument(row).Errors, e => e.Field == field);
    }

    [Fact]
    public void Maximum_beyond_fixed_point_becomes_the_largest_quantity()
    {
        var row = Row();
        row.LotSizeFilter!.MaxOrderQty = 100_000_000_000m;

        Assert.Equal(new Quantity(long.MaxValue), InstrumentCodec.Instrument(row).Value.MaxLimitQty);
    }

    [Fact]
    public void Delivery_time_of_a_perpetual_announces_its_delisting()
    {
        var row = Row();
        Assert.Null(InstrumentCodec.DelistingTime(row));

        row.DeliveryTime = 1_700_000_000_000;
        Assert.Equal(new Timestamp(1_700_000_000_000), InstrumentCodec.DelistingTime(row));
    }

    private static InstrumentRow Row() => JsonSerializer.Deserialize(Json, BybitJson.Default.InstrumentReply)!.Result!.List![0];
}
