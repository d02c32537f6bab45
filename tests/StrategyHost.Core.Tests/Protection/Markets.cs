using FsCheck;
using FsCheck.Fluent;
using StrategyHost.Core.Domain;

namespace StrategyHost.Core.Tests.Protection;

/// <summary>Instruments and prices for tests of protection and planning.</summary>
internal static class Markets
{
    public static readonly Instrument Btc = new()
    {
        Symbol = new Symbol("BTCUSDT"),
        TickSize = Price.Of(0.1m),
        QtyStep = Quantity.Of(0.001m),
        MinQty = Quantity.Of(0.001m),
        MinNotional = 5m,
        TakerFee = 0.001m,
    };

    public static Gen<PositionSide> Sides => Gen.Elements(PositionSide.Long, PositionSide.Short);

    /// <summary>Instruments with ticks from 1e-9 to 5.</summary>
    public static Gen<Instrument> Instruments =>
        from tick in Gen.Elements(0.000000001m, 0.00001m, 0.01m, 0.05m, 0.1m, 0.5m, 5m)
        from step in Gen.Elements(0.000001m, 0.001m, 0.01m, 1m, 10m)
        select Btc with { TickSize = Price.Of(tick), QtyStep = Quantity.Of(step), MinQty = Quantity.Of(step) };

    /// <summary>A price between 1 and 1,000,000 with up to 9 decimals.</summary>
    public static Gen<long> Prices =>
        from high in Gen.Choose(1, 999_999)
        from low in Gen.Choose(0, 999_999_999)
        select (high * FixedPoint.Scale) + low;

    /// <summary>A percentage above 0 and below 50 with up to 6 decimals.</summary>
    public static Gen<decimal> Percents => Gen.Choose(1, 49_999_999).Select(p => p / 1_000_000m);

    public static void Holds<T>(Gen<T> values, Action<T> law, int count = 300) =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(count), Prop.ForAll(values.ToArbitrary(), law));
}
