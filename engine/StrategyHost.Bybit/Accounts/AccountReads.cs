using System.Globalization;
using System.Text.Json.Serialization.Metadata;
using StrategyHost.Bybit.Rest;
using StrategyHost.Bybit.Wire;
using StrategyHost.Core.Domain;

namespace StrategyHost.Bybit.Accounts;

/// <summary>
/// Reads of one account, each with all its pages: a read that misses a page is a failure, never a shorter answer (reliability E13).
/// </summary>
internal sealed class AccountReads(BybitRestClient client)
{
    private const int PagesMax = 200;
    private const long LedgerMarginMs = 5000;
    private const long WindowMs = 7 * 86_400_000L - 1000;

    /// <summary>Positions with a size, of every symbol.</summary>
    public Task<RestResult<List<PositionRow>>> PositionsAsync(CancellationToken cancellation) =>
        PagesAsync("/v5/position/list", BybitJson.Default.PositionReply, Linear(("settleCoin", "USDT"), ("limit", "200")), cancellation);

    /// <summary>Positions of one symbol, flat ones too.</summary>
    public Task<RestResult<List<PositionRow>>> PositionsAsync(Symbol symbol, CancellationToken cancellation) =>
        PagesAsync("/v5/position/list", BybitJson.Default.PositionReply, Linear(("symbol", symbol.Name)), cancellation);

    /// <summary>
    /// Every open order: active and conditional ones are asked apart, because a common list has been seen to lack the latter.
    /// </summary>
    public async Task<RestResult<List<OrderRow>>> OpenOrdersAsync(CancellationToken cancellation)
    {
        var active = await OpenOrdersAsync("Order", cancellation).ConfigureAwait(false);
        if (active is not Ok<List<OrderRow>> { Value: var rows })
        {
            return active;
        }

        var conditional = await OpenOrdersAsync("StopOrder", cancellation).ConfigureAwait(false);
        if (conditional is Ok<List<OrderRow>> { Value: var more })
        {
            var known = rows.Select(r => r.OrderId).ToHashSet(StringComparer.Ordinal);
            rows.AddRange(more.Where(r => known.Add(r.OrderId)));
            return active;
        }

        return conditional;
    }

    /// <summary>One order wherever it is to be found: open, lately closed, or in history. Empty: nowhere.</summary>
    public async Task<RestResult<List<OrderRow>>> OrderAsync(OrderName order, CancellationToken cancellation)
    {
        var (query, type) = (order.Query(), BybitJson.Default.OrderReply);
        var recent = await PagesAsync("/v5/order/realtime", type, query, cancellation).ConfigureAwait(false);
        return recent is Ok<List<OrderRow>> { Value.Count: 0 }
            ? await PagesAsync("/v5/order/history", type, query, cancellation).ConfigureAwait(false)
            : recent;
    }

    /// <summary>The executions of one order.</summary>
    public Task<RestResult<List<ExecutionRow>>> ExecutionsAsync(OrderName order, CancellationToken cancellation) =>
        PagesAsync("/v5/execution/list", BybitJson.Default.ExecutionReply, order.Query() + "&limit=100", cancellation);

    /// <summary>Executions from a moment on, oldest first, in windows of at most 7 days.</summary>
    public async Task<RestResult<List<ExecutionRow>>> ExecutionsAsync(Timestamp from, Timestamp to, CancellationToken cancellation)
    {
        var all = new List<ExecutionRow>();
        for (var start = from.Ms; start <= to.Ms; start += WindowMs + 1)
        {
            // The last window is left open: what happens while we read belongs to it.
            var end = start + WindowMs < to.Ms ? Text(start + WindowMs) : null;
            var query = Linear(("settleCoin", "USDT"), ("startTime", Text(start)), ("endTime", end), ("limit", "100"));
            var part = await PagesAsync("/v5/execution/list", BybitJson.Default.ExecutionReply, query, cancellation).ConfigureAwait(false);
            if (part is not Ok<List<ExecutionRow>> { Value: var rows })
            {
                return part;
            }

            all.AddRange(rows);
        }

        return new Ok<List<ExecutionRow>>([.. all.OrderBy(r => r.ExecTime ?? 0).ThenBy(r => r.Seq ?? 0)]);
    }

