using StrategyHost.Core.Domain;
using StrategyHost.Core.Ports;
using StrategyHost.Host.Configuration;
using StrategyHost.Simulation.Exchange;
using StrategyHost.Simulation.LiveMarket;
using ExchangeFill = StrategyHost.Simulation.Exchange.FillModel;

namespace StrategyHost.Host.Live;

/// <summary>The accounts of modes simulated and paper: a simulated exchange in this process, made from the configuration.</summary>
internal sealed class SimulatedAccounts
{
    private readonly HostOptions _options;
    private readonly IReadOnlyList<Instrument> _instruments;
    private readonly SimulatedExchange _exchange;

    public SimulatedAccounts(HostOptions options, IReadOnlyList<Instrument> instruments)
    {
        (_options, _instruments) = (options, instruments);
        _exchange = new SimulatedExchange(Assumptions(options.Simulation), instruments);
        foreach (var account in Configured)
        {
            _exchange.AddAccount(new Simulation.Exchange.AccountOptions
            {
                Account = account.Account,
                Balance = account.StartBalance,
                PositionMode = account.PositionMode,
                MarginMode = account.MarginMode ?? MarginMode.Isolated,
                Leverage = account.Leverage,
            });
        }
    }

    public IReadOnlyList<AccountSnapshot> Snapshots(Timestamp at) =>
        [.. Configured.Select(a => LiveExchange.Snapshot(_exchange, a.Account, at))];

    /// <summary>From now on the exchange belongs to what is returned.</summary>
    public (LiveExchange Exchange, IReadOnlyList<IExchangeAccount> Accounts) Open(IExchangeListener listener, TimeProvider time)
    {
        var live = new LiveExchange(_exchange, _instruments, listener, time);
        return (live, [.. Configured.Select(a => live.Open(a.Account))]);
    }

    private IEnumerable<Configuration.AccountOptions> Configured =>
        _options.Mirror.Enabled ? [_options.Main, _options.Mirror.Account] : [_options.Main];

    /// <summary>Depth is always known here, so the book model is the default.</summary>
    private static ExchangeOptions Assumptions(SimulationOptions simulation) => new()
    {
        Fill = simulation.Fill switch
        {
            Configuration.FillModel.Touch => ExchangeFill.Touch,
            Configuration.FillModel.Cross => ExchangeFill.Cross,
            Configuration.FillModel.Bar or Configuration.FillModel.Book or Configuration.FillModel.Auto => ExchangeFill.Book,
        },
        SlippageTicks = simulation.Slippage.Unit == SlippageUnit.Ticks ? simulation.Slippage.Value : 0,
        SlippageBp = simulation.Slippage.Unit == SlippageUnit.BasisPoints ? simulation.Slippage.Value : 0,
        Seed = simulation.Seed,
    };
}
