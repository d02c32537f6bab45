using StrategyHost.Core.Domain;
using StrategyHost.Core.MarketData;
using StrategyHost.Simulation.Exchange;
using StrategyHost.Simulation.Exchange.Saved;

namespace StrategyHost.Simulation.Tests.Exchange;

/// <summary>A small language for exchange tests: prices and quantities as decimals, one symbol, one account unless said.</summary>
internal sealed class Fixture
{
    public static readonly Symbol Btc = new("BTCUSDT");
    public static readonly AccountId A = AccountId.Main;
    private readonly ExchangeOptions _options;
    private readonly OrderBook _book = new(Btc);
    private long _minute;
    private int _ids;

    public Fixture(ExchangeOptions? options = null, AccountOptions? account = null, Instrument? instrument = null)
    {
        Instrument = instrument ?? Btcusdt;
        _options = options ?? new ExchangeOptions();
        Exchange = new SimulatedExchange(_options, [Instrument]);
        Exchange.AddAccount(account ?? new AccountOptions { Account = A, Balance = 100_000m });
    }

    public static Instrument Btcusdt => new()
    {
        Symbol = Btc,
        TickSize = Price.Of(0.1m),
        QtyStep = Quantity.Of(0.001m),
        MinQty = Quantity.Of(0.001m),
        MinNotional = 5m,
        MaxMarketQty = Quantity.Of(100m),
        MaxLimitQty = Quantity.Of(1000m),
    };

    public Instrument Instrument { get; }
    public SimulatedExchange Exchange { get; private set; }
    public Timestamp Now => new(_minute * 60_000);
    public List<ExchangeReport> Reports => Exchange.Reports;
    public List<FillReport> Fills => [.. Reports.OfType<FillReport>()];
    public List<OrderReport> Orders => [.. Reports.OfType<OrderReport>()];
    public List<RefusalReport> Refusals => [.. Reports.OfType<RefusalReport>()];
    public PositionReport LastPosition => Reports.OfType<PositionReport>().Last();

    public static Fixture OnTicks(FillModel model, ExchangeSwitches? switches = null) =>
        new(new ExchangeOptions { Fill = model, Switches = switches ?? new ExchangeSwitches() });

    public static long U(decimal value) => FixedPoint.Units(value);
    public static Price P(decimal value) => Price.Of(value);
    public static Quantity Q(decimal value) => Quantity.Of(value);

    /// <summary>Goes on with another exchange from the texts of this one; reports begin anew.</summary>
    public void Restart()
    {
        var state = ExchangeTexts.Read(new ExchangeTexts().Of(Exchange.Export())).Value!; // there are texts
        Exchange = new SimulatedExchange(_options, [Instrument]);
        var errors = Exchange.Restore(state);
        if (errors.Count > 0)
        {
            throw new InvalidOperationException(string.Join("; ", errors));
        }
    }

    public ClientOrderId Place(Side side, decimal quantity, Func<OrderRequest, OrderRequest>? with = null)
    {
        var id = new ClientOrderId($"t-{++_ids}");
        var request = new OrderRequest
        {
            ClientOrderId = id,
            Symbol = Btc,
            Side = side,
            Type = OrderType.Market,
            Quantity = Q(quantity),
        };
        Exchange.Place(A, with is null ? request : with(request), Now);
        return id;
    }

    public ClientOrderId Buy(decimal quantity, Func<OrderRequest, OrderRequest>? with = null) => Place(Side.Buy, quantity, with);
    public ClientOrderId Sell(decimal quantity, Func<OrderRequest, OrderRequest>? with = null) => Place(Side.Sell, quantity, with);

    /// <summary>Plays a whole candle; reports of its instants stay in <see cref="Reports"/>.</summary>
    public void Bar(decimal open, decimal high, decimal low, decimal close)
    {
        var bar = Candle(open, high, low, close);
        Exchange.BarOpen(Btc, bar);
        Exchange.BarRange(Btc, bar);
        Exchange.BarClose(Btc, bar, bar.Start + 60_000);
        _minute++;
    }

    public Kline Candle(decimal open, decimal high, decimal low, decimal close) =>
        new(_minute * 60_000, U(open), U(high), U(low), U(close), U(1m), 0);

    public void Flat(decimal price) => Bar(price, price, price, price);
    public void Trade(decimal price, decimal size = 1m, int taker = 0) =>
        Exchange.OnTrade(Btc, ++_minute * 60_000, U(price), U(size), taker);
    public void Mark(decimal price) => Exchange.OnMark(Btc, U(price), ++_minute * 60_000);

    public void Book((decimal Price, decimal Size)[] bids, (decimal Price, decimal Size)[] asks)
    {
        _book.Apply(new BookUpdate(Btc, Now, IsSnapshot: true, 1, Levels(bids), Levels(asks)));
        Exchange.OnBook(Btc, _book, ++_minute * 60_000);
    }

    public void Stop(Func<TradingStop, TradingStop> with) => Exchange.SetTradingStop(A, with(new TradingStop { Symbol = Btc }), Now);
    public void Cancel(ClientOrderId id) => Exchange.Cancel(A, Btc, id, Now);

    private static BookLevel[] Levels((decimal Price, decimal Size)[] levels) =>
        [.. levels.Select(l => new BookLevel(U(l.Price), U(l.Size)))];
}

/// <summary>Requests as the tests say them.</summary>
internal static class RequestWords
{
    public static OrderRequest Limit(this OrderRequest r, decimal price) => r with { Type = OrderType.Limit, Price = Price.Of(price) };
    public static OrderRequest Reduce(this OrderRequest r) => r with { ReduceOnly = true };
    public static OrderRequest In(this OrderRequest r, TimeInForce force) => r with { TimeInForce = force };
    public static OrderRequest Idx(this OrderRequest r, PositionIdx idx) => r with { PositionIdx = idx };

    public static OrderRequest OnRise(this OrderRequest r, decimal price, TriggerBy by = TriggerBy.Last) =>
        r with { Trigger = new Trigger(Price.Of(price), TriggerDirection.Rise, by) };

    public static OrderRequest OnFall(this OrderRequest r, decimal price, TriggerBy by = TriggerBy.Last) =>
        r with { Trigger = new Trigger(Price.Of(price), TriggerDirection.Fall, by) };

    public static OrderRequest Stopped(this OrderRequest r, decimal? stop, decimal? target = null, TpslMode mode = TpslMode.Full) => r with
    {
        Protection = new AttachedProtection
        {
            StopLoss = stop is { } s ? Price.Of(s) : null,
            TakeProfit = target is { } t ? Price.Of(t) : null,
            Mode = mode,
        },
    };
}
