using StrategyHost.Core.Accounts;
using StrategyHost.Core.Domain;
using StrategyHost.Core.Kernel;
using StrategyHost.Core.Orders;
using StrategyHost.Host.Journal;
using StrategyHost.Storage.Journal;

namespace StrategyHost.Host.Explain;

/// <summary>
/// Puts the chain together: the step that decided a signal, the script's answer in it, the call that it answers, the event that caused the
/// call; then what each account did for the signal's orders and for the plan that it opened. Every link is an id or a step number.
/// </summary>
internal sealed class StoryTeller(JournalSet journals, StoryKey key)
{
    private const string Host = RunJournal.HostOwner;

    public ExplainDocument Tell(string id)
    {
        var decided = key.Signal is { } signal
            ? journals.Read(Host, r => r.BySignal(signal)).FirstOrDefault(x => x.Run == key.Run && x.Row.Kind == nameof(SignalDecided))?.Row
            : null;
        var cause = decided is null ? [] : Cause(decided);
        var accounts = JournalSet.Accounts.Select(a => (Account: a, Rows: Rows(a, decided?.Stamp.Seq ?? 0)))
            .Where(a => a.Rows.Count > 0).ToArray();
        var start = cause.Concat(accounts.SelectMany(a => a.Rows)).Select(r => r.Stamp.At.Ms).DefaultIfEmpty().Min();
        return new ExplainDocument
        {
            Run = key.Run,
            Id = id,
            Signal = decided is null ? null : Block(decided),
            Cause = [.. Market(cause, start), .. cause.Select(r => Event(r, start)).OfType<EventRow>()],
            Accounts = [.. accounts.Select(a => new AccountStory(
                a.Account, [.. a.Rows.Select(r => Event(r, start)).OfType<EventRow>()], [.. a.Rows.SelectMany(Trades)]))],
            Notes = journals.Notes,
        };
    }

    /// <summary>Event, call, answer, decision. Where the decision waited for a cancel, its step's input is not the answer.</summary>
    private List<JournalRow> Cause(JournalRow decided)
    {
        var rows = new List<JournalRow>();
        var strategy = decided.Strategy ?? "";
        var answers = journals.Read(Host, r => r.LastOf(nameof(ScriptReturned), strategy, key.Run, decided.Stamp.Seq));
        var answer = answers.FirstOrDefault(a => Decoded(a.Row) is ScriptReturnedNote { Answer.Value.IsNothing: false })?.Row;
        if (answer is not null)
        {
            var before = answer.Stamp.Seq - 1;
            if (journals.Read(Host, r => r.LastOf(nameof(CallScript), strategy, key.Run, before)) is [{ Row: var called }, ..])
            {
                rows.AddRange(Inputs(called.Stamp.Seq));
                rows.Add(called);
            }

            rows.Add(answer);
            rows.AddRange(Step(Host, answer.Stamp.Seq).Where(r => r.Kind == nameof(ScriptLogged) && r.Strategy == strategy));
        }

        rows.Add(decided);
        return rows;
    }

    /// <summary>The journal has no market data: a chain that begins with the call began with these.</summary>
    private IEnumerable<EventRow> Market(List<JournalRow> cause, long start) =>
        cause is [{ Kind: nameof(CallScript) } called, ..] && Decoded(called) is CallScriptNote { Call: var call }
            ? [Stamped(EventTexts.Market(call), called, start)] : [];

    /// <summary>What a step was told, where that is in a journal: the parts before its effects.</summary>
    private IEnumerable<JournalRow> Inputs(long seq) =>
        from owner in JournalSet.Accounts.Prepend(Host)
        from row in Step(owner, seq)
        where Decoded(row) is EngineInput or ExchangeReport
        select row;

    private IEnumerable<JournalRow> Step(string owner, long seq) =>
        journals.Read(owner, r => r.BySeq(key.Run, seq, seq)).Select(r => r.Row);

