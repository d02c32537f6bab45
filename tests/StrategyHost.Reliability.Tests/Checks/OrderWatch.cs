using StrategyHost.Core.Domain;
using StrategyHost.Core.Kernel;
using StrategyHost.Core.Orders;
using StrategyHost.Reliability.Tests.World;
using StrategyHost.Simulation.Exchange;

namespace StrategyHost.Reliability.Tests.Checks;

/// <summary>
/// What leaves the host and what the exchange takes: I-05 (no id is taken twice, no target twice at a time), I-06 (written before it is
/// sent), I-11 (each account its own), I-14 (what closes is reduce-only), I-15 (never one conditional order too many), I-28 (values).
/// </summary>
internal sealed class OrderWatch(Truth truth, Func<AccountId, IDisk> disks)
{
    private readonly HashSet<string> _taken = new(StringComparer.Ordinal);
    private readonly HashSet<string> _merged = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> _most = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> _filled = new(StringComparer.Ordinal);

    /// <summary>A request is handed to the adapter: from now on its bytes may leave.</summary>
    public void Sent(AccountEffect request)
    {
        var mayBeUnwritten = request is not PlaceOrder { Request.ReduceOnly: false };
        if (!disks(request.Account).IsDurable(request) && !(mayBeUnwritten && MayGoUnwritten?.Invoke(request.Account) == true))
        {
            throw new InvariantBroken("I-06", $"{request.Account} {Line.LineCounter.Text(request)} left before it was on disk");
        }

        var id = Bybit.Accounts.RequestWays.OrderOf(request);
        if (!id.IsNone && OrderTag.TryRead(id.Value, out var tag) && tag.Account != request.Account)
        {
            throw new InvariantBroken("I-11", $"{request.Account} sends {id}, which is of {tag.Account}");
        }

        Values(request);
    }

    /// <summary>Whether a protective request may leave unwritten: the disk fails, or has not answered for too long.</summary>
    public Func<AccountId, bool>? MayGoUnwritten { get; init; }

    /// <summary>
    /// Tranches that become one have the targets of both under one plan, numbered anew: a number says no more which target an order is of,
    /// its price does.
    /// </summary>
    public void Wanted(Effect effect)
    {
        if (effect is Alert { Code: "tranches_merged" } alert)
        {
            _merged.Add($"{alert.Account} {alert.Text.Split(':')[0]}");
        }
    }

    public void Happened(AccountEffect? request, IReadOnlyList<ExchangeReport> reports)
    {
        if (request is PlaceOrder { Request: var placed })
        {
            Placed(request.Account, placed, reports);
        }

        if (request is AmendOrder { Amendment: { Quantity: { } quantity } amendment }
            && _most.TryGetValue(amendment.ClientOrderId.Value, out var most))
        {
            _most[amendment.ClientOrderId.Value] = Math.Max(most, quantity.Units);
        }

        foreach (var report in reports)
        {
            if (report is FillReport { ClientOrderId.IsNone: false } fill && _most.TryGetValue(fill.ClientOrderId.Value, out var wanted))
            {
                var sum = _filled[fill.ClientOrderId.Value] = _filled.GetValueOrDefault(fill.ClientOrderId.Value) + fill.Quantity.Units;
                if (sum > wanted)
                {
                    throw new InvariantBroken("I-05", $"{fill.ClientOrderId} filled {new Quantity(sum)} of {new Quantity(wanted)}");
                }
            }
        }
    }

