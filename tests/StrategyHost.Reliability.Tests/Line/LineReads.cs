using StrategyHost.Core.Domain;
using StrategyHost.Reliability.Tests.Faults;
using StrategyHost.Reliability.Tests.World;

namespace StrategyHost.Reliability.Tests.Line;

/// <summary>
/// What the adapter reads by REST: single orders, positions, the whole account. A read shows the exchange as it was when it was read, new
/// things perhaps seconds late (E10), and may fail; its rows go through the book like those of the stream.
/// </summary>
internal sealed class LineReads(LineParts parts, LineBook book, LineTrouble trouble, Action<IReadOnlyList<ExchangeReport>> tell)
{
    private bool _isDead;
    private bool _isReading;
    private List<Action<bool>> _waiting = [];

    /// <summary>Reads that have not been answered.</summary>
    public int Open { get; private set; }

    /// <summary>Executions before this are not asked for: the host has counted them.</summary>
    public long SinceMs { get; set; }

    /// <summary>Orders that an earlier life of the host left open: how they ended has to be told.</summary>
    public HashSet<string> LeftOpen { get; } = new(StringComparer.Ordinal);

    /// <summary>
    /// Those of them that the exchange had acknowledged: they exist, so no picture is whole before they were seen, or cannot come any more.
    /// </summary>
    public HashSet<ClientOrderId> Awaited { get; } = [];
    public long FenceMs { get; set; }

    public bool IsComplete
    {
        get
        {
            Awaited.RemoveWhere(id => book.Order(id) is not null || parts.Time.NowMs > FenceMs);
            return Awaited.Count == 0;
        }
    }

    public void Die() => _isDead = true;

    /// <summary>One order and its executions; null: the read failed, true: it is there.</summary>
    public void Order(ClientOrderId id, Action<bool?> then) => Read(lag =>
    {
        var truth = parts.Truth[parts.Account];
        var order = truth.Order(id);
        var isSeen = order is { Report: OrderReport seen } && truth.BornMs[seen.OrderId.Value] <= parts.Time.NowMs - lag;
        Told[] fills = [.. truth.Executions.Where(t => t.AtMs <= parts.Time.NowMs - lag && t.Report is FillReport f && f.ClientOrderId == id)];
        return () =>
        {
            Fold(isSeen ? [order!.Value, .. fills] : fills); // it was just found
            then(isSeen || fills.Length > 0);
        };
    }, () => then(null));

    /// <summary>All positions; false: the read failed.</summary>
    public void Positions(Action<bool> then) => Read(_ =>
    {
        var told = TruePositions();
        return () =>
        {
            Fold(told);
            then(true);
        };
    }, () => then(false));

    /// <summary>The whole account, again and again until it could be read, as the kernel is promised one.</summary>
    public void Snapshot() => Account(isRead =>
    {
        if (isRead && IsComplete)
        {
            var now = new Timestamp(parts.Time.NowMs);
            parts.Listener.OnSnapshot(book.Snapshot(now, parts.Truth.Exchange.Equity(parts.Account)));
        }
        else
        {
            parts.Time.After(isRead ? 300 : 1000, parts.Rank, () =>
            {
                if (!_isDead)
                {
                    Snapshot();
                }
            });
        }
    });

    /// <summary>Reads the whole account into the book and tells what is news; one read at a time.</summary>
    public void Account(Action<bool> then)
    {
        _waiting.Add(then);
        if (!_isReading)
        {
            _isReading = true;
            ReadAccount();
        }
    }

    private void ReadAccount()
    {
        var then = _waiting;
        _waiting = [];
        Read(lag =>
        {
            var truth = parts.Truth[parts.Account];
            var now = parts.Time.NowMs;
            Told[] orders = [.. truth.Orders.Values.Where(o => truth.BornMs[((OrderReport)o.Report).OrderId.Value] <= now - lag)
                .Where(o => !IsFinal(o) || IsAsked((OrderReport)o.Report)).OrderBy(o => o.Seq)];
            Told[] executions = [.. truth.Executions.Where(t => t.AtMs >= SinceMs && t.AtMs <= now - lag)];
            Told[] positions = TruePositions();
            var wallet = new Told(parts.Truth.Seq, now, new WalletReport
            {
                Account = parts.Account,
                At = new Timestamp(now),
                Balance = parts.Truth.Exchange.WalletBalance(parts.Account),
            });
            return () =>
            {
                Fold([.. orders, .. executions, .. positions, wallet]);
                End(then, true);
            };
        }, () => End(then, false));
    }

    private void End(List<Action<bool>> then, bool isRead)
    {
        _isReading = false;
        then.ForEach(t => t(isRead));
        if (_waiting.Count > 0 && !_isReading)
        {
            _isReading = true;
            ReadAccount();
        }
    }

    /// <summary>It is missing from the list of open orders, and was there before: it is asked for by its id.</summary>
    private bool IsAsked(OrderReport order) => LeftOpen.Contains(order.ClientOrderId.Value ?? "")
        || book.OpenOrders.Any(b => b.OrderId == order.OrderId);

    private static bool IsFinal(in Told told) => ((OrderReport)told.Report).Status.IsFinal();

    private Told[] TruePositions()
    {
        var rows = new List<Told>();
        foreach (var position in parts.Truth.Exchange.Positions(parts.Account))
        {
            rows.Add(new Told(parts.Truth.Seq, parts.Time.NowMs, parts.Truth.Position(parts.Account, position)));
        }

        foreach (var known in book.OpenPositions)
        {
            if (!rows.Exists(r => r.Report is PositionReport p && p.Symbol == known.Symbol && p.PositionIdx == known.PositionIdx))
            {
                var flat = parts.Truth.Exchange.Position(parts.Account, known.Symbol, known.PositionIdx);
                rows.Add(new Told(parts.Truth.Seq, parts.Time.NowMs, parts.Truth.Position(parts.Account, flat)));
            }
        }

        return [.. rows];
    }

    /// <summary>Rows of a read through the book. REST does not say what an execution earned.</summary>
    private void Fold(IEnumerable<Told> rows)
    {
        var news = new List<ExchangeReport>();
        foreach (var row in rows)
        {
            var asRead = row.Report is FillReport fill && !fill.ClosedQuantity.IsZero
                ? row with { Report = fill with { RealisedPnl = 0, IsPnlKnown = false, Slippage = 0 } } : row;
            if (book.Take(asRead) is { } report)
            {
                news.Add(report);
                if (report is FillReport { IsPnlKnown: false })
                {
                    parts.ClosedUnknown?.Invoke(parts.Account);
                }

                if (report is FillReport)
                {
                    parts.Markers.Hit("line.fill_found_by_read");
                }
            }
        }

        tell(news);
    }

    /// <summary>The question travels, is answered as things are then, and the answer travels back.</summary>
    private void Read(Func<long, Action> look, Action failed)
    {
        Open++;
        var (there, back) = (parts.Dice.Int(1, parts.LagMs), parts.Dice.Int(1, parts.LagMs));
        parts.Time.After(there, parts.Rank, () =>
        {
            var lag = parts.Faults.Hits(FaultKind.VisibilityLag, parts.Name) ? parts.Dice.Int(50, 9000) : 0;
            if (lag > 0)
            {
                trouble.Impair(lag);
            }

            var answer = trouble.IsReachable ? look(lag) : failed;
            parts.Time.After(trouble.IsReachable ? back : 1000, parts.Rank, () =>
            {
                Open--;
                if (!_isDead)
                {
                    answer();
                }
            });
        });
    }
}
