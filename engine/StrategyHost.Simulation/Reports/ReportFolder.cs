namespace StrategyHost.Simulation.Reports;

/// <summary>
/// The folder of one backtest: <c>report.html</c>, <c>trades.csv</c>, <c>orders.csv</c>, <c>signals.csv</c>,
/// <c>report.json</c>. Everything is written to a new
/// folder beside the target first and moved in when complete, so that a run that dies leaves no half-written file; <c>report.json</c>
/// comes last and so vouches for the others. Other files in the target stay. Called by the <c>backtest</c> command.
/// </summary>
public static class ReportFolder
{
    public const string HtmlFile = "report.html";
    public const string JsonFile = "report.json";
    public const string TradesFile = "trades.csv";
    public const string OrdersFile = "orders.csv";
    public const string SignalsFile = "signals.csv";

    /// <summary>
    /// Writes the five files; the target is created. I/O exceptions reach the caller, with the target as it was or complete.
    /// </summary>
    public static void Write(BacktestReport report, string folder)
    {
        var target = Path.GetFullPath(folder);
        Directory.CreateDirectory(target);
        var partial = Directory.CreateDirectory(Path.Combine(target, $".partial-{Path.GetRandomFileName()}")).FullName;
        try
        {
            File.WriteAllBytes(Path.Combine(partial, OrdersFile), OrdersCsv.ToBytes(report.Result.Orders));
            File.WriteAllBytes(Path.Combine(partial, TradesFile), TradesCsv.ToBytes(report.Result.Trades));
            File.WriteAllBytes(Path.Combine(partial, SignalsFile), SignalsCsv.ToBytes(report.Result));
            File.WriteAllBytes(Path.Combine(partial, HtmlFile), ReportHtml.ToBytes(report));
            File.WriteAllBytes(Path.Combine(partial, JsonFile), ReportJson.ToBytes(report));
            foreach (var name in (string[])[OrdersFile, TradesFile, SignalsFile, HtmlFile, JsonFile])
            {
                File.Move(Path.Combine(partial, name), Path.Combine(target, name), overwrite: true);
            }
        }
        finally
        {
            Directory.Delete(partial, recursive: true);
        }
    }
}
