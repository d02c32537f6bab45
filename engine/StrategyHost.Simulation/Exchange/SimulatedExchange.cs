using StrategyHost.Core.Domain;
using StrategyHost.Core.MarketData;

namespace StrategyHost.Simulation.Exchange;

/// <summary>
/// A deterministic, single-threaded exchange for linear perpetuals in the manner of Bybit V5 (read 2026-07-24), for backtest, paper and
/// emulator. Time comes with each call and never goes back; latency is the caller's business: a request is called when it arrives. Every call
/// appends to <see cref="Reports"/>, which the caller drains. Accounts do not see one another. Invariants: (1) same calls, same reports;
/// (2) balance = start + realised − fees − funding, exactly; (3) a closing order never opens; (4) an event inside
/// <see cref="QuietWindow"/> changes prices only. Fill models and their limits: <c>engine/docs/fills.md</c>.
/// </summary>
public sealed class SimulatedExchange
{
    private readonly ExchangeOptions _options;
    private readonly Dictionary<Symbol, Market> _markets = [];
    private readonly List<ExchangeAccount> _accounts = [];
    private readonly ReportWriter _reports = new();
    private readonly OrderEntry _entry;
    private readonly OrderChanges _changes;
    private readonly TradingStops _stops;
    private readonly QuietWindows _windows;
    private readonly BarMatching _bars;
    private readonly TickMatching _ticks;
    private readonly Funding _funding;
    private Market? _lastMarket;
    private ExchangeAccount? _lastAccount;

    public SimulatedExchange(ExchangeOptions options, IReadOnlyList<Instrument> instruments)
    {
        _options = options;
        foreach (var instrument in instruments)
        {
            _markets.Add(instrument.Symbol, new Market(instrument));
        }

        var settlement = new Settlement(_reports, options.Switches);
        var triggers = new Triggers(_reports, settlement, options.Switches);
        var taking = new Taking(_reports, settlement, options);
        var liquidations = new Liquidations(_reports, settlement, options.Switches.LiquidationFormula);
        _entry = new OrderEntry(_reports, settlement, options.Switches);
        _changes = new OrderChanges(_reports, settlement, _entry, options.Switches);
        _stops = new TradingStops(_reports, options.Switches);
        _windows = new QuietWindows(liquidations);
        _bars = new BarMatching(taking, settlement, triggers, liquidations, options.LimitTouch);
        _ticks = new TickMatching(taking, settlement, triggers, liquidations, options.Fill);
        _funding = new Funding(_reports);
    }

    /// <summary>What happened since the caller last cleared it, in order.</summary>
    public List<ExchangeReport> Reports => _reports.Reports;

    /// <summary>Opens an account. Before the first request of it; its name must be new.</summary>
    public void AddAccount(AccountOptions options)
    {
        if (_accounts.Exists(a => a.Id == options.Account))
        {
            throw new ArgumentException($"account {options.Account} exists", nameof(options));
        }

        _accounts.Add(new ExchangeAccount(options));
    }

    /// <summary>A new order: a refusal with Bybit's retCode, or an order report (New, Untriggered).</summary>
    public void Place(AccountId a, OrderRequest r, Timestamp at)
    {
        if (DeskFor(a, r.Symbol, at) is { } desk)
        {
            _entry.Place(desk, r);
        }
        else
        {
            RefuseSymbol(a, r.Symbol, at, (RequestKind.Place, r.ClientOrderId));
        }
    }

    public void Amend(AccountId a, OrderAmendment r, Timestamp at)
    {
        if (DeskFor(a, r.Symbol, at) is { } desk)
        {
            _changes.Amend(desk, desk.Find(r.ClientOrderId), r);
        }
        else
        {
            RefuseSymbol(a, r.Symbol, at, (RequestKind.Amend, r.ClientOrderId));
        }
    }

    /// <summary>As <see cref="Amend(AccountId, OrderAmendment, Timestamp)"/>, by the exchange's id.</summary>
    public void Amend(AccountId a, ExchangeOrderId id, OrderAmendment r, Timestamp at)
    {
        if (DeskFor(a, r.Symbol, at) is { } desk)
        {
            _changes.Amend(desk, desk.Find(id), r);
        }
        else
        {
            RefuseSymbol(a, r.Symbol, at, (RequestKind.Amend, r.ClientOrderId));
        }
    }

    public void Cancel(AccountId a, Symbol s, ClientOrderId id, Timestamp at)
    {
        if (DeskFor(a, s, at) is { } desk)
        {
            _changes.Cancel(desk, desk.Find(id), id);
        }
        else
        {
            RefuseSymbol(a, s, at, (RequestKind.Cancel, id));
        }
    }

