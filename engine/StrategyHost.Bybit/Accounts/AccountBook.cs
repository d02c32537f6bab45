using StrategyHost.Bybit.Codec;
using StrategyHost.Bybit.Wire;
using StrategyHost.Core.Domain;
using StrategyHost.Core.Ports;

namespace StrategyHost.Bybit.Accounts;

/// <summary>
/// What the exchange has said about one account, from stream and REST alike, and what of it is news. Reads no clock, sends nothing; its
/// owner holds a lock around it. 1. The same row twice is told once. 2. An order's state never goes back (<see cref="OrderMerge"/>).
/// 3. An execution is told once, by symbol and id. 4. A position or wallet older than the one known is dropped. 5. A row that cannot be
/// read becomes a problem, and the owner reads the account again.
/// </summary>
internal sealed class AccountBook(AccountId account, PositionMode mode)
{
    private const int EndedOrdersMax = 5000;
    private const int ExecutionsMax = 50_000;
    private readonly AccountCodec _codec = new(account);
    private readonly Dictionary<string, OrderReport> _orders = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _byClientId = new(StringComparer.Ordinal);
    private readonly Queue<string> _ended = [];
    private readonly HashSet<(string Symbol, string ExecId)> _executions = [];
    private readonly Queue<(string Symbol, string ExecId)> _executionOrder = [];
    private readonly Dictionary<(Symbol Symbol, PositionIdx Idx), (PositionReport Report, long Seq)> _positions = [];
    private WalletReport? _wallet;

    /// <summary>News since the owner last took them, in order.</summary>
    public List<ExchangeReport> News { get; private set; } = [];

    /// <summary>What could not be read since the owner last looked.</summary>
    public List<Error> Problems { get; } = [];

    public decimal Equity { get; private set; }
    public decimal Available { get; private set; }

    public IEnumerable<OrderReport> OpenOrders =>
        _orders.Values.Where(o => !o.Status.IsFinal() && !IsSuperseded(o)).OrderBy(o => o.At)
            .ThenBy(o => o.OrderId.Value, StringComparer.Ordinal);

    public IEnumerable<PositionReport> OpenPositions => _positions.Values.Select(p => p.Report).Where(p => !p.Size.IsZero)
        .OrderBy(p => p.Symbol.Name, StringComparer.Ordinal).ThenBy(p => p.PositionIdx);

    public List<ExchangeReport> TakeNews()
    {
        var news = News;
        News = [];
        return news;
    }

    /// <summary>
    /// Says something that is no row: a refusal, an unknown order, or a row once more where a request waits for its answer.
    /// </summary>
    public void Tell(ExchangeReport report) => News.Add(report);

    public OrderReport? Order(ClientOrderId id) =>
        _byClientId.TryGetValue(id.Value ?? "", out var orderId) ? _orders.GetValueOrDefault(orderId) : null;

    public PositionReport? Position(Symbol symbol, PositionIdx idx) =>
        _positions.TryGetValue((symbol, idx), out var known) ? known.Report : null;

    public void Take(OrderRow row)
    {
        if (IsForeign(row.Category))
        {
            return;
        }

        if (Read(_codec.Order(row)) is { } report)
        {
            Take(report);
        }
    }

    /// <summary>An order's report, from a row or made here: one that vanished, one that is unknown.</summary>
    public void Take(OrderReport report)
    {
        var isKnown = _orders.TryGetValue(report.OrderId.Value, out var known);
        if (isKnown && !OrderMerge.IsNews(known!, report))
        {
            return;
        }

        // A status that we cannot read is told, but the last one that we could read stays the measure.
        if (report.Status == OrderStatus.Unknown && isKnown)
        {
            News.Add(report);
            return;
        }

        var merged = isKnown ? OrderMerge.Merged(known!, report) : report;
        _orders[report.OrderId.Value] = merged;
        if (!isKnown && !report.ClientOrderId.IsNone)
        {
            _byClientId[report.ClientOrderId.Value] = report.OrderId.Value;
        }

        News.Add(merged);
        if (merged.Status.IsFinal() && !(isKnown && known!.Status.IsFinal()))
        {
            Ended(report.OrderId.Value);
        }
    }

    /// <summary>The order has another id since it triggered (bybit-v5 §3.10: likely never): the row of the old one does not end.</summary>
    private bool IsSuperseded(OrderReport order) => !order.ClientOrderId.IsNone
        && _byClientId.TryGetValue(order.ClientOrderId.Value, out var newest) && newest != order.OrderId.Value;

