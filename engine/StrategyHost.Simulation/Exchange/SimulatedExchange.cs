using StrategyHost.Core.Domain;
using StrategyHost.Core.Kernel;
using StrategyHost.Core.MarketData;
using StrategyHost.Simulation.Exchange.Saved;

namespace StrategyHost.Simulation.Exchange;

/// <summary>
/// A deterministic, single-threaded exchange for linear perpetuals in the manner of Bybit V5 (read 2026-07-24), for backtest, paper and
/// emulator. Time comes with each call and never goes back; latency is the caller's business: a request is called when it arrives. Every
/// call appends to <see cref="Reports"/>, which the caller drains. Accounts do not see one another. Invariants: (1) same calls, same
/// reports; (2) balance = start + realised − fees − funding, exactly; (3) a closing order never opens; (4) an event inside <see
/// cref="QuietWindow"/> changes prices only. Fill models and their limits: <c>engine/docs/fills.md</c>.
/// </summary>
public sealed class SimulatedExchange
{
    private readonly Venue _venue;
    private readonly ReportWriter _reports = new();
    private readonly OrderEntry _entry;
    private readonly OrderChanges _changes;
    private readonly TradingStops _stops;
    private readonly Liquidations _liquidations;
    private readonly MarketFeed _feed;
    private readonly Funding _funding;

    public SimulatedExchange(ExchangeOptions options, IReadOnlyList<Instrument> instruments)
    {
        _venue = new Venue(instruments);
        var settlement = new Settlement(_reports, options.Switches);
        var triggers = new Triggers(_reports, settlement, options.Switches);
        var taking = new Taking(_reports, settlement, options);
        _liquidations = new Liquidations(_reports, settlement, options.Switches.LiquidationFormula);
        _entry = new OrderEntry(_reports, settlement, options.Switches);
        _changes = new OrderChanges(_reports, settlement, _entry, options.Switches);
        _stops = new TradingStops(_reports, options.Switches);
        _funding = new Funding(_reports);
        var bars = new BarMatching(taking, settlement, triggers, _liquidations, options.LimitTouch);
        var ticks = new TickMatching(taking, settlement, triggers, _liquidations, options.Fill);
        _feed = new MarketFeed(_venue, new QuietWindows(_liquidations), bars, ticks);
    }

    /// <summary>What happened since the caller last cleared it, in order.</summary>
    public List<ExchangeReport> Reports => _reports.Reports;

    /// <summary>Lists a contract; one that is listed stays as it is.</summary>
    public void AddInstrument(Instrument instrument)
    {
        if (_venue.FindMarket(instrument.Symbol) is null)
        {
            _venue.Add(instrument);
        }
    }

    /// <summary>Opens an account. Before its first request; its name must be new. Accounts are served in this order.</summary>
    public void AddAccount(AccountOptions options) => _venue.Add(options);

    /// <summary>Whether an account of this name was added or restored.</summary>
    public bool HasAccount(AccountId a) => _venue.Accounts.Any(x => x.Id == a);

    /// <summary>The time of the latest call on any market.</summary>
    public Timestamp Time => new(_venue.Markets.Count == 0 ? 0 : _venue.Markets.Max(m => m.NowMs));

    /// <summary>Everything, between two calls.</summary>
    public ExchangeState Export() => StateExport.Of(_venue, _ => true);

    /// <summary>The markets, and of the accounts those that may differ from when they were last marked as kept.</summary>
    public ExchangeState ExportChanged() => StateExport.Of(_venue, a => a.IsChanged);

    /// <summary>What was exported is in safety: these accounts are unchanged until something happens to them.</summary>
    public void MarkKept(ExchangeState kept)
    {
        foreach (var account in kept.Accounts)
        {
            _venue.Account(new AccountId(account.Account)).IsChanged = false;
        }
    }

    /// <summary>
    /// Goes on from a state that another exchange exported, one with these instruments. Before the first account is added and before any
    /// other call; a caller that has books shows them next. With errors nothing was taken over.
    /// </summary>
    public IReadOnlyList<Error> Restore(ExchangeState state) => StateImport.Take(_venue, state);

    /// <summary>What a kernel asks for; anything that is no request to an exchange is the caller's mistake (ArgumentException).</summary>
    public void Execute(AccountEffect request, Timestamp at)
    {
        switch (request)
        {
            case PlaceOrder place:
                Place(place.Account, place.Request, at);
                break;
            case AmendOrder amend:
                Amend(amend.Account, amend.Amendment, at);
                break;
            case CancelOrder cancel:
                Cancel(cancel.Account, cancel.Symbol, cancel.Id, at);
                break;
            case SetTradingStop stop:
                SetTradingStop(stop.Account, stop.Wanted, at);
                break;
            default:
                throw new ArgumentException($"{request.GetType().Name} is nothing for an exchange", nameof(request));
        }
    }

