using StrategyHost.Core.Domain;
using StrategyHost.Core.Ports;
using StrategyHost.Simulation.Exchange;
using StrategyHost.Simulation.LiveMarket;
using StrategyHost.Simulation.Tests.Exchange;
using Xunit;

namespace StrategyHost.Simulation.Tests.LiveMarket;

/// <summary>What a simulated exchange still knows of the past when a new host asks.</summary>
public sealed class RecentReportsTests
{
    [Fact]
    public void Texts_give_back_what_was_taken()
    {
        var recent = new RecentReports();
        ExchangeReport[] reports = [Fill(1), Fill(2) with { RealisedPnl = 1.5m, IsPnlKnown = false, Slippage = -0.01m }, Funding(3), End(4, OrderStatus.Cancelled)];
        recent.Take([.. reports, End(5, OrderStatus.New)]);
        recent.Take([Fill(6) with { Account = AccountId.Mirror }]);
        var again = Read(recent);
        Assert.Equal(reports, again.Of(AccountId.Main));
        Assert.Equal(new ExecutionId("E6"), Assert.IsType<FillReport>(Assert.Single(again.Of(AccountId.Mirror))).ExecutionId);
    }

    [Fact]
    public void Oldest_blocks_are_written_over()
    {
        var recent = new RecentReports();
        const int Count = 3 * RecentReports.BlockSize * RecentReports.Blocks;
        for (var i = 1; i <= Count; i++)
        {
            recent.Take([Fill(i)]);
        }

        var again = Read(recent);
        Assert.Equal(RecentReports.Blocks, recent.Texts().Count());
        Assert.Equal(
            Enumerable.Range(Count - (RecentReports.BlockSize * RecentReports.Blocks) + 1, RecentReports.BlockSize * RecentReports.Blocks),
            again.Of(AccountId.Main).Select(r => (int)r.At.Ms));
    }

    [Fact]
    public void Damaged_text_is_an_error_that_names_it()
    {
        var error = Assert.Single(RecentReports.Read(new Dictionary<string, string> { ["account/main/told/0"] = "{" }).Errors);
        Assert.Equal(("account/main/told/0", "state_damaged"), (error.Field, error.Rule));
    }

    [Fact]
    public void New_host_is_told_what_it_missed_and_what_became_of_its_orders()
    {
        var recent = new RecentReports();
        recent.Take([Fill(10), Fill(20), End(21, OrderStatus.Filled)]);
        var exchange = new SimulatedExchange(new ExchangeOptions(), [Fixture.Btcusdt]);
        exchange.AddAccount(new AccountOptions { Account = AccountId.Main, Balance = 1000m });
        var ears = new Ears();
        var live = new LiveExchange(exchange, ears, TimeProvider.System) { Recent = recent };
        live.Recover(AccountId.Main, new AccountRecovery
        {
            ExecutionsSince = new Timestamp(15),
            Orders = [Order("o21", isAnswered: true), Order("gone", isAnswered: true), Order("unsent", isAnswered: false)],
        });
        Assert.Collection(
            ears.Reports,
            r => Assert.Equal(new ExecutionId("E20"), Assert.IsType<FillReport>(r).ExecutionId),
            r => Assert.Equal(("o21", OrderStatus.Filled), (Assert.IsType<OrderReport>(r).ClientOrderId.Value, ((OrderReport)r).Status)),
            r => Assert.Equal(("gone", "not_found"), (Assert.IsType<OrderReport>(r).ClientOrderId.Value, ((OrderReport)r).Reason)),
            r => Assert.Equal("unsent", Assert.IsType<RefusalReport>(r).ClientOrderId.Value));
    }

    private static RecentReports Read(RecentReports recent) =>
        RecentReports.Read(recent.Texts().ToDictionary(StringComparer.Ordinal)).Value;

    private static RecoveredOrder Order(string id, bool isAnswered) => new(
        new OrderRequest
        {
            ClientOrderId = new ClientOrderId(id),
            Symbol = Fixture.Btc,
            Side = Side.Buy,
            Type = OrderType.Market,
            Quantity = Quantity.Of(1),
        },
        default, isAnswered, Quantity.Zero);

    private static FillReport Fill(long at) => new()
    {
        Account = AccountId.Main,
        At = new Timestamp(at),
        Symbol = Fixture.Btc,
        ExecutionId = new ExecutionId($"E{at}"),
        OrderId = new ExchangeOrderId($"S{at}"),
        ClientOrderId = new ClientOrderId($"o{at}"),
        Side = Side.Sell,
        Price = Price.Of(40_000.5m),
        Quantity = Quantity.Of(0.25m),
        Fee = 1.23456789m,
        FeeRate = 0.00055m,
        IsMaker = true,
        PositionIdx = PositionIdx.HedgeLong,
        ClosedQuantity = Quantity.Of(0.1m),
    };

    private static FundingReport Funding(long at) => new()
    {
        Account = AccountId.Main,
        At = new Timestamp(at),
        Symbol = Fixture.Btc,
        Amount = -0.5m,
        Rate = 0.0001m,
    };

    private static OrderReport End(long at, OrderStatus status) => new()
    {
        Account = AccountId.Main,
        At = new Timestamp(at),
        Symbol = Fixture.Btc,
        OrderId = new ExchangeOrderId($"S{at}"),
        ClientOrderId = new ClientOrderId($"o{at}"),
        Status = status,
        Side = Side.Buy,
        Type = OrderType.Limit,
        Quantity = Quantity.Of(1),
        FilledQuantity = Quantity.Zero,
        Price = Price.Of(40_000),
    };

    private sealed class Ears : IExchangeListener
    {
        public List<ExchangeReport> Reports { get; } = [];

        public void OnReports(AccountId account, IReadOnlyList<ExchangeReport> reports) => Reports.AddRange(reports);

        public void OnSnapshot(AccountSnapshot snapshot) => throw new NotSupportedException();

        public void OnMarket(MarketNews news) => throw new NotSupportedException();

        public void OnLink(LinkNews news) => throw new NotSupportedException();
    }
}
