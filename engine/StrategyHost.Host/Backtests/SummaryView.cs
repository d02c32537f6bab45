using StrategyHost.Host.Terminal;
using StrategyHost.Simulation.Reports;

namespace StrategyHost.Host.Backtests;

/// <summary>Prints a summary: the run, its warnings, then one column per account, never summed, and why values are missing.</summary>
internal static class SummaryView
{
    public static void Show(TextOutput text, SummaryTable summary)
    {
        text.Pairs(
            summary.Title,
            [.. summary.Run.Select(r => KeyValuePair.Create(r.Label, r.Note.Length == 0 ? r.Value : $"{r.Value} ({r.Note})"))]);
        foreach (var warning in summary.Warnings)
        {
            text.Line("! " + warning);
        }

        if (summary.Warnings.Count > 0)
        {
            text.Line();
        }

        TableColumn[] columns = [new(""), .. summary.Accounts.Select(a => new TableColumn(a.Account.Name, IsNumber: true))];
        var rows = summary.Accounts[0].Rows.Select(
            (row, i) => new[] { row.Label }.Concat(summary.Accounts.Select(a => a.Rows[i].Value)).ToArray());
        text.Table(new TableBlock("Accounts", columns, [.. rows]));
        foreach (var note in summary.Accounts.SelectMany(Notes).GroupBy(n => n.Value))
        {
            text.Line($"  {string.Join(", ", note.Select(n => n.Key))}: {note.Key}");
        }
    }

    private static IEnumerable<KeyValuePair<string, string>> Notes(SummaryBlock account) =>
        account.Rows.Where(r => r.Note.Length > 0).GroupBy(r => r.Note)
            .Select(g => KeyValuePair.Create(account.Account.Name, $"{string.Join(", ", g.Select(r => r.Label))}: {g.Key}"));
}
