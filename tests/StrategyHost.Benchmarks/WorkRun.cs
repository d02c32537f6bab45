using StrategyHost.Core.Domain;
using StrategyHost.Core.Kernel;
using StrategyHost.Core.MarketData;
using StrategyHost.Core.Risk;
using StrategyHost.Core.Settings;
using StrategyHost.Core.Strategies;
using StrategyHost.Scripting;
using StrategyHost.Simulation.Backtest;
using StrategyHost.Simulation.Exchange;

namespace StrategyHost.Benchmarks;

/// <summary>One backtest of a work, on both accounts, as the command line would run it: a fresh script on a lane of its own.</summary>
internal sealed class WorkRun(Work work, SymbolTape tape, IScriptEngine engine)
{
    public sealed record Timing(double EventsPerSecond, double CpuMs, double GcMs, double AllocatedMib, int Trades, decimal Final);

    public static IScriptEngine Engine(string wish)
    {
        var chosen = ScriptEngines.Choose(wish);
        return chosen.IsOk ? chosen.Value.Engine : throw new MissingPartException(chosen.Errors[0].Message);
    }

    public Timing Once()
    {
        using var lane = new ScriptLane(work.Name);
        return lane.Run(() =>
        {
            using var script = Load();
            var (cpu, gc, allocated) = (Environment.CpuUsage.TotalTime, GC.GetTotalPauseDuration(), GC.GetTotalAllocatedBytes());
            var result = BacktestRunner.Run(Options(script), new MarketTape { Symbols = [tape], Files = [], Sha256 = "" }, NoData).Value;
            cpu = Environment.CpuUsage.TotalTime - cpu;
            gc = GC.GetTotalPauseDuration() - gc;
            allocated = GC.GetTotalAllocatedBytes() - allocated;
            Check(result);
            var mib = allocated / 1048576.0;
            var trades = Trades(result, AccountId.Main);
            return new Timing(result.EventsPerSecond, cpu.TotalMilliseconds, gc.TotalMilliseconds, mib, trades, Equity(result));
        });
    }

    /// <summary>A fresh script; on the lane that will call it.</summary>
    public IScriptInstance Load()
    {
        var folder = Path.Combine(AppContext.BaseDirectory, "Works");
        var text = File.ReadAllText(Path.Combine(folder, work.Script));
        return engine.Load(new ScriptSource(work.Script, folder, text), new ScriptLimits()).Value;
    }

    private static readonly DataUsed NoData = new([], 0, default, default, "", true);

    private static int Trades(BacktestResult result, AccountId account) => result.Trades.Count(t => t.Account == account);

    private static decimal Equity(BacktestResult result) =>
        decimal.Round(result.Accounts.Single(a => a.Account == AccountId.Main).EndEquity, 2);

    /// <summary>A fast wrong run is no run.</summary>
    private void Check(BacktestResult result)
    {
        var (main, mirror, final) = (Trades(result, AccountId.Main), Trades(result, AccountId.Mirror), Equity(result));
        if (result.Fault is not null || main != mirror || main != (work.Trades ?? main) || final != (work.Final ?? final))
        {
            throw new WrongAnswerException($"{work.Name}: {main} trades on main, {mirror} on the mirror, final {final}; "
                + $"right are {work.Trades} and {work.Final}. {result.Fault?.Error}");
        }
    }

    private BacktestOptions Options(IScriptInstance script) => new()
    {
        Engine = new EngineOptions
        {
            Main = new AccountSetup { Account = AccountId.Main, StartBalance = 100_000m },
            Mirror = new AccountSetup { Account = AccountId.Mirror, StartBalance = 50_000m },
            MirrorSettings = new MirrorSettings { Proportion = 0.5m },
            Strategies =
            [
                new StrategySetup
                {
                    Strategy = new StrategyId(work.Name),
                    Settings = new StrategySettings { Warmup = 0 },
                    Symbols = [tape.Symbol],
                    Callbacks = script.Callbacks,
                    ScriptSha256 = script.Sha256,
                },
            ],
            Instruments = [Instrument(tape.Symbol, work.TickSize)],
            Risk = new RiskSettings { MinStopPercent = 0 },
            TrailMode = work.Fill == FillModel.Bar ? TrailMode.Ideal : TrailMode.Resting,
            WatchesAccounts = true,
        },
        Exchange = new ExchangeOptions { Fill = work.Fill },
        Scripts = [script],
        ScriptFiles = [work.Script],
        EngineName = engine.Name,
    };

    public static Instrument Instrument(Symbol symbol, decimal tickSize) => new()
    {
        Symbol = symbol,
        TickSize = Price.Of(tickSize),
        QtyStep = Quantity.Of(0.001m),
        MinQty = Quantity.Of(0.001m),
        TakerFee = 0.00055m,
        MakerFee = 0.00055m,
        HasFunding = false,
    };
}

/// <summary>A run whose result is not the known one.</summary>
internal sealed class WrongAnswerException(string message) : Exception(message);
