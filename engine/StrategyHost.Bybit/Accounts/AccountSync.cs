using StrategyHost.Bybit.Rest;
using StrategyHost.Bybit.Wire;
using StrategyHost.Core.Domain;
using StrategyHost.Core.Ports;

namespace StrategyHost.Bybit.Accounts;

/// <summary>
/// Reads the whole account and folds it into the book: after a reconnect, for a snapshot, from time to time, and after a row that could not
/// be read (bybit-v5 §6.6, reliability §5.5). Stream messages may come meanwhile: the book takes both and tells each thing once. One read
/// at a time.
/// </summary>
internal sealed class AccountSync(AccountReads reads, AccountFeed feed, Func<Timestamp> serverNow) : IDisposable
{
    private const int StableReadsMax = 5;

    /// <summary>Executions appear in the list some seconds late; ids keep the overlap from being told twice.</summary>
    private const int OverlapMs = 30_000;

    /// <summary>A new order appears in the lists some seconds late; one that is older and nowhere to be found does not exist.</summary>
    private const int VisibleMs = 10_000;

    private readonly SemaphoreSlim _turn = new(1, 1);
    private Timestamp? _completeUntil;
    private Timestamp? _firstRead;
    private bool _hasExpected;

    /// <summary>Executions before this are not told; null: those before the first read.</summary>
    public Timestamp? ExecutionsSince { get; init; }

    /// <summary>Orders of an earlier life of the host: what became of them is told with the first read.</summary>
    public IReadOnlyList<RecoveredOrder> Expected { get; init; } = [];

    /// <summary>Why the last read failed.</summary>
    public string Failure { get; private set; } = "";

    public void Dispose() => _turn.Dispose();

