namespace StrategyHost.Core.Accounts;

/// <summary>The smallest samples from which a figure is shown, and the sentences that stand in its place below them.</summary>
public static class SampleGuard
{
    public const int TradesMin = 10;
    public const double DaysMin = 14;

    /// <summary>A deviation below this share of 1 (returns) or of one quote unit (trades) counts as none.</summary>
    public const double Epsilon = 1e-12;

    public const string NoTrades = "no trades";
    public const string NoLosses = "no losing trade";
    public const string NoWins = "no winning trade";
    public const string NoVariation = "the results do not vary";
    public const string EquityGone = "equity was zero or below";
    public const string NoStop = "no trade had a stop at entry";

    public static string? Trades(int count) => count < TradesMin ? $"fewer than {TradesMin} trades" : null;

    public static string? Days(double days) => days < DaysMin ? $"fewer than {DaysMin:0} days" : null;
}
