using StrategyHost.Core.Domain;
using StrategyHost.Core.MarketData;
using StrategyHost.Simulation.Exchange;

namespace StrategyHost.Simulation.Tests.Exchange;

/// <summary>
/// A trading session that one seed determines: options, requests of two accounts, market events. Requests do not look at the exchange's
/// answers, so a session can be played on several exchanges and compared.
/// </summary>
internal sealed class RandomSession
{
    public static readonly Symbol Coin = new("COINUSDT");
    public const decimal Start = 1_000_000m;
    private const int Steps = 120;
    private readonly Random _random;
    private int _orders;
    private long _minute;
    private long _price = 1000;

    public RandomSession(int seed)
    {
        _random = new Random(seed);
        Model = (FillModel)_random.Next(4);
        Options = new ExchangeOptions
        {
            Fill = Model,
            LimitTouch = _random.Next(2) == 0,
            SlippageTicks = _random.Next(3) == 0 ? 1 : 0,
            Switches = new ExchangeSwitches
            {
                AttachOnFirstFill = _random.Next(4) != 0,
                ShrinkEarliestPartialFirst = _random.Next(4) != 0,
                KeepOrphanConditionals = _random.Next(4) != 0,
                KeepOrderIdOnTrigger = _random.Next(4) != 0,
                ReduceOnlyOverflow = (ReduceOnlyOverflow)_random.Next(2),
            },
        };
        Hedge = _random.Next(3) == 0;
        Margin = _random.Next(4) == 0 ? MarginMode.Cross : MarginMode.Isolated;
        Leverage = _random.Next(3) == 0 ? 50m : 5m;
        UsesMark = _random.Next(3) == 0;
        Actions = [.. Enumerable.Range(0, Steps).Select(_ => Next())];
    }

    public FillModel Model { get; }
    public ExchangeOptions Options { get; }
    public bool Hedge { get; }
    public MarginMode Margin { get; }
    public decimal Leverage { get; }
    public bool UsesMark { get; }

    /// <summary>Steps; market events say their prices, so that a player may leave out the quiet ones.</summary>
    public IReadOnlyList<Step> Actions { get; }

    public SimulatedExchange Open()
    {
        var exchange = OpenEmpty();
        foreach (var account in new[] { AccountId.Main, AccountId.Mirror })
        {
            exchange.AddAccount(new AccountOptions
            {
                Account = account,
                Balance = Start,
                PositionMode = Hedge ? PositionMode.Hedge : PositionMode.OneWay,
                MarginMode = Margin,
                Leverage = Leverage,
            });
        }

        return exchange;
    }

    /// <summary>The exchange before it has accounts.</summary>
    public SimulatedExchange OpenEmpty()
    {
        var instrument = new Instrument
        {
            Symbol = Coin,
            TickSize = Price.Of(1m),
            QtyStep = Quantity.Of(1m),
            MinQty = Quantity.Of(1m),
            MaxLeverage = 50m,
        };
        return new SimulatedExchange(Options, [instrument]);
    }

    /// <summary>Plays all steps and gives the exchange with every report.</summary>
    public SimulatedExchange Play(Action<SimulatedExchange, Step>? after = null)
    {
        var exchange = Open();
        foreach (var step in Actions)
        {
            step.Run(exchange);
            after?.Invoke(exchange, step);
        }

        return exchange;
    }

    private Step Next() => _random.Next(10) switch
    {
        < 6 => Event(),
        < 9 => Request(),
        _ => Change(),
    };

    private Step Event()
    {
        _minute++;
        var ms = _minute * 60_000;
        if (UsesMark && _random.Next(4) == 0)
        {
            var mark = U(_price + _random.Next(-3, 4));
            return new Step(e => e.OnMark(Coin, mark, ms));
        }

        if (_random.Next(40) == 0)
        {
            var rate = _random.Next(-20, 21) * 0.0001m;
            return new Step(e => e.OnFunding(Coin, rate, ms));
        }

        return Model == FillModel.Bar ? Bar(ms) : Model == FillModel.Book && _random.Next(3) == 0 ? Book(ms) : Trade(ms);
    }

    private Step Bar(long ms)
    {
        var open = Math.Max(50, _price + _random.Next(-4, 5));
        var close = Math.Max(50, open + _random.Next(-10, 11));
        var high = Math.Max(open, close) + _random.Next(8);
        var low = Math.Max(40, Math.Min(open, close) - _random.Next(8));
        _price = close;
        var bar = new Kline(ms, U(open), U(high), U(low), U(close), 0, 0);
        Action<SimulatedExchange>[] parts =
            [e => e.BarOpen(Coin, bar), e => e.BarRange(Coin, bar), e => e.BarClose(Coin, bar, ms + 60_000)];
        return new Step(e => Array.ForEach(parts, part => part(e)))
        {
            Parts = parts,
            Low = bar.Low,
            High = bar.High,
            Last = bar.Close,
            EndMs = ms + 60_000,
        };
    }

    private Step Trade(long ms)
    {
        _price = Math.Max(50, _price + _random.Next(-6, 7));
        var (price, size, side) = (U(_price), U(_random.Next(1, 8)), _random.Next(3) - 1);
        return new Step(e => e.OnTrade(Coin, ms, price, size, side)) { Low = price, High = price, Last = price, EndMs = ms };
    }

    private Step Book(long ms)
    {
        BookLevel[] bids = [.. Enumerable.Range(1, 4).Select(i => new BookLevel(U(_price - i), U(_random.Next(1, 9))))];
        BookLevel[] asks = [.. Enumerable.Range(1, 4).Select(i => new BookLevel(U(_price + i), U(_random.Next(1, 9))))];
        var book = new OrderBook(Coin);
        book.Apply(new BookUpdate(Coin, new Timestamp(ms), IsSnapshot: true, 1, bids, asks));
        return new Step(e => e.OnBook(Coin, book, ms)) { Book = book };
    }

