namespace StrategyHost.Simulation.Reports;

/// <summary>How one figure is called and explained to people. Names are those of <see cref="Core.Accounts.NamedMetric"/>.</summary>
internal sealed record MetricText(string Name, string Label, string Group, string Help)
{
    public const string Result = "Result";
    public const string Risk = "Risk";
    public const string Trades = "Trades";
    public const string Course = "Course of trades";

    /// <summary>Every figure, in the order of the report. A test holds this list against the figures that exist.</summary>
    public static readonly IReadOnlyList<MetricText> All =
    [
        new("netProfit", "Net profit", Result, "Sum of all closed trades after fees and funding."),
        new("totalReturn", "Total return", Result, "End equity against start equity, open positions included at the last price."),
        new("cagr", "Return per year", Result, "The steady yearly growth that would give the same end. Short runs exaggerate it."),
        new("volatility", "Volatility per year", Risk, "How much daily results scatter, scaled to a year. Lower is calmer."),
        new("sharpe", "Sharpe ratio", Risk, "Return per unit of scatter. Above 1 is decent, above 2 rare over long spans."),
        new("sortino", "Sortino ratio", Risk, "Like Sharpe, but only falls count as risk."),
        new("calmar", "Calmar ratio", Risk, "Return per year divided by the deepest daily drawdown."),
        new("omega", "Omega ratio", Risk, "Sum of rising days divided by the sum of falling days. Above 1 gained."),
        new("probabilisticSharpe", "Chance of skill", Risk, "How likely the true Sharpe ratio is above zero, given these data."),
        new("ulcerIndex", "Ulcer index", Risk, "Depth and length of drawdowns in one number, in percent. Lower sleeps better."),
        new("dailyMaxDrawdown", "Deepest fall (daily)", Risk, "Largest fall from a peak, seen at the ends of days."),
        new("dailyMaxDrawdownPercent", "Max drawdown (daily)", Risk, "The same as percent of the peak. The headline looks at every event."),
        new("longestUnderwaterDays", "Longest under water", Risk, "Longest time that equity stayed below an earlier peak."),
        new("currentDrawdownPercent", "Drawdown at the end", Risk, "How far equity ended below its peak."),
        new("recoveryFactor", "Recovery factor", Risk, "Profit divided by the deepest daily fall."),
        new("valueAtRisk95", "Value at risk 95 %", Risk, "On 19 of 20 days the loss was smaller than this share of equity."),
        new("valueAtRisk99", "Value at risk 99 %", Risk, "On 99 of 100 days the loss was smaller than this."),
        new("conditionalValueAtRisk95", "Bad-day loss 95 %", Risk, "Average loss of the worst twentieth of days."),
        new("conditionalValueAtRisk99", "Bad-day loss 99 %", Risk, "Average loss of the worst hundredth of days."),
        new("bestDay", "Best day", Result, "Largest gain within one UTC day."),
        new("worstDay", "Worst day", Result, "Largest loss within one UTC day."),
        new("winRate", "Win rate", Trades, "Share of trades that ended above zero after costs."),
        new("lossRate", "Loss rate", Trades, "Share of trades that ended below zero. What is missing to 100 % broke even."),
        new("averageWin", "Average win", Trades, "Mean result of the winning trades."),
        new("averageLoss", "Average loss", Trades, "Mean size of the losing trades."),
        new("payoff", "Payoff", Trades, "Average win divided by average loss."),
        new("profitFactor", "Profit factor", Trades, "Money won divided by money lost. Below 1 the strategy loses."),
        new("expectancy", "Expectancy", Trades, "What one trade brought on average: win rate × average win − loss rate × average loss."),
        new("expectancyLow", "Expectancy, low end", Trades, "Lower end of its 95 % range (normal law). Above zero: hardly luck."),
        new("expectancyHigh", "Expectancy, high end", Trades, "Upper end of that range. Below zero: the strategy very likely loses."),
        new("tradesNeeded", "Trades to prove it", Trades,
            "So many trades like these until the expectancy is told from zero with 95 %. More than there are: nothing is proven yet."),
        new("targetHitRate", "Ended by targets", Trades, "Share of trades that a take-profit ended."),
        new("stopHitRate", "Ended by stops", Trades, "Share of trades that a stop of any kind ended: first, trailing or at entry."),
        new("expectancyRatio", "Expectancy ratio", Trades, "Expected result per unit of average loss."),
        new("sqn", "System quality (SQN)", Trades, "Evenness of results in units of risk. Above 2 is good. Needs stops."),
        new("averageR", "Average R", Trades, "Mean result in units of the risk taken at entry."),
        new("bestTrade", "Best trade", Trades, "Largest single gain after costs."),
        new("worstTrade", "Worst trade", Trades, "Largest single loss after costs."),
        new("longestWinStreak", "Longest win streak", Course, "Most wins in a row."),
        new("longestLossStreak", "Longest loss streak", Course, "Most losses in a row: be ready to sit through it."),
        new("currentStreak", "Streak at the end", Course, "Wins (positive) or losses (negative) in a row at the end."),
        new("averageHoldMs", "Average holding time", Course, "From entry to exit."),
        new("medianHoldMs", "Median holding time", Course, "Half of the trades were shorter."),
        new("averageWinHoldMs", "Holding time of wins", Course, "Mean time of winning trades."),
        new("averageLossHoldMs", "Holding time of losses", Course, "Mean time of losing trades."),
        new("averageMae", "Average worst excursion", Course, "How far trades went against the entry on average (MAE)."),
        new("averageMfe", "Average best excursion", Course, "How far trades went in favour on average (MFE)."),
        new("endTradeDrawdown", "Profit given back", Course, "Best excursion minus what was realised, on average."),
        new("exposure", "Time in the market", Course, "Share of the run with an open position."),
        new("turnover", "Turnover", Course, "Traded value divided by mean equity: how often the account was turned over."),
        new("closedTradeMaxDrawdown", "Deepest fall (closed)", Risk, "Largest fall counting closed trades only."),
        new("closedTradeMaxDrawdownPercent", "Max drawdown (closed)", Risk, "The same as percent of the peak."),
    ];

    public static MetricText Of(string name) => All.First(t => t.Name == name);
}
