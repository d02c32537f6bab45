using StrategyHost.Bybit.Accounts;
using StrategyHost.Core.Domain;
using StrategyHost.Core.Kernel;

namespace StrategyHost.Bybit.Tests.Accounts;

/// <summary>Requests for the tests of the lanes.</summary>
internal static class Wish
{
    public static PlaceOrder Enter(string id, string symbol = "XYZUSDT", decimal price = 1) => Place(id, symbol, price, reduceOnly: false);

    public static PlaceOrder Target(string id, string symbol = "XYZUSDT", decimal price = 2) => Place(id, symbol, price, reduceOnly: true);

    public static PlaceOrder Close(string id, string symbol = "XYZUSDT") => new(AccountId.Main, Target(id, symbol).Request with { Type = OrderType.Market });

    public static PlaceOrder Conditional(string id, string symbol = "XYZUSDT") => new(
        AccountId.Main,
        Target(id, symbol).Request with
        {
            Type = OrderType.Market,
            Trigger = new Trigger(Price.Of(0.5m), TriggerDirection.Fall, TriggerBy.Last),
        });

    public static AmendOrder Amend(string id, string symbol = "XYZUSDT", decimal? price = null, decimal? quantity = null, decimal? stop = null) => new(
        AccountId.Main,
        new OrderAmendment
        {
            Symbol = new Symbol(symbol),
            ClientOrderId = new ClientOrderId(id),
            Price = price is { } p ? Price.Of(p) : null,
            Quantity = quantity is { } q ? Quantity.Of(q) : null,
            StopLoss = stop is { } s ? Price.Of(s) : null,
        });

    public static CancelOrder Cancel(string id, string symbol = "XYZUSDT") => new(AccountId.Main, new Symbol(symbol), new ClientOrderId(id));

    public static SetTradingStop Stop(decimal? stop, string symbol = "XYZUSDT", decimal? target = null, TpslMode mode = TpslMode.Full) => new(
        AccountId.Main,
        new TradingStop
        {
            Symbol = new Symbol(symbol),
            StopLoss = stop is { } s ? Price.Of(s) : null,
            TakeProfit = target is { } t ? Price.Of(t) : null,
            Mode = mode,
        });

    private static PlaceOrder Place(string id, string symbol, decimal price, bool reduceOnly) => new(AccountId.Main, new OrderRequest
    {
        ClientOrderId = new ClientOrderId(id),
        Symbol = new Symbol(symbol),
        Side = reduceOnly ? Side.Sell : Side.Buy,
        Type = OrderType.Limit,
        Quantity = Quantity.Of(10),
        Price = Price.Of(price),
        ReduceOnly = reduceOnly,
    });
}

/// <summary>A parcel as it was when it left.</summary>
internal sealed record LeftParcel(RequestWay Way, IReadOnlyList<(RequestWay Way, AccountEffect Effect, bool IsSingle)> Rows);

/// <summary>
/// Lanes under a made-up course of events: what was given, what left, in what order. A step is a number; its remainders say what happens.
/// </summary>
internal sealed class LaneRun
{
    /// <summary>Small, so that it is often reached.</summary>
    public const int RowsMax = 3;

    private static readonly string[] Symbols = ["AUSDT", "BUSDT", "CUSDT"];
    private readonly RequestLanes _lanes = new(new LaneLimits { RowsMax = RowsMax, EntryRowsMax = RowsMax });
    private readonly List<Parcel> _underWay = [];
    private readonly List<(string Id, string Symbol)> _orders = [];
    private readonly List<ClientOrderId> _held = [];
    private readonly bool _hasDoubts;
    private int _prices;

    public LaneRun(IEnumerable<int> steps, bool hasReturns, bool hasDoubts)
    {
        _hasDoubts = hasDoubts;
        foreach (var step in steps)
        {
            Step(step, hasReturns);
        }

        do
        {
            _underWay.ToList().ForEach(p => Finish(p, isReturned: false));
            _held.ForEach(_lanes.Release);
            _held.Clear();
        }
        while (Take());
    }

    public List<AccountEffect> Given { get; } = [];
    public List<LeftParcel> Parcels { get; } = [];

