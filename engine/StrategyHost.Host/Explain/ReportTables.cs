using System.Text;
using System.Text.Json;
using StrategyHost.Core.Domain;
using StrategyHost.Simulation.Reports;

namespace StrategyHost.Host.Explain;

/// <summary>The tables that a backtest left in a folder, by column name; all texts as they stand in the files.</summary>
internal sealed record ReportTables(
    string Folder, IReadOnlyList<string> Scripts, IReadOnlyList<IReadOnlyDictionary<string, string>> Signals,
    IReadOnlyList<IReadOnlyDictionary<string, string>> Orders, IReadOnlyList<IReadOnlyDictionary<string, string>> Trades)
{
    public static Result<ReportTables> Read(string folder)
    {
        try
        {
            using var report = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, ReportFolder.JsonFile)));
            var root = report.RootElement;
            return new ReportTables(
                folder, [.. Texts(root, "strategy").Zip(Texts(root, "scriptSha256"), (name, sha) => $"{name} {sha}")],
                Rows(File.ReadAllText(Path.Combine(folder, ReportFolder.SignalsFile))),
                Rows(File.ReadAllText(Path.Combine(folder, ReportFolder.OrdersFile))),
                Rows(File.ReadAllText(Path.Combine(folder, ReportFolder.TradesFile))));
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException or JsonException or InvalidOperationException)
        {
            return new Error
            {
                File = folder,
                Field = "--report",
                Value = folder,
                Rule = "no_report",
                Message = $"is no folder of a backtest's report ({problem.Message}); name what `backtest --out` wrote",
            };
        }
    }

    /// <summary>The signal of an id, or the one behind an order.</summary>
    public IReadOnlyDictionary<string, string>? SignalOf(string id) =>
        Signals.FirstOrDefault(s => s["signalId"] == id) ?? Signals.FirstOrDefault(s => s["orders"].Split(' ').Contains(id));

    private static IEnumerable<string> Texts(JsonElement root, string name) =>
        root.TryGetProperty(name, out var list) ? list.EnumerateArray().Select(t => t.ToString()) : [];

    private static List<IReadOnlyDictionary<string, string>> Rows(string csv)
    {
        var rows = new List<IReadOnlyDictionary<string, string>>();
        string[]? head = null;
        foreach (var fields in Records(csv))
        {
            if (head is null)
            {
                head = [.. fields];
            }
            else if (fields.Count == head.Length)
            {
                rows.Add(head.Zip(fields).ToDictionary(p => p.First, p => p.Second, StringComparer.Ordinal));
            }
        }

        return rows;
    }

    /// <summary>RFC 4180, as the reports' writer writes it.</summary>
    private static IEnumerable<IReadOnlyList<string>> Records(string csv)
    {
        var fields = new List<string>();
        var field = new StringBuilder();
        var quoted = false;
        for (var i = 0; i < csv.Length; i++)
        {
            var c = csv[i];
            if (quoted)
            {
                quoted = c != '"' || (i + 1 < csv.Length && csv[i + 1] == '"');
                i += quoted && c == '"' ? 1 : 0;
                field.Append(quoted ? c : "");
                continue;
            }

            if (c is ',' or '\n')
            {
                fields.Add(field.ToString());
                field.Clear();
            }

            switch (c)
            {
                case '\n':
                    yield return fields;
                    fields = [];
                    break;
                case '"':
                    quoted = true;
                    break;
                case ',':
                    break;
                default:
                    field.Append(c);
                    break;
            }
        }
    }
}