    private void Placed(AccountId account, OrderRequest placed, IReadOnlyList<ExchangeReport> reports)
    {
        if (reports.FirstOrDefault(r => r is RefusalReport) is RefusalReport refusal)
        {
            if (refusal.Code == 110009 && !Conditional(account, placed.Symbol).Any(o => !OrderTag.TryRead(o.ClientOrderId.Value ?? "", out _))
                && !CountsStops)
            {
                throw new InvariantBroken("I-15", $"{account} {placed.ClientOrderId} was one conditional order too many");
            }

            return;
        }

        _most[placed.ClientOrderId.Value] = placed.Quantity.IsZero ? long.MaxValue : placed.Quantity.Units;
        if (!_taken.Add(placed.ClientOrderId.Value))
        {
            throw new InvariantBroken("I-05", $"{account} {placed.ClientOrderId} was taken twice");
        }

        if (!OrderTag.TryRead(placed.ClientOrderId.Value, out var tag) || tag.Role != OrderRole.Target)
        {
            return;
        }

        var wereMerged = _merged.Contains($"{account} {placed.Symbol}");
        var twins = truth.Exchange.OpenOrders(account).Count(o => OrderTag.TryRead(o.ClientOrderId.Value ?? "", out var other)
            && other.Role == OrderRole.Target && other.Plan == tag.Plan && other.Index == tag.Index && other.Installation == tag.Installation
            && (!wereMerged || o.Price == placed.Price));
        if (twins > 1)
        {
            throw new InvariantBroken("I-05", $"{account} {placed.ClientOrderId}: its target stands twice");
        }
    }

    /// <summary>The exchange counts stops of positions as conditional orders, which nobody can know before.</summary>
    public bool CountsStops { get; init; }

    private IEnumerable<OpenOrderState> Conditional(AccountId account, Symbol symbol) =>
        truth.Exchange.OpenOrders(account).Where(o => o.Symbol == symbol && o.Trigger is not null && o.StopOrderType == StopOrderType.Stop);

    private static void Values(AccountEffect request)
    {
        switch (request)
        {
            case PlaceOrder { Request: var r }:
                var i = Of(r.Symbol);
                Check(r.Quantity.Units > 0 && i.IsOnStep(r.Quantity), r.ClientOrderId, $"quantity {r.Quantity}");
                Check(r.Quantity <= (r.Type == OrderType.Market ? i.MaxMarketQty : i.MaxLimitQty), r.ClientOrderId, $"quantity {r.Quantity}");
                Check(r.Type == OrderType.Market || IsPrice(i, r.Price), r.ClientOrderId, $"price {r.Price}");
                Check(r.Trigger is null || IsPrice(i, r.Trigger.Value.Price), r.ClientOrderId, $"trigger {r.Trigger?.Price}");
                Check(r.Protection?.StopLoss is not { } stop || IsPrice(i, stop), r.ClientOrderId, $"stop {r.Protection?.StopLoss}");
                if (OrderTag.TryRead(r.ClientOrderId.Value, out var tag) && tag.Role != OrderRole.Entry && !r.ReduceOnly && !r.CloseOnTrigger)
                {
                    throw new InvariantBroken("I-14", $"{r.ClientOrderId} is to close and may open");
                }

                if (RoleOf(r) == OrderRole.Stop && r.Trigger is { } t && (t.Direction == TriggerDirection.Fall) != (r.Side == Side.Sell))
                {
                    throw new InvariantBroken("I-01", $"{r.ClientOrderId} {r.Side} stops a position when it wins: {t.Direction} to {t.Price}");
                }

                break;
            case AmendOrder { Amendment: var a }:
                Check(a.Quantity is not { } q || (q.Units > 0 && Of(a.Symbol).IsOnStep(q)), a.ClientOrderId, $"quantity {a.Quantity}");
                Check(a.Price is not { } p || IsPrice(Of(a.Symbol), p), a.ClientOrderId, $"price {a.Price}");
                break;
            case SetTradingStop { Wanted: var w }:
                Check(w.StopLoss is not { } level || IsPrice(Of(w.Symbol), level), default, $"stop {w.StopLoss} of {w.Symbol}");
                break;
        }
    }

    private static OrderRole? RoleOf(OrderRequest request) => OrderTag.TryRead(request.ClientOrderId.Value, out var tag) ? tag.Role : null;

    private static Instrument Of(Symbol symbol) => Instruments.All.First(i => i.Symbol == symbol);

    private static bool IsPrice(Instrument instrument, Price? price) => price is { Units: > 0 } p && instrument.IsOnTick(p);

    private static void Check(bool holds, ClientOrderId id, string what)
    {
        if (!holds)
        {
            throw new InvariantBroken("I-28", $"{id} asks for {what}");
        }
    }
}
