using StrategyHost.Core.Domain;

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
    private readonly bool[] _isSingleBusy;
    private readonly bool[] _isBatchBusy;
    private readonly bool[] _isFull;
    private readonly LaneLimits _limits;

    /// <param name="held">Orders in doubt: what concerns them waits and holds nothing else up.</param>
    /// <param name="underWay">Sent and not answered.</param>
    /// <param name="limits">Largest parcels.</param>
    public ParcelScan(IReadOnlyDictionary<ClientOrderId, int> held, IReadOnlyList<QueuedRequest> underWay, LaneLimits limits)
    {
        (_held, _limits) = (held, limits);
        (_isSingleBusy, _isBatchBusy) = (new bool[_gathered.Length], new bool[_gathered.Length]);
        _isFull = new bool[_gathered.Length];
        foreach (var request in underWay)
        {
            (request.IsInBatch ? _isBatchBusy : _isSingleBusy)[(int)request.Way] = true;
            Stays(request);
        }
    }

    /// <summary>The most urgent parcel; null: nothing may leave.</summary>
    public Parcel? Parcel
    {
        get
        {
            for (var way = 0; way < _gathered.Length; way++)
            {
                if (_gathered[way] is { } rows && (rows.Count > 1 || !_isSingleBusy[way]))
                {
                    return new Parcel((RequestWay)way, rows);
                }
            }

            return null;
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
        var rowsMax = request.IsSingle || _isBatchBusy[way] ? 1
            : request.Way.Lane() == RequestLane.Exposure ? Math.Min(_limits.EntryRowsMax, _limits.RowsMax) : _limits.RowsMax;
        if (_isFull[way] || (rowsMax == 1 && (_isSingleBusy[way] || _gathered[way] is not null)))
        {
            return false;
        }

        (_gathered[way] ??= []).Add(request);
        _isFull[way] = _gathered[way].Count == rowsMax;
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
