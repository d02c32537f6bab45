using StrategyHost.Bybit.Tests.Loopback;
using StrategyHost.Core.Domain;
using StrategyHost.Core.Kernel;
using StrategyHost.Core.MarketData;
using StrategyHost.Core.Ports;
using StrategyHost.Simulation.Exchange;
using StrategyHost.Simulation.LiveMarket;
using StrategyHost.TestKit;

namespace StrategyHost.Bybit.Tests.Contract;

/// <summary>The contract on the simulated exchange in process, as <c>run</c> uses it.</summary>
public sealed class SimulatedExchangeTests : ExchangeContract
{
    internal override Task<IExchangeBench> OpenAsync() => Task.FromResult<IExchangeBench>(new SimulatedBench());

    private sealed class SimulatedBench : IExchangeBench
    {
        private readonly ManualTime _time = new();
        private readonly SimulatedExchange _exchange = new(new ExchangeOptions { Fill = FillModel.Cross }, [Instrument]);
        private readonly LiveExchange _live;
        private decimal _price;

        public SimulatedBench()
        {
            _exchange.AddAccount(new AccountOptions
            {
                Account = AccountId.Main,
                Balance = 100_000,
            });
            _live = new LiveExchange(_exchange, [Instrument], Heard, _time);
            Account = new TradedAccount(_live.Open(AccountId.Main), () => SetPriceAsync(_price));
            SetPriceAsync(60_000);
        }

        public IExchangeAccount Account { get; }
        public ReportLog Heard { get; } = new();

        public Task SetPriceAsync(decimal price)
        {
            _price = price;
            Trade();
            Trade(); // what the first one triggered takes from the second
            return Task.CompletedTask;
        }

        private void Trade()
        {
            _time.Advance(1);
            var at = new Timestamp(_time.GetUtcNow().ToUnixTimeMilliseconds());
            var block = new TradeBlock(Instrument.Symbol, [at.Ms], [Price.Of(_price).Units], [Quantity.Of(1000).Units], [-1]);
            _live.Take(new TradesNews(block)
            {
                Symbol = Instrument.Symbol,
                At = at,
            });
        }

        public Task<ExchangeTruth> TruthAsync() => Task.FromResult(new ExchangeTruth(
            _exchange.Positions(AccountId.Main).Sum(p => p.Size.Value * p.Side.Sign()),
            [.. _exchange.OpenOrders(AccountId.Main).Where(o => !o.ClientOrderId.IsNone).Select(o => o.ClientOrderId.Value)], null));

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }

    /// <summary>The market goes on after each request: by trades, an order that takes is filled with the next one.</summary>
    private sealed class TradedAccount(IExchangeAccount account, Func<Task> trade) : IExchangeAccount
    {
        public AccountId Account => account.Account;

        public void Send(AccountEffect request)
        {
            account.Send(request);
            trade();
        }

        public void AskSnapshot() => account.AskSnapshot();
    }
}
