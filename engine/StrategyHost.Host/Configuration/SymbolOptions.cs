using StrategyHost.Core.Domain;
using StrategyHost.Core.Protection;

namespace StrategyHost.Host.Configuration;

/// <summary>
/// <c>symbols.S</c>: the last level of protection for a symbol, and what overrides the exchange's or the data's instrument in backtests and
/// simulation. Null fields were not said.
/// </summary>
internal sealed record SymbolOptions
{
    public required Symbol Symbol { get; init; }
    public ProtectionSpec Protection { get; init; } = ProtectionSpec.Unsaid;
    public Price? TickSize { get; init; }
    public Quantity? QtyStep { get; init; }
    public Quantity? MinQty { get; init; }
    public decimal? MinNotional { get; init; }
    public decimal? TakerFee { get; init; }
    public decimal? MakerFee { get; init; }
    public bool? Funding { get; init; }

    /// <summary>True: the filters are the user's, so that backtests drop the minimum stop distance (contracts §2.1 rule 7).</summary>
    public bool OverridesInstrument => TickSize is not null || QtyStep is not null || MinQty is not null || MinNotional is not null;

    /// <summary>
    /// The instrument with what is said here. A new step is also the new minimum quantity unless <c>min_qty</c> says another.
    /// </summary>
    public Instrument Apply(Instrument instrument) => instrument with
    {
        TickSize = TickSize ?? instrument.TickSize,
        QtyStep = QtyStep ?? instrument.QtyStep,
        MinQty = MinQty ?? QtyStep ?? instrument.MinQty,
        MinNotional = MinNotional ?? instrument.MinNotional,
        TakerFee = TakerFee ?? instrument.TakerFee,
        MakerFee = MakerFee ?? instrument.MakerFee,
        HasFunding = Funding ?? instrument.HasFunding,
    };
}
