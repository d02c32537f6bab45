using StrategyHost.Core.Domain;

namespace StrategyHost.Emulator.Trading;

/// <summary>The position slots of a mode.</summary>
internal static class PositionIdxs
{
    private static readonly PositionIdx[] OneWay = [PositionIdx.OneWay];
    private static readonly PositionIdx[] Hedge = [PositionIdx.HedgeLong, PositionIdx.HedgeShort];

    public static IReadOnlyList<PositionIdx> Of(PositionMode mode) => mode == PositionMode.Hedge ? Hedge : OneWay;
}
