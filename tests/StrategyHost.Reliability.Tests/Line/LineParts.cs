using StrategyHost.Core.Domain;
using StrategyHost.Core.Ports;
using StrategyHost.Reliability.Tests.Faults;
using StrategyHost.Reliability.Tests.World;

namespace StrategyHost.Reliability.Tests.Line;

/// <summary>What a line is made of.</summary>
internal sealed record LineParts
{
    public required AccountId Account { get; init; }
    public required VirtualTime Time { get; init; }
    public required Truth Truth { get; init; }
    public required FaultPlan Faults { get; init; }
    public required Dice Dice { get; init; }
    public required Rank Rank { get; init; }
    public required int LagMs { get; init; }
    public required IExchangeListener Listener { get; init; }
    public required Markers Markers { get; init; }
    public Action<string>? Say { get; init; }

    /// <summary>A boundary at which the host may die, named; true: it did.</summary>
    public Func<string, bool> Boundary { get; init; } = _ => false;

    /// <summary>Hears of a close that was learned by REST, which does not say what it earned.</summary>
    public Action<AccountId>? ClosedUnknown { get; init; }
    public string Name => Account.Name;
}
