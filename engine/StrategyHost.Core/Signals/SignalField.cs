using StrategyHost.Core.Strategies;

namespace StrategyHost.Core.Signals;

/// <summary>A set of actions, for the table of fields.</summary>
[Flags]
public enum ActionSet
{
    None = 0, Buy = 1, Sell = 2, Close = 4, Modify = 8, Cancel = 16, Hold = 32,

    /// <summary>Signals that may open a position.</summary>
    Entry = Buy | Sell,

    /// <summary>Signals that make an order.</summary>
    Orders = Entry | Close,

    /// <summary>Signals that may change protection.</summary>
    Protecting = Entry | Modify | Hold,
    All = Orders | Modify | Cancel | Hold,
}

/// <summary>A set of signal types, for the table of fields.</summary>
[Flags]
public enum TypeSet
{
    None = 0, Market = 1, Limit = 2, StopMarket = 4, StopLimit = 8, TrailingStop = 16,
    Limits = Limit | StopLimit,
    All = Market | Limit | StopMarket | StopLimit | TrailingStop,
}

/// <summary>One row of the signal's field table: what a field takes, and which actions and types allow it.</summary>
public sealed record SignalField(FieldSpec Spec, ActionSet Actions, TypeSet Types = TypeSet.All)
{
    public string Name => Spec.Name;
    public bool Allows(SignalAction action) => ((int)Actions & (1 << (int)action)) != 0;
    public bool Allows(SignalType type) => ((int)Types & (1 << (int)type)) != 0;
}
