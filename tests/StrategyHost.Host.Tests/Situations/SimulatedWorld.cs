using StrategyHost.Core.Domain;
using StrategyHost.Core.Kernel;
using StrategyHost.Core.MarketData;
using StrategyHost.Core.Ports;
using StrategyHost.Simulation.Exchange;
using StrategyHost.Simulation.LiveMarket;
using StrategyHost.TestKit;

namespace StrategyHost.Host.Tests.Situations;

/// <summary>The simulated exchange in this process, on a clock that only the test moves.</summary>
internal sealed class SimulatedWorld : ISituationWorld
{
    private const long StepMs = 100;
    private const long PatienceMs = 25_000;
    private readonly ManualTime _time = new();
    private readonly Ears _ears = new();
    private readonly LiveExchange _exchange;
    private readonly Dictionary<AccountId, Way> _ways;
    private Func<bool> _isIdle = () => true;
    private decimal _price = SituationMarket.StartPrice;
    private long _updates;

    public SimulatedWorld(bool isThin)
    {
        Instrument = SituationMarket.Instrument(isThin);
        var simulated = new SimulatedExchange(new ExchangeOptions { Fill = FillModel.Book }, [Instrument]);
        AccountId[] accounts = [AccountId.Main, AccountId.Mirror];
        foreach (var account in accounts)
        {
            simulated.AddAccount(new AccountOptions { Account = account, Balance = SituationMarket.Balance, Leverage = 10m });
        }

        _exchange = new LiveExchange(simulated, _ears, _time) { BookDepth = _ => SituationMarket.BookLevels };
        _ways = accounts.ToDictionary(a => a, a => new Way(_exchange.Open(a), this));
    }

    public Instrument Instrument { get; }
    public TimeProvider Time => _time;
    public long AuditMs => 5000;

    public Task OpenAsync(IExchangeListener listener, Func<bool> isIdle)
    {
        (_ears.Host, _isIdle) = (listener, isIdle);
        listener.OnLink(new LinkNews(Link.Public, null, LinkState.Up, Now, "in process"));
        foreach (var account in _ways.Keys)
        {
            listener.OnLink(new LinkNews(Link.Private, account, LinkState.Up, Now, "in process"));
        }

        return Task.CompletedTask;
    }

    public Task CloseAsync()
    {
        (_ears.Host, _isIdle) = (null, () => true);
        return Task.CompletedTask;
    }

    public IExchangeAccount Account(AccountId account) => _ways[account];

    public Task PriceAsync(decimal price)
    {
        _price = price;
        Pass(StepMs);
        Show(new TickerNews
        {
            Symbol = Instrument.Symbol,
            At = Now,
            Mark = Price.Of(price),
            Index = Price.Of(price),
        });
        var size = Quantity.Of(10m).Units;
        Show(new TradesNews(new TradeBlock(Instrument.Symbol, [Now.Ms], [FixedPoint.Units(price)], [size], [1]))
        {
            Symbol = Instrument.Symbol,
            At = Now,
        });
        Pass(StepMs);
        return Task.CompletedTask;
    }

    public Task ByHandAsync(AccountEffect request)
    {
        var before = _ears.Refusals;
        _exchange.Open(request.Account).Send(request);
        Assert.Equal(before, _ears.Refusals);
        Pass(StepMs);
        return Task.CompletedTask;
    }

    public Task BreakAsync(AccountId account, bool isBroken)
    {
        _ways[account].IsBroken = isBroken;
        _ears.OnLink(new LinkNews(Link.Requests, account, isBroken ? LinkState.Down : LinkState.Up, Now, "by the test"));
        Pass(StepMs);
        return Task.CompletedTask;
    }

