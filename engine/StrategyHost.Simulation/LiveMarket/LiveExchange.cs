using StrategyHost.Core.Domain;
using StrategyHost.Core.Kernel;
using StrategyHost.Core.MarketData;
using StrategyHost.Core.Ports;
using StrategyHost.Simulation.Exchange;
using StrategyHost.Simulation.Exchange.Saved;

namespace StrategyHost.Simulation.LiveMarket;

/// <summary>
/// A <see cref="SimulatedExchange"/> behind the ports that a live exchange has: requests come from executors, market news from a market
/// that is invented or real, and each call's reports go to the listener before the next call begins. Thread-safe.
/// </summary>
public sealed class LiveExchange
{
    private readonly Lock _gate = new();
    private readonly SimulatedExchange _exchange;
    private readonly IExchangeListener _listener;
    private readonly TimeProvider _time;
    private readonly Dictionary<Symbol, OrderBook> _books = [];
    private readonly Dictionary<Symbol, Timestamp> _nextFunding = [];
    private readonly Dictionary<Symbol, double> _rates = [];
    private readonly Queue<AccountEffect> _underWay = [];
    private readonly ShownStops _stops = new();
    private long _lastMs;

    public LiveExchange(SimulatedExchange exchange, IExchangeListener listener, TimeProvider time)
    {
        (_exchange, _listener, _time) = (exchange, listener, time);
        _lastMs = exchange.Time.Ms; // one that was restored does not go back
    }

    /// <summary>
    /// Called inside the call that gave reports, before anybody hears of them: what is kept here survives whatever happens next. Gets the
    /// markets and the accounts that the reports name or that changed without one since they were last kept, so that all that was kept is
    /// one moment of the whole exchange. False: it could not be kept, and comes again with the next call.
    /// </summary>
    public Func<ExchangeState, bool>? Saved { get; init; }

    /// <summary>
    /// Takes note of every report before <see cref="Saved"/> is called, so that it can be told once more after a crash; null: nobody does.
    /// </summary>
    public RecentReports? Recent { get; init; }

    /// <summary>Levels that the market's feed carries on each side, by symbol: what falls off its end is not deleted by it.</summary>
    public Func<Symbol, int> BookDepth { get; init; } = _ => 50;

    /// <summary>How long a request is under way before the exchange has it, in ms; requests arrive in the order of sending.</summary>
    public int LatencyMs { get; init; }

    /// <summary>
    /// Gives <see cref="Saved"/> what no report has brought there: at the start, the end, and as often as a trail may be lost.
    /// </summary>
    public void Save()
    {
        lock (_gate)
        {
            Keep();
        }
    }

    public IExchangeAccount Open(AccountId account) => new Account(this, account);

    /// <summary>Tells a new host what happened since the one before knew; before the first snapshot.</summary>
    public void Recover(AccountId account, AccountRecovery recovery)
    {
        lock (_gate)
        {
            var at = new Timestamp(_lastMs);
            var reports = MissedReports.Of(_exchange, Recent, recovery, (account, at));
            if (reports.Count > 0)
            {
                _listener.OnReports(account, reports);
            }
        }
    }

    /// <summary>The exchange as it is now; nothing changes while it is looked at.</summary>
    public T Read<T>(Func<SimulatedExchange, T> look)
    {
        lock (_gate)
        {
            return look(_exchange);
        }
    }

    /// <summary>Lists further contracts; before their first news.</summary>
    public void Add(IEnumerable<Instrument> instruments)
    {
        lock (_gate)
        {
            foreach (var instrument in instruments)
            {
                _exchange.AddInstrument(instrument);
            }
        }
    }

    /// <summary>News of the market: what they trade or trigger is reported before this returns.</summary>
    public void Take(MarketNews news)
    {
        lock (_gate)
        {
            var at = Now(news.At.Ms);
            PayFunding(news, at);
            switch (news)
            {
                case TradesNews { Trades: var trades }:
                    for (var i = 0; i < trades.Count; i++)
                    {
                        _exchange.OnTrade(news.Symbol, at, trades.Price[i], trades.Size[i], trades.Side[i]);
                    }

                    break;
                case BookNews { Update: var update }:
                    var book = Book(news.Symbol);
                    book.Apply(update);
                    _exchange.OnBook(news.Symbol, book, at);
                    break;
                case TickerNews ticker:
                    Take(ticker, at);
                    break;
                case GapNews { Kind: GapKind.Book }:
                    Book(news.Symbol).Invalidate();
                    _exchange.OnBook(news.Symbol, Book(news.Symbol), at);
                    break;
            }

            Tell();
        }
    }

    private void Take(TickerNews ticker, long at)
    {
        if (ticker.Mark is { } mark)
        {
            _exchange.OnMark(ticker.Symbol, mark.Units, at);
        }

        if (ticker.Index is { } index)
        {
            _exchange.OnIndex(ticker.Symbol, index.Units, at);
        }
    }

    // The first news at or after a stamp pays it, at the rate that the ticker announced.
    private void PayFunding(MarketNews news, long at)
    {
        if (_nextFunding.TryGetValue(news.Symbol, out var due) && at >= due.Ms)
        {
            _nextFunding.Remove(news.Symbol);
            _exchange.OnFunding(news.Symbol, (decimal)(_rates.GetValueOrDefault(news.Symbol)), at);
        }

        if (news is TickerNews { NextFunding: { } next, FundingRate: { } rate } && next.Ms > at)
        {
            _nextFunding[news.Symbol] = next;
            _rates[news.Symbol] = rate;
        }
    }