    private Step Request()
    {
        var account = _random.Next(2) == 0 ? AccountId.Main : AccountId.Mirror;
        var side = (Side)_random.Next(2);
        var limit = _random.Next(2) == 0;
        var opens = _random.Next(2) == 0 ? PositionIdx.HedgeLong : PositionIdx.HedgeShort;
        var price = _price + _random.Next(-12, 13);
        var request = new OrderRequest
        {
            ClientOrderId = new ClientOrderId($"o-{++_orders}"),
            Symbol = Coin,
            Side = side,
            Type = limit ? OrderType.Limit : OrderType.Market,
            Quantity = Quantity.Of(_random.Next(1, 40)),
            Price = limit ? Price.Of(price) : null,
            TimeInForce = limit ? (TimeInForce)_random.Next(4) : TimeInForce.Gtc,
            PositionIdx = Hedge ? opens : PositionIdx.OneWay,
            Trigger = _random.Next(4) == 0 ? Trigger() : null,
            ReduceOnly = _random.Next(3) == 0,
            Protection = _random.Next(3) == 0 ? Protection(side) : null,
        };
        var at = new Timestamp(_minute * 60_000);
        return new Step(e => e.Place(account, request, at)) { Account = account };
    }

    private Trigger Trigger()
    {
        var rises = _random.Next(2) == 0;
        var price = Price.Of(_price + (rises ? _random.Next(1, 12) : -_random.Next(1, 12)));
        return new Trigger(price, rises ? TriggerDirection.Rise : TriggerDirection.Fall, (TriggerBy)_random.Next(3));
    }

    private AttachedProtection Protection(Side side)
    {
        var sign = side == Side.Buy ? 1 : -1;
        return new AttachedProtection
        {
            StopLoss = Price.Of(_price - (sign * _random.Next(3, 20))),
            TakeProfit = _random.Next(2) == 0 ? Price.Of(_price + (sign * _random.Next(3, 20))) : null,
            Mode = (TpslMode)_random.Next(2),
        };
    }

    private Step Change()
    {
        var account = _random.Next(2) == 0 ? AccountId.Main : AccountId.Mirror;
        var at = new Timestamp(_minute * 60_000);
        var id = new ClientOrderId($"o-{_random.Next(1, Math.Max(2, _orders + 1))}");
        switch (_random.Next(6))
        {
            case 4:
                return Moved(account, id, at);
            case 5 when _random.Next(3) == 0:
                var leverage = (decimal)_random.Next(2, 50);
                return new Step(e => e.SetLeverage(account, Coin, leverage)) { Account = account };
            case 0:
                return new Step(e => e.Cancel(account, Coin, id, at)) { Account = account };
            case 1:
                var quantity = Quantity.Of(_random.Next(1, 40));
                var change = new OrderAmendment { Symbol = Coin, ClientOrderId = id, Quantity = quantity };
                return new Step(e => e.Amend(account, change, at)) { Account = account };
            default:
                var stop = Stop();
                return new Step(e => e.SetTradingStop(account, stop, at)) { Account = account };
        }
    }

    private Step Moved(AccountId account, ClientOrderId id, Timestamp at)
    {
        var away = Price.Of(_price + _random.Next(-12, 13));
        var change = new OrderAmendment { Symbol = Coin, ClientOrderId = id };
        change = _random.Next(3) switch
        {
            0 => change with { Price = away },
            1 => change with { TriggerPrice = away },
            _ => change with { StopLoss = away },
        };
        return new Step(e => e.Amend(account, change, at)) { Account = account };
    }

    private TradingStop Stop()
    {
        var sign = _random.Next(2) == 0 ? 1 : -1;
        var kind = _random.Next(4);
        return new TradingStop
        {
            Symbol = Coin,
            PositionIdx = Hedge ? (sign > 0 ? PositionIdx.HedgeLong : PositionIdx.HedgeShort) : PositionIdx.OneWay,
            StopLoss = kind != 1 ? Price.Of(_price - (sign * _random.Next(2, 15))) : null,
            TakeProfit = kind == 1 ? Price.Of(_price + (sign * _random.Next(2, 15))) : null,
            StopLossBy = (TriggerBy)_random.Next(3),
            TrailingDistance = kind == 2 ? Price.Of(_random.Next(2, 10)) : null,
            ActivationPrice = kind == 2 && _random.Next(2) == 0 ? Price.Of(_price + (sign * _random.Next(1, 6))) : null,
            Mode = kind == 3 ? TpslMode.Partial : TpslMode.Full,
            Size = kind == 3 ? Quantity.Of(_random.Next(1, 10)) : null,
        };
    }

    private static long U(long whole) => whole * FixedPoint.Scale;
}

/// <summary>One step. Market events that may be left out when quiet carry their price range, last price and end.</summary>
internal sealed record Step(Action<SimulatedExchange> Run)
{
    public long Low { get; init; }
    public long High { get; init; }
    public long Last { get; init; }
    public long EndMs { get; init; }

    /// <summary>The depth that this step shows.</summary>
    public OrderBook? Book { get; init; }

    /// <summary>The calls that <see cref="Run"/> makes.</summary>
    public IReadOnlyList<Action<SimulatedExchange>> Parts { get => field ?? [Run]; init; }

    /// <summary>Whose request it is; null: a market event.</summary>
    public AccountId? Account { get; init; }
    public bool MayBeQuiet => EndMs != 0;
}