    public Task<AccountTruth> TruthAsync(AccountId account)
    {
        var shown = _exchange.Read(e => LiveExchange.Snapshot(e, account, Now));
        var position = shown.Positions.SingleOrDefault(p => !p.Size.IsZero);
        return Task.FromResult(new AccountTruth(
            position?.Side ?? PositionSide.Long, position?.Size ?? Quantity.Zero, position?.AveragePrice ?? 0, position?.StopLoss,
            [
                .. shown.OpenOrders.Where(o => o.StopOrderType is StopOrderType.None or StopOrderType.Stop).Select(o => new TrueOrder(
                    o.ClientOrderId.Value ?? "", o.Side, o.Quantity - o.FilledQuantity,
                    o.Type == OrderType.Limit ? o.Price : null, o.TriggerPrice, o.ReduceOnly)),
            ])
        {
            Sales = [.. _ears.Sales.Where(s => s.Account == account).Select(s => s.Price)],
            WasUncovered = _ears.Uncovered.Contains(account),
        });
    }

    public async Task UntilAsync(Func<Task<string?>> problem)
    {
        var end = Now.AddMs(PatienceMs);
        while (await problem() is { } wrong)
        {
            Assert.True(Now < end, wrong);
            Pass(StepMs);
        }
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private Timestamp Now => new(_time.GetUtcNow().ToUnixTimeMilliseconds());

    private void Pass(long ms)
    {
        Settle();
        _time.Advance(ms);
        Settle();
        Show(new BookNews(Book(FixedPoint.Units(_price))) { Symbol = Instrument.Symbol, At = Now }); // what waits for the market fills
    }

    private void Settle()
    {
        while (!_isIdle())
        {
        }
    }

    private void Show(MarketNews news)
    {
        _exchange.Take(news);
        _ears.OnMarket(news);
        Settle();
    }

    /// <summary>The best bid is the price, the best ask one tick above; deeper levels are thicker.</summary>
    private BookUpdate Book(long bid)
    {
        var tick = Instrument.TickSize.Units;
        var lot = Instrument.QtyStep.Units;
        BookLevel[] Levels(long from, long step) =>
            [.. Enumerable.Range(0, SituationMarket.BookLevels).Select(i => new BookLevel(from + (i * step), (1000 + (20 * i)) * lot))];
        return new BookUpdate(Instrument.Symbol, Now, true, ++_updates, Levels(bid, -tick), Levels(bid + tick, tick));
    }

    /// <summary>An account whose requests may fail: then they come back refused, as those of a live one after its retries.</summary>
    private sealed class Way(IExchangeAccount account, SimulatedWorld world) : IExchangeAccount
    {
        public bool IsBroken { get; set; }

        AccountId IExchangeAccount.Account => account.Account;

        public void Send(AccountEffect request)
        {
            if (!IsBroken)
            {
                account.Send(request);
            }
            else if (request is PlaceOrder place)
            {
                world._ears.OnReports(account.Account,
                [
                    new RefusalReport
                    {
                        Account = account.Account,
                        At = world.Now,
                        Request = RequestKind.Place,
                        Symbol = place.Request.Symbol,
                        ClientOrderId = place.Request.ClientOrderId,
                        Code = 0,
                        Text = "no answer",
                    },
                ]);
            }
        }

        public void AskSnapshot()
        {
            if (!IsBroken)
            {
                account.AskSnapshot();
            }
        }
    }

    /// <summary>Before the host is there nobody listens.</summary>
    private sealed class Ears : IExchangeListener
    {
        public IExchangeListener? Host { get; set; }
        public int Refusals { get; private set; }

        /// <summary>Accounts whose position was shown without a stop since it was opened.</summary>
        public HashSet<AccountId> Uncovered { get; } = [];
        public List<(AccountId Account, decimal Price)> Sales { get; } = [];

        public void OnMarket(MarketNews news) => Host?.OnMarket(news);

        public void OnLink(LinkNews news) => Host?.OnLink(news);

        public void OnReports(AccountId account, IReadOnlyList<ExchangeReport> reports)
        {
            foreach (var position in reports.OfType<PositionReport>())
            {
                if (position.Size.IsZero)
                {
                    Uncovered.Remove(account);
                }
                else if (position.StopLoss is null)
                {
                    Uncovered.Add(account);
                }
            }

            Sales.AddRange(reports.OfType<FillReport>().Where(f => f.Side == Side.Sell).Select(f => (account, f.Price.Value)));
            Refusals += reports.OfType<RefusalReport>().Count();
            Host?.OnReports(account, reports);
        }

        public void OnSnapshot(AccountSnapshot snapshot) => Host?.OnSnapshot(snapshot);
    }
}
