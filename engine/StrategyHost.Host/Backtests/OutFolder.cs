using StrategyHost.Host.Commands;
using StrategyHost.Simulation.Reports;

namespace StrategyHost.Host.Backtests;

/// <summary>
/// Where reports go: <c>--out</c>, else a folder under <c>out/</c> that the orders' hash names, so that the same run finds its place again.
/// </summary>
internal static class OutFolder
{
    private const int HashLength = 8;

    public static string Of(BacktestArguments arguments, BacktestReport report, int reports)
    {
        var name = string.Join("+", report.Result.Strategies.Select(s => s.Strategy.Name));
        if (arguments.OutDirectory is { } said)
        {
            return reports == 1 ? said : Path.Combine(said, name);
        }

        if (arguments.Watch)
        {
            return Path.Combine("out", name + "-watch"); // one page, to be looked at again after each save
        }

        return Path.Combine("out", $"{name}-{report.OrderListHash[..HashLength]}");
    }
}

/// <summary>The names by which engines are asked for.</summary>
internal static class EngineNames
{
    public static string Of(EngineChoice choice) => choice switch
    {
        EngineChoice.Auto => "auto",
        EngineChoice.JavaScriptCore => "javascriptcore",
        EngineChoice.Jint => "jint",
    };
}
