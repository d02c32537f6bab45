using StrategyHost.Core.Domain;
using StrategyHost.Core.Ports;
using StrategyHost.Host.Live;
using StrategyHost.Host.Tests.Configuration;
using StrategyHost.Simulation.Exchange;
using StrategyHost.Simulation.Exchange.Saved;
using StrategyHost.Storage.Exchange;

namespace StrategyHost.Host.Tests.Live;

/// <summary>A simulated account that was kept trades with the leverage that is configured now.</summary>
public sealed class SimulatedLeverageTests : IDisposable
{
    private const decimal Value = 6_000m; // 0.1 at 60,000
    private static readonly Instrument Btc = new()
    {
        Symbol = new Symbol("BTCUSDT"),
        TickSize = Price.Of(0.1m),
        QtyStep = Quantity.Of(0.001m),
        MinQty = Quantity.Of(0.001m),
        MaxLeverage = 8m,
    };

    private readonly string _folder = Directory.CreateTempSubdirectory("strategyhost-leverage-").FullName;
    private readonly LogLines _log = new();

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(8)]
    [InlineData(3)]
    public void Margin_of_an_open_position_is_that_of_the_configured_leverage(int leverage)
    {
        var kept = Keep(balance: 10_000m, leverage: 5m);
        var shown = Open(leverage);
        var freed = (Value / 5m) - (Value / leverage);
        Assert.InRange(shown.Available - kept - freed, -5m, 5m); // the fee of a liquidation depends on the leverage
        Assert.DoesNotContain(_log.Lines, l => l.Contains("keeps leverage", StringComparison.Ordinal));
    }

    [Fact]
    public void More_than_the_instrument_allows_is_its_most()
    {
        var kept = Keep(balance: 10_000m, leverage: 5m);
        Assert.InRange(Open(10).Available - kept - ((Value / 5m) - (Value / 8m)), -5m, 5m);
    }

    [Fact]
    public void Leverage_for_which_the_margin_is_not_there_stays_and_that_is_said()
    {
        var kept = Keep(balance: 2_000m, leverage: 5m);
        Assert.Equal(kept, Open(2).Available);
        Assert.Contains(_log.Lines, l => l.Contains("keeps leverage 5", StringComparison.Ordinal));
    }

    /// <summary>What is available with a position of 0.1 at 60,000.</summary>
    private decimal Keep(decimal balance, decimal leverage)
    {
        var exchange = new SimulatedExchange(new ExchangeOptions { Fill = FillModel.Touch }, [Btc]);
        exchange.AddAccount(new AccountOptions { Account = AccountId.Main, Balance = balance, Leverage = leverage });
        exchange.OnTrade(Btc.Symbol, 0, FixedPoint.Units(60_000m), FixedPoint.Scale, 1);
        exchange.Place(AccountId.Main, new OrderRequest
        {
            ClientOrderId = new ClientOrderId("1"),
            Symbol = Btc.Symbol,
            Side = Side.Buy,
            Type = OrderType.Market,
            Quantity = Quantity.Of(0.1m),
        }, new Timestamp(1));
        exchange.OnTrade(Btc.Symbol, 1, FixedPoint.Units(60_000m), FixedPoint.Scale, 1);
        Assert.Single(exchange.Positions(AccountId.Main));
        using var store = ExchangeStore.Open(Path.Combine(_folder, SimulatedAccounts.FileName)).Value;
        Assert.Null(store.Save(new ExchangeTexts().Of(exchange.Export())));
        return exchange.State(AccountId.Main).Available;
    }

    private AccountSnapshot Open(int leverage)
    {
        var options = ConfigurationTests.Good($$"""{ "accounts": { "main": { "leverage": {{leverage}} } } }""");
        var opened = SimulatedAccounts.Open(options, [Btc], _folder, _log.Logger);
        Assert.True(opened.IsOk, string.Join('\n', opened.IsOk ? [] : opened.Errors));
        using var accounts = opened.Value;
        return accounts.Snapshots(new Timestamp(2))[0];
    }
}