    private OrderBook Book(Symbol symbol)
    {
        if (!_books.TryGetValue(symbol, out var book))
        {
            _books.Add(symbol, book = new OrderBook(symbol, BookDepth(symbol)));
        }

        return book;
    }

    private void Arrive(AccountEffect request)
    {
        if (LatencyMs == 0)
        {
            Request(at => _exchange.Execute(request, at));
            return;
        }

        lock (_gate)
        {
            _underWay.Enqueue(request);
        }

        // Each timer lets the oldest request in, so that none overtakes another, whichever timer fires first.
        ITimer? timer = null;
        timer = _time.CreateTimer(
            _ =>
            {
                Request(at => _exchange.Execute(_underWay.Dequeue(), at));
                timer?.Dispose();
            },
            null, TimeSpan.FromMilliseconds(LatencyMs), Timeout.InfiniteTimeSpan);
    }

    private void Request(Action<Timestamp> request)
    {
        lock (_gate)
        {
            request(new Timestamp(Now(_time.GetUtcNow().ToUnixTimeMilliseconds())));
            Tell();
        }
    }

    private long Now(long ms) => _lastMs = Math.Max(_lastMs, ms);

    private void Tell()
    {
        if (_exchange.Reports.Count == 0)
        {
            return;
        }

        Recent?.Take(_exchange.Reports);
        Keep();
        ExchangeReport[] reports = [.. _exchange.Reports];
        _exchange.Reports.Clear();
        foreach (var account in reports.GroupBy(r => r.Account))
        {
            ExchangeReport[] own = [.. account];
            _listener.OnReports(account.Key, [.. own, .. After(account.Key, own)]);
        }
    }

    // After executions a real exchange tells the position, the end of its stops and the wallet as they are then; the simulated one leaves
    // them out, because a backtest folds fills.
    private IEnumerable<ExchangeReport> After(AccountId account, ExchangeReport[] reports)
    {
        var at = new Timestamp(_lastMs);
        var moved = reports.OfType<FillReport>().Select(f => (f.Symbol, f.PositionIdx)).Distinct().ToList();
        foreach (var (symbol, idx) in moved)
        {
            yield return Position(account, _exchange.Position(account, symbol, idx), at);
        }

        foreach (var ended in moved.Count > 0 ? _stops.Ended(account, _exchange.OpenOrders(account), reports, at) : [])
        {
            yield return ended;
        }

        if (moved.Count > 0 || Array.Exists(reports, r => r is FundingReport))
        {
            yield return new WalletReport
            {
                Account = account,
                At = at,
                Balance = _exchange.WalletBalance(account),
            };
        }
    }

    private void Keep()
    {
        if (Saved is null)
        {
            return;
        }

        var state = _exchange.ExportChanged();
        if (Saved(state))
        {
            _exchange.MarkKept(state);
        }
    }

    /// <summary>One account of a simulated exchange, as a live one would show it.</summary>
    public static AccountSnapshot Snapshot(SimulatedExchange exchange, AccountId account, Timestamp at)
    {
        var state = exchange.State(account);
        return new AccountSnapshot
        {
            Account = account,
            At = at,
            WalletBalance = state.WalletBalance,
            Equity = state.Equity,
            Available = state.Available,
            Positions = [.. exchange.Positions(account).Select(p => Position(account, p, at))],
            OpenOrders = [.. exchange.OpenOrders(account).Select(o => Order(account, o, at))],
        };
    }

    private static PositionReport Position(AccountId account, PositionState p, Timestamp at) => new()
    {
        Account = account,
        At = at,
        Symbol = p.Symbol,
        PositionIdx = p.PositionIdx,
        Side = p.Side,
        Size = p.Size,
        AveragePrice = p.AveragePrice,
        StopLoss = p.StopLoss,
        TakeProfit = p.TakeProfit,
        TrailingDistance = p.TrailingDistance,
    };

    /// <summary>With the time of its last change, as Bybit's updatedTime; a position's own stop has none.</summary>
    internal static OrderReport Order(AccountId account, OpenOrderState o, Timestamp at) => new()
    {
        Account = account,
        At = o.UpdatedAt.Ms > 0 ? o.UpdatedAt : at,
        Symbol = o.Symbol,
        OrderId = o.OrderId,
        ClientOrderId = o.ClientOrderId,
        Status = o.Status,
        Side = o.Side,
        Type = o.Type,
        Quantity = o.Quantity,
        FilledQuantity = o.FilledQuantity,
        Price = o.Price,
        TriggerPrice = o.Trigger?.Price,
        AveragePrice = o.AveragePrice,
        PositionIdx = o.PositionIdx,
        ReduceOnly = o.ReduceOnly,
        StopOrderType = o.StopOrderType,
    };

    private sealed class Account(LiveExchange exchange, AccountId account) : IExchangeAccount
    {
        AccountId IExchangeAccount.Account => account;

        public void Send(AccountEffect request) => exchange.Arrive(request);

        public void AskSnapshot() => exchange.Request(at =>
        {
            exchange._stops.Show(account, exchange._exchange.OpenOrders(account));
            exchange._listener.OnSnapshot(Snapshot(exchange._exchange, account, at));
        });
    }
}
