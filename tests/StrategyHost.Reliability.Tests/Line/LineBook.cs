using StrategyHost.Bybit.Accounts;
using StrategyHost.Core.Domain;
using StrategyHost.Core.Ports;
using StrategyHost.Reliability.Tests.World;

namespace StrategyHost.Reliability.Tests.Line;

/// <summary>
/// What the adapter has heard of one account and promises to tell (<see cref="IExchangeAccount"/> 3, bybit.md): each execution once, an
/// order's state never back, positions and wallets never older than the one known.
/// </summary>
internal sealed class LineBook(AccountId account)
{
    private readonly Dictionary<string, OrderReport> _orders = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _byClientId = new(StringComparer.Ordinal);
    private readonly HashSet<string> _executions = new(StringComparer.Ordinal);
    private readonly Dictionary<(Symbol, PositionIdx), (PositionReport Report, long Seq)> _positions = [];
    private (WalletReport Report, long Seq)? _wallet;

    public IEnumerable<OrderReport> OpenOrders => _orders.Values
        .Where(o => !o.Status.IsFinal() && (o.ClientOrderId.IsNone || _byClientId[o.ClientOrderId.Value] == o.OrderId.Value))
        .OrderBy(o => o.At).ThenBy(o => o.OrderId.Value, StringComparer.Ordinal);

    public IEnumerable<PositionReport> OpenPositions => _positions.Values.Select(p => p.Report).Where(p => !p.Size.IsZero)
        .OrderBy(p => p.Symbol.Name, StringComparer.Ordinal).ThenBy(p => p.PositionIdx);

    public OrderReport? Order(ClientOrderId id) =>
        _byClientId.TryGetValue(id.Value ?? "", out var order) ? _orders.GetValueOrDefault(order) : null;

    public PositionReport? Position(Symbol symbol, PositionIdx idx) =>
        _positions.TryGetValue((symbol, idx), out var known) ? known.Report : null;

    public bool Knows(ExecutionId id) => _executions.Contains(id.Value);

    /// <summary>Executions that the host had before this adapter came up are not told again.</summary>
    public void Forget(IEnumerable<ExecutionId> known)
    {
        foreach (var id in known)
        {
            _executions.Add(id.Value);
        }
    }

    /// <summary>Fundings that are counted already.</summary>
    public IReadOnlySet<(Symbol, PositionIdx, Timestamp)> Fundings { get; set; } = new HashSet<(Symbol, PositionIdx, Timestamp)>();

    /// <summary>What of it is news; null: nothing.</summary>
    public ExchangeReport? Take(in Told told) => told.Report switch
    {
        OrderReport order => Take(order),
        FillReport fill => _executions.Add(fill.ExecutionId.Value) ? fill : null,
        FundingReport funding when Fundings.Contains((funding.Symbol, funding.PositionIdx, funding.At)) => null,
        FundingReport funding => _executions.Add($"F{funding.Symbol}{funding.PositionIdx}{funding.At.Ms}") ? funding : null,
        PositionReport position => Take(position, told.Seq),
        WalletReport wallet => Take(wallet, told.Seq),
        _ => null,
    };

    public AccountSnapshot Snapshot(Timestamp at, decimal equity) => new()
    {
        Account = account,
        At = at,
        WalletBalance = _wallet?.Report.Balance ?? 0,
        Equity = equity,
        Available = equity,
        Positions = [.. OpenPositions],
        OpenOrders = [.. OpenOrders],
    };

    public OrderReport? Take(OrderReport report)
    {
        var isKnown = _orders.TryGetValue(report.OrderId.Value, out var known);
        if (isKnown && !OrderMerge.IsNews(known!, report))
        {
            return null;
        }

        var merged = isKnown ? OrderMerge.Merged(known!, report) : report;
        _orders[report.OrderId.Value] = merged;
        if (!isKnown && !report.ClientOrderId.IsNone)
        {
            _byClientId[report.ClientOrderId.Value] = report.OrderId.Value;
        }

        return merged;
    }

    private PositionReport? Take(PositionReport report, long seq)
    {
        var key = (report.Symbol, report.PositionIdx);
        var isKnown = _positions.TryGetValue(key, out var known);
        if (isKnown && seq <= known.Seq)
        {
            return null;
        }

        _positions[key] = (report, seq);
        var wasFlat = !isKnown && report.Size.IsZero && report.StopLoss is null;
        return wasFlat || (isKnown && report with { At = known.Report.At } == known.Report) ? null : report;
    }

    private WalletReport? Take(WalletReport report, long seq)
    {
        if (_wallet is { } known && seq <= known.Seq)
        {
            return null;
        }

        var isNews = _wallet?.Report.Balance != report.Balance;
        _wallet = (report, seq);
        return isNews ? report : null;
    }
}
