using System.Globalization;
using StrategyHost.Core.Domain;
using StrategyHost.Core.Orders;

namespace StrategyHost.Host.Tests.Situations;

/// <summary>An open order as the exchange itself knows it; the stops of positions, which it lists too, are left out.</summary>
internal sealed record TrueOrder(string Id, Side Side, Quantity Left, Price? Price, Price? Trigger, bool ReduceOnly)
{
    /// <summary>It has an id of the host's.</summary>
    public bool IsOwn => OrderTag.TryRead(Id, out _);
    public bool IsConditional => Trigger is not null;

    public override string ToString() =>
        $"{Id} {Side} {Left} at {Price} when {Trigger}{(ReduceOnly ? " reduce-only" : "")}";
}

/// <summary>One account of the exchange, not of the host: its one position (zero: flat) and its orders.</summary>
internal sealed record AccountTruth(PositionSide Side, Quantity Size, decimal Average, Price? Stop, IReadOnlyList<TrueOrder> Orders)
{
    /// <summary>The position has been without any stop for a moment, as the exchange counts it.</summary>
    public bool WasUncovered { get; init; }

    /// <summary>Prices at which it sold, ever.</summary>
    public IReadOnlyList<decimal> Sales { get; init; } = [];
    public bool IsFlat => Size.IsZero;

    /// <summary>Limits that can only close: targets, whoever made them.</summary>
    public IEnumerable<TrueOrder> Targets => Orders.Where(o => o is { ReduceOnly: true, IsConditional: false, Price: not null });

    /// <summary>Stop orders of the host beside the position's own stop.</summary>
    public IEnumerable<TrueOrder> StopOrders => Orders.Where(o => o is { ReduceOnly: true, IsConditional: true, IsOwn: true });

    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"{(IsFlat ? "flat" : $"{Side} {Size} at {Average}, stop {Stop}{(WasUncovered ? ", was uncovered" : "")}")}; orders: {string.Join("; ", Orders)}");
}