    /// <summary>A new order: a refusal with Bybit's retCode, or an order report (New, Untriggered).</summary>
    public void Place(AccountId a, OrderRequest r, Timestamp at)
    {
        if (Desk(a, r.Symbol, at, (RequestKind.Place, r.ClientOrderId)) is { } desk)
        {
            _entry.Place(desk, r);
        }
    }

    /// <summary>Changes an open order: an order report with the new values, or a refusal.</summary>
    public void Amend(AccountId a, OrderAmendment r, Timestamp at)
    {
        if (Desk(a, r.Symbol, at, (RequestKind.Amend, r.ClientOrderId)) is { } desk)
        {
            _changes.Amend(desk, desk.Find(r.ClientOrderId), r);
        }
    }

    /// <summary>As the other, by the exchange's id, which the Full stops of positions have too.</summary>
    public void Amend(AccountId a, ExchangeOrderId id, OrderAmendment r, Timestamp at)
    {
        if (Desk(a, r.Symbol, at, (RequestKind.Amend, r.ClientOrderId)) is not { } desk)
        {
            return;
        }

        if (r.TriggerPrice is { } trigger && PositionStops.Request(desk, id, trigger) is { } stop)
        {
            _stops.Set(desk, stop);
            return;
        }

        _changes.Amend(desk, desk.Find(id), r);
    }

    /// <summary>Cancels an open order: a final order report, or a refusal (110001).</summary>
    public void Cancel(AccountId a, Symbol s, ClientOrderId id, Timestamp at)
    {
        if (Desk(a, s, at, (RequestKind.Cancel, id)) is { } desk)
        {
            _changes.Cancel(desk, desk.Find(id), id);
        }
    }

    /// <summary>As the other, by the exchange's id, which the Full stops of positions have too.</summary>
    public void Cancel(AccountId a, Symbol s, ExchangeOrderId id, Timestamp at)
    {
        if (Desk(a, s, at, (RequestKind.Cancel, ClientOrderId.None)) is not { } desk)
        {
            return;
        }

        if (PositionStops.Request(desk, id, default) is { } stop)
        {
            _stops.Set(desk, stop);
            return;
        }

        _changes.Cancel(desk, desk.Find(id), ClientOrderId.None);
    }

    /// <summary>Cancels what the filter means on one symbol; nothing to cancel is no refusal.</summary>
    public void CancelAll(AccountId a, Symbol s, CancelFilter filter, Timestamp at)
    {
        if (Desk(a, s, at, (RequestKind.Cancel, ClientOrderId.None)) is { } desk)
        {
            _changes.CancelAll(desk, filter);
        }
    }

    /// <summary>Sets the stops of a position: a position report with the new values, or a refusal.</summary>
    public void SetTradingStop(AccountId a, TradingStop r, Timestamp at)
    {
        if (Desk(a, r.Symbol, at, (RequestKind.TradingStop, ClientOrderId.None)) is { } desk)
        {
            _stops.Set(desk, r);
        }
    }

    /// <summary>Leverage of one symbol, its positions included; code 0: done. No report. The symbol must exist.</summary>
    public Refusal SetLeverage(AccountId a, Symbol s, decimal leverage) => AccountSettings.SetLeverage(Known(a, s), leverage);

    /// <summary>Position mode of one symbol, which must be without positions and orders; code 0: done. No report.</summary>
    public Refusal SetPositionMode(AccountId a, Symbol s, PositionMode mode) => AccountSettings.SetPositionMode(Known(a, s), mode);

    /// <summary>A deposit, or with a negative amount a withdrawal, in quote currency.</summary>
    public void Deposit(AccountId a, decimal amount, Timestamp at)
    {
        var account = _venue.Account(a);
        account.Balance += amount;
        account.TouchCross();
        _reports.Wallet(account, at.Ms);
    }

    /// <summary>A public trade; taker side +1 buy, −1 sell, 0 not known. Not in the bar model.</summary>
    public void OnTrade(Symbol s, long timeMs, long price, long size, int takerSide) =>
        _feed.OnTrade(s, timeMs, new Print(price, size, takerSide));