    /// <summary>One account's records for the signal's orders and the plans that it opened, in their order.</summary>
    private IReadOnlyList<JournalRow> Rows(string account, long decidedAt)
    {
        var rows = new List<JournalRow>();
        if (key.Signal is { } signal)
        {
            rows.AddRange(Of(account, r => r.BySignal(signal)));
            rows.AddRange(Of(account, r => r.From(nameof(Alert), key.Run, decidedAt))
                .Where(r => Decoded(r) is Alert alert && alert.Text.StartsWith(signal + " ", StringComparison.Ordinal)));
        }

        if (account == key.Owner)
        {
            rows.AddRange(Of(account, r => r.ByOrder(key.Order!))); // an owner comes with an order
        }

        string[] orders = [.. rows.Select(r => r.OrderId).OfType<string>().Distinct()];
        foreach (var order in orders)
        {
            rows.AddRange(Of(account, r => r.ByOrder(order)));
            if (OrderTag.TryRead(order, out var tag) && tag.Role == OrderRole.Entry)
            {
                rows.AddRange(Of(account, r => r.ByPlan(key.Run, tag.Plan)));
            }
        }

        rows.AddRange(Closes(account, rows).ToArray());
        return [.. rows.DistinctBy(r => r.Stamp).OrderBy(r => r.Stamp.Seq).ThenBy(r => r.Stamp.Part)];
    }

    /// <summary>
    /// The trades that the exits closed, and the fills that closed the trades: an order that the exchange made itself has no id of ours,
    /// but the trade that it closed stands in the same step.
    /// </summary>
    private IEnumerable<JournalRow> Closes(string account, List<JournalRow> rows)
    {
        var trades = rows.Where(r => r.Kind == nameof(TradeClosed)).Select(r => r.Stamp.Seq).ToHashSet();
        var exits = rows.Where(r => r.Kind == nameof(FillReport) && IsExit(r)).Select(r => r.Stamp.Seq).ToHashSet();
        foreach (var seq in trades.Union(exits))
        {
            var step = Of(account, r => r.BySeq(key.Run, seq, seq)).ToArray();
            var isTrade = (JournalRow r) => r.Kind == nameof(TradeClosed) && exits.Contains(seq);
            var isOwnFill = (JournalRow r) => r is { Kind: nameof(FillReport) or nameof(OrderReport), OrderId: null }
                && trades.Contains(seq);
            foreach (var row in step.Where(r => rows.Exists(known => known.Symbol == r.Symbol) && (isTrade(r) || isOwnFill(r))))
            {
                yield return row;
            }
        }
    }

    private static bool IsExit(JournalRow row) => OrderTag.TryRead(row.OrderId ?? "", out var tag) && tag.Role != OrderRole.Entry;

    private IEnumerable<JournalRow> Of(string account, Func<JournalReader, Result<IReadOnlyList<JournalRecord>>> question) =>
        journals.Read(account, question).Where(r => r.Run == key.Run).Select(r => r.Row);

    private EventRow? Event(JournalRow row, long start)
    {
        var said = EventTexts.Of(Decoded(row));
        return said is null ? null : Stamped(said, row, start);
    }

    private EventRow Stamped(EventRow said, JournalRow row, long start) => said with
    {
        Seq = row.Stamp.Seq,
        Time = row.Stamp.At.ToString(),
        OffsetMs = row.Stamp.At.Ms - start,
        Asked = key.Order is { } order && (row.OrderId == order || row.ExchangeId == order),
    };

    private IEnumerable<TradeRow> Trades(JournalRow row) => Decoded(row) is TradeClosed { Trade: TradeRecord t }
        ? [new TradeRow(t.EntryTime.ToString(), Text(t.EntryPrice), t.ExitTime.ToString(), Text(t.ExitPrice), t.Quantity.ToString(),
            Text(t.GrossPnl), Text(t.Fees), Text(t.Funding), Text(t.NetPnl), t.ExitReason.ToString())]
        : [];

    private SignalBlock? Block(JournalRow decided)
    {
        if (Decoded(decided) is not SignalDecided s)
        {
            return null;
        }

        var sha256 = journals.ScriptOf(key.Run, s.Strategy.Name, decided.Stamp.Seq);
        return new SignalBlock(
            s.SignalId, s.Strategy.Name, sha256, s.Symbol.Name, s.Action, s.Outcome, s.Text, s.Tag, s.Reason, s.At.ToString())
        {
            ScriptFile = journals.FileOf(key.Run, s.Strategy.Name, sha256),
        };
    }

    /// <summary>What stands in a row; a row that this program cannot read leaves a note.</summary>
    private object Decoded(JournalRow row)
    {
        var decoded = JournalCodec.Decode(row);
        if (!decoded.IsOk)
        {
            journals.Note(decoded.Errors[0].ToString());
        }

        return decoded.IsOk ? decoded.Value : decoded.Errors[0];
    }

    private static string Text(decimal value) => value.ToString("0.########", System.Globalization.CultureInfo.InvariantCulture);
}
