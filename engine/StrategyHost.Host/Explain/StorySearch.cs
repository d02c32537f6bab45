using StrategyHost.Core.Domain;
using StrategyHost.Core.Kernel;
using StrategyHost.Core.Orders;
using StrategyHost.Storage.Journal;

namespace StrategyHost.Host.Explain;

/// <summary>What is to be explained: a signal of a run, and the order that was asked for, if it was one.</summary>
/// <param name="Run">The run.</param>
/// <param name="Signal">Null: no signal is behind the order.</param>
/// <param name="Owner">Whose file has the order; null: a signal was asked for.</param>
/// <param name="Order">The order's id as asked.</param>
internal sealed record StoryKey(string Run, string? Signal, string? Owner, string? Order);

/// <summary>Finds the signal behind an id of a signal or an order.</summary>
internal static class StorySearch
{
    private const int Suggested = 3;

    /// <summary>The newest run that has the id, unless one is named; an error with the nearest known ids where none has.</summary>
    public static Result<StoryKey> Find(JournalSet journals, string id, string? run)
    {
        var signals = journals.ReadAll(r => r.BySignal(id));
        if (Newest(journals, signals, run, id) is { } signalled)
        {
            return new StoryKey(signalled, id, null, null);
        }

        var orders = journals.ReadAll(r => r.ByOrder(id));
        if (Newest(journals, orders, run, id) is not { } named)
        {
            return Unknown(journals, id, run);
        }

        var (owner, _) = orders.Last(o => o.Record.Run == named);
        var rows = orders.Where(o => o.Record.Run == named && o.Owner == owner).Select(o => o.Record.Row).ToArray();
        return new StoryKey(named, SignalOf(journals, owner, named, rows), owner, id);
    }

    /// <summary>The signal that asked for the order, else the one that opened the plan which the order belongs to.</summary>
    private static string? SignalOf(JournalSet journals, string owner, string run, JournalRow[] order)
    {
        if (order.Select(r => r.SignalId).FirstOrDefault(s => s is not null) is { } asked)
        {
            return asked;
        }

        if (order.Select(r => r.Plan).FirstOrDefault(p => p is not null) is { } plan)
        {
            return OpenerOf(journals.Read(owner, r => r.ByPlan(run, plan)));
        }

        // An order that the exchange made to close a position: the trade that it closed in the same step names the signal.
        return order.Select(row => journals.Read(owner, r => r.BySeq(run, row.Stamp.Seq, row.Stamp.Seq))
            .FirstOrDefault(t => t.Row.Kind == nameof(TradeClosed) && t.Row.Symbol == row.Symbol)?.Row.SignalId)
            .FirstOrDefault(s => s is not null);
    }

    /// <summary>The signal of a plan's first entry.</summary>
    private static string? OpenerOf(IReadOnlyList<JournalRecord> plan) => plan.Select(p => p.Row)
        .FirstOrDefault(r => r is { Kind: nameof(PlaceOrder), SignalId: not null, OrderId: { } id }
            && OrderTag.TryRead(id, out var tag) && tag.Role == OrderRole.Entry)?.SignalId;

    private static string? Newest(JournalSet journals, IReadOnlyList<(string Owner, JournalRecord Record)> found, string? run, string id)
    {
        string[] runs = [.. found.Select(f => f.Record.Run).Distinct().OrderDescending(StringComparer.Ordinal)];
        if (run is null && runs.Length > 1)
        {
            journals.Note($"{runs.Length - 1} earlier runs have a {id} too; name one with --run, the last before this is {runs[1]}");
        }

        return run is null ? runs.FirstOrDefault() : runs.FirstOrDefault(r => r == run);
    }

    private static Error Unknown(JournalSet journals, string id, string? run)
    {
        var near = journals.Nearest(id, Suggested);
        return new Error
        {
            Field = "ORDER_OR_SIGNAL_ID",
            Value = id,
            Rule = "unknown_id",
            Message = $"the journals know no order and no signal {id}" + (run is null ? "" : $" in run {run}")
                + (near.Count == 0 ? "; they are empty" : $"; the nearest known are {string.Join(", ", near)}"),
        };
    }
}
