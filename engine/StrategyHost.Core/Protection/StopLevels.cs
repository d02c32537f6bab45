using StrategyHost.Core.Domain;

namespace StrategyHost.Core.Protection;

/// <summary>
/// The stop of an entry that has not filled yet: counted from its limit, its trigger or the last price (contracts §2.1 rule 5).
/// </summary>
public readonly record struct StopLevels(ProtectionSpec Spec, PositionSide Side, Instrument Instrument, decimal Atr)
{
    /// <summary>The attached stop before the first fill; null where there is none.</summary>
    public Price? Before(decimal reference)
    {
        var stop = ProtectionPlanner.Stop(Spec, Side, reference, Atr, Instrument).Start(new Price((long)(reference * FixedPoint.Scale)))
            .Stop;
        return stop == 0 ? null : new Price(stop);
    }
}
