using StrategyHost.Core.Domain;
using StrategyHost.Core.Kernel;
using StrategyHost.Core.Tests.Protection;

namespace StrategyHost.Core.Tests.Kernel;

/// <summary>
/// An exchange of one symbol that takes requests one at a time and tells of them later: market orders fill, stops rest, nothing triggers. A
/// test asks after every single request what the position is covered by.
/// </summary>
internal sealed class SlowExchange(KernelDesk desk)
{
    private readonly Queue<(AccountEffect Request, Dictionary<long, long> Wanted)> _requests = [];
    private readonly Queue<ExchangeReport> _reports = [];
    private readonly Dictionary<string, (OrderRequest Request, long Trigger)> _stops = new(StringComparer.Ordinal);
    private int _executions;

    public long Size { get; private set; }
    public long FullStop { get; private set; }
    public int Conditional => _stops.Count;
    /// <summary>What it took and told, for who looks for a failure's cause.</summary>
    public List<string> Log { get; } = [];
    public bool IsIdle => _requests.Count == 0 && _reports.Count == 0;

    /// <summary>What of a long position is stopped at a price or above it.</summary>
    public long Covered(long price) => FullStop >= price ? Size
        : Math.Min(Size, _stops.Values.Where(s => s.Trigger >= price).Sum(s => s.Request.Quantity.Units));

    /// <summary>Takes over what the kernel has sent by now.</summary>
    public void Collect()
    {
        var open = desk.Kernel.Main.Plans.Where(p => !p.Size.IsZero).ToArray();
        var wanted = open.Select(p => p.Stop.Stop).Distinct()
            .ToDictionary(s => s, s => open.Where(p => p.Stop.Stop >= s).Sum(p => p.Size.Units));
        foreach (var request in desk.Requests.Where(r => r is not (Alert or ReadAccount)))
        {
            _requests.Enqueue((request, wanted));
        }

        desk.Requests.Clear();
    }

    /// <summary>What had to be covered at each stop when the next request was made; null: there is none.</summary>
    public IReadOnlyDictionary<long, long>? Wanted => _requests.TryPeek(out var next) ? next.Wanted : null;

    /// <summary>Carries out one request; false: there is none.</summary>
    public bool Take(decimal price)
    {
        if (!_requests.TryDequeue(out var next))
        {
            return false;
        }

        var request = next.Request;

        Log.Add(Text(request));
        switch (request)
        {
            case PlaceOrder { Request: { Trigger: { } trigger } stop }:
                _stops[stop.ClientOrderId.Value] = (stop, trigger.Price.Units);
                Tell(stop, OrderStatus.Untriggered, Quantity.Zero);
                break;
            case PlaceOrder { Request: var market }:
                Fill(market, price);
                break;
            case AmendOrder { Amendment: var a } when _stops.TryGetValue(a.ClientOrderId.Value, out var open):
                var amended = open.Request with { Quantity = a.Quantity ?? open.Request.Quantity };
                _stops[a.ClientOrderId.Value] = (amended, a.TriggerPrice?.Units ?? open.Trigger);
                Tell(amended, OrderStatus.Untriggered, Quantity.Zero);
                break;
            case CancelOrder cancel when _stops.Remove(cancel.Id.Value, out var gone):
                Tell(gone.Request, OrderStatus.Cancelled, Quantity.Zero);
                break;
            case SetTradingStop { Wanted: var wanted }:
                FullStop = Size == 0 ? 0 : wanted.StopLoss!.Value.Units;
                TellPosition();
                break;
        }

        return true;
    }

    /// <summary>Tells one thing that has happened; false: the kernel knows everything.</summary>
    public bool Say()
    {
        if (!_reports.TryDequeue(out var report))
        {
            return false;
        }

        Log.Add($"  tells {report.GetType().Name} {(report as OrderReport)?.Status} {(report as PositionReport)?.StopLoss}");
        desk.Requests.Clear();
        desk.Tell(new Reported([report]) { At = desk.Now });
        Collect();
        return true;
    }

    private static string Text(AccountEffect request) => request switch
    {
        PlaceOrder { Request: var r } => $"place {r.ClientOrderId} {r.Side} {r.Quantity} at {r.Trigger?.Price} stop {r.Protection?.StopLoss}",
        AmendOrder { Amendment: var a } => $"amend {a.ClientOrderId} to {a.Quantity} at {a.TriggerPrice} stop {a.StopLoss}",
        CancelOrder cancel => $"cancel {cancel.Id}",
        SetTradingStop { Wanted: var wanted } => $"stop {wanted.StopLoss}",
        _ => request.ToString(),
    };

    private void Fill(OrderRequest order, decimal price)
    {
        var quantity = order.ReduceOnly ? Math.Min(order.Quantity.Units, Size) : order.Quantity.Units;
        Size += order.ReduceOnly ? -quantity : quantity;
        FullStop = Size == 0 ? 0 : order.Protection?.StopLoss?.Units ?? FullStop;
        if (quantity > 0)
        {
            _reports.Enqueue(new FillReport
            {
                Account = AccountId.Main,
                At = desk.Now,
                Symbol = order.Symbol,
                ExecutionId = new ExecutionId($"x{++_executions}"),
                OrderId = new ExchangeOrderId("x" + order.ClientOrderId),
                ClientOrderId = order.ClientOrderId,
                Side = order.Side,
                Price = Price.Of(price),
                Quantity = new Quantity(quantity),
                Fee = 0,
                FeeRate = 0,
                IsMaker = false,
            });
        }

        TellPosition();
        Tell(order, quantity == order.Quantity.Units ? OrderStatus.Filled : OrderStatus.Cancelled, new Quantity(quantity));
    }

    private void TellPosition() => _reports.Enqueue(new PositionReport
    {
        Account = AccountId.Main,
        At = desk.Now,
        Symbol = Markets.Btc.Symbol,
        Size = new Quantity(Size),
        StopLoss = FullStop == 0 ? null : new Price(FullStop),
    });

    private void Tell(OrderRequest order, OrderStatus status, Quantity filled) => _reports.Enqueue(new OrderReport
    {
        Account = AccountId.Main,
        At = desk.Now,
        Symbol = order.Symbol,
        OrderId = new ExchangeOrderId("x" + order.ClientOrderId),
        ClientOrderId = order.ClientOrderId,
        Status = status,
        Side = order.Side,
        Type = order.Type,
        Quantity = order.Quantity,
        FilledQuantity = filled,
        TriggerPrice = _stops.TryGetValue(order.ClientOrderId.Value, out var stop) ? new Price(stop.Trigger) : null,
    });
}