    /// <summary>As <see cref="Cancel(AccountId, Symbol, ClientOrderId, Timestamp)"/>, by the exchange's id.</summary>
    public void Cancel(AccountId a, Symbol s, ExchangeOrderId id, Timestamp at)
    {
        if (DeskFor(a, s, at) is { } desk)
        {
            _changes.Cancel(desk, desk.Find(id), ClientOrderId.None);
        }
        else
        {
            RefuseSymbol(a, s, at, (RequestKind.Cancel, ClientOrderId.None));
        }
    }

    /// <summary>Cancels what the filter means on one symbol; nothing to cancel is no refusal.</summary>
    public void CancelAll(AccountId a, Symbol s, CancelFilter filter, Timestamp at)
    {
        if (DeskFor(a, s, at) is { } desk)
        {
            _changes.CancelAll(desk, filter);
        }
        else
        {
            RefuseSymbol(a, s, at, (RequestKind.Cancel, ClientOrderId.None));
        }
    }

    /// <summary>Sets the stops of a position: a position report with the new values, or a refusal.</summary>
    public void SetTradingStop(AccountId a, TradingStop r, Timestamp at)
    {
        if (DeskFor(a, r.Symbol, at) is { } desk)
        {
            _stops.Set(desk, r);
        }
        else
        {
            RefuseSymbol(a, r.Symbol, at, (RequestKind.TradingStop, ClientOrderId.None));
        }
    }

    /// <summary>A public trade; taker side +1 buy, −1 sell. Not in the bar model.</summary>
    public void OnTrade(Symbol s, long timeMs, long price, long size, int takerSide)
    {
        var market = MarketFor(s, timeMs);
        market.HasTrades = true;
        market.Last = price;
        if (market.LastWindow.Holds(price))
        {
            return;
        }

        market.EventSeq++;
        _ticks.OnTrade(market, price, size, takerSide);
    }

    /// <summary>The displayed depth as it is now. Without any trade so far, its middle is the last price.</summary>
    public void OnBook(Symbol s, IDepth book, long timeMs)
    {
        var market = MarketFor(s, timeMs);
        market.Depth = book;
        var bid = book.Bids.Count > 0 ? book.Bids[0].Price : 0;
        var ask = book.Asks.Count > 0 ? book.Asks[0].Price : long.MaxValue;
        var isLast = !market.HasTrades && bid > 0 && ask < long.MaxValue;
        if (isLast)
        {
            market.Last = (bid + ask) / 2;
        }

        if (market.LastWindow.Holds(bid) && market.LastWindow.Holds(ask))
        {
            return;
        }

        market.EventSeq++;
        _ticks.OnBook(market, book, isLast);
    }

    /// <summary>First instant of a candle: market orders and what the gap passed, at the open.</summary>
    public void BarOpen(Symbol s, in Kline k)
    {
        var market = MarketFor(s, k.Start);
        market.Last = k.Open;
        market.RangeStart = -1;
        if (!market.LastWindow.Holds(k.Open))
        {
            market.EventSeq++;
            _bars.Open(market, k.Open);
        }
    }

    /// <summary>
    /// Second instant: stops, targets, entries inside the candle. True: it paused after a fill while entries are left, so that the caller can
    /// answer and call again; <see cref="BarClose"/> plays what is left.
    /// </summary>
    public bool BarRange(Symbol s, in Kline k)
    {
        var market = MarketFor(s, k.Start);
        if (market.RangeStart == k.Start)
        {
            return Resume(market, k);
        }

        market.RangeStart = k.Start;
        if (market.LastWindow.Holds(k.Low) && market.LastWindow.Holds(k.High))
        {
            return false;
        }

        market.RangeNumber = _reports.OrderNumber;
        market.EventSeq++;
        var paused = false;
        foreach (var desk in market.Desks)
        {
            _bars.StartRange(desk, k);
            paused |= desk.IsRangePaused;
        }

        return paused;
    }

    /// <summary>Third instant: the close is the last price, trails take the extreme. <paramref name="endMs"/>: the candle's end.</summary>
    public void BarClose(Symbol s, in Kline k, long endMs)
    {
        var market = MarketFor(s, k.Start);
        while (Resume(market, k))
        {
        }

        market.NowMs = endMs;
        market.Last = k.Close;
        market.RangeStart = -1;
        foreach (var desk in market.Desks)
        {
            desk.RangePrice = 0;
            foreach (var position in desk.Positions)
            {
                if (position.Trailing.Distance != 0)
                {
                    position.Trailing.Follow(position.Side, position.Side == PositionSide.Long ? k.High : k.Low);
                    market.IsTouched = true;
                }
            }
        }
    }

