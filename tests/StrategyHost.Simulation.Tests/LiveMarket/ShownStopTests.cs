using StrategyHost.Core.Accounts;
using StrategyHost.Core.Domain;
using StrategyHost.Core.Kernel;
using StrategyHost.Core.MarketData;
using StrategyHost.Core.Orders;
using StrategyHost.Core.Ports;
using StrategyHost.Simulation.Exchange;
using StrategyHost.Simulation.LiveMarket;
using StrategyHost.Simulation.Tests.Exchange;
using Xunit;

namespace StrategyHost.Simulation.Tests.LiveMarket;

/// <summary>Somebody watches a live exchange as a host does: pictures now and then, and reports in between.</summary>
public sealed class ShownStopTests : IExchangeListener
{
    private readonly ObservedAccount _seen = new(AccountId.Main);
    private readonly SimulatedExchange _exchange = new(new ExchangeOptions { Fill = FillModel.Touch }, [Fixture.Btcusdt]);
    private readonly LiveExchange _live;
    private int _ended;
    private long _ms;

    public ShownStopTests()
    {
        _exchange.AddAccount(new AccountOptions { Account = AccountId.Main, Balance = 100_000m });
        _live = new LiveExchange(_exchange, this, new FixedTime());
        Trade(40_000m);
        Send("entry", Side.Buy, false);
        Trade(40_000m);
        _live.Open(AccountId.Main).AskSnapshot();
        Assert.Single(_seen.Orders, o => o.StopOrderType == StopOrderType.StopLoss);
    }

    [Fact]
    public void Stop_of_a_position_that_was_closed_is_no_orphan_between_two_pictures()
    {
        Send("close", Side.Sell, true);
        Trade(40_000m);
        Assert.Empty(_seen.Positions);
        Assert.Empty(_seen.Orders);
        Assert.Empty(CoverageVerifier.Orphans(_seen.Positions, _seen.Orders));
        Trade(40_000m);
        Assert.Equal(1, _ended);
    }

    [Fact]
    public void Stop_that_closes_its_position_itself_leaves_no_order_behind()
    {
        Trade(38_000m);
        Trade(38_000m);
        Assert.Empty(_seen.Positions);
        Assert.Empty(_seen.Orders);
    }

    [Fact]
    public void Stop_of_a_position_that_is_reduced_stays()
    {
        Send("half", Side.Sell, true, 0.05m);
        Trade(40_000m);
        Assert.Equal(Fixture.Q(0.05m), Assert.Single(_seen.Positions).Size);
        Assert.Single(_seen.Orders);
    }

    void IExchangeListener.OnReports(AccountId account, IReadOnlyList<ExchangeReport> reports)
    {
        foreach (var report in reports)
        {
            _seen.Apply(report);
            _ended += report is OrderReport { Status: OrderStatus.Deactivated } ? 1 : 0;
        }
    }

    void IExchangeListener.OnSnapshot(AccountSnapshot snapshot) =>
        _seen.Replace(snapshot.At, snapshot.WalletBalance, snapshot.Positions, snapshot.OpenOrders);

    void IExchangeListener.OnMarket(MarketNews news) => throw new NotSupportedException();
    void IExchangeListener.OnLink(LinkNews news) => throw new NotSupportedException();

    private void Trade(decimal price)
    {
        var block = new TradeBlock(Fixture.Btc, [++_ms], [Fixture.U(price)], [Fixture.U(10m)], [1]);
        _live.Take(new TradesNews(block) { Symbol = Fixture.Btc, At = new Timestamp(_ms) });
    }

    private void Send(string id, Side side, bool reduces, decimal quantity = 0.1m) =>
        _live.Open(AccountId.Main).Send(new PlaceOrder(AccountId.Main, new OrderRequest
        {
            ClientOrderId = new ClientOrderId(id),
            Symbol = Fixture.Btc,
            Side = side,
            Type = OrderType.Market,
            Quantity = Fixture.Q(quantity),
            ReduceOnly = reduces,
            Protection = reduces ? null : new AttachedProtection { StopLoss = Fixture.P(39_000m) },
        }));

    private sealed class FixedTime : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => DateTimeOffset.UnixEpoch;
    }
}
