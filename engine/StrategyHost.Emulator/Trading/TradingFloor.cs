using StrategyHost.Core.Domain;
using StrategyHost.Emulator.Markets;
using StrategyHost.Emulator.Rest;
using StrategyHost.Simulation.Exchange;

namespace StrategyHost.Emulator.Trading;

/// <summary>
/// The simulated exchange behind the wire. 1. Everything that touches it holds <see cref="Gate"/>; nothing waits inside it. 2. Each call
/// ends with every report booked in a ledger and told to the sink, in order; positions and wallet last. 3. Takers fill in the call that
/// made them, against the book of that moment. 4. Accounts are users (UID): keys of one user trade the same money.
/// </summary>
internal sealed class TradingFloor
{
    private readonly SimulatedExchange _exchange;
    private readonly Dictionary<long, AccountLedger> _ledgers = [];
    private readonly Dictionary<string, SymbolMarket> _markets;
    private readonly IPrivateSink _sink;
    private readonly TimeProvider _time;
    private readonly CoverageClock _coverage = new();
    private readonly Dictionary<(long, Symbol), PositionMode> _modes = [];
    private readonly Dictionary<long, PositionMode> _defaults = [];
    private long _trades;

    public TradingFloor(IReadOnlyList<SymbolMarket> markets, WireIds ids, IPrivateSink sink, TimeProvider time)
    {
        (Ids, _sink, _time) = (ids, sink, time);
        Markets = markets;
        _markets = markets.ToDictionary(m => m.Symbol.Name, StringComparer.Ordinal);
        var switches = new ExchangeSwitches { PartialsMayOverlap = true };
        _exchange = new SimulatedExchange(
            new ExchangeOptions { Fill = FillModel.Book, Switches = switches }, [.. markets.Select(m => m.Instrument)]);
    }

    public Lock Gate { get; } = new();
    public WireIds Ids { get; }
    public IReadOnlyList<SymbolMarket> Markets { get; }
    public IEnumerable<AccountLedger> Ledgers => _ledgers.Values.OrderBy(l => l.Uid);
    public long NowMs => _time.GetUtcNow().ToUnixTimeMilliseconds();

    public SymbolMarket? Market(string? symbol) => symbol is null ? null : _markets.GetValueOrDefault(symbol);

    public AccountLedger Ledger(long uid) => _ledgers[uid];

    /// <summary>Opens the account of a user; a user that has one keeps it.</summary>
    public void AddAccount(EmulatedAccount account)
    {
        if (_ledgers.ContainsKey(account.Uid))
        {
            return;
        }

        var id = new AccountId(WireId(account.Uid));
        _exchange.AddAccount(new AccountOptions
        {
            Account = id,
            Balance = account.Balance,
            PositionMode = account.PositionMode,
            MarginMode = account.MarginMode,
            Leverage = account.Leverage,
        });
        _ledgers.Add(account.Uid, new AccountLedger(id, account.Uid, Ids, _sink));
        _defaults.Add(account.Uid, account.PositionMode);
    }

    public void SetBalance(long uid, decimal balance)
    {
        var ledger = Ledger(uid);
        _exchange.Deposit(ledger.Account, balance - _exchange.WalletBalance(ledger.Account), new Timestamp(NowMs));
        ledger.IsWalletTouched = true;
        Drain();
    }

    public AccountState State(long uid) => _exchange.State(Ledger(uid).Account);

    public PositionState Position(long uid, Symbol symbol, PositionIdx idx) => _exchange.Position(Ledger(uid).Account, symbol, idx);

    public IReadOnlyList<PositionState> OpenPositions(long uid) => _exchange.Positions(Ledger(uid).Account);

    /// <summary>Milliseconds that a position has been open without stops for all of it.</summary>
    public long UncoveredMs(long uid, Symbol symbol, PositionIdx idx) => _coverage.UncoveredMs((uid, symbol, idx), NowMs);

    public PositionMode Mode(long uid, Symbol symbol) => _modes.GetValueOrDefault((uid, symbol), _defaults.GetValueOrDefault(uid));

    public (Refusal Refusal, OrderRecord? Order) Place(long uid, OrderRequest request)
    {
        var ledger = Ledger(uid);
        var market = _markets[request.Symbol.Name];
        _exchange.Place(ledger.Account, request, new Timestamp(NowMs));
        if (TakeRefusal() is { IsRefused: true } refusal)
        {
            return (refusal, null);
        }

        var report = _exchange.Reports.OfType<OrderReport>().First();
        var order = ledger.Open(report, request, new Price(market.Last), Protected(market, request));
        Settle(market);
        return (Refusal.None, order);
    }