    /// <summary>The mark price; from the first one on, mark is no longer the last price.</summary>
    public void OnMark(Symbol s, long price, long timeMs)
    {
        var market = MarketFor(s, timeMs);
        market.SetMark(price);
        Refreshed(market);
        if (!market.MarkWindow.Holds(price))
        {
            market.EventSeq++;
            _ticks.OnReference(market, TriggerBy.Mark, price);
        }
    }

    /// <summary>The index price; from the first one on, index is no longer the last price.</summary>
    public void OnIndex(Symbol s, long price, long timeMs)
    {
        var market = MarketFor(s, timeMs);
        market.SetIndex(price);
        Refreshed(market);
        if (!market.IndexWindow.Holds(price))
        {
            market.EventSeq++;
            _ticks.OnReference(market, TriggerBy.Index, price);
        }
    }

    /// <summary>Funding at this rate (0.0001 is 0.01 %) on the positions as they are, at mark. Called before any fill of that stamp.</summary>
    public void OnFunding(Symbol s, decimal rate, long timeMs) => _funding.Pay(MarketFor(s, timeMs), rate);

    /// <summary>
    /// Last prices that change nothing but the last price (and the mark that follows it). Empty while an order waits for the next event.
    /// </summary>
    /// <param name="s">The market.</param>
    /// <param name="includePositionStops">False leaves out Full stop-losses; the caller tracks them because its trail moves them.</param>
    public PriceWindow QuietWindow(Symbol s, bool includePositionStops)
    {
        var market = Refreshed(Known(s));
        return includePositionStops ? market.LastWindow : market.WindowWithoutStops;
    }

    /// <summary>A run of events inside the window ended here: same state as if each had been fed.</summary>
    public void SkipQuiet(Symbol s, long lastPrice, long timeMs)
    {
        var market = Known(s);
        market.NowMs = timeMs;
        market.Last = lastPrice;
        market.HasTrades = true;
    }

    public decimal WalletBalance(AccountId a) => Account(a).Balance;

    /// <summary>Wallet plus unrealised profit at mark, without exit fees.</summary>
    public decimal Equity(AccountId a)
    {
        var account = Account(a);
        return account.Balance + account.Unrealised;
    }

    private static bool IsPaused(Market market) => market.Desks.Exists(d => d.IsRangePaused);

    private bool Resume(Market market, in Kline k)
    {
        if (!IsPaused(market))
        {
            return false;
        }

        foreach (var desk in market.Desks)
        {
            if (desk.IsRangePaused)
            {
                _bars.ResumeRange(desk, k);
            }
        }

        return IsPaused(market);
    }

    private Market Refreshed(Market market)
    {
        if (market.IsTouched)
        {
            _windows.Refresh(market);
        }

        return market;
    }

    private Market MarketFor(Symbol symbol, long timeMs)
    {
        var market = Refreshed(Known(symbol));
        market.NowMs = timeMs;
        return market;
    }

    private Market Known(Symbol symbol)
    {
        if (_lastMarket is { } last && ReferenceEquals(last.Instrument.Symbol.Name, symbol.Name))
        {
            return last;
        }

        return _lastMarket = _markets[symbol];
    }

    private ExchangeAccount Account(AccountId id)
    {
        if (_lastAccount is { } last && last.Id == id)
        {
            return last;
        }

        return _lastAccount = _accounts.Find(a => a.Id == id) ?? throw new ArgumentException($"no account {id}", nameof(id));
    }

    private Desk? DeskFor(AccountId id, Symbol symbol, Timestamp at)
    {
        var account = Account(id);
        if (!_markets.TryGetValue(symbol, out var market))
        {
            return null;
        }

        market.NowMs = at.Ms;
        foreach (var known in market.Desks)
        {
            if (ReferenceEquals(known.Account, account))
            {
                return known;
            }
        }

        var desk = new Desk(account, market);
        account.Desks.Add(desk);
        market.Desks.Add(desk);
        market.Desks.Sort((x, y) => _accounts.IndexOf(x.Account).CompareTo(_accounts.IndexOf(y.Account)));
        return desk;
    }

    private void RefuseSymbol(AccountId account, Symbol symbol, Timestamp at, (RequestKind Kind, ClientOrderId Id) request) =>
        Reports.Add(new RefusalReport
        {
            Account = account,
            At = at,
            Request = request.Kind,
            Symbol = symbol,
            ClientOrderId = request.Id,
            Code = 10029,
            Text = $"symbol invalid: {symbol}",
        });
}