    /// <summary>
    /// Gives executions the profit that the execution list leaves out, from the ledger. One that the ledger does not have yet keeps none:
    /// who knows the position works it out. False: the ledger could not be read.
    /// </summary>
    public async Task<bool> CompleteAsync(IReadOnlyList<ExecutionRow> rows, CancellationToken cancellation)
    {
        var closing = rows.Where(r => r is { ExecPnl: null, ClosedSize: > 0 }).ToArray();
        if (closing.Length == 0)
        {
            return true;
        }

        var (first, last) = (closing.Min(r => r.ExecTime ?? 0) - LedgerMarginMs, closing.Max(r => r.ExecTime ?? 0) + LedgerMarginMs);
        for (var start = first; start <= last; start += WindowMs + 1)
        {
            var query = $"accountType=UNIFIED&category=linear&currency=USDT&startTime={Text(start)}"
                + $"&endTime={Text(Math.Min(start + WindowMs, last))}&limit=50";
            var ledger = await PagesAsync("/v5/account/transaction-log", BybitJson.Default.TransactionReply, query, cancellation)
                .ConfigureAwait(false);
            if (ledger is not Ok<List<TransactionRow>> { Value: var entries })
            {
                return false;
            }

            foreach (var row in entries)
            {
                foreach (var execution in closing.Where(r => r.ExecId == row.TradeId && r.Symbol == row.Symbol))
                {
                    execution.ExecPnl = row.CashFlow;
                }
            }
        }

        return true;
    }

    public Task<RestResult<List<WalletRow>>> WalletAsync(CancellationToken cancellation) =>
        PagesAsync("/v5/account/wallet-balance", BybitJson.Default.WalletReply, "accountType=UNIFIED&coin=USDT", cancellation);

    private Task<RestResult<List<OrderRow>>> OpenOrdersAsync(string filter, CancellationToken cancellation) => PagesAsync(
        "/v5/order/realtime", BybitJson.Default.OrderReply,
        Linear(("settleCoin", "USDT"), ("orderFilter", filter), ("openOnly", "0"), ("limit", "50")), cancellation);

    private async Task<RestResult<List<T>>> PagesAsync<T>(
        string path, JsonTypeInfo<RestReply<ListResult<T>>> reply, string query, CancellationToken cancellation)
    {
        var rows = new List<T>();
        string? cursor = null;
        for (var page = 0; page < PagesMax; page++)
        {
            var request = new RestRequest<ListResult<T>>(path, reply)
            {
                Query = Query.WithCursor(query, cursor),
                Priority = RequestPriority.Protective,
            };
            var result = await client.SendAsync(request, cancellation).ConfigureAwait(false);
            if (result is not Ok<ListResult<T>> { Value: var list })
            {
                return Failed<ListResult<T>, List<T>>(result);
            }

            rows.AddRange(list.List ?? []);
            if (string.IsNullOrEmpty(list.NextPageCursor) || list.NextPageCursor == cursor)
            {
                return new Ok<List<T>>(rows) { ServerTime = result.ServerTime };
            }

            cursor = list.NextPageCursor;
        }

        return new Ambiguous<List<T>>(0, $"{path} has more than {PagesMax} pages");
    }

    private static RestResult<TTo> Failed<TFrom, TTo>(RestResult<TFrom> result) => result switch
    {
        Refused<TFrom> r => new Refused<TTo>(r.RetCode, r.RetMsg) { IsFatal = r.IsFatal },
        AlreadyDone<TFrom> r => new Ambiguous<TTo>(r.RetCode, r.RetMsg),
        Retryable<TFrom> r => new Retryable<TTo>(r.RetCode, r.Why, r.NotBefore),
        Ambiguous<TFrom> r => new Ambiguous<TTo>(r.RetCode, r.Why),
        _ => throw new System.Diagnostics.UnreachableException(result.ToString()),
    };

    private static string Linear(params ReadOnlySpan<(string Name, string? Value)> parameters) => "category=linear&" + Query.Of(parameters);

    private static string Text(long ms) => ms.ToString(CultureInfo.InvariantCulture);
}

/// <summary>An order as the exchange can be asked for it: by our id where it has one, else by the exchange's.</summary>
internal readonly record struct OrderName(Symbol Symbol, ClientOrderId ClientOrderId, ExchangeOrderId OrderId)
{
    public string Query() => "category=linear&" + (ClientOrderId.IsNone
        ? Rest.Query.Of(("symbol", Symbol.Name), ("orderId", OrderId.Value))
        : Rest.Query.Of(("symbol", Symbol.Name), ("orderLinkId", ClientOrderId.Value)));
}
