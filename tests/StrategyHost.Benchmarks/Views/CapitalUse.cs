using System.Globalization;
using StrategyHost.Core.Domain;
using StrategyHost.Core.Kernel;
using StrategyHost.Core.MarketData;
using StrategyHost.Core.Risk;
using StrategyHost.Core.Settings;
using StrategyHost.Core.Strategies;
using StrategyHost.Simulation.Backtest;
using StrategyHost.Simulation.Exchange;
using StrategyHost.Simulation.SampleTape;

namespace StrategyHost.Benchmarks.Views;

/// <summary>What an account of 200 had of its capital, over the minutes of a run: shares of the equity, by margin.</summary>
internal sealed record CapitalRow(string Rules, double AtWork, double HeldByEntries, int Trades, decimal NetProfit)
{
    /// <summary>Of what is tied up, the part that works in positions.</summary>
    public double Efficiency => AtWork / Math.Max(AtWork + HeldByEntries, double.Epsilon);
}

/// <summary>
/// The mission's claim of 20 to 30 % better use of capital in micro accounts (S004-30), put to the test: the same grid on the same synthetic
/// markets, with the rules against fragmentation one by one. Backtests, six seeds of two days of three symbols.
/// </summary>
internal static class CapitalUse
{
    private const int Seeds = 6;
    private const decimal Balance = 200m;
    private static readonly string[] Symbols = ["AAAUSDT", "BBBUSDT", "CCCUSDT"];

    private static readonly RiskSettings Standard = new()
    {
        MaxPositions = 6,
    };

    private static readonly RiskSettings Micro = new()
    {
        MaxPositions = 4,
        AllowDca = false,
        AllowMultipleEntries = false,
    };

    public static string Text(string engineWish)
    {
        CapitalRow[] rows =
        [
            Measure(engineWish, "standard profile, entries wait for ever", Standard, waits: 0),
            Measure(engineWish, "standard profile, entries wait 60 min", Standard, waits: 3600),
            Measure(engineWish, "micro_cap, entries wait for ever", Micro, waits: 0),
            Measure(engineWish, "micro_cap, entries wait 60 min", Micro, waits: 3600),
        ];
        var text = new System.Text.StringBuilder();
        text.AppendLine(
            CultureInfo.InvariantCulture, $"{"an account of 200, grid on 3 symbols",-42}{"at work",9}{"waiting",9}{"of tied",9}{"trades",8}{"net",10}");
        foreach (var row in rows)
        {
            text.AppendLine(CultureInfo.InvariantCulture,
                $"{row.Rules,-42}{row.AtWork,9:0.0 %}{row.HeldByEntries,9:0.0 %}{row.Efficiency,9:0.0 %}{row.Trades,8}{row.NetProfit,10:0.00}");
        }

        return text.ToString();
    }

    private static CapitalRow Measure(string engineWish, string rules, RiskSettings risk, int waits)
    {
        var (atWork, held, trades, net) = (0.0, 0.0, 0, 0m);
        for (var seed = 1; seed <= Seeds; seed++)
        {
            var result = Run(engineWish, seed, risk, waits);
            var sums = result.Logs[^1].Split(' ')[^3..].Select(t => double.Parse(t, CultureInfo.InvariantCulture)).ToArray();
            (atWork, held) = (atWork + (sums[1] / sums[0] / Seeds), held + (sums[2] / sums[0] / Seeds));
            (trades, net) = (trades + result.Trades.Count, net + result.Trades.Sum(t => t.NetPnl));
        }

        return new CapitalRow(rules, atWork, held, trades, net);
    }

    private static BacktestResult Run(string engineWish, int seed, RiskSettings risk, int waits)
    {
        var engine = WorkRun.Engine(engineWish);
        using var lane = new Scripting.ScriptLane("capital");
        return lane.Run(() =>
        {
            var folder = Path.Combine(AppContext.BaseDirectory, "Works");
            var text = File.ReadAllText(Path.Combine(folder, "capital.js")).Replace("WAITS = 0", $"WAITS = {waits}", StringComparison.Ordinal);
            using var script = engine.Load(new ScriptSource("capital.js", folder, text), new ScriptLimits()).Value;
            var tape = new MarketTape
            {
                Symbols = [.. Symbols.Select((s, i) => Tape(s, (10 * seed) + i))],
                Files = [],
                Sha256 = "",
            };
            var result = BacktestRunner.Run(Options(script, engine.Name, risk), tape, new DataUsed([], 0, default, default, "", true)).Value;
            return result.Fault is null ? result : throw new WrongAnswerException($"capital.js: {result.Fault.Error}");
        });
    }

    private static SymbolTape Tape(string symbol, long seed) => SampleTapeGenerator.Generate(new SampleTapeOptions
    {
        Seed = seed,
        Symbol = new Symbol(symbol),
        Days = 2,
        StartPrice = 1000m,
    }).Symbols[0];

    private static BacktestOptions Options(IScriptInstance script, string engine, RiskSettings risk) => new()
    {
        Engine = new EngineOptions
        {
            Main = new AccountSetup { Account = AccountId.Main, StartBalance = Balance },
            Strategies =
            [
                new StrategySetup
                {
                    Strategy = new StrategyId("capital"),
                    Settings = new StrategySettings { TimerMs = 60_000, Pyramiding = 11 },
                    Symbols = [.. Symbols.Select(s => new Symbol(s))],
                    Callbacks = script.Callbacks,
                    ScriptSha256 = script.Sha256,
                },
            ],
            Instruments = [.. Symbols.Select(s => WorkRun.Instrument(new Symbol(s), 0.1m))],
            Risk = risk,
        },
        Exchange = new ExchangeOptions { Fill = FillModel.Cross },
        Scripts = [script],
        ScriptFiles = ["capital.js"],
        EngineName = engine,
    };
}
