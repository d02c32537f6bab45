using StrategyHost.Core.Domain;

namespace StrategyHost.Core.Accounts;

/// <summary>
/// Codes of everything that an account is watched for (mission 004): its orders (<see cref="OrderFindings"/>) and its results. They come
/// as alerts of a running host, and as <see cref="FoundUnder"/> in the report of a backtest.
/// </summary>
public static class AccountFindings
{
    /// <summary>The trades so far lost money on the whole; looked at after every ten.</summary>
    public const string ExpectancyNegative = "expectancy_negative";

    /// <summary>Equity is more than ten percent below its peak; looked at after each trade.</summary>
    public const string Drawdown = "drawdown";

    /// <summary>An alert with this code is a finding, not trouble with the exchange or a limit that was reached.</summary>
    public static bool IsOne(string code) => code is ExpectancyNegative or Drawdown or OrderFindings.Fragmented or OrderFindings.StaleEntry
        or OrderFindings.Dust or OrderFindings.DoubleReservation;
}

/// <summary>A finding with its moment, in event time.</summary>
public sealed record FoundAt(Timestamp Time, string Text);

/// <summary>
/// What was found under one code on ONE account during a run: how often, when first and last, and the first of them with their texts.
/// </summary>
public sealed record FoundUnder(string Code, long Count, Timestamp Last, IReadOnlyList<FoundAt> Firsts)
{
    /// <summary>So many of a code keep their text; the others are counted.</summary>
    public const int FirstsMax = 20;

    public Timestamp First => Firsts[0].Time;
}