    /// <summary>What was answered, in the order of leaving; a request that came back and left again is there once, where it left last.</summary>
    public List<QueuedRequest> Sent { get; } = [];
    public List<UnsentOrder> Unsent { get; } = [];
    public int Left => _lanes.Waiting;

    /// <summary>Lanes of the parcels that left before another was answered.</summary>
    public List<List<RequestLane>> Rounds { get; } = [];

    /// <summary>The course of events, for a law that does not hold.</summary>
    public override string ToString() => "given " + string.Join("; ", Given.Select(Text))
        + "\nsent " + string.Join("; ", Parcels.Select(p => string.Join(" + ", p.Rows.Select(r => Text(r.Effect)))));

    private static string Text(AccountEffect effect) => effect switch
    {
        PlaceOrder { Request: var r } => $"place {r.ClientOrderId} {r.Symbol} {(r.ReduceOnly ? "reduce-only " : "")}{r.Price} x {r.Quantity}",
        AmendOrder { Amendment: var a } => $"amend {a.ClientOrderId} {a.Price} x {a.Quantity} stop {a.StopLoss}",
        CancelOrder c => $"cancel {c.Id}",
        _ => $"stop {RequestWays.SymbolOf(effect)} {((SetTradingStop)effect).Wanted.StopLoss}",
    };

    private void Step(int step, bool hasReturns)
    {
        var (what, pick) = (step % 16, step / 16);
        var symbol = Symbols[pick % Symbols.Length];
        switch (what)
        {
            case 0 or 1 or 2 or 3 or 4:
                var id = $"o{_orders.Count}";
                _orders.Add((id, symbol));
                Give(what switch
                {
                    0 or 1 => Wish.Enter(id, symbol),
                    2 => Wish.Target(id, symbol),
                    3 => Wish.Close(id, symbol),
                    _ => Wish.Conditional(id, symbol),
                });
                break;
            case 5 or 6 or 7 or 8 when _orders.Count > 0:
                var (order, of) = _orders[pick % _orders.Count];
                Give(what switch
                {
                    5 => Wish.Amend(order, of, price: 1 + (0.01m * ++_prices)),
                    6 => Wish.Amend(order, of, quantity: 10 + ++_prices),
                    7 => Wish.Amend(order, of, stop: 0.01m * ++_prices),
                    _ => Wish.Cancel(order, of),
                });
                break;
            case 9 or 10:
                Give(Wish.Stop(0.01m * ++_prices, symbol));
                break;
            case 11 or 12:
                Take();
                break;
            case 13 or 14 when _underWay.Count > 0:
                Finish(_underWay[pick % _underWay.Count], hasReturns && what == 14);
                break;
            case 15 when _held.Count > 0:
                _lanes.Release(_held[0]);
                _held.RemoveAt(0);
                break;
        }
    }

    private void Give(AccountEffect effect)
    {
        Given.Add(effect);
        _lanes.Add(effect, null, 0);
        Unsent.AddRange(_lanes.TakeUnsent());
    }

    private bool Take()
    {
        var round = new List<RequestLane>();
        while (_lanes.Take(0) is { } parcel)
        {
            Parcels.Add(new LeftParcel(parcel.Way, [.. parcel.Requests.Select(r => (r.Way, r.Effect, r.IsSingle))]));
            _underWay.Add(parcel);
            Sent.AddRange(parcel.Requests);
            round.Add(parcel.Way.Lane());
        }

        Rounds.Add(round);
        return round.Count > 0;
    }

    /// <summary>An answered new order is now and then in doubt first; one that comes back was not taken.</summary>
    private void Finish(Parcel parcel, bool isReturned)
    {
        _underWay.Remove(parcel);
        foreach (var request in parcel.Requests)
        {
            if (isReturned)
            {
                Sent.Remove(request);
                _lanes.Return(request, 0, "limit");
                Unsent.AddRange(_lanes.TakeUnsent());
                continue;
            }

            if (_hasDoubts && request.Effect is PlaceOrder && request.Number % 3 == 0)
            {
                _lanes.Hold(request.Order);
                _held.Add(request.Order);
            }

            _lanes.Done(request);
        }
    }
}
