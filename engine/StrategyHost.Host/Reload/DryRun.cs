using StrategyHost.Core.Domain;
using StrategyHost.Core.Kernel;
using StrategyHost.Core.MarketData;
using StrategyHost.Core.Strategies;
using StrategyHost.Host.Backtests;
using StrategyHost.Host.Configuration;
using StrategyHost.Simulation.Backtest;
using StrategyHost.Simulation.Exchange;

namespace StrategyHost.Host.Reload;

/// <summary>
/// A new version on recent candles, on accounts of its own, before it may trade: what <c>check</c> calls a problem of the script is one
/// here. Takes a bounded time; what it did not come to is not proven.
/// </summary>
internal static class DryRun
{
    /// <summary>Candles that are traded beyond the warm-up, of the finest interval.</summary>
    public const int Candles = 300;

    /// <summary>Of a long warm-up so much is fetched and no more; a longer one is not run dry.</summary>
    public const int CandlesMax = 3_000;

    /// <summary>It ends then with what it has found, <see cref="Rehearsal"/> included; a save is to be heard of within a second.</summary>
    public static readonly TimeSpan Wait = TimeSpan.FromMilliseconds(400);

    /// <summary>How many of its finest candles a version needs.</summary>
    public static int Wanted(StrategySetup setup)
    {
        var settings = setup.Settings;
        var intervals = settings.Intervals.Prepend(settings.Interval).ToArray();
        var finest = intervals.Min();
        var warmUp = intervals.Max(i => (long)(settings.WarmupOf(i) + 1) * i.Minutes / finest.Minutes);
        return (int)Math.Min(warmUp + Candles, CandlesMax);
    }

    /// <summary>What is wrong with the script, each kind once. On the thread of the script, which is spent by it.</summary>
    public static IReadOnlyList<Error> Problems(
        ScriptVersion version, IScriptInstance script, IReadOnlyList<KlineBlock> candles, IReadOnlyList<Instrument> instruments,
        HostOptions options)
    {
        var tape = new MarketTape
        {
            Symbols = [.. candles.OrderBy(c => c.Symbol.Name, StringComparer.Ordinal).Select(c => new SymbolTape
            {
                Symbol = c.Symbol,
                Klines = [c],
            })],
            Files = [],
            Sha256 = "",
        };
        using var enough = new CancellationTokenSource(Rehearsal.Concerns(version.Setup) ? Wait - Rehearsal.Wait : Wait);
        var result = BacktestRunner.Run(
            new BacktestOptions
            {
                Engine = EngineOptionsFactory.Make(options, [version.Setup], instruments, TrailMode.Ideal),
                Exchange = new ExchangeOptions { Fill = Simulation.Exchange.FillModel.Bar },
                Scripts = [script],
                ScriptFiles = [version.Source.File],
                EngineName = "",
            },
            tape, new DataUsed([], tape.Events, tape.From, tape.To, "", false), cancelled: enough.Token);
        return result.IsOk ? StrategyProblems.Of(result.Value, version.Source.File) : []; // too few candles are no fault of the script
    }
}
