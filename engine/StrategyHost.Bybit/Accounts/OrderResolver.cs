using StrategyHost.Bybit.Rest;
using StrategyHost.Bybit.Wire;
using StrategyHost.Core.Domain;

namespace StrategyHost.Bybit.Accounts;

/// <summary>A new order that may or may not have been taken: what was sent, with which stamp, and what the exchange said.</summary>
internal sealed record DoubtfulOrder(OrderRequest Request, long StampMs, int Code, string Why);

/// <summary>
/// Finds out what became of a new order (bybit-v5 §1.7, reliability §5.3): open orders, closed ones, history and executions by our id,
/// until it is found or cannot come any more. 1. Never sends the order again, neither with this nor with another id. 2. A failed read is
/// no evidence. 3. Absence is believed only after the receive window of the last attempt has passed by the server's clock, with a margin,
/// and after two complete rounds since then. 4. Executions alone prove that it was taken, but not what became of it: it is looked for until
/// its row shows, because lists and executions lag independently.
/// </summary>
internal sealed class OrderResolver(AccountReads reads, AccountFeed feed, TimeProvider time)
{
    private const int NegativeRounds = 2;
    private static readonly int[] PauseMs = [300, 500, 1200, 3000, 5000];

    /// <summary>True: found, and what is known of it was told. False: it was never taken.</summary>
    public async Task<bool> FindAsync(DoubtfulOrder order, Timestamp believeFrom, Func<Timestamp> serverNow, CancellationToken cancellation)
    {
        var id = order.Request.ClientOrderId;
        var name = new OrderName(order.Request.Symbol, id, default);
        var negative = 0;
        for (var round = 0; negative < NegativeRounds; round++)
        {
            var pause = TimeSpan.FromMilliseconds(PauseMs[Math.Min(round, PauseMs.Length - 1)]);
            if (await feed.WaitAsync(b => b.Order(id) is not null, pause, time, cancellation).ConfigureAwait(false))
            {
                return true;
            }

            var asked = serverNow();
            var seen = await ReadAsync(name, cancellation).ConfigureAwait(false);
            if (seen is { Orders: > 0 })
            {
                return true;
            }

            negative += seen is { Executions: 0 } && asked > believeFrom ? 1 : 0;
        }

        return false;
    }

    /// <summary>Reads one order with its executions and tells what is new: whether there is one. Null: a read failed.</summary>
    public async Task<bool?> LookAsync(OrderName name, CancellationToken cancellation) =>
        await ReadAsync(name, cancellation).ConfigureAwait(false) is { } seen ? seen.Orders + seen.Executions > 0 : null;

    private async Task<(int Orders, int Executions)?> ReadAsync(OrderName name, CancellationToken cancellation)
    {
        var orders = await reads.OrderAsync(name, cancellation).ConfigureAwait(false);
        var executions = await reads.ExecutionsAsync(name, cancellation).ConfigureAwait(false);
        if (orders is not Ok<List<OrderRow>> { Value: var orderRows } || executions is not Ok<List<ExecutionRow>> { Value: var fills })
        {
            return null;
        }

        if (!await reads.CompleteAsync(feed.Look(book => fills.FindAll(f => !book.Knows(f))), cancellation).ConfigureAwait(false))
        {
            return null;
        }

        feed.Change(book =>
        {
            orderRows.ForEach(book.Take);
            foreach (var fill in fills.OrderBy(f => f.ExecTime ?? 0))
            {
                book.Take(fill);
            }
        });
        return (orderRows.Count, fills.Count);
    }
}
