using StrategyHost.Core.Domain;
using StrategyHost.Core.Kernel;

namespace StrategyHost.Bybit.Accounts;

/// <summary>
/// One look over what waits, oldest first: what of it may leave now, by way. It keeps the order that <see cref="RequestLanes"/> promises:
/// of two requests that have one, the newer is not gathered while the older waits, is under way, or would leave by another way.
/// </summary>
internal sealed class ParcelScan
{
    private readonly IReadOnlyDictionary<ClientOrderId, int> _held;
    private readonly HashSet<ClientOrderId> _orders = [];

    /// <summary>Way on which all that was seen of a lane and symbol leaves; null: some of it stays.</summary>
    private readonly Dictionary<(RequestLane Lane, Symbol Symbol), RequestWay?> _symbols = [];
    private readonly HashSet<(RequestWay Way, Symbol Symbol)> _urgent = [];
    private readonly List<QueuedRequest>[] _gathered = new List<QueuedRequest>[Enum.GetValues<RequestWay>().Length];
    private readonly bool[] _isClosed;
    private readonly int _rowsMax;

    /// <param name="held">Orders in doubt: what concerns them waits and holds nothing else up.</param>
    /// <param name="underWay">Sent and not answered.</param>
    /// <param name="rowsMax">Largest parcel.</param>
    public ParcelScan(IReadOnlyDictionary<ClientOrderId, int> held, IReadOnlyList<QueuedRequest> underWay, int rowsMax)
    {
        (_held, _rowsMax) = (held, rowsMax);
        _isClosed = new bool[_gathered.Length];
        foreach (var request in underWay)
        {
            _isClosed[(int)request.Way] = true;
            Stays(request);
        }
    }

    /// <summary>The most urgent parcel; null: nothing may leave.</summary>
    public Parcel? Parcel
    {
        get
        {
            var way = Array.FindIndex(_gathered, g => g is not null);
            return way < 0 ? null : new Parcel((RequestWay)way, _gathered[way]);
        }
    }

    public void Look(QueuedRequest request, long nowMs)
    {
        if (_held.ContainsKey(request.Order))
        {
            return;
        }

        if (request.NotBeforeMs <= nowMs && !IsBehind(request) && Gather(request))
        {
            Leaves(request);
        }
        else
        {
            Stays(request);
        }
    }

    private bool IsBehind(QueuedRequest request)
    {
        var (way, lane, symbol) = (request.Way, request.Way.Lane(), request.Symbol);
        if (!request.Order.IsNone && _orders.Contains(request.Order))
        {
            return true;
        }

        if (way.IsUrgent())
        {
            return _urgent.Contains((way, symbol));
        }

        return (_symbols.TryGetValue((lane, symbol), out var only) && only != way)
            || (lane == RequestLane.Exposure && _symbols.ContainsKey((RequestLane.Protective, symbol)));
    }

    private bool Gather(QueuedRequest request)
    {
        var way = (int)request.Way;
        if (_isClosed[way] || (request.IsSingle && _gathered[way] is not null))
        {
            return false;
        }

        (_gathered[way] ??= []).Add(request);

        // trading-stop has no batch
        _isClosed[way] = request.IsSingle || request.Effect is SetTradingStop || _gathered[way].Count == _rowsMax;
        return true;
    }

    private void Leaves(QueuedRequest request)
    {
        _orders.Add(request.Order);
        var key = (request.Way.Lane(), request.Symbol);
        _symbols[key] = _symbols.TryGetValue(key, out var only) && only != request.Way ? null : request.Way;
    }

    private void Stays(QueuedRequest request)
    {
        _orders.Add(request.Order);
        _symbols[(request.Way.Lane(), request.Symbol)] = null;
        if (request.Way.IsUrgent())
        {
            _urgent.Add((request.Way, request.Symbol));
        }
    }
}