    public Refusal Amend(long uid, OrderRecord order, OrderAmendment change)
    {
        _exchange.Amend(Ledger(uid).Account, order.ExchangeId, change, new Timestamp(NowMs));
        var refusal = TakeRefusal();
        if (refusal.IsRefused)
        {
            return refusal;
        }

        if (change.StopLoss is not null || change.TakeProfit is not null)
        {
            var protection = order.Protection ?? new AttachedProtection();
            order.Protection = protection with
            {
                StopLoss = change.StopLoss is { } stop ? NotZero(stop) : protection.StopLoss,
                TakeProfit = change.TakeProfit is { } target ? NotZero(target) : protection.TakeProfit,
            };
        }

        Settle(_markets[order.Symbol.Name]);
        return Refusal.None;
    }

    public Refusal Cancel(long uid, OrderRecord order)
    {
        _exchange.Cancel(Ledger(uid).Account, order.Symbol, order.ExchangeId, new Timestamp(NowMs));
        var refusal = TakeRefusal();
        Drain();
        return refusal;
    }

    /// <summary>The orders that ended by it, newest first.</summary>
    public IReadOnlyList<OrderRecord> CancelAll(long uid, IEnumerable<Symbol> symbols, CancelFilter filter)
    {
        var ledger = Ledger(uid);
        var before = ledger.Orders.Where(o => !o.IsFinal).ToArray();
        foreach (var symbol in symbols)
        {
            _exchange.CancelAll(ledger.Account, symbol, filter, new Timestamp(NowMs));
        }

        Drain();
        return [.. before.Where(o => o.IsFinal).Reverse()];
    }

    public Refusal SetTradingStop(long uid, TradingStop stop)
    {
        _exchange.SetTradingStop(Ledger(uid).Account, stop, new Timestamp(NowMs));
        var refusal = TakeRefusal();
        Settle(_markets[stop.Symbol.Name]);
        return refusal;
    }

    public Refusal SetLeverage(long uid, Symbol symbol, decimal leverage)
    {
        var ledger = Ledger(uid);
        var refusal = _exchange.SetLeverage(ledger.Account, symbol, leverage);
        if (!refusal.IsRefused)
        {
            ledger.Touched.Add(symbol);
            ledger.IsWalletTouched = true;
            Drain();
        }

        return refusal;
    }

    public Refusal SetPositionMode(long uid, Symbol symbol, PositionMode mode)
    {
        var refusal = _exchange.SetPositionMode(Ledger(uid).Account, symbol, mode);
        if (!refusal.IsRefused)
        {
            _modes[(uid, symbol)] = mode;
        }

        return refusal;
    }

    /// <summary>A public trade; what it triggers and fills happens before it returns.</summary>
    public void Print(SymbolMarket market, (long TimeMs, long Price, long Size) print, Side side)
    {
        market.AddTrade(Ids.Other('t', ++_trades), print, side);
        _exchange.OnTrade(market.Symbol, print.TimeMs, print.Price, print.Size, side == Side.Buy ? 1 : -1);
        Settle(market);
    }

    /// <summary>The displayed depth has changed.</summary>
    public void SetBook(SymbolMarket market, BookSnapshot book)
    {
        market.Book = book;
        Settle(market);
    }

    /// <summary>A recorded mark or index price.</summary>
    public void SetReference(SymbolMarket market, long? mark, long? index)
    {
        if (mark is { } markPrice)
        {
            market.RecordedMark = markPrice;
            _exchange.OnMark(market.Symbol, markPrice, NowMs);
        }

        if (index is { } indexPrice)
        {
            market.RecordedIndex = indexPrice;
            _exchange.OnIndex(market.Symbol, indexPrice, NowMs);
        }

        Settle(market);
    }

    /// <summary>Funding when its time has come; every position open now pays or receives.</summary>
    public void PayFunding(SymbolMarket market, long nowMs)
    {
        while (nowMs >= market.NextFundingMs)
        {
            _exchange.OnFunding(market.Symbol, market.FundingRate, nowMs);
            market.Fundings.Add((market.NextFundingMs, market.FundingRate));
            market.NextFundingMs += market.FundingPeriodMs;
            Drain();
        }
    }

    /// <summary>Funding that somebody asked for: at this moment, the clock's settlements stay where they are.</summary>
    public void SettleFunding(SymbolMarket market, decimal rate)
    {
        var now = NowMs;
        _exchange.OnFunding(market.Symbol, rate, now);
        market.Fundings.Add((now, rate));
        Drain();
    }