    /// <summary>
    /// The depth has changed. It stays the caller's and is read until the next call. Empty on both sides (a book that waits for a
    /// snapshot): no depth is known. Without any trade so far, its middle is the last price.
    /// </summary>
    public void OnBook(Symbol s, IDepth book, long timeMs) => _feed.OnBook(s, book, timeMs);

    /// <summary>As the other, for a live book.</summary>
    public void OnBook(Symbol s, OrderBook book, long timeMs) => _feed.OnBook(s, book, timeMs);

    /// <summary>First instant of a candle: market orders and what the gap passed, at the open.</summary>
    public void BarOpen(Symbol s, in Kline k) => _feed.BarOpen(s, k);

    /// <summary>
    /// Second instant: stops, targets, entries inside the candle. True: it paused after a fill while entries are left, so that the caller
    /// can answer and call again; <see cref="BarClose"/> plays what is left.
    /// </summary>
    public bool BarRange(Symbol s, in Kline k) => _feed.BarRange(s, k);

    /// <summary>Third instant: the close is the last price, trails take the extreme. <paramref name="endMs"/>: the candle's end.</summary>
    public void BarClose(Symbol s, in Kline k, long endMs) => _feed.BarClose(s, k, endMs);

    /// <summary>The mark price; from the first one on, mark is no longer the last price.</summary>
    public void OnMark(Symbol s, long price, long timeMs) => _feed.OnReference(s, TriggerBy.Mark, price, timeMs);

    /// <summary>The index price; from the first one on, index is no longer the last price.</summary>
    public void OnIndex(Symbol s, long price, long timeMs) => _feed.OnReference(s, TriggerBy.Index, price, timeMs);

    /// <summary>
    /// Funding at this rate (0.0001 is 0.01 %) on the positions as they are, at mark. Called before any fill of that stamp.
    /// </summary>
    public void OnFunding(Symbol s, decimal rate, long timeMs)
    {
        var market = _venue.Market(s);
        market.NowMs = timeMs;
        _funding.Pay(market, rate);
    }

    /// <summary>
    /// Last prices that change nothing but the last price (and the mark that follows it). Empty while an order waits for the next event.
    /// </summary>
    /// <param name="s">The market.</param>
    /// <param name="includePositionStops">False leaves out Full stop-losses; the caller tracks them because its trail moves them.</param>
    public PriceWindow QuietWindow(Symbol s, bool includePositionStops) => _feed.Window(s, includePositionStops);

    /// <summary>A run of events inside the window ended here: same state as if each had been fed.</summary>
    public void SkipQuiet(Symbol s, long lastPrice, long timeMs) => _feed.Skip(s, lastPrice, timeMs);

    public decimal WalletBalance(AccountId a) => _venue.Account(a).Balance;

    /// <summary>Wallet plus unrealised profit at mark, without exit fees.</summary>
    public decimal Equity(AccountId a)
    {
        var account = _venue.Account(a);
        return account.Balance + account.Unrealised;
    }

    public AccountState State(AccountId a) => AccountViews.Account(_venue.Account(a));

    /// <summary>Every position that is open, by symbol in the order of the account's first request.</summary>
    public IReadOnlyList<PositionState> Positions(AccountId a) =>
        [.. _venue.Account(a).Desks.SelectMany(d => d.Positions).Where(p => !p.IsFlat).Select(View)];

    /// <summary>One position, flat or not.</summary>
    public PositionState Position(AccountId a, Symbol s, PositionIdx idx) => View(Known(a, s).Position(idx));

    /// <summary>Open orders and the Full stops of positions, oldest first within a symbol.</summary>
    public IReadOnlyList<OpenOrderState> OpenOrders(AccountId a) => [.. _venue.Account(a).Desks.SelectMany(AccountViews.Orders)];

    private PositionState View(ExchangePosition position) => AccountViews.Position(position, _liquidations);

    private Desk Known(AccountId a, Symbol s) => _venue.DeskFor(a, s, new Timestamp(_venue.Market(s).NowMs))!; // Market has found it

    private Desk? Desk(AccountId a, Symbol s, Timestamp at, (RequestKind Kind, ClientOrderId Id) request)
    {
        if (_venue.DeskFor(a, s, at) is { } desk)
        {
            return desk;
        }

        Reports.Add(new RefusalReport
        {
            Account = a,
            At = at,
            Request = request.Kind,
            Symbol = s,
            ClientOrderId = request.Id,
            Code = 10029,
            Text = $"symbol invalid: {s}",
        });
        return null;
    }
}
