using StrategyHost.Core.Domain;
using StrategyHost.Core.Kernel;
using StrategyHost.Core.Risk;
using StrategyHost.Reliability.Tests.Faults;
using StrategyHost.Simulation.Exchange;

namespace StrategyHost.Reliability.Tests.World;

/// <summary>Everything that one simulated run is made from: the same options give the same run, to the last effect.</summary>
internal sealed record WorldOptions
{
    public required ulong Seed { get; init; }

    /// <summary>Market events of the phase with faults.</summary>
    public required int Events { get; init; }
    public required int Symbols { get; init; }
    public required int Strategies { get; init; }

    /// <summary>Several strategies may trade one symbol.</summary>
    public bool SharesSymbols { get; init; }

    /// <summary>Null: no mirror.</summary>
    public MirrorSettings? Mirror { get; init; }
    public PositionMode Mode { get; init; }
    public decimal Leverage { get; init; } = 10m;

    /// <summary>Most value of positions and entries, as a multiple of the equity.</summary>
    public decimal MaxLeverage { get; init; } = 5m;
    public ForeignPositions Foreign { get; init; } = ForeignPositions.Protect;
    public FillModel Fill { get; init; } = FillModel.Book;
    public ExchangeSwitches Switches { get; init; } = new();
    public FaultRates Rates { get; init; } = new();

    /// <summary>Faults that strike the mirror only; null: as main's.</summary>
    public FaultRates? MirrorRates { get; init; }
    public IReadOnlySet<Strike> LeftOut { get; init; } = new HashSet<Strike>();

    /// <summary>Typical way of a request or a message, in ms.</summary>
    public int LagMs { get; init; } = 20;

    /// <summary>Ms between two market events, at most.</summary>
    public int PaceMs { get; init; } = 1000;

    /// <summary>Chance of a signal at a trade that a strategy hears.</summary>
    public double SignalRate { get; init; } = 0.1;

    /// <summary>What strategies do, where a scenario says it; null: at random.</summary>
    public Func<int, IScriptedStrategy>? Script { get; init; }

    /// <summary>Where the price stands at each event of a symbol, in percent of its start; empty: it walks at random.</summary>
    public IReadOnlyList<double> Path { get; init; } = [];

    /// <summary>Who halts and resumes main.</summary>
    public People People { get; init; } = People.Nobody;

    /// <summary>As that, of the mirror.</summary>
    public People MirrorPeople { get; init; } = People.Nobody;

    /// <summary>Limits; null: those of a usual configuration.</summary>
    public RiskSettings? Risk { get; init; }

    /// <summary>The mirror's own; null: as main's.</summary>
    public RiskSettings? MirrorRisk { get; init; }

    /// <summary>Numbers of the boundaries between effects at which the host dies, ascending; the exhaustive sweep sets them.</summary>
    public IReadOnlyList<int> CrashAt { get; init; } = [];

    /// <summary>Steps and effects are kept as text, for a failure's report or a comparison.</summary>
    public bool KeepsTrace { get; init; }

    public Seams Seams { get; init; } = new();
}

/// <summary>A strategy that a scenario writes out: what it answers at each trade.</summary>
internal interface IScriptedStrategy
{
    IReadOnlyList<(string Name, object Value)[]> At(int trade, decimal last);
}