    /// <summary>What was news; null: the read failed, and nothing of it was used.</summary>
    public async Task<IReadOnlyList<ExchangeReport>?> ReadAsync(CancellationToken cancellation)
    {
        await _turn.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            for (var i = 1; ; i++)
            {
                if (await ReadOnceAsync(cancellation).ConfigureAwait(false) is not { } read)
                {
                    return null;
                }

                if (read.IsStable || i == StableReadsMax)
                {
                    return await FoldAsync(read, cancellation).ConfigureAwait(false);
                }
            }
        }
        finally
        {
            _turn.Release();
        }
    }

    private async Task<AccountRead?> ReadOnceAsync(CancellationToken cancellation)
    {
        var at = serverNow();
        _completeUntil ??= ExecutionsSince ?? at;
        var positions = Rows(await reads.PositionsAsync(cancellation).ConfigureAwait(false));
        var orders = positions is null ? null : Rows(await reads.OpenOrdersAsync(cancellation).ConfigureAwait(false));
        var from = _firstRead is { } first ? new Timestamp(Math.Max(first.Ms, _completeUntil.Value.Ms - OverlapMs)) : _completeUntil.Value;
        _firstRead ??= from;
        var executions = orders is null ? null : Rows(await reads.ExecutionsAsync(from, serverNow(), cancellation).ConfigureAwait(false));
        var isComplete = executions is not null
            && await reads.CompleteAsync(feed.Look(book => executions.FindAll(e => !book.Knows(e))), cancellation).ConfigureAwait(false);
        var wallet = !isComplete ? null : Rows(await reads.WalletAsync(cancellation).ConfigureAwait(false));
        var after = wallet is null ? null : Rows(await reads.PositionsAsync(cancellation).ConfigureAwait(false));
        return after is null ? null : new AccountRead(at, positions!, orders!, executions!, wallet!, after);
    }

    private async Task<IReadOnlyList<ExchangeReport>?> FoldAsync(AccountRead read, CancellationToken cancellation)
    {
        var news = feed.Change(book => Fold(book, read)).ToList();
        var ids = read.Orders.Select(o => o.OrderId).ToHashSet(StringComparer.Ordinal);
        foreach (var order in feed.Look(b => b.OpenOrders.Where(o => o.At < read.At && !ids.Contains(o.OrderId.Value)).ToList()))
        {
            var name = new OrderName(order.Symbol, order.ClientOrderId, order.OrderId);
            if (Rows(await reads.OrderAsync(name, cancellation).ConfigureAwait(false)) is not { } rows)
            {
                return null;
            }

            news.AddRange(feed.Change(book => FoldMissing(book, order, rows, read.At)));
        }

        if (await FoldExpectedAsync(read.At, cancellation).ConfigureAwait(false) is not { } ended)
        {
            return null;
        }

        news.AddRange(ended);
        var held = read.After.Select(p => (p.Symbol, p.PositionIdx)).ToHashSet();
        foreach (var position in feed.Look(b => b.OpenPositions.Where(p => !held.Contains((p.Symbol.Name, (int)p.PositionIdx))).ToList()))
        {
            if (Rows(await reads.PositionsAsync(position.Symbol, cancellation).ConfigureAwait(false)) is not { } rows)
            {
                return null;
            }

            news.AddRange(feed.Change(book => rows.ForEach(r => book.TakeOfRest(r, serverNow()))));
        }

        _completeUntil = read.At;
        return news;
    }

    /// <summary>Null: a read failed. Orders that were asked for already are in the book, and are not asked for again.</summary>
    private async Task<List<ExchangeReport>?> FoldExpectedAsync(Timestamp at, CancellationToken cancellation)
    {
        var news = new List<ExchangeReport>();
        if (_hasExpected)
        {
            return news;
        }

        foreach (var order in feed.Look(b => Expected.Where(o => b.Order(o.Request.ClientOrderId) is null).ToList()))
        {
            var name = new OrderName(order.Request.Symbol, order.Request.ClientOrderId, default);
            if (Rows(await reads.OrderAsync(name, cancellation).ConfigureAwait(false)) is not { } rows)
            {
                return null;
            }

            news.AddRange(feed.Change(book =>
            {
                rows.ForEach(book.Take);
                if (rows.Count == 0 && order.SentAt.AddMs(VisibleMs) < at)
                {
                    book.Tell(order.Report(feed.Account, OrderStatus.Cancelled, at, "not_found"));
                }
            }));
        }

        _hasExpected = true;
        return news;
    }

    private static void Fold(AccountBook book, AccountRead read)
    {
        foreach (var order in read.Orders.OrderBy(o => o.UpdatedTime ?? 0))
        {
            book.Take(order);
        }

        read.Executions.ForEach(book.Take);
        read.After.ForEach(p => book.TakeOfRest(p, read.At));
        read.Wallet.ForEach(w => book.Take(w, read.At));
    }

    private static void FoldMissing(AccountBook book, OrderReport order, List<OrderRow> rows, Timestamp at)
    {
        rows.ForEach(book.Take);
        if (rows.Count == 0 && order.At.AddMs(VisibleMs) < at)
        {
            book.Take(order with { Status = OrderStatus.Cancelled, At = at, Reason = "not_found" });
        }
    }

    private List<T>? Rows<T>(RestResult<List<T>> result)
    {
        if (result is Ok<List<T>> ok)
        {
            return ok.Value;
        }

        Failure = result switch
        {
            Refused<List<T>> r => $"{r.RetCode} {r.RetMsg}",
            Retryable<List<T>> r => $"{r.RetCode} {r.Why}",
            Ambiguous<List<T>> r => $"{r.RetCode} {r.Why}",
            _ => "no answer",
        };
        return null;
    }

    private sealed record AccountRead(
        Timestamp At, List<PositionRow> Before, List<OrderRow> Orders, List<ExecutionRow> Executions, List<WalletRow> Wallet,
        List<PositionRow> After)
    {
        /// <summary>No position moved while the rest was read.</summary>
        public bool IsStable => Before.Select(Key).SequenceEqual(After.Select(Key));

        private static (string?, int?, decimal?, long?) Key(PositionRow row) => (row.Symbol, row.PositionIdx, row.Size, row.Seq);
    }
}