    public bool Knows(ExecutionRow row) => _executions.Contains((row.Symbol ?? "", row.ExecId ?? ""));

    public void Take(ExecutionRow row)
    {
        if (IsForeign(row.Category) || Knows(row))
        {
            return;
        }

        if (Read(_codec.Execution(row, IdxOf(row))) is not { } report)
        {
            return;
        }

        _executions.Add((row.Symbol ?? "", row.ExecId ?? ""));
        _executionOrder.Enqueue((row.Symbol ?? "", row.ExecId ?? ""));
        if (_executionOrder.Count > ExecutionsMax)
        {
            _executions.Remove(_executionOrder.Dequeue()); // far older than any overlap of a resync
        }

        News.Add(report);
    }

    public void TakeOfStream(PositionRow row, Timestamp at) =>
        Take(row, row.EntryPrice is null ? _codec.PositionOfRest(row, at) : _codec.PositionOfStream(row, at));

    public void TakeOfRest(PositionRow row, Timestamp at) => Take(row, _codec.PositionOfRest(row, at));

    public void Take(WalletRow row, Timestamp at)
    {
        if (row.Coin?.Any(c => c.Coin == "USDT") != true || (_wallet is { } known && at < known.At))
        {
            return; // other coins moved
        }

        if (Read(_codec.Wallet(row, at)) is not { } report)
        {
            return;
        }

        var usdt = row.Coin.First(c => c.Coin == "USDT");
        Equity = usdt.Equity ?? report.Balance;

        // Cross margin tells the account's available balance in USD, near enough in USDT; isolated margin leaves it empty (bybit-v5 §5.1).
        Available = row.TotalAvailableBalance ?? (usdt.WalletBalance ?? 0) - (usdt.TotalPositionInitialMargin ?? 0)
            - (usdt.TotalOrderInitialMargin ?? 0) - (usdt.Locked ?? 0) - (usdt.Bonus ?? 0);
        if (_wallet?.Balance != report.Balance)
        {
            News.Add(report);
        }

        _wallet = report;
    }

    /// <summary>The account as everything told so far adds up to.</summary>
    public AccountSnapshot Snapshot(Timestamp at) => new()
    {
        Account = account,
        At = at,
        WalletBalance = _wallet?.Balance ?? 0,
        Equity = Equity,
        Available = Available,
        Positions = [.. OpenPositions],
        OpenOrders = [.. OpenOrders],
    };

    private void Take(PositionRow row, Result<PositionReport> read)
    {
        if (IsForeign(row.Category) || Read(read) is not { } report)
        {
            return;
        }

        var key = (report.Symbol, report.PositionIdx);
        var isKnown = _positions.TryGetValue(key, out var known);
        if (!isKnown && report.Size.IsZero && report.StopLoss is null)
        {
            _positions[key] = (report, row.Seq ?? 0);
            return; // it was flat all along
        }

        if (isKnown && (report.At < known.Report.At || (report.At == known.Report.At && (row.Seq ?? 0) < known.Seq)))
        {
            return;
        }

        _positions[key] = (report, row.Seq ?? 0);
        if (!isKnown || report with { At = known.Report.At } != known.Report)
        {
            News.Add(report);
        }
    }

    // Executions do not name the leg. The order does; without it the side and what was closed tell (bybit-v5 §7.3).
    private PositionIdx IdxOf(ExecutionRow row)
    {
        if (mode == PositionMode.OneWay)
        {
            return PositionIdx.OneWay;
        }

        if (row.OrderId is { } id && _orders.TryGetValue(id, out var order))
        {
            return order.PositionIdx;
        }

        var closes = row.ClosedSize > 0;
        return (row.Side == WireSide.Buy) != closes ? PositionIdx.HedgeLong : PositionIdx.HedgeShort;
    }

    private void Ended(string orderId)
    {
        _ended.Enqueue(orderId);
        if (_ended.Count > EndedOrdersMax && _orders.Remove(_ended.Dequeue(), out var old))
        {
            _byClientId.Remove(old.ClientOrderId.Value ?? "");
        }
    }

    private T? Read<T>(Result<T> result)
        where T : class
    {
        if (result.IsOk)
        {
            return result.Value;
        }

        Problems.AddRange(result.Errors);
        return null;
    }

    // Streams without a category in their name carry every category of the account; REST rows have none.
    private static bool IsForeign(string? category) => category is not (null or "linear");
}
