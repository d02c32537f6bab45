namespace StrategyHost.Benchmarks;

internal static class Parts
{
    public static void Run(string engine) => _ = engine;
}
