using System.Globalization;
using System.Text.Json;
using StrategyHost.Core.Kernel;
using StrategyHost.Core.Domain;
using StrategyHost.Storage.Journal;

namespace StrategyHost.Kill.Tests.Kills;

/// <summary>An account's journal after all lives: what was sent for which signal, and the executions that its saved states count.</summary>
internal sealed class JournalBooks
{
    private readonly Dictionary<string, (string Signal, PlaceOrder Order)> _placed = [];
    private readonly Dictionary<string, int> _executions = [];

    /// <summary>Fills behind the last save of their run: a crash has torn their step, and the next start tells them again.</summary>
    private readonly List<string> _torn = [];

    public static JournalBooks Read(string data, string account)
    {
        var books = new JournalBooks();
        using var journal = JournalReader.Open(JournalFile.PathOf(data, account)).Value;
        foreach (var run in journal.Runs().Value)
        {
            books._torn.Clear();
            foreach (var (_, row) in journal.ByRun(run.Name).Value)
            {
                if (row.Kind is nameof(PlaceOrder) or nameof(FillReport) or nameof(AccountSaved))
                {
                    books.Take(run.Name, JournalCodec.Decode(row).Value);
                }
            }
        }

        return books;
    }

    /// <summary>Fills that are missing or stand twice, orders that nobody asked for, and signals that were carried out twice.</summary>
    public List<string> Compare(JsonElement truth)
    {
        var executions = truth.GetProperty("executions").EnumerateArray().Where(e => Text(e, "execType") == "Trade").ToArray();
        var problems = new List<string>();
        problems.AddRange(executions.Where(e => !_executions.ContainsKey(Text(e, "execId")))
            .Select(e => $"the fill {Say(e)} is not counted"));
        problems.AddRange(executions.Where(e => _executions.GetValueOrDefault(Text(e, "execId")) > 1)
            .Select(e => $"the fill {Say(e)} is counted {_executions[Text(e, "execId")]} times"));
        problems.AddRange(_executions.Keys.Except(executions.Select(e => Text(e, "execId"))).Select(id => $"the fill {id} never was"));
        problems.AddRange(executions.Where(e => Text(e, "orderLinkId").Length > 0).GroupBy(e => Text(e, "orderLinkId"))
            .Where(o => o.Select(e => Text(e, "orderId")).Distinct().Count() > 1).Select(o => $"the id {o.Key} was two orders"));
        problems.AddRange(executions.Where(e => Text(e, "orderLinkId") is { Length: > 0 } id && !_placed.ContainsKey(id))
            .Select(e => $"nobody asked for {Say(e)}"));
        problems.AddRange(Doubled(executions));
        return problems;
    }

    /// <summary>Signals of which more was done than their largest order says: one generation after another may share a quantity.</summary>
    private IEnumerable<string> Doubled(JsonElement[] executions) =>
        from execution in executions
        let id = Text(execution, "orderLinkId")
        where _placed.ContainsKey(id) && _placed[id].Order.SignalId.Length > 0
        group execution by (_placed[id].Signal, _placed[id].Order.Request.ReduceOnly) into signal
        let wanted = _placed.Values.Where(p => p.Signal == signal.Key.Signal && p.Order.Request.ReduceOnly == signal.Key.ReduceOnly)
            .Max(p => p.Order.Request.Quantity.Value)
        let done = signal.Sum(e => decimal.Parse(Text(e, "execQty"), CultureInfo.InvariantCulture))
        where done > wanted
        select $"the signal {signal.Key.Signal} asked for {wanted} and {done} was done";

    private void Take(string run, object what)
    {
        switch (what)
        {
            case PlaceOrder order:
                _placed[order.Request.ClientOrderId.Value] = ($"{run} {order.SignalId} {order.Request.Symbol}", order);
                break;
            case FillReport { ExecType: ExecType.Trade } fill:
                _torn.Add(fill.ExecutionId.Value);
                break;
            case AccountSaved:
                _torn.ForEach(f => _executions[f] = _executions.GetValueOrDefault(f) + 1);
                _torn.Clear();
                break;
        }
    }

    private static string Say(JsonElement e) =>
        $"{Text(e, "side")} {Text(e, "execQty")} {Text(e, "symbol")} of {Text(e, "orderLinkId")} {Text(e, "stopOrderType")} at "
        + DateTimeOffset.FromUnixTimeMilliseconds(long.Parse(Text(e, "execTime"), CultureInfo.InvariantCulture)).ToString("HH:mm:ss.fff", CultureInfo.InvariantCulture);

    private static string Text(JsonElement block, string name) => block.GetProperty(name).GetString() ?? "";
}
