namespace StrategyHost.Core.Domain;

/// <summary>
/// An instrument's filters and rates. Roundings have names: a limit is never worse than asked, a stop never looser, quantities go down
/// (contracts §2.1 rule 7). Source of the field meanings: Bybit V5 instruments-info, read 2026-07-24.
/// </summary>
public sealed record Instrument
{
    public required Symbol Symbol { get; init; }
    public required Price TickSize { get; init; }
    public required Quantity QtyStep { get; init; }
    public required Quantity MinQty { get; init; }
    public Quantity MaxLimitQty { get; init; } = new(long.MaxValue);
    public Quantity MaxMarketQty { get; init; } = new(long.MaxValue);

    /// <summary>Smallest value of an opening order, in quote currency.</summary>
    public decimal MinNotional { get; init; }

    /// <summary>Fee as a fraction of the value: 0.00055 is 0.055 %.</summary>
    public decimal TakerFee { get; init; } = 0.00055m;
    public decimal MakerFee { get; init; } = 0.0002m;
    public decimal MaxLeverage { get; init; } = 100m;

    /// <summary>Maintenance margin of the first risk tier as a fraction of the position's value.</summary>
    public decimal MaintenanceMarginRate { get; init; } = 0.005m;
    public int FundingIntervalMinutes { get; init; } = 480;

    /// <summary>False: no funding is paid (contracts §3, <c>symbols.S.funding</c>).</summary>
    public bool HasFunding { get; init; } = true;

    public Price TickDown(decimal price) => new(FloorTo(price, TickSize.Units));
    public Price TickUp(decimal price) => new(CeilingTo(price, TickSize.Units));

    /// <summary>A limit price that is never worse than asked: a buy rounds down, a sell up.</summary>
    public Price LimitPrice(Side side, decimal price) => side == Side.Buy ? TickDown(price) : TickUp(price);

    /// <summary>A protective stop that is never looser than asked: a long's rounds up, a short's down.</summary>
    public Price StopPrice(PositionSide side, decimal price) => side == PositionSide.Long ? TickUp(price) : TickDown(price);

    public Quantity FloorQuantity(decimal quantity) => new(FloorTo(quantity, QtyStep.Units));
    public Quantity FloorQuantity(Quantity quantity) => new(quantity.Units / QtyStep.Units * QtyStep.Units);
    public bool IsOnTick(Price price) => price.Units % TickSize.Units == 0;
    public bool IsOnStep(Quantity quantity) => quantity.Units % QtyStep.Units == 0;

    /// <summary>
    /// Whole units first, then whole steps in integers: a decimal quotient may round up to the next step. What no fixed-point number can
    /// hold ends at the outermost step; it is far outside every exchange's limits.
    /// </summary>
    private static long FloorTo(decimal value, long step) => ToStep((Int128)decimal.Floor(Held(value) * FixedPoint.Scale), step, 0);

    private static long CeilingTo(decimal value, long step) =>
        ToStep((Int128)decimal.Ceiling(Held(value) * FixedPoint.Scale), step, step - 1);

    /// <summary>The largest multiple of the step that is not above units + up.</summary>
    private static long ToStep(Int128 units, long step, long up)
    {
        var shifted = units + up;
        var steps = shifted / step - (shifted % step < 0 ? 1 : 0);
        return (long)Int128.Clamp(steps, long.MinValue / step, long.MaxValue / step) * step;
    }

    private static decimal Held(decimal value) => Math.Clamp(value, -FixedPoint.Scale * 10m, FixedPoint.Scale * 10m);
}
