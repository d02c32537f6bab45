using System.Globalization;
using StrategyHost.Core.Domain;
using StrategyHost.Core.Kernel;
using StrategyHost.Emulator.Trading;
using StrategyHost.Simulation;

namespace StrategyHost.Bybit.Tests.Simulation;

/// <summary>
/// Sends what a kernel sends, without its sense: entries, targets, stops, amendments, cancels, trading-stops, closes, alone and in bursts, by
/// what it has been told. It remembers what it asked, so that silence is found.
/// </summary>
internal sealed class RandomTrader(
    BybitAccount account, ToldAccount told, (TradingFloor Floor, long Uid) exchange, VirtualTime time, Prng prng)
{
    private static readonly string[] Symbols = ["BTCUSDT", "ETHUSDT", "SOLUSDT"];
    private readonly TradingFloor _floor = exchange.Floor;
    private readonly long _uid = exchange.Uid;
    private readonly List<(string Id, Symbol Symbol)> _orders = [];
    private readonly SortedDictionary<string, (long Sequence, long AtMs)> _asked = new(StringComparer.Ordinal);
    private readonly double _meanMs = 150 * Math.Exp(2.3 * prng.NextDouble());
    private int _ids;

    public ToldAccount Told => told;
    public int Sent { get; private set; }

    /// <summary>What was asked and never answered, or not clearly.</summary>
    public IEnumerable<string> Unanswered => _asked.Where(a => told.HeardOf(a.Key) <= a.Value.Sequence).Select(a => a.Key).Concat(told.Unknown);

    /// <summary>Orders of an earlier life: half of them arrived, and nothing is known of any.</summary>
    public void Inherit()
    {
        for (var count = prng.Below(3); count > 0; count--)
        {
            var order = new OrderRequest
            {
                ClientOrderId = NextId(),
                Symbol = new Symbol(Symbols[prng.Below(Symbols.Length)]),
                Side = Side.Buy,
                Type = prng.Chance(0.5) ? OrderType.Market : OrderType.Limit,
                Quantity = Quantity.Of(1),
                Price = Price.Of(20),
            };
            _orders.Add((order.ClientOrderId.Value, order.Symbol));
            _asked[order.ClientOrderId.Value] = (told.Sequence, time.NowMs);
            if (prng.Chance(0.5))
            {
                lock (_floor.Gate)
                {
                    _floor.Place(_uid, order);
                }
            }

            account.Resolve(order, new Timestamp(time.NowMs - prng.Below(20_000)));
        }
    }

    /// <summary>The owner's own hand: an order without our id, or a cancel of one of ours.</summary>
    public void Meddle()
    {
        lock (_floor.Gate)
        {
            var open = _floor.Ledger(_uid).Orders.Where(o => !o.IsFinal && !o.IsFullStop).ToList();
            if (open.Count > 0 && prng.Chance(0.6))
            {
                _floor.Cancel(_uid, open[prng.Below(open.Count)]);
                return;
            }

            var symbol = new Symbol(Symbols[prng.Below(Symbols.Length)]);
            _floor.Place(_uid, new OrderRequest
            {
                ClientOrderId = new ClientOrderId(""),
                Symbol = symbol,
                Side = prng.Chance(0.5) ? Side.Buy : Side.Sell,
                Type = OrderType.Market,
                Quantity = Steps(symbol, 1 + prng.Below(4)),
            });
        }
    }

    public async Task PlayAsync(long ms)
    {
        var end = time.NowMs + ms;
        while (time.NowMs < end)
        {
            await time.DelayAsync(1 + (int)(_meanMs * prng.NextExponential()));
            for (var count = prng.Chance(0.04) ? 5 + prng.Below(30) : 1; count > 0; count--)
            {
                Act();
            }
        }
    }

    /// <summary>An entry at the market with a stop.</summary>
    public string Enter(Symbol symbol, Side side, decimal steps = 5) => Place(new OrderRequest
    {
        ClientOrderId = NextId(),
        Symbol = symbol,
        Side = side,
        Type = OrderType.Market,
        Quantity = Steps(symbol, steps),
        Protection = new AttachedProtection { StopLoss = Away(symbol, side == Side.Buy ? -0.02 : 0.02) },
    });

    public string Rest(Symbol symbol, Side side, double distance) => Place(new OrderRequest
    {
        ClientOrderId = NextId(),
        Symbol = symbol,
        Side = side,
        Type = OrderType.Limit,
        Quantity = Steps(symbol, 1 + prng.Below(8)),
        Price = Away(symbol, side == Side.Buy ? -distance : distance),
        Protection = prng.Chance(0.5) ? new AttachedProtection { StopLoss = Away(symbol, side == Side.Buy ? -0.03 : 0.03) } : null,
    });

    public string Close(PositionReport position) => Place(new OrderRequest
    {
        ClientOrderId = NextId(),
        Symbol = position.Symbol,
        Side = position.Side.ClosingSide(),
        Type = OrderType.Market,
        Quantity = position.Size,
        ReduceOnly = true,
    });

    public void Stop(PositionReport position, double distance) => Ask(ToldAccount.Stop(position.Symbol), new SetTradingStop(
        account.Account,
        new TradingStop
        {
            Symbol = position.Symbol,
            StopLoss = Away(position.Symbol, -position.Side.Sign() * distance),
            TakeProfit = prng.Chance(0.3) ? Away(position.Symbol, position.Side.Sign() * 0.03) : null,
        }));

    public void Cancel(string id, Symbol symbol) => Ask(id, new CancelOrder(account.Account, symbol, new ClientOrderId(id)));

    public void Amend(string id, Symbol symbol, OrderAmendment change) => Ask(id, new AmendOrder(account.Account, change));

    private void Act()
    {
        var symbol = new Symbol(Symbols[prng.Below(Symbols.Length)]);
        var side = prng.Chance(0.5) ? Side.Buy : Side.Sell;
        var position = told.Positions.GetValueOrDefault(symbol) is { Size.IsZero: false } open ? open : null;
        switch (prng.Below(100))
        {
            case < 22:
                Rest(symbol, side, (prng.NextDouble() * 0.004) - 0.0005);
                break;
            case < 32:
                Enter(symbol, side, 1 + prng.Below(10));
                break;
            case < 52 when _orders.Count > 0:
                var (id, of) = Pick();
                Cancel(id, of);
                break;
            case < 66 when _orders.Count > 0:
                AmendOne();
                break;
            case < 70:
                account.AskSnapshot();
                break;
            case < 84 when position is not null:
                Stop(position, 0.002 + (0.02 * prng.NextDouble()));
                break;
            case < 94 when position is not null:
                Reduce(position);
                break;
            case >= 94 when position is not null:
                Close(position);
                break;
            default:
                break;
        }
    }

    private void Reduce(PositionReport position)
    {
        var isStop = prng.Chance(0.5);
        var sign = position.Side.Sign();
        var price = Away(position.Symbol, (isStop ? -sign : sign) * (0.001 + (0.01 * prng.NextDouble())));
        var direction = isStop == (sign > 0) ? TriggerDirection.Fall : TriggerDirection.Rise;
        Place(new OrderRequest
        {
            ClientOrderId = NextId(),
            Symbol = position.Symbol,
            Side = position.Side.ClosingSide(),
            Type = isStop ? OrderType.Market : OrderType.Limit,
            Quantity = Steps(position.Symbol, 1 + prng.Below(5)),
            Price = isStop ? null : price,
            Trigger = isStop ? new Trigger(price, direction, TriggerBy.Last) : null,
            ReduceOnly = true,
        });
    }

    private void AmendOne()
    {
        var (id, symbol) = Pick();
        var known = told.Mine.GetValueOrDefault(id);
        var near = Away(symbol, (prng.NextDouble() - 0.5) * 0.006);
        var isConditional = known?.TriggerPrice is not null;
        Amend(id, symbol, new OrderAmendment
        {
            Symbol = symbol,
            ClientOrderId = new ClientOrderId(id),
            Price = !isConditional && prng.Chance(0.7) ? near : null,
            TriggerPrice = isConditional ? near : null,
            Quantity = !isConditional ? Steps(symbol, 1 + prng.Below(9)) : null,
        });
    }

    /// <summary>One of the last, open or not, whatever is known of it.</summary>
    private (string Id, Symbol Symbol) Pick()
    {
        for (var attempt = 0; ; attempt++)
        {
            var one = _orders[Math.Max(0, _orders.Count - 1 - prng.Below(40))];
            if (attempt == 3 || !told.Mine.TryGetValue(one.Id, out var known) || !known.Status.IsFinal())
            {
                return one;
            }
        }
    }

    private string Place(OrderRequest request)
    {
        var id = request.ClientOrderId.Value;
        _orders.Add((id, request.Symbol));
        Ask(id, new PlaceOrder(account.Account, request));
        return id;
    }

    private void Ask(string subject, AccountEffect effect)
    {
        Sent++;
        _asked[subject] = (told.Sequence, time.NowMs);
        account.Send(effect);
    }

    private ClientOrderId NextId() => new(string.Create(CultureInfo.InvariantCulture, $"{account.Account.Name}-{++_ids}"));

    private Price Away(Symbol symbol, double share)
    {
        var market = _floor.Market(symbol.Name)!; // one of ours
        return market.Instrument.TickDown(new Price(market.Last).Value * (1 + (decimal)share));
    }

    private Quantity Steps(Symbol symbol, decimal steps) => Quantity.Of(steps * 10 * _floor.Market(symbol.Name)!.Instrument.QtyStep.Value);
}
