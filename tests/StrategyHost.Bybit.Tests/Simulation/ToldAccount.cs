using StrategyHost.Core.Domain;
using StrategyHost.Core.Ports;

namespace StrategyHost.Bybit.Tests.Simulation;

/// <summary>
/// What the adapter has told about one account, added up as a kernel would, and the laws of telling (the port's rules 2 and 3): an order's
/// state never goes back, an execution comes once, what was not taken never appears.
/// </summary>
internal sealed class ToldAccount(string name, Tally tally) : IExchangeListener
{
    private readonly HashSet<string> _executions = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> _heard = new(StringComparer.Ordinal);
    private readonly HashSet<string> _refused = new(StringComparer.Ordinal);
    private readonly HashSet<string> _unknown = new(StringComparer.Ordinal);
    private readonly Dictionary<string, OrderReport> _byExchangeId = new(StringComparer.Ordinal);

    /// <summary>Counts everything that was heard; what was sent is compared with it.</summary>
    public long Sequence { get; private set; }

    public IReadOnlySet<string> Executions => _executions;
    public IReadOnlySet<string> Refused => _refused;

    /// <summary>Orders of which nothing is known but that they may exist.</summary>
    public IReadOnlySet<string> Unknown => _unknown;
    public IReadOnlyDictionary<string, OrderReport> Orders => _byExchangeId;
    public Dictionary<string, OrderReport> Mine { get; } = new(StringComparer.Ordinal);
    public Dictionary<Symbol, PositionReport> Positions { get; } = [];
    public int Fundings { get; private set; }
    public decimal? Wallet { get; private set; }
    public AccountSnapshot? Snapshot { get; set; }
    public Dictionary<Link, LinkState> Links { get; } = [];

    /// <summary>When something about it was last heard, by <see cref="Sequence"/>.</summary>
    public long HeardOf(string subject) => _heard.GetValueOrDefault(subject, -1);

    public static string Stop(Symbol symbol) => "stop " + symbol.Name;

    public void OnReports(AccountId account, IReadOnlyList<ExchangeReport> reports)
    {
        foreach (var report in reports)
        {
            tally.Note($"{name} hears {report}");
            Sequence++;
            Take(report);
        }
    }

    public void OnSnapshot(AccountSnapshot snapshot)
    {
        tally.Note($"{name} snapshot {snapshot.WalletBalance} {snapshot.Positions.Count} {snapshot.OpenOrders.Count}");
        Snapshot = snapshot;
    }

    public void OnMarket(MarketNews news) => tally.Broken("port", "an account told of the market");

    public void OnLink(LinkNews news)
    {
        tally.Note($"{name} link {news.Link} {news.State} {news.Why}");
        Links[news.Link] = news.State;
        var why = new string([.. news.Why.TakeWhile(c => c is not (':' or '='))]);
        tally.Mark($"link: {news.Link} {news.State}, {(why.Length > 40 ? why[..40] : why)}");
    }

    private void Take(ExchangeReport report)
    {
        switch (report)
        {
            case OrderReport order:
                Take(order);
                break;
            case FillReport fill:
                Once(fill.ExecutionId.Value);
                break;
            case PositionReport position:
                Positions[position.Symbol] = position;
                _heard[Stop(position.Symbol)] = Sequence;
                break;
            case WalletReport wallet:
                Wallet = wallet.Balance;
                break;
            case RefusalReport refusal:
                Take(refusal);
                break;
            case FundingReport:
                Fundings++;
                break;
            default:
                break;
        }
    }

    private void Once(string execution)
    {
        if (!_executions.Add(execution))
        {
            tally.Broken("executions once", $"{name} {execution}");
        }
    }

    private void Take(RefusalReport refusal)
    {
        var id = refusal.ClientOrderId.Value ?? "";
        _heard[refusal.Request == RequestKind.TradingStop ? Stop(refusal.Symbol) : id] = Sequence;
        tally.Mark($"refused: {refusal.Request} {refusal.Code}");
        if (refusal.Request == RequestKind.Place)
        {
            _refused.Add(id);
            if (_unknown.Remove(id))
            {
                tally.Mark("recovery: unknown, then never arrived");
            }

            if (Mine.ContainsKey(id))
            {
                tally.Broken("the fence", $"{name} {id} was told and is refused now: {refusal.Text}");
            }
        }
    }

    private void Take(OrderReport order)
    {
        var id = order.ClientOrderId.Value ?? "";
        _heard[id] = Sequence;
        if (order.Status == OrderStatus.Unknown)
        {
            tally.Mark("recovery: told unknown");
            _unknown.Add(id);
            if (Mine.TryGetValue(id, out var before))
            {
                tally.Broken("never back", $"{name} {id} was {before.Status} and is unknown now");
            }

            return;
        }

        if (_unknown.Remove(id))
        {
            tally.Mark("recovery: unknown, then found");
        }

        if (order.Reason is "not_sent" or "not_found")
        {
            tally.Mark("recovery: " + order.Reason);
        }

        if (_refused.Contains(id) && id.Length > 0)
        {
            tally.Broken("the fence", $"{name} {id} was refused and is {order.Status} now");
        }

        var key = order.OrderId.Value.Length > 0 ? order.OrderId.Value : id;
        if (_byExchangeId.TryGetValue(key, out var known)
            && (order.FilledQuantity < known.FilledQuantity || Stage(order.Status) < Stage(known.Status)
                || (known.Status.IsFinal() && order.Status != known.Status && order.Status != OrderStatus.Filled)))
        {
            tally.Broken("never back", $"{name} {id} {known.Status} {known.FilledQuantity} → {order.Status} {order.FilledQuantity}");
        }

        _byExchangeId[key] = order;
        if (id.Length > 0)
        {
            if (Mine.TryGetValue(id, out var twin) && twin.OrderId != order.OrderId)
            {
                tally.Broken("one order", $"{name} {id} is {twin.OrderId} and {order.OrderId}");
            }

            Mine[id] = order;
        }
    }

    private static int Stage(OrderStatus status) => status switch
    {
        OrderStatus.Pending or OrderStatus.Unknown => 0,
        OrderStatus.Untriggered => 1,
        OrderStatus.Triggered => 2,
        OrderStatus.New => 3,
        OrderStatus.PartiallyFilled => 4,
        OrderStatus.Filled or OrderStatus.Cancelled or OrderStatus.Rejected or OrderStatus.Deactivated => 5,
    };
}
