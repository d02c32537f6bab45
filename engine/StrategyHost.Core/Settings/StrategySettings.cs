using StrategyHost.Core.Domain;
using StrategyHost.Core.MarketData;
using StrategyHost.Core.Protection;
using StrategyHost.Core.Signals;
using StrategyHost.Core.Strategies;

namespace StrategyHost.Core.Settings;

/// <summary>One entry of <c>settings().params</c>. Min, max and step are for sweeps and checks; null where not given.</summary>
public sealed record ScriptParameter(string Name, ScriptValue Default, double? Min, double? Max, double? Step);

/// <summary>Entry and target approach of a plan (contracts §2.2); <see cref="Same"/> is only for the mirror.</summary>
public enum Approach { None, Fast, Conservative, Same }

/// <summary>What <c>settings()</c> said, checked and with defaults filled in (contracts §2).</summary>
public sealed record StrategySettings
{
    /// <summary>Empty: taken from the configuration or the command line.</summary>
    public IReadOnlyList<Symbol> Symbols { get; init; } = [];
    public Interval Interval { get; init; } = new(1);
    public IReadOnlyList<Interval> Intervals { get; init; } = [];
    public bool OnAllIntervals { get; init; }

    /// <summary>Warm-up candles of the main interval.</summary>
    public int Warmup { get; init; }
    public IReadOnlyList<KeyValuePair<Interval, int>> WarmupByInterval { get; init; } = [];

    /// <summary>Candles of this interval that come before trading.</summary>
    public int WarmupOf(Interval interval) =>
        Math.Max(Interval == interval ? Warmup : 0, WarmupByInterval.Where(w => w.Key == interval).Sum(w => w.Value));

    public bool KlineUpdates { get; init; }
    public long? TimerMs { get; init; }
    public int BookDepth { get; init; } = 50;
    public int BookIntervalMs { get; init; }
    public int Pyramiding { get; init; }
    public long MaxEventAgeMs { get; init; } = 5000;
    public IReadOnlyList<ScriptParameter> Parameters { get; init; } = [];
    public AccountScope Accounts { get; init; }
    public Approach Approach { get; init; }
    public bool MergeTranches { get; init; } = true;
    public ProtectionSpec Protection { get; init; } = ProtectionSpec.Unsaid;
}
