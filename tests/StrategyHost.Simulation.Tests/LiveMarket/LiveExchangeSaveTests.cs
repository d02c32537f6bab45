using StrategyHost.Core.Domain;
using StrategyHost.Core.Kernel;
using StrategyHost.Core.MarketData;
using StrategyHost.Core.Ports;
using StrategyHost.Simulation.Exchange;
using StrategyHost.Simulation.Exchange.Saved;
using StrategyHost.Simulation.LiveMarket;
using StrategyHost.Simulation.Tests.Exchange;
using Xunit;

namespace StrategyHost.Simulation.Tests.LiveMarket;

/// <summary>What a live exchange gives to be kept, and when.</summary>
public sealed class LiveExchangeSaveTests : IExchangeListener
{
    private readonly List<string> _happened = [];
    private readonly SimulatedExchange _exchange = new(new ExchangeOptions { Fill = FillModel.Touch }, [Fixture.Btcusdt]);
    private readonly LiveExchange _live;
    private bool _isKept = true;
    private long _ms;

    public LiveExchangeSaveTests()
    {
        foreach (var account in new[] { AccountId.Main, AccountId.Mirror })
        {
            _exchange.AddAccount(new AccountOptions { Account = account, Balance = 100_000m });
        }

        _live = new LiveExchange(_exchange, this, new FixedTime()) { Saved = Keep };
    }

    [Fact]
    public void Reports_are_told_after_the_accounts_that_they_name_are_kept()
    {
        _live.Save();
        Trade(40_000m);
        Buy(AccountId.Main);
        Assert.Equal(["kept main,mirror", "kept main", "told main"], _happened);
        Trade(40_000m);
        Assert.Equal(["kept main", "told main"], _happened[3..]);
    }

    [Fact]
    public void What_moved_without_a_report_is_kept_with_the_next_one()
    {
        Trade(40_000m);
        Buy(AccountId.Main);
        Trade(40_000m);
        _live.Open(AccountId.Main).Send(new SetTradingStop(
            AccountId.Main,
            new TradingStop { Symbol = Fixture.Btc, TrailingDistance = Fixture.P(1000m) }));
        _happened.Clear();
        Trade(40_500m);
        Assert.Empty(_happened);
        Buy(AccountId.Mirror);
        Assert.Equal(["kept main,mirror", "told mirror"], _happened);
    }

    [Fact]
    public void What_could_not_be_kept_comes_again()
    {
        Trade(40_000m);
        _isKept = false;
        Buy(AccountId.Main);
        _isKept = true;
        Buy(AccountId.Mirror);
        _live.Save();
        Assert.Equal(["kept main,mirror", "told main", "kept main,mirror", "told mirror", "kept "], _happened);
    }

    void IExchangeListener.OnReports(AccountId account, IReadOnlyList<ExchangeReport> reports) => _happened.Add($"told {account}");
    void IExchangeListener.OnSnapshot(AccountSnapshot snapshot) => throw new NotSupportedException();
    void IExchangeListener.OnMarket(MarketNews news) => throw new NotSupportedException();
    void IExchangeListener.OnLink(LinkNews news) => throw new NotSupportedException();

    private bool Keep(ExchangeState state)
    {
        _happened.Add($"kept {string.Join(',', state.Accounts.Select(a => a.Account))}");
        return _isKept;
    }

    private void Trade(decimal price)
    {
        var block = new TradeBlock(Fixture.Btc, [++_ms], [Fixture.U(price)], [Fixture.U(1m)], [1]);
        _live.Take(new TradesNews(block) { Symbol = Fixture.Btc, At = new Timestamp(_ms) });
    }

    private void Buy(AccountId account) => _live.Open(account).Send(new PlaceOrder(account, new OrderRequest
    {
        ClientOrderId = new ClientOrderId($"b-{_happened.Count}-{_ms}"),
        Symbol = Fixture.Btc,
        Side = Side.Buy,
        Type = OrderType.Market,
        Quantity = Fixture.Q(0.1m),
    }));

    private sealed class FixedTime : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => DateTimeOffset.UnixEpoch;
    }
}