    /// <summary>Prices between here and there at which something of somebody waits, nearest first: the path that a jump takes.</summary>
    public long? NextLevel(SymbolMarket market, long target)
    {
        var from = market.Last;
        var rises = target > from;
        long? nearest = null;
        foreach (var price in _ledgers.Values.SelectMany(l => _exchange.OpenOrders(l.Account)).Where(o => o.Symbol == market.Symbol)
            .SelectMany(o => new[] { o.Trigger?.Price.Units ?? 0, o.Price?.Units ?? 0 }))
        {
            var isBetween = rises ? price > from && price < target : price < from && price > target && price > 0;
            if (isBetween && (nearest is null || (rises ? price < nearest : price > nearest)))
            {
                nearest = price;
            }
        }

        return nearest;
    }

    /// <summary>Lets takers meet the book, then books what happened.</summary>
    public void Settle(SymbolMarket market)
    {
        if (market.Book.BidLevels.Length > 0)
        {
            _exchange.OnBook(market.Symbol, market.Book, NowMs);
        }

        Drain();
    }

    /// <summary>Fills resting orders that stand exactly at a touched price, as if the touch had eaten the queue.</summary>
    public void Touch(SymbolMarket market, BookSnapshot crossed)
    {
        _exchange.OnBook(market.Symbol, crossed, NowMs);
        Settle(market);
    }

    /// <summary>5 % beyond the last price, for market orders without trigger (the exchange derives it from its price limits).</summary>
    private static Price? Protected(SymbolMarket market, OrderRequest request)
    {
        const decimal Share = 0.05m;
        if (request.Type != OrderType.Market || request.Trigger is not null)
        {
            return null;
        }

        var last = new Price(market.Last).Value;
        return request.Side == Side.Buy ? market.Instrument.TickUp(last * (1 + Share)) : market.Instrument.TickDown(last * (1 - Share));
    }

    private static string WireId(long uid) => uid.ToString(System.Globalization.CultureInfo.InvariantCulture);

    private static Price? NotZero(Price price) => price.Units == 0 ? null : price;

    /// <summary>The refusal of the request just made, taken out of the reports.</summary>
    private Refusal TakeRefusal()
    {
        var at = _exchange.Reports.FindLastIndex(r => r is RefusalReport);
        if (at < 0)
        {
            return Refusal.None;
        }

        var report = (RefusalReport)_exchange.Reports[at];
        _exchange.Reports.RemoveAt(at);
        return new Refusal(report.Code, report.Text);
    }

    private void Drain()
    {
        foreach (var report in _exchange.Reports)
        {
            Apply(report);
        }

        _exchange.Reports.Clear();
        foreach (var ledger in _ledgers.Values)
        {
            if (ledger.Touched.Count > 0 || ledger.IsWalletTouched)
            {
                Tell(ledger);
            }
        }
    }

    private void Apply(ExchangeReport report)
    {
        var ledger = _ledgers.Values.First(l => l.Account == report.Account);
        switch (report)
        {
            case OrderReport order:
                ledger.Apply(order, Context(ledger, order.Symbol, order.PositionIdx));
                break;
            case FillReport fill:
                ledger.Apply(fill, Context(ledger, fill.Symbol, fill.PositionIdx));
                break;
            case FundingReport funding:
                var state = _exchange.Position(ledger.Account, funding.Symbol, funding.PositionIdx);
                ledger.Apply(funding, Context(ledger, funding.Symbol, funding.PositionIdx), state);
                break;
            case PositionReport position:
                ledger.Touched.Add(position.Symbol);
                break;
            case WalletReport:
                ledger.IsWalletTouched = true;
                break;
            case RefusalReport:
                break; // told to the caller, who took it
            default:
                throw new System.Diagnostics.UnreachableException(report.ToString());
        }
    }

    private LedgerContext Context(AccountLedger ledger, Symbol symbol, PositionIdx idx)
    {
        var market = _markets[symbol.Name];
        return new LedgerContext(
            new Price(market.Mark),
            market.NextSeq(),
            _exchange.WalletBalance(ledger.Account),
            _exchange.Position(ledger.Account, symbol, idx).Leverage,
            _exchange.OpenOrders(ledger.Account));
    }

    private void Tell(AccountLedger ledger)
    {
        var now = NowMs;
        var positions = _exchange.Positions(ledger.Account);
        var open = _exchange.OpenOrders(ledger.Account);
        ledger.SyncFullStops(open, positions.Select(p => p.Symbol).ToHashSet(), now);
        _coverage.Update(ledger.Uid, positions, open, now);
        foreach (var symbol in ledger.Touched.OrderBy(s => s.Name, StringComparer.Ordinal))
        {
            _sink.Position(ledger, symbol);
        }

        ledger.Touched.Clear();
        if (ledger.IsWalletTouched)
        {
            ledger.IsWalletTouched = false;
            _sink.Wallet(ledger);
        }
    }
}
