using StrategyHost.Core.Domain;
using StrategyHost.Core.Kernel;
using StrategyHost.Core.MarketData;
using StrategyHost.Core.Risk;
using StrategyHost.Core.Settings;
using StrategyHost.Core.Strategies;
using StrategyHost.Simulation.Backtest;
using StrategyHost.Simulation.Exchange;

namespace StrategyHost.Simulation.Tests.Backtest;

/// <summary>Backtests as tests need them: one symbol, main with 100,000 and a mirror with 50,000 at half size.</summary>
internal static class Backtests
{
    public static readonly Instrument Fine = new()
    {
        Symbol = new Symbol("BTCUSDT"),
        TickSize = new Price(1),
        QtyStep = Quantity.Of(0.001m),
        MinQty = Quantity.Of(0.001m),
        TakerFee = 0.00055m,
        MakerFee = 0.00055m,
        HasFunding = false,
    };

    public static BacktestOptions Options(
        IScriptInstance script, StrategySettings? settings = null, FillModel fill = FillModel.Bar, Instrument? instrument = null)
    {
        var traded = instrument ?? Fine;
        return new BacktestOptions
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
                        Strategy = new StrategyId("test"),
                        Settings = settings ?? new StrategySettings(),
                        Symbols = [traded.Symbol],
                        Callbacks = script.Callbacks,
                        ScriptSha256 = script.Sha256,
                    },
                ],
                Instruments = [traded],
                Risk = new RiskSettings { MinStopPercent = 0 },
                TrailMode = fill == FillModel.Bar ? TrailMode.Ideal : TrailMode.Resting,
            },
            Exchange = new ExchangeOptions { Fill = fill },
            Scripts = [script],
            ScriptFiles = ["test.js"],
            EngineName = "test",
        };
    }

    public static BacktestResult Run(BacktestOptions options, SymbolTape tape)
    {
        var result = BacktestRunner.Run(options, new MarketTape { Symbols = [tape], Files = [], Sha256 = "" }, NoData);
        return result.Value;
    }

    private static readonly DataUsed NoData = new([], 0, default, default, "", true);
}
